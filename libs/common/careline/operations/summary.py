"""What would change, old -> new, in words for a confirmation question."""

from __future__ import annotations

from collections.abc import Iterable

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange

from .resolve import is_mark

_ABSENT = {"en": "nothing", "zh": "无"}
_INSERT = {"en": "new", "zh": "新增"}
_DELETE = {"en": "removed", "zh": "删除"}
_YES = {"en": "yes", "zh": "是"}
_NO = {"en": "no", "zh": "否"}


def summary(diff: Iterable[RowChange], language: str, customer: str | None = None) -> str:
    """One line per changed row; the key of the `customer`'s own row goes without saying. Marks (numbers and moments
    still to come) are left out: they say nothing yet."""
    return "\n".join(_line(change, language, customer) for change in diff)


def _line(change: RowChange, language: str, customer: str | None) -> str:
    name = _words(change.table.rpartition(".")[2])
    if change.action == "insert":
        return f"{name} ({_word(_INSERT, language)}): {_cells(change.new, language)}"
    key = ", ".join(_value(value, language) for value in change.key.values() if value != customer)
    head = f"{name} {key}".strip()
    if change.action == "delete":
        return f"{head}: {_word(_DELETE, language)}"
    changed = (
        f"{_words(column)} {_value(change.old.get(column), language)} -> {_value(value, language)}"
        for column, value in change.new.items()
        if not is_mark(value)
    )
    return f"{head}: {', '.join(changed)}"


def _cells(cells: dict[str, JsonScalar], language: str) -> str:
    said = {name: value for name, value in cells.items() if value is not None and not is_mark(value)}
    return ", ".join(f"{_words(name)} {_value(value, language)}" for name, value in said.items())


def _value(value: JsonScalar, language: str) -> str:
    if isinstance(value, bool):
        return _word(_YES if value else _NO, language)
    return _word(_ABSENT, language) if value in (None, "") else str(value)


def _word(words: dict[str, str], language: str) -> str:
    return words.get(language, words["en"])


def _words(name: str) -> str:
    return name.replace("_", " ")
