"""CLINC150 (Larson et al. 2019, arXiv 1909.02027): 150 intents, and texts that are out of scope.

    python -m evals.clinc150 [FOLDER] [--fine-tune | --frozen] [--json OUT]

The folder holds data_full.json with the parts `train`, `val`, `test`, `oos_test` (and others): lists of [text, intent].
In-scope accuracy is over `test`, by a head that knows the 150 intents and learnt `train` alone. Whether a text is in
scope is told by the head's familiarity: AUROC over `test` against `oos_test`, and out-of-scope recall at the border
that keeps 95 % of `val`. Confidence is calibrated on `val`, too, which is not learnt from.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from .intents import Pairs, add_options, encoder_for, measure, read_pairs, wants_tuning
from .public_set import Report, SetError, conduct, parser, percent, read_json

NAME = "clinc150"
FILE = "data_full.json"
PARTS = ("train", "val", "test", "oos_test")


def load(folder: Path) -> dict[str, Pairs]:
    """The parts by name. Raises SetError."""
    data = read_json(folder / FILE)
    if not isinstance(data, dict) or (absent := [part for part in PARTS if part not in data]):
        raise SetError(f"{folder / FILE} has no part {absent[0] if isinstance(data, dict) else PARTS[0]}")
    parts = {part: read_pairs(data[part], f"{folder / FILE}, {part}") for part in PARTS}
    known = {label for _, label in parts["train"]}
    for part in ("val", "test"):
        if strange := sorted({label for _, label in parts[part]} - known):
            raise SetError(f"{folder / FILE}: {part} has the intent {strange[0]!r}, train has not")
    return parts


def run(folder: Path, options: argparse.Namespace) -> Report:
    parts = load(folder)
    tuned = wants_tuning(options)
    with encoder_for(NAME, parts["train"], options, tuned) as encoder:
        outside = [text for text, _ in parts["oos_test"]]
        scores, head = measure(parts["train"], parts["test"], encoder, outside=outside, validation=parts["val"])
    report = Report(f"CLINC150: {len(parts['train'])} examples, {len(head.labels)} intents, {encoder.identity}")
    report.figures = {"fine_tuned": tuned, "labels": len(head.labels), **asdict(scores)}
    assert scores.auroc is not None and scores.rejected is not None and scores.kept is not None
    report.table = [
        ("test texts", str(len(parts["test"]))),
        ("in-scope accuracy, %", percent(scores.accuracy)),
        ("calibration error, %", percent(scores.calibration_error)),
        ("out-of-scope AUROC, %", percent(scores.auroc)),
        ("out-of-scope recall, %", percent(scores.rejected)),
        ("  in scope kept there, %", percent(scores.kept)),
        ("head trained, s", f"{scores.training_seconds:.1f}"),
        ("a text, ms", f"{scores.milliseconds:.2f}"),
    ]
    return report


def main() -> int:
    options = parser(NAME, __doc__)
    add_options(options)
    return conduct(NAME, options.parse_args(), run)


if __name__ == "__main__":
    sys.exit(main())
