"""Amounts of money."""

import re
from dataclasses import dataclass
from decimal import Decimal

from ..folding import fold
from .found import Found, found_at
from .numbers import decimals, is_ordinal

_CURRENCIES = {
    "USD": ("$", "us$", "usd", "dollars", "dollar", "bucks", "美元", "美金"),
    "EUR": ("€", "eur", "euros", "euro", "欧元"),
    "GBP": ("£", "gbp", "pounds", "pound", "quid", "英镑"),
    "CNY": ("¥", "rmb", "cny", "yuan", "人民币", "元", "块钱", "块"),
}
_CODES = {mark: code for code, marks in _CURRENCIES.items() for mark in marks}
_MARK = "|".join(re.escape(mark) for mark in sorted(_CODES, key=len, reverse=True))
_BEFORE = re.compile(rf"(?<![a-z])({_MARK})\s*$")
_AFTER = re.compile(rf"\s*({_MARK})(?![a-z])")


# What follows a number that counts things: "two cups", "2 of them", 三个.
_COUNTS = re.compile(
    r"\s+(?!(?:back|off|please|pls|for|on|from|to|as|at|and|or|would|is|thanks|refund\w*|in total)\b)[a-z]"
    r"|\s*[个只件张盏支根天次条年月日号套双份样]"
)


@dataclass(frozen=True, slots=True)
class Money:
    """`currency` is an ISO 4217 code, None if none was said."""

    amount: Decimal
    currency: str | None


def money(text: str) -> list[Found[Money]]:
    """Amounts with a currency ($5, 5 euros, 20块); if there is none, every number that counts no things, without."""
    folded = fold(text).replace("￥", "¥")
    numbers = [one for one in decimals(text) if not is_ordinal(text, one)]
    marked = [found for number in numbers if (found := _marked(text, folded, number)) is not None]
    plain = (one for one in numbers if not _COUNTS.match(folded, one.end))
    return marked or [Found(Money(one.value, None), one.start, one.end, one.text) for one in plain]


def _marked(text: str, folded: str, number: Found[Decimal]) -> Found[Money] | None:
    if before := _BEFORE.search(folded[max(0, number.start - 8) : number.start]):
        start = number.start - len(before.group())
        return found_at(text, start, number.end, Money(number.value, _CODES[before[1]]))
    if after := _AFTER.match(folded, number.end):
        return found_at(text, number.start, after.end(), Money(number.value, _CODES[after[1]]))
    return None
