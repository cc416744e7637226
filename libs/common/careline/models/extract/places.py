"""Postal addresses: after words which announce them, or by their own form."""

import re
from collections.abc import Sequence

from ..folding import fold
from ..imperatives import beginnings
from . import endings
from .cued import best_first, cue_ends, start_after
from .found import Found, found_at
from .quoted import quoted

_MAX_LENGTH = 200
# A full stop after these goes on: "12 Main St. Apt. 4, Springfield".
_ABBREVIATED = re.compile(r"\b(?:st|ave|rd|apt|no|blvd|dr|ln|sq|fl|bldg|ste|po|p\.o)\.$")
_LOOKS_LIKE_PLACE = re.compile(
    r"\d|\b(?:street|road|avenue|lane|drive|square|boulevard|court|st|rd|ave|box)\b|[省市区縣县路街道巷弄号楼室村镇]"
)

_CAPITAL = r"(?:St\. )?[A-ZÀ-ÖØ-ÞĀŁŠŽ][\w'’-]*"
_PARTICLE = r"(?:de|del|della|di|da|la|le|les|des|du|van|von|der|den|dem|am|an|im|in|zum|zur|auf|of|the)"
_NAME = rf"{_CAPITAL}(?:[ -](?:{_PARTICLE}[ -])*{_CAPITAL}){{0,4}}"
_HOUSE = r"\d{1,4}(?:\s?[a-zA-Z](?![a-zA-Z]))?"
# Street and house number, perhaps a floor, then postcode and town, perhaps a country.
_POSTAL = re.compile(
    rf"(?<![A-Za-z0-9À-ÿ])(?:{_NAME} {_HOUSE}|{_HOUSE} {_NAME})(?:,\s*[^,.;\n]{{1,40}}){{0,2}}?"
    rf",\s*(?:[A-Z]{{1,2}}-)?\d{{4,6}} {_NAME}(?:,\s*{_NAME})?"
)


def postal(text: str) -> list[Found[str]]:
    """Whole addresses that need no announcing: "Markt 3, 04109 Leipzig, Germany"."""
    found = []
    for match in _POSTAL.finditer(text):
        end = min(
            (place for place in beginnings(text, plainly=True) if match.start() < place < match.end()),
            default=match.end(),
        )
        said = text[match.start() : end].rstrip(" ,")
        if _POSTAL.fullmatch(said):
            found.append(found_at(text, match.start(), match.start() + len(said), said))
    return found


def addresses(text: str, cues: Sequence[str]) -> list[Found[str]]:
    """What follows a cue and looks like a place: a number, a kind of street or a Chinese part of an address is in it.

    Commas belong to an address; it ends with its sentence or where the next clause begins. Best cue first.
    """
    folded, marked = fold(text), quoted(text)
    values = [_address_at(text, folded, place, marked) for cue in cues for place in cue_ends(folded, cue)]
    return best_first(value for value in values if value is not None)


def _address_at(text: str, folded: str, place: int, marked: Sequence[Found[str]]) -> Found[str] | None:
    start = start_after(text, folded, place, marked)
    if isinstance(start, Found):
        found = start
    elif start is None:
        return None
    else:
        end = min((cut for cut in beginnings(text, plainly=True) if cut > start), default=len(text))
        end = start + len(folded[start : min(end, _end(folded, start))].rstrip(" .,"))
        found = found_at(text, start, end, text[start:end])
    return found if _LOOKS_LIKE_PLACE.search(fold(found.value)) else None


def _end(folded: str, start: int) -> int:
    limit = min(start + _MAX_LENGTH, len(folded))
    for match in endings.CLAUSE_END.finditer(folded, start, limit):
        if match.group() != "." or not _ABBREVIATED.search(folded[start : match.end()]):
            return match.start()
    return limit
