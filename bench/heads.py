"""Accuracy, calibration and rejection of trained heads on public sets: `python bench/heads.py`.

BANKING77 (Casanueva et al. 2020) and CLINC150 (Larson et al. 2019), whole and with few examples a label. Nothing is
fitted on the test parts. They were seen during development, though: BANKING77's while the weight of the n-grams was
explored, CLINC150's while scores to reject out-of-scope texts were compared. Both choices were then repeated on
held-out training and validation examples, and stayed.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from careline.models import head_format, heads
from careline.models.calibration import Validation
from careline.models.encoder import Encoder
from careline.models.errors import ModelError

Pairs = list[tuple[str, str]]


def banking(folder: Path) -> tuple[Pairs, Pairs, list[str]]:
    """Training pairs, test pairs, out-of-scope texts (none here)."""
    parts = []
    for name in ("train.csv", "test.csv"):
        with (folder / "banking77" / name).open(encoding="utf-8", newline="") as file:
            parts.append([(row["text"], row["category"]) for row in csv.DictReader(file)])
    return parts[0], parts[1], []


def clinc(folder: Path) -> tuple[Pairs, Pairs, list[str]]:
    data = json.loads((folder / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    pairs = [[(text, label) for text, label in data[part]] for part in ("train", "test")]
    return pairs[0], pairs[1], [text for text, _ in data["oos_test"]]


def few(pairs: Pairs, each: int, seed: int = 0) -> Pairs:
    """`each` random examples of every label."""
    random = np.random.default_rng(seed)
    by_label: dict[str, Pairs] = {}
    for pair in pairs:
        by_label.setdefault(pair[1], []).append(pair)
    return [group[i] for _, group in sorted(by_label.items()) for i in random.permutation(len(group))[:each]]


def area_under_curve(inside: NDArray[np.float32], outside: NDArray[np.float32]) -> float:
    """Chance that a random in-scope text scores above a random out-of-scope one."""
    ranks = np.concatenate([inside, outside]).argsort().argsort()[: len(inside)] + 1.0
    return float((ranks.sum() - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside)))


def evaluate(name: str, encoder: Encoder, training: Pairs, test: Pairs, outside: list[str]) -> None:
    """Prints a paragraph."""
    encoder.encode_many(text for text, _ in training)  # the encoding is timed apart, by bench/encoder.py
    start = time.perf_counter()
    head = heads.train(training, encoder)
    seconds = time.perf_counter() - start
    embeddings = [encoder.encode(text) for text, _ in test]
    start = time.perf_counter()
    best = [head.predict(vector, text)[0] for vector, (text, _) in zip(embeddings, test, strict=True)]
    milliseconds = 1000 * (time.perf_counter() - start) / len(test)
    confidence = np.asarray([probability for _, probability in best], np.float32)
    correct = np.asarray([label == right for (label, _), (_, right) in zip(best, test, strict=True)])
    familiarity = familiar(head, encoder, [text for text, _ in test])
    seen = Validation(confidence, correct, familiarity)
    threshold = head.validation.threshold(0.98)
    passing = confidence >= threshold
    print(f"{name}: {len(training)} examples, {len(head.labels)} labels, {len(test)} test texts")
    print(f"  accuracy {100 * seen.accuracy:.1f} %   calibration error {100 * seen.calibration_error():.1f} %")
    print(
        f"  trained in {seconds:.1f} s, {milliseconds:.2f} ms a prediction, {len(head_format.pack(head)) / 1e6:.1f} MB"
    )
    print(
        f"  asked for 98 % precision: {100 * float(correct[passing].mean()):.1f} % "
        f"at {100 * float(passing.mean()):.1f} % coverage (confidence >= {threshold:.3f})"
    )
    if outside:
        strange = familiar(head, encoder, outside)
        border = head.validation.familiarity_threshold(0.95)
        kept, rejected = float((familiarity >= border).mean()), float((strange < border).mean())
        print(f"  out of scope: AUROC {100 * area_under_curve(familiarity, strange):.1f}")
        print(f"  a border to keep 95 % keeps {100 * kept:.1f} % and rejects {100 * rejected:.1f} %")


def familiar(head: heads.Head, encoder: Encoder, texts: list[str]) -> NDArray[np.float32]:
    """float32[len(texts)]."""
    return np.asarray([head.familiarity(encoder.encode(text), text) for text in texts], np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=Path(".local/encoder"), help="converted encoder's folder")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with banking77, clinc150")
    options = parser.parse_args()
    try:
        encoder = Encoder.load(options.encoder, cache_size=50_000)
    except ModelError as error:
        raise SystemExit(str(error)) from None
    with encoder:
        for name, load, each in (("BANKING77", banking, 10), ("CLINC150", clinc, 10)):
            try:
                training, test, outside = load(options.data)
            except FileNotFoundError as error:
                print(f"{name}: skipped, {error.filename} is not there")
                continue
            evaluate(f"{name}, {each} a label", encoder, few(training, each), test, outside)
            evaluate(name, encoder, training, test, outside)


if __name__ == "__main__":
    main()
