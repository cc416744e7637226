"""Whole and decimal numbers: digits, English number words, Chinese numerals."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..folding import fold, unify
from .chinese_numbers import chinese_integers
from .english_numbers import english_integers
from .found import Found, found_at, without_overlaps

# Not within a name or code (LL-10023, name12), a date (2026-05-03), a time (8:30) or a version (1.2.3).
_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_@])(?<![A-Za-z0-9][-_])(?<!\d[.,:/])"
    r"(?P<sign>-(?=\d))?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>\s?[百千万亿])?(?:st|nd|rd|th|x)?(?![A-Za-z0-9_@])(?![-.,:/]\d)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\d(?:st|nd|rd|th)$|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|eigth|ninth|nineth|tenth|eleventh|twelfth|tweleveth|teenth|tieth)$"
)
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# Longer runs of digits are codes; a limit also keeps hostile input from becoming giant numbers.
_MAX_DIGITS = 15
_TOO_LARGE = 10**_MAX_DIGITS


def decimals(text: str) -> list[Found[Decimal]]:
    """Every number as Decimal: 3.5, 1,200, -2, 1.5万, "twenty-one", 二十一."""
    folded = fold(text)
    words = [*english_integers(folded), *chinese_integers(folded)]
    spelt = (found_at(text, one.start, one.end, Decimal(one.value)) for one in words if one.value < _TOO_LARGE)
    return without_overlaps([*_digits(text), *spelt])


def integers(text: str) -> list[Found[int]]:
    """The whole numbers among `decimals`; "3.50" is none."""
    return [Found(int(one.value), one.start, one.end, one.text) for one in decimals(text) if _is_whole(one)]


def is_ordinal(text: str, one: Found[Any]) -> bool:
    """Whether it says which, not how many: "3rd", "third", 第三."""
    return _ORDINAL.search(fold(one.text)) is not None or text[: one.start].rstrip().endswith("第")


def _is_whole(one: Found[Decimal]) -> bool:
    whole = one.value == one.value.to_integral_value()
    return whole and ("." not in unify(one.text) or one.text[-1] in _SCALES)


def _digits(text: str) -> Iterator[Found[Decimal]]:
    for match in _DIGITS.finditer(unify(text)):
        number = match["number"].replace(",", "")
        if len(number) > _MAX_DIGITS:
            continue
        value = Decimal(number) * _SCALES.get((match["scale"] or "").strip(), 1)
        yield found_at(text, match.start(), match.end(), -value if match["sign"] else value)
