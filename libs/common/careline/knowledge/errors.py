"""Why a document cannot be read.

DocumentError
├── DocumentBroken     truncated, rubbish, or not of the kind that its name says
├── DocumentLocked     asks for a password
├── DocumentTooLarge   a file, what it unpacks to, or its text is larger than a guide needs
├── DocumentTooSlow    not read in time
├── DocumentEmpty      readable, but without any text
├── WrongEncoding      a text in neither UTF-8, UTF-16 nor GBK
└── ParserMissing      the library for this kind of document is not installed
"""

from __future__ import annotations

from .sections import WHOLE, Place


class DocumentError(Exception):
    """`place` is where in the document; the text says what is wrong and, where there is one, what to do."""

    def __init__(self, message: str, place: Place = WHOLE) -> None:
        super().__init__(message)
        self.place = place


class DocumentBroken(DocumentError):
    """Save it again with the program that made it."""


class DocumentLocked(DocumentError):
    """Save it without a password."""


class DocumentTooLarge(DocumentError):
    """The text says which bound; split the document."""


class DocumentTooSlow(DocumentError):
    """The text says how long it may take."""


class DocumentEmpty(DocumentError):
    """A scan without text, or nothing at all."""


class WrongEncoding(DocumentError):
    """Save it as UTF-8."""


class ParserMissing(DocumentError):
    """The text says what to install."""


KINDS: dict[str, type[DocumentError]] = {
    kind.__name__: kind
    for kind in (
        DocumentBroken,
        DocumentLocked,
        DocumentTooLarge,
        DocumentTooSlow,
        DocumentEmpty,
        WrongEncoding,
        ParserMissing,
    )
}
