"""Numbers that name one person or one account: payment cards, IBANs, national ids, documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import checksums, cues
from .spans import Kind, Span, span_at

_LONG = re.compile(r"(?<![A-Za-z0-9_-])\d(?:[ -]?\d){11,18}(?![A-Za-z0-9_]|-\w)")
# Issuers by their first digits, with the lengths that they give out.
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|4|5)\d{12,13}"
    r"|(?:50|5[6-9]|6\d)\d{10,17}|(?:2131|1800)\d{11}|35\d{14}|62\d{14,17}"
)
_IBAN = re.compile(r"(?<![a-z0-9-])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}", re.IGNORECASE)
_GOES_ON = re.compile(r"-?[A-Za-z0-9]")
_RESIDENT = re.compile(r"(?<![A-Za-z0-9])[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![A-Za-z0-9])")
_SOCIAL = re.compile(r"(?<![A-Za-z0-9_-])(\d{3})([- ]?)(\d{2})\2(\d{4})(?![A-Za-z0-9_]|-\w)")
_DOCUMENT = re.compile(r"(?<![A-Za-z0-9])(?=(?:[A-Za-z-]{0,5}\d){4})[A-Za-z0-9]{1,20}(?:-[A-Za-z0-9]{1,12}){0,3}")
_DOCUMENT_REACH = 20


def cards(text: str, folded: str) -> Iterator[Span]:
    """12 to 19 digits: with check digit and issuer, or near a word for cards (even mistyped)."""
    for match in _LONG.finditer(folded):
        digits = re.sub(r"\D", "", match.group())
        sums, cued = checksums.luhn(digits), cues.before(folded, match.start(), cues.CARD) is not None
        if sums and _ISSUED.fullmatch(digits):
            confidence = 0.99 if cued else 0.9
        elif cued:
            confidence = 0.95 if sums else 0.6
        else:
            continue
        yield span_at(text, Kind.CARD, match.start(), match.end(), confidence)


def ibans(text: str, folded: str) -> Iterator[Span]:
    """Account numbers of their country's length whose check digits are right, written together or in groups."""
    for match in _IBAN.finditer(folded):
        said = match.group()
        ends = [place + 1 for place, sign in enumerate(said) if sign.isalnum()]
        length = checksums.IBAN_LENGTHS.get(said[:2].upper(), 0)
        if not 0 < length <= len(ends) or _GOES_ON.match(folded, match.start() + ends[length - 1]):
            continue
        if checksums.iban("".join(said[end - 1] for end in ends[:length]).upper()):
            yield span_at(text, Kind.IBAN, match.start(), match.start() + ends[length - 1], 0.99)


def national_ids(text: str, folded: str) -> Iterator[Span]:
    """Chinese resident ids by check sign, US social security numbers by form (without hyphens: after a cue)."""
    for match in _RESIDENT.finditer(folded):
        if checksums.resident_id(match.group()):
            yield span_at(text, Kind.NATIONAL_ID, match.start(), match.end(), 0.99)
    for match in _SOCIAL.finditer(folded):
        if not checksums.social_security(match[1], match[3], match[4]):
            continue
        cued = cues.before(folded, match.start(), cues.SOCIAL) is not None
        if cued or match[2]:
            yield span_at(text, Kind.NATIONAL_ID, match.start(), match.end(), 0.95 if cued else 0.7)


def documents(text: str, folded: str) -> Iterator[Span]:
    """What has at least three digits in a row and follows a word for a passport, an identity card or a licence."""
    for cue in cues.DOCUMENT.finditer(folded):
        match = _DOCUMENT.search(folded, cue.end(), cue.end() + _DOCUMENT_REACH + 20)
        if match and match.start() - cue.end() <= _DOCUMENT_REACH and 5 <= len(match.group()) <= 20:
            yield span_at(text, Kind.DOCUMENT, match.start(), match.end(), 0.9)
