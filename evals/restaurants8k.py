"""RESTAURANTS-8K (Coope et al. 2020, arXiv 2005.08866): values of slots in messages to a restaurant.

    python -m evals.restaurants8k [FOLDER] [--json OUT]

The folder holds train_0.json (all of the training part) and test.json: lists of {userInput: {text}, context:
{requestedSlots}, labels: [{slot, valueSpan: {startIndex, endIndex}}]}; an absent startIndex is 0. The slots are
those that the training part has, so that the other span sets of this format run too.

A value counts as found only if slot, start and end are exactly as marked; a part of it or more than it is wrong (as in
Span-ConveRT, and in ConVEx, arXiv 2010.11791). F1 is over all values; beside it its mean over the slots, as those
papers average it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from careline.models.span_tagger import Marked, Span, train_tagger

from .public_set import Report, SetError, conduct, parser, percent, read_json, say

NAME = "restaurants8k"


def load(file: Path) -> list[Marked]:
    """Raises SetError."""
    rows = read_json(file)
    if not isinstance(rows, list) or not rows:
        raise SetError(f"{file} has no rows")
    return [_marked(row, f"{file}, row {number}") for number, row in enumerate(rows, 1)]


def _marked(row: Any, place: str) -> Marked:
    try:
        text = row["userInput"]["text"]
        asked = tuple(row.get("context", {}).get("requestedSlots", ()))
        spans = tuple(
            Span(each["slot"], each["valueSpan"].get("startIndex", 0), each["valueSpan"]["endIndex"])
            for each in row.get("labels", ())
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise SetError(f"{place}: not a message with marked values ({error!r})") from error
    for span in spans:
        if not 0 <= span.start < span.end <= len(text):
            raise SetError(f"{place}: the value of {span.slot} is not inside of the text")
    return Marked(text, asked, spans)


def run(folder: Path, options: argparse.Namespace) -> Report:
    training, test = load(folder / "train_0.json"), load(folder / "test.json")
    start = time.perf_counter()
    tagger = train_tagger(training, lambda line: say(f"{NAME}: {line}"))
    trained = time.perf_counter() - start
    start = time.perf_counter()
    found = [tagger.find(message.text, message.asked) for message in test]
    milliseconds = 1000 * (time.perf_counter() - start) / len(test)
    report = Report(f"RESTAURANTS-8K: {len(training)} messages, {len(test)} test messages")
    by_slot = figures(test, found)
    total = by_slot.pop("all")
    mean = sum(row["f1"] for row in by_slot.values()) / len(by_slot)
    report.figures = {
        "f1": total["f1"],
        "f1_mean_of_slots": mean,
        "slots": by_slot,
        "training_seconds": trained,
        "milliseconds": milliseconds,
    }
    report.table = [("slot", "wanted", "precision, %", "recall, %", "F1, %")]
    report.table += [_row(slot, row) for slot, row in [*by_slot.items(), ("all values", total)]]
    report.table.append(("mean of the slots", "", "", "", percent(mean)))
    report.table.append((f"trained in {trained:.0f} s, {milliseconds:.2f} ms a message", "", "", "", ""))
    return report


def figures(test: Sequence[Marked], found: Sequence[Sequence[Span]]) -> dict[str, dict[str, float]]:
    """wanted (a count), precision, recall and f1 by slot, and over "all" values."""
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for message, spans in zip(test, found, strict=True):
        marked = set(message.spans)
        for counter, some in ((wanted, marked), (given, set(spans)), (right, marked & set(spans))):
            counter.update(span.slot for span in some)
    names = sorted(wanted | given)
    rows = {name: _figures(wanted[name], given[name], right[name]) for name in names}
    return rows | {"all": _figures(wanted.total(), given.total(), right.total())}


def _figures(wanted: int, given: int, right: int) -> dict[str, float]:
    return {
        "wanted": wanted,
        "precision": right / given if given else 0.0,
        "recall": right / wanted if wanted else 0.0,
        "f1": 2 * right / (wanted + given) if wanted + given else 0.0,
    }


def _row(name: str, row: dict[str, float]) -> tuple[str, ...]:
    return (name, f"{row['wanted']:.0f}", percent(row["precision"]), percent(row["recall"]), percent(row["f1"]))


def main() -> int:
    return conduct(NAME, parser(NAME, __doc__).parse_args(), run)


if __name__ == "__main__":
    sys.exit(main())
