"""Static files with hashed names, those that ES modules import from each other included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class DeskStaticFilesStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
