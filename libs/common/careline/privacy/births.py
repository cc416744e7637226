"""Days of birth: a full date near a word for being born. Any other date names no person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from careline.models.extract.day_words import MONTH

from . import cues
from .spans import Kind, Span, span_at

_GERMAN_MONTH = "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
_DATE = re.compile(
    r"(?<![\d.])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?(?:{MONTH}|{_GERMAN_MONTH})\.?,?\s\d{{4}}"
    rf"|(?:{MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
    r"|(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?[日号]?)(?!\d)"
)
_AFTER = re.compile(r"\s{0,2}(?:出生|生(?!产|效))")


def birth_dates(text: str, folded: str) -> Iterator[Span]:
    """Full dates, in figures or with the month's name."""
    for match in _DATE.finditer(folded):
        if cues.before(folded, match.start(), cues.BIRTH) is not None or _AFTER.match(folded, match.end()):
            yield span_at(text, Kind.BIRTH_DATE, match.start(), match.end(), 0.9)
