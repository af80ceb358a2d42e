"""Why a file is refused as evidence, and what can be wrong with a kept one."""

from __future__ import annotations

from aftersales.errors import Conflict, DeskError, NotFound, TooLarge, Unprocessable, UnsupportedType


class FileTypeRefused(UnsupportedType):
    """The content is none of the accepted types, whatever the name says."""

    code = "file_type_refused"


class FileTooLarge(TooLarge):
    """More bytes than one upload may have."""

    code = "file_too_large"


class TooManyPixels(TooLarge):
    """The picture would take too much memory once decoded."""

    code = "too_many_pixels"


class TooManyPages(TooLarge):
    """The PDF has more pages than one upload may have."""

    code = "too_many_pages"


class FilmTooLong(TooLarge):
    """The film runs longer than one piece of proof may."""

    code = "film_too_long"


class FilmCodingRefused(UnsupportedType):
    """It is a film, but its pictures are coded in a way that not everybody can see."""

    code = "film_coding_refused"


class EmptyFilm(Unprocessable):
    """The film holds not one picture."""

    code = "empty_film"


class EmptyFile(Unprocessable):
    """Zero bytes: a broken upload or a placeholder of a cloud drive."""

    code = "empty_file"


class ImageTooSmall(Unprocessable):
    """Too few pixels to read anything."""

    code = "image_too_small"


class DamagedFile(Unprocessable):
    """The type is right, the content cannot be decoded to its end."""

    code = "damaged_file"


class FileTooComplex(Unprocessable):
    """Decoding took more time or memory than one file may take."""

    code = "file_too_complex"


class LockedFile(Unprocessable):
    """The PDF opens with a password only."""

    code = "locked_file"


class PrintingForbidden(Unprocessable):
    """The PDF opens, but its owner forbids printing it, so it cannot go into a packet."""

    code = "printing_forbidden"


class NotAPicture(Unprocessable):
    """Only pictures can be turned, cropped and blacked out."""

    code = "not_a_picture"


class FormNotDrawn(Unprocessable):
    """What is filled into the PDF has no look of its own that a packet could take over."""

    code = "form_not_drawn"


class UnknownSlot(Unprocessable):
    """The rules of the case's platform ask no such proof of a case like this."""

    code = "unknown_slot"


class NotConfirmed(Unprocessable):
    """The slot takes a piece only with its whole checklist confirmed."""

    code = "not_confirmed"


class SlotFull(Conflict):
    """The slot holds as many pieces as it may."""

    code = "slot_full"


class AlreadyWithdrawn(Conflict):
    """Somebody withdrew the piece before."""

    code = "already_withdrawn"


class EvidenceNotFound(NotFound):
    """There is no such piece, or it belongs to a case that the reader may not see."""

    code = "evidence_not_found"


class LinkUnknown(NotFound):
    """No phone upload has this address, or it belongs to a case that the reader may not see."""

    code = "link_unknown"


class LinkEnded(DeskError):
    """The phone upload ran out or was closed."""

    code = "link_ended"
    status = 410


class LinkTaken(Conflict):
    """Another device opened the phone upload first."""

    code = "link_taken"


class LinkFull(Conflict):
    """As many files came by the phone upload as may."""

    code = "link_full"


class NoPreview(NotFound):
    """The file is fine, but no small picture of it could be made."""

    code = "no_preview"


class BadStoreKey(NotFound):
    """Not a name that the store gives out."""

    code = "bad_store_key"


class StoredFileMissing(NotFound):
    """The store has no file of this name."""

    code = "stored_file_missing"


class StoredFileAltered(DeskError):
    """A kept file no longer has the content that its name was made from."""

    code = "stored_file_altered"
    status = 500
