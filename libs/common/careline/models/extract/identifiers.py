"""Identifiers of a known pattern, such as order numbers, written as people write them."""

import functools
import re
from dataclasses import dataclass

from ..folding import unify
from .found import Found, found_at

_SEPARATOR = r"[-_./ ]{0,2}"


@dataclass(frozen=True, slots=True)
class _Tolerant:
    search: re.Pattern[str]
    exact: re.Pattern[str]
    parts: int
    prefix: str


def identifiers(text: str, pattern: str, *, tolerant: bool = True, bare: bool = False) -> list[Found[str]]:
    """Places where the regular expression `pattern` matches a whole word; the value is spelt as the pattern wants it.

    tolerant: case does not matter, and a hyphen may be missing or be another sign ("ll 10023" is LL-10023).
    bare: what follows a fixed first part may also stand alone ("10023" is LL-10023).
    """
    plan = _plan(pattern, tolerant, bare)
    found = []
    for match in plan.search.finditer(unify(text)):
        if (value := _spelling(match, plan)) is not None:
            found.append(found_at(text, match.start(), match.end(), value))
    return found


def _spelling(match: re.Match[str], plan: _Tolerant) -> str | None:
    parts = [match[f"part{number}"] for number in range(plan.parts)]
    if parts[0] is None:
        parts[0] = plan.prefix
    said = "-".join(parts)
    return next((form for form in (said, said.upper(), said.lower()) if plan.exact.fullmatch(form)), None)


@functools.lru_cache(maxsize=256)
def _plan(pattern: str, tolerant: bool, bare: bool) -> _Tolerant:
    exact = re.compile(pattern)
    parts = _split_at_hyphens(pattern) if tolerant else [pattern]
    named = [f"(?P<part{number}>{part})" for number, part in enumerate(parts)]
    fixed = parts[0] if len(parts) > 1 and re.fullmatch(r"\w+", parts[0]) else ""
    if bare and fixed:
        named[0] = f"(?:{named[0]}{_SEPARATOR})?"
        body = named[0] + _SEPARATOR.join(named[1:])
    else:
        body = (_SEPARATOR if tolerant else "-").join(named)
    search = re.compile(
        rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-_]){body}(?![A-Za-z0-9]|[-_][A-Za-z0-9])",
        re.IGNORECASE if tolerant else 0,
    )
    return _Tolerant(search, exact, len(parts), fixed)


def _split_at_hyphens(pattern: str) -> list[str]:
    """The parts between literal hyphens that stand outside of brackets and groups."""
    parts, depth, in_class, escaped = [""], 0, False, False
    for sign in pattern:
        if escaped:
            escaped = False
            if sign == "-" and not depth and not in_class:
                parts[-1] = parts[-1][:-1]
                parts.append("")
                continue
        elif sign == "\\":
            escaped = True
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "-" and not depth:
            parts.append("")
            continue
        parts[-1] += sign
    return parts if all(parts) else [pattern]
