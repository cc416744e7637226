"""Phone numbers: by the numbering plans of the world (the library `phonenumbers`), by form, and by cue words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from . import cues
from .spans import Kind, Span, span_at

# Where a number without a country code is looked up.
REGIONS = ("DE", "AT", "CH", "GB", "US", "CN", "FR", "IT", "ES", "NL", "SE", "PL", "AU")
_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9@.,/-])(?<!\d[ :])\+?\(?(?:0\d{1,4}/ ?)?\d(?:[ ().-]{0,3}\d){4,15}"
    r"(?: ?(?:x|ext\.?) ?\d{1,5})?(?![A-Za-z0-9@])(?![-./:]\d|-[0-9a-f]{4}-)"
)
_DAY_FIRST = re.compile(r"(?:19|20)\d\d([-./ ])\d{1,2}\1\d{1,2}(?:\D|$)|\d{1,2}([-./ ])\d{1,2}\2(?:19|20)\d\d(?:\D|$)")
_CHINESE_MOBILE = re.compile(r"(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}")
_FEWEST, _FEWEST_IN_A_PLAN = 6, 7
_ADJACENT = 8  # "order no. 030 901820"
_SEPARATED = re.compile(r"\d[ ().\-/]{1,3}\d")


def phones(text: str, folded: str, regions: Sequence[str] = REGIONS) -> Iterator[Span]:
    """Numbers of 6 to 16 digits that a plan, their form or a word before them says to be for calling."""
    for match in _CANDIDATE.finditer(folded):
        said = match.group()
        if _DAY_FIRST.match(said) or sum(map(str.isdigit, said)) < _FEWEST:
            continue
        confidence = _confidence(folded, match.start(), match.end(), said, regions)
        if confidence:
            yield span_at(text, Kind.PHONE, match.start(), match.end(), confidence)


def _confidence(folded: str, start: int, end: int, said: str, regions: Sequence[str]) -> float:
    if said.startswith(("+", "00")):
        number = "+" + said[2:] if said.startswith("00") else said
        return 0.95 if _valid(number, None) else 0.7
    near = cues.before(folded, start, cues.PHONE)
    other = cues.before(folded, start, cues.NOT_PHONE, _ADJACENT)
    if other is not None and (near is None or other <= near):
        return 0.0
    if _CHINESE_MOBILE.fullmatch(said):
        return 0.9
    if near is not None or cues.PHONE_AFTER.match(folded, end):
        return 0.85
    if not (_SEPARATED.search(said) or said.startswith(("0", "("))):
        return 0.0  # bare digits may be anything
    if sum(map(str.isdigit, said)) < _FEWEST_IN_A_PLAN:
        return 0.0  # some country has such numbers, and everybody has such dates
    return 0.75 if any(_valid(said, region) for region in regions) else 0.0


def _valid(said: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(said, region))
    except phonenumbers.NumberParseException:
        return False
