"""Reads messages with several requests, and messages that must stay whole; prints what is wrong.

    python -m evals.several shop --set evals/sets/several-dev.jsonl [--half tune|report]

A row expects either one thing or `parts`; what waits for a turn of its own is read as that turn. Graded are how the
message is divided, and of each part route, operation, arguments, field and first passage, in any order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from careline.contracts.understanding import Understanding
from careline.models.encoder import Encoder
from careline_classifier.domain.several import pieces
from careline_cli.evaluation.expected import Expected
from careline_cli.evaluation.questions import Question, load_questions

from .routing import ROOT, Bench, judge, make_bench, said


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it was read, with the words that it was read from."""

    found: Understanding
    text: str


async def hear(bench: Bench, question: Question, text: str) -> list[Heard]:
    """All requests of a message; those that wait are read as the gateway would send them again."""
    found = await bench.read(question, text, ())
    requests = [found, *found.further]
    heard = [
        Heard(found.alone(each), text if each.span is None else text[each.span.start : each.span.end])
        for each in requests
    ]
    for span in found.later:
        heard += await hear(bench, question, text[span.start : span.end])
    return heard


def problem(bench: Bench, expected: Sequence[Expected], heard: Sequence[Heard]) -> str:
    """What is wrong, or an empty text."""
    if len(heard) != len(expected):
        return f"{len(heard)} requests, not {len(expected)}: {[said(each.found) for each in heard]}"
    left = list(heard)
    for one in expected:
        judged = [(judge(one, each.found, bench.passages(each.text, each.found)), each) for each in left]
        right = next((each for why, each in judged if not why), None)
        if right is None:
            return "; ".join(why for why, _ in judged)
        left.remove(right)
    return ""


async def run(bench: Bench, questions: Sequence[Question]) -> None:
    right: Counter[str] = Counter()
    divided: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for question in questions:
        step = question.steps[0]
        assert step.expected is not None
        expected = step.expected.parts or (step.expected,)
        heard = await hear(bench, question, step.text)
        why = problem(bench, expected, heard)
        total[question.kind] += 1
        right[question.kind] += not why
        divided[question.kind] += len(heard) == len(expected)
        if why:
            print(f"{question.id} {step.text!r}: {why}")
    for kind in sorted(total):
        print(f"{kind:10} {right[kind]:4} of {total[kind]:4} right, {divided[kind]:4} divided rightly")


def cost(questions: Sequence[Question]) -> None:
    """Microseconds that a message costs which is not divided: looking for pieces."""
    texts = [question.steps[0].text for question in questions if question.kind == "single"]
    started = time.perf_counter()
    for text in texts:
        pieces(text)
    print(f"looking for pieces: {(time.perf_counter() - started) / max(1, len(texts)) * 1e6:.0f} us a single message")


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.several", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, default=ROOT / "evals/sets/several-dev.jsonl", dest="questions")
    parser.add_argument("--half", choices=("tune", "report"), help="one half of the set; the other stays unseen")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads")
    options = parser.parse_args()
    halves = {row["id"]: row.get("half") for row in map(json.loads, options.questions.read_text("utf-8").splitlines())}
    questions = [
        question
        for question in load_questions(options.questions)
        if options.half is None or halves[question.id] == options.half
    ]
    bench = make_bench(options.pack, Encoder.load(options.encoder, cache_size=8192), options.heads)
    asyncio.run(run(bench, questions))
    cost(questions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
