"""Milliseconds per text of the sentence encoder on one thread: `python bench/encoder.py [--encoder DIR]`."""

import argparse
import statistics
import time
from pathlib import Path

from careline.models.encoder import Encoder
from careline.models.errors import ModelError

SENTENCE = "I would like to know where my parcel is because it should have come"
ROUNDS = 400


def measure(encoder: Encoder, words: int) -> tuple[float, float]:
    """p50 and p99 in milliseconds for a text of about `words` words (two more tokens); the cache must be off."""
    text = " ".join((SENTENCE.split() * (words // 10 + 1))[:words])
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        encoder.encode(text)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=Path(".local/encoder"), help="converted encoder's folder")
    folder = parser.parse_args().encoder
    start = time.perf_counter()
    try:
        encoder = Encoder.load(folder, cache_size=0)
    except ModelError as error:
        raise SystemExit(str(error)) from None
    with encoder:
        print(f"{encoder.identity}: loaded in {time.perf_counter() - start:.2f} s")
        encoder.encode(SENTENCE)
        for words in (5, 13, 30, 60, 250):
            middle, tail = measure(encoder, words)
            print(f"{words + 2:4d} tokens   p50 {middle:6.2f} ms   p99 {tail:6.2f} ms")


if __name__ == "__main__":
    main()
