"""Two runs, row by row: what became right or wrong, and by how much the figures differ.

CommandError
└── NothingInCommon    the runs share no question
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import CommandError
from .saved import Row, SavedRun
from .statistics import interval, mcnemar

# Of every row; a row of an older run that lacks one is left out of that figure.
_PER_ROW: Mapping[str, Callable[[Row], Any]] = {
    "right": lambda row: float(row["right"]),
    "ms": lambda row: row.get("ms") if row.get("outcome") else None,
    "llm calls": lambda row: (row.get("llm") or {}).get("calls"),
    "prompt tokens": lambda row: (row.get("llm") or {}).get("prompt_tokens"),
    "prompt characters": lambda row: (row.get("llm") or {}).get("prompt_chars"),
    "completion tokens": lambda row: (row.get("llm") or {}).get("completion_tokens"),
    "money": lambda row: (row.get("llm") or {}).get("money"),
}


class NothingInCommon(CommandError):
    """The runs share no question."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure's mean a question in both runs, and between which bounds the true difference lies (95 %)."""

    name: str
    before: float
    now: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether 0 is outside of the bounds."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `now` changed. Rows are those of `now`; only questions that both runs have count. `other_sets`: the sets
    that are not the same files in both runs. `p` is McNemar's."""

    before: str
    shared: int
    only_before: int
    only_now: int
    became_right: tuple[Row, ...]
    became_wrong: tuple[Row, ...]
    right_before: int
    right_now: int
    p: float
    differences: tuple[Difference, ...]
    other_sets: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Ids instead of rows."""
        return {
            "before": self.before,
            "shared": self.shared,
            "only_before": self.only_before,
            "only_now": self.only_now,
            "became_right": [row["id"] for row in self.became_right],
            "became_wrong": [row["id"] for row in self.became_wrong],
            "right_before": self.right_before,
            "right_now": self.right_now,
            "p": round(self.p, 6),
            "differences": {d.name: [d.before, d.now, d.low, d.high] for d in self.differences},
            "other_sets": list(self.other_sets),
        }


def compare(before: SavedRun, now: SavedRun) -> Comparison:
    """Raises NothingInCommon."""
    older, newer = _keyed(before.rows), _keyed(now.rows)
    if not all(row.get("set") for row in (*before.rows, *now.rows)):
        # A run of an earlier release does not say which set a row is of.
        older, newer = ({("", key[1]): row for key, row in rows.items()} for rows in (older, newer))
    shared = [key for key in newer if key in older]
    if not shared:
        raise NothingInCommon(
            f"{before.name} ({', '.join(before.sets)}) and this run ({', '.join(now.sets)}) share no question.",
            "Compare with a run on the same question set.",
        )
    pairs = [(older[key], newer[key]) for key in shared]
    became_right = tuple(new for old, new in pairs if new["right"] and not old["right"])
    became_wrong = tuple(new for old, new in pairs if old["right"] and not new["right"])
    return Comparison(
        before=before.name,
        shared=len(pairs),
        only_before=len(older) - len(pairs),
        only_now=len(newer) - len(pairs),
        became_right=became_right,
        became_wrong=became_wrong,
        right_before=sum(old["right"] for old, _ in pairs),
        right_now=sum(new["right"] for _, new in pairs),
        p=mcnemar(len(became_right), len(became_wrong)),
        differences=tuple(filter(None, (_difference(name, pairs) for name in _PER_ROW))),
        other_sets=tuple(name for name in now.sets if name in before.sets and now.sets[name] != before.sets[name]),
    )


def _keyed(rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    return {(str(row.get("set") or ""), row["id"]): row for row in rows}


def _difference(name: str, pairs: list[tuple[Row, Row]]) -> Difference | None:
    value = _PER_ROW[name]
    groups: dict[str, list[float]] = defaultdict(list)
    olds: list[float] = []
    news: list[float] = []
    for old, new in pairs:
        was, is_now = value(old), value(new)
        if was is None or is_now is None:
            continue
        olds.append(was)
        news.append(is_now)
        groups[new["group"]].append(is_now - was)
    if not olds:
        return None
    low, high = interval(groups)
    places = 6 if name == "money" else 4
    figures = (sum(olds) / len(olds), sum(news) / len(news), low, high)
    return Difference(name, *(round(figure, places) for figure in figures))
