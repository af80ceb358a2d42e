from django.core.management import call_command


def test_static_files_can_be_collected(settings, tmp_path):
    """With hashed names, one reference to a file that is not there stops the start of the desk."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.static_files.DeskStaticFilesStorage"},
    }
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "html", "js", "map", "md", "svg", "txt"]  # names only
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
