"""Django's static files, less what would break the hashing of names."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class DeskStaticFilesConfig(StaticFilesConfig):
    # htmx's extensions name source files that are not shipped, in comments that read like imports; none is used here.
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
