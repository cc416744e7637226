"""Values of the customer's own record, found however they are spaced, cased or accented."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .spans import Kind, Span, span_at

_HAN = "\u3400-\u9fff"
_TOKENS = re.compile(rf"[{_HAN}]|[^\W\d_{_HAN}]+|\d")
# As people write umlauts who have none on their keyboard.
_SPELT = {"ä": "(?:a|ae)", "ö": "(?:o|oe)", "ü": "(?:u|ue)", "ß": "(?:ss?|ß)"}
_FEWEST_LETTERS, _FEWEST_DIGITS = 3, 5


@dataclass(frozen=True, slots=True)
class Known:
    """A value of the customer's record, and what it is. Parts of a NAME count, too."""

    value: str
    kind: Kind = Kind.RECORD


def known_values(text: str, folded: str, known: Iterable[Known | str]) -> Iterator[Span]:
    """Where the record's values are said. Values too short to mean anybody (two letters, four digits) are left."""
    base = _without_accents(folded)
    for one in known:
        value, kind = (one, Kind.RECORD) if isinstance(one, str) else (one.value, one.kind)
        for pattern, confidence in _patterns(value, kind):
            for match in pattern.finditer(base):
                part = confidence < 1
                if not part or text[match.start()].isupper() or not text[match.start()].islower() or text.islower():
                    yield span_at(text, kind, match.start(), match.end(), confidence)


@lru_cache(maxsize=4096)
def _patterns(value: str, kind: Kind) -> tuple[tuple[re.Pattern[str], float], ...]:
    tokens = _TOKENS.findall(unicodedata.normalize("NFKC", value).lower())
    if not _telling(tokens):
        return ()
    found = [(_pattern(tokens), 1.0)]
    if kind is Kind.NAME and len(tokens) > 1:
        parts = (token for token in tokens if len(token) >= _FEWEST_LETTERS)
        found += [(_pattern([part]), 0.8) for part in parts]
    return tuple(found)


def _telling(tokens: list[str]) -> bool:
    letters = sum(len(token) * (2 if re.match(rf"[{_HAN}]", token) else 1) for token in tokens if not token.isdigit())
    digits = sum(token.isdigit() for token in tokens)
    return letters >= _FEWEST_LETTERS or digits >= _FEWEST_DIGITS or (letters > 0 and letters + digits >= 4)


def _pattern(tokens: list[str]) -> re.Pattern[str]:
    body = r"[\W_]{0,3}".join("".join(_SPELT.get(sign, re.escape(_base(sign))) for sign in token) for token in tokens)
    before = rf"(?<![^\W_{_HAN}])" if not re.match(rf"[{_HAN}]", tokens[0]) else ""
    after = rf"(?![^\W_{_HAN}])" if not re.match(rf"[{_HAN}]", tokens[-1]) else ""
    return re.compile(before + body + after)


def _without_accents(folded: str) -> str:
    return folded if folded.isascii() else "".join(map(_base, folded))


def _base(sign: str) -> str:
    """The letter without its accent: one character for one."""
    return unicodedata.normalize("NFD", sign)[0]
