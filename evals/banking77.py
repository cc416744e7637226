"""BANKING77 (Casanueva et al. 2020, arXiv 2003.04807): 77 fine-grained intents of a bank's customers.

    python -m evals.banking77 [FOLDER] [--shots 10] [--seeds 3] [--fine-tune | --frozen] [--json OUT]

The folder holds train.csv and test.csv with the columns text and category. Accuracy is over the whole of test.csv, once
trained on all of train.csv, and for few shots on that many random examples of every intent, drawn anew for each seed,
and the intents' names.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from dataclasses import asdict
from pathlib import Path

from .intents import Pairs, Scores, add_options, encoder_for, few, held_out, measure, wants_tuning
from .public_set import Report, SetError, conduct, mean_and_spread, parser, percent, read_text, say

NAME = "banking77"
COLUMNS = ("text", "category")
HELD_OUT = 0.05


def load(folder: Path) -> tuple[Pairs, Pairs]:
    """Training and test pairs. Raises SetError."""
    training, test = (read_part(folder / f"{part}.csv") for part in ("train", "test"))
    if strange := sorted({label for _, label in test} - {label for _, label in training}):
        raise SetError(f"{folder}: test.csv has the category {strange[0]!r}, train.csv has not")
    return training, test


def read_part(file: Path) -> Pairs:
    """Raises SetError."""
    reader = csv.DictReader(io.StringIO(read_text(file), newline=""))
    if absent := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise SetError(f"{file} has no column {absent[0]}")
    rows = [(row["text"], row["category"]) for row in reader]
    for number, row in enumerate(rows, 1):
        if not row[0] or not row[1]:
            raise SetError(f"{file}, row {number}: text or category is empty")
    if not rows:
        raise SetError(f"{file} has no rows")
    return rows


def run(folder: Path, options: argparse.Namespace) -> Report:
    training, test = load(folder)
    tuned = wants_tuning(options)
    report = Report(f"BANKING77: {len(test)} test texts")
    report.table.append(
        ("training", "encoder", "accuracy, %", "spread", "calibration error, %", "head, s", "a text, ms")
    )
    report.figures = {"fine_tuned": tuned}
    if not options.only_few:
        full = _full(training, test, options, tuned)
        report.figures["full"] = asdict(full)
        report.table.append(_row(f"all {len(training)}", "tuned" if tuned else "general", [full]))
    if options.shots:
        runs = _few(training, test, options, tuned)
        middle, spread = mean_and_spread([each.accuracy for each in runs])
        rows = [asdict(each) for each in runs]
        report.figures["few"] = {"shots": options.shots, "accuracy": middle, "spread": spread, "runs": rows}
        report.table.append(_row(f"{options.shots} each, {len(runs)} draws", "tuned" if tuned else "general", runs))
    return report


def _full(training: Pairs, test: Pairs, options: argparse.Namespace, tuned: bool) -> Scores:
    """A tuned encoder does not see a twentieth of the training part, so that confidence can be calibrated on that."""
    seen, unseen = held_out(training, HELD_OUT, options.seed) if tuned else (training, [])
    with encoder_for(NAME, seen, options, tuned) as encoder:
        scores, _ = measure(training, test, encoder, validation=unseen)
    say(f"{NAME}: all: {percent(scores.accuracy)} %")
    return scores


def _few(training: Pairs, test: Pairs, options: argparse.Namespace, tuned: bool) -> list[Scores]:
    """Nothing can be held out of so few: confidence is calibrated by cross-validation."""
    runs = []
    for number in range(options.seeds):
        shown = few(training, options.shots, options.seed + number)
        with encoder_for(NAME, shown, options, tuned) as encoder:
            runs.append(measure(shown, test, encoder, few_shot=True)[0])
        say(f"{NAME}: {options.shots} of each, draw {number + 1}: {percent(runs[-1].accuracy)} %")
    return runs


def _row(name: str, encoder: str, runs: list[Scores]) -> tuple[str, ...]:
    middle, spread = mean_and_spread([each.accuracy for each in runs])
    error, seconds, milliseconds = (
        mean_and_spread([getattr(each, field) for each in runs])[0]
        for field in ("calibration_error", "training_seconds", "milliseconds")
    )
    deviation = f"{100 * spread:.2f}" if len(runs) > 1 else ""
    return (name, encoder, percent(middle), deviation, percent(error), f"{seconds:.1f}", f"{milliseconds:.2f}")


def main() -> int:
    options = parser(NAME, __doc__)
    add_options(options)
    options.add_argument("--shots", type=int, default=10, help="examples of each intent for the few-shot row; 0: none")
    options.add_argument("--seeds", type=int, default=3, help="draws of such examples")
    options.add_argument("--only-few", action="store_true", help="leave the full set out")
    return conduct(NAME, options.parse_args(), run)


if __name__ == "__main__":
    sys.exit(main())
