"""All detectors over one text, the dear ones only where their signs occur."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from careline.models.folding import fold

from .addresses import addresses
from .births import birth_dates
from .known import Known, known_values
from .names import names
from .network import emails, ips, logins
from .numbers import cards, documents, ibans, national_ids
from .phones import phones
from .spans import Span, settle

_Detector = Callable[[str, str], Iterator[Span]]
_SIX_DIGITS = re.compile(r"\d(?:\D{0,3}\d){5}")
_LETTER = re.compile(r"[^\W\d_]")


def find(text: str, known: Iterable[Known | str] = (), *, least: float = 0.5) -> tuple[Span, ...]:
    """Personal data in `text`, in order and without overlaps; `known` are values of the customer's own record.

    Findings below the confidence `least` are left out. Time grows with the length of the text, whatever is in it.
    """
    folded = fold(text)
    candidates = [*known_values(text, folded, known)]
    for detector in _detectors(folded):
        candidates += detector(text, folded)
    return settle(span for span in candidates if span.confidence >= least)


def _detectors(folded: str) -> Iterator[_Detector]:
    if "@" in folded or "at)" in folded or "at]" in folded:
        yield emails
    if "://" in folded or "=" in folded:
        yield logins
    if _LETTER.search(folded):
        yield names
    if not any("0" <= sign <= "9" for sign in folded):
        return
    yield addresses
    yield birth_dates
    if _SIX_DIGITS.search(folded):
        yield from (cards, ibans, national_ids, phones)
    yield documents
    if "." in folded or ":" in folded:
        yield ips
