"""Why a whole file cannot be imported; one bad row is a `RowError` instead."""

from __future__ import annotations

from aftersales import errors


class FileTooLarge(errors.TooLarge):
    """The file is over the size limit; nothing of it was read."""

    code = "import_too_large"


class TooManyRows(errors.TooLarge):
    """The file holds more rows than one import takes."""

    code = "import_too_many_rows"


class UnreadableFile(errors.UnsupportedType):
    """No table or list of records can be read from the file."""

    code = "import_unreadable"


class EmptyFile(errors.Unprocessable):
    """The file is fine but has no data rows, as when a platform exports an empty search."""

    code = "import_empty"


class UnknownShape(errors.Unprocessable):
    """No column map fits the headers; `fields` lists those that the nearest shape misses."""

    code = "import_unknown_shape"


class WrongShop(errors.Unprocessable):
    """The file belongs to another shop or another platform than the one it was given for."""

    code = "import_wrong_shop"
