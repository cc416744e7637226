"""Measures intent heads on a published set: what is trained, and what is counted.

Nothing is fitted or chosen on test parts. The encoder is the general one, or one fine-tuned to the training part in a
process of its own (`make trainer`); such an encoder is kept, so that a second run takes seconds.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from careline.models import heads
from careline.models.calibration import Validation
from careline.models.encoder import Encoder
from careline.models.errors import TrainerMissing
from careline.models.few_shot import train_few
from careline.models.head import Head
from careline.models.tuning.trainer import find_trainer, fine_tune

from .public_set import SetError, say

Pairs = Sequence[tuple[str, str]]
_CACHE = 60_000


@dataclass(frozen=True, slots=True)
class Scores:
    """On a test part: shares of 1; milliseconds per text, encoding included. AUROC only with out-of-scope texts."""

    accuracy: float
    calibration_error: float
    milliseconds: float
    training_seconds: float
    auroc: float | None = None
    kept: float | None = None
    rejected: float | None = None


def few(pairs: Pairs, each: int, seed: int) -> list[tuple[str, str]]:
    """`each` random examples of every label. Raises SetError if a label has fewer."""
    random = np.random.default_rng(seed)
    by_label: dict[str, list[tuple[str, str]]] = {}
    for pair in pairs:
        by_label.setdefault(pair[1], []).append(pair)
    poor = sorted(label for label, group in by_label.items() if len(group) < each)
    if poor:
        raise SetError(f"{each} examples of each label are wanted, {poor[0]!r} has {len(by_label[poor[0]])}")
    return [group[i] for _, group in sorted(by_label.items()) for i in random.permutation(len(group))[:each]]


def held_out(pairs: Pairs, share: float, seed: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What is left, and a random `share` that leaves every label at least one example."""
    random = np.random.default_rng(seed)
    taken: set[int] = set()
    left = Counter(label for _, label in pairs)
    for place in random.permutation(len(pairs)).tolist():
        label = pairs[place][1]
        if len(taken) < share * len(pairs) and left[label] > 1:
            taken.add(place)
            left[label] -= 1
    rest = [pair for place, pair in enumerate(pairs) if place not in taken]
    return rest, [pairs[place] for place in sorted(taken)]


def encoder_for(name: str, training: Pairs, options: argparse.Namespace, tuned: bool) -> Encoder:
    """The general encoder, or one tuned to `training`. Raises a ModelError."""
    if not tuned:
        return Encoder.load(options.home / "encoder", cache_size=_CACHE)
    trainer = find_trainer(os.environ, options.home)
    key = sha256(repr(training).encode()).hexdigest()[:8]
    folder = options.home / "encoders" / f"{name}-{key}"
    fine_tune(training, folder, trainer, say=lambda line: say(f"{name}: {line}"))
    return Encoder.load(folder, cache_size=_CACHE)


def wants_tuning(options: argparse.Namespace) -> bool:
    """As asked for; by default where the trainer is installed. Raises TrainerMissing if it was asked for and is not."""
    if options.frozen:
        return False
    try:
        find_trainer(os.environ, options.home)
    except TrainerMissing as error:
        if options.fine_tune:
            raise
        say(f"the encoder stays as it is ({error})")
        return False
    return True


def add_options(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--fine-tune", action="store_true", help="tune the encoder (default where `make trainer` was)")
    choice.add_argument("--frozen", action="store_true", help="the encoder as it is, heads alone are trained")


def measure(
    training: Pairs,
    test: Pairs,
    encoder: Encoder,
    *,
    outside: Sequence[str] = (),
    validation: Pairs = (),
    few_shot: bool = False,
) -> tuple[Scores, Head]:
    """Trains on the one and counts on the other; `outside` are texts that no label is about, `validation` is what a
    tuned encoder has not seen, to calibrate on. The test parts have as many texts of every label, as they are
    published, so the head expects that."""
    start = time.perf_counter()
    train = partial(train_few, names=True) if few_shot else partial(heads.train, validation=validation, evenly=True)
    head = train(training, encoder)
    trained = time.perf_counter() - start
    start = time.perf_counter()
    texts = [text for text, _ in test]
    best = [head.predict(encoder.encode(text), text)[0] for text in texts]
    milliseconds = 1000 * (time.perf_counter() - start) / len(test)
    confidence = np.asarray([probability for _, probability in best], np.float32)
    correct = np.asarray([label == right for (label, _), (_, right) in zip(best, test, strict=True)])
    familiarity = familiar(head, encoder, texts)
    seen = Validation(confidence, correct, familiarity)
    scores = Scores(seen.accuracy, seen.calibration_error(), milliseconds, trained)
    if not outside:
        return scores, head
    strange = familiar(head, encoder, outside)
    border = head.validation.familiarity_threshold(0.95)
    return Scores(
        seen.accuracy,
        seen.calibration_error(),
        milliseconds,
        trained,
        area_under_curve(familiarity, strange),
        float((familiarity >= border).mean()),
        float((strange < border).mean()),
    ), head


def familiar(head: Head, encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """float32[texts]: how much speaks for any label at all."""
    return np.asarray([head.familiarity(encoder.encode(text), text) for text in texts], np.float32)


def area_under_curve(inside: NDArray[np.float32], outside: NDArray[np.float32]) -> float:
    """Chance that a random in-scope text scores above a random out-of-scope one; equal scores count half."""
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, "left")
    upto = np.searchsorted(ordered, inside, "right")
    return float((below + upto).sum() / 2 / (len(inside) * len(outside)))


def read_pairs(rows: object, place: Path | str) -> Pairs:
    """Checks [[text, label], ...]. Raises SetError."""
    if not isinstance(rows, list) or not rows:
        raise SetError(f"{place} has no rows")
    for number, row in enumerate(rows):
        if not isinstance(row, list | tuple) or len(row) != 2 or not all(isinstance(each, str) for each in row):
            raise SetError(f"{place}, row {number + 1}: not a text and a label")
    return [(text, label) for text, label in rows]
