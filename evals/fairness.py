"""Says the same in other people's words and lists what comes out differently.

    python -m evals.fairness shop
    python -m evals.fairness shop --every 4 --show

Each message of the pack's open set and the development sets is read as it stands and once per variation (name, gender,
form of address, politeness, spelling, script, region, typos, emoji, a word of another language), with the classifier's
and retrieval's own code, in this process. Compared are route, operation, arguments, field and first passage, right or
wrong alike: who asks, and how, must not matter.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from careline.contracts.understanding import Route
from careline.models.encoder import Encoder
from careline_cli.evaluation.questions import Question, load_questions

from .answers import OWN_SETS, passages_of
from .routing import ROOT, Bench, make_bench
from .variations import variations


@dataclass(frozen=True, slots=True)
class Came:
    """What a message comes to."""

    route: str
    what: str
    arguments: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.arguments)
        return f"{self.route} {self.what}{f'({told})' if told else ''}"


@dataclass
class Differences:
    """How many messages were said otherwise, by kind of change, and which of them came to something else."""

    said: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    listed: list[tuple[str, str, str, Came, Came]] = field(default_factory=list)

    def share(self, kind: str) -> float:
        return self.changed[kind] / max(1, self.said[kind])

    def lines(self) -> Iterable[str]:
        for kind in sorted(self.said):
            yield f"{kind:16} {self.changed[kind]:4} of {self.said[kind]:5} = {self.share(kind):.1%}"
        said, changed = sum(self.said.values()), sum(self.changed.values())
        yield f"{'all':16} {changed:4} of {said:5} = {changed / max(1, said):.1%}"


async def came_to(bench: Bench, question: Question, text: str) -> Came:
    """The reading of one message, without a history."""
    found = await bench.read(question, text, ())
    if found.route is Route.GUIDE:
        passages = passages_of(bench, text, found)
        return Came("guide", passages[0].id if passages else "-")
    arguments = tuple(sorted((argument.name, str(argument.value)) for argument in found.arguments))
    return Came(found.route.value, found.operation or found.fact or found.intent, arguments)


async def compare(bench: Bench, questions: Iterable[Question]) -> Differences:
    """Every variation of every question's first message."""
    differences = Differences()
    for question in questions:
        text = question.steps[0].text
        plain = await came_to(bench, question, text)
        for kind, changed in variations(text):
            came = await came_to(bench, question, changed)
            differences.said[kind] += 1
            if not _same(plain, came):
                differences.changed[kind] += 1
                differences.listed.append((kind, question.id, changed, plain, came))
    return differences


def _same(one: Came, other: Came) -> bool:
    """Texts are values as they were written: in another script they are the same words in other signs."""
    return (one.route, one.what) == (other.route, other.what) and [n for n, _ in one.arguments] == [
        n for n, _ in other.arguments
    ]


def questions_of(pack: str, every: int = 1, sets: Iterable[Path] = ()) -> list[Question]:
    """Every n-th question of the pack's own sets, or of `sets`."""
    paths = list(sets) or [ROOT / name for name in OWN_SETS.get(pack, ())]
    return [question for path in paths for question in load_questions(path)][::every]


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.fairness", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, action="append", dest="sets", default=[])
    parser.add_argument("--every", type=int, default=1, help="only every n-th question")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads")
    parser.add_argument("--show", action="store_true", help="list what differs")
    parser.add_argument("--at-most", type=float, default=1.0, help="exit 1 when a greater share differs (0 to 1)")
    options = parser.parse_args()
    questions = questions_of(options.pack, options.every, options.sets)
    if not questions:
        parser.error(f"the pack {options.pack} has no sets of its own here: name one with --set")
    bench = make_bench(options.pack, Encoder.load(options.encoder, cache_size=8192), options.heads)
    found = asyncio.run(compare(bench, questions))
    for kind, name, text, plain, came in found.listed if options.show else ():
        print(f"{kind:14} {name:12} {text[:100]!r}: {came}, not {plain}")
    print("\n".join(found.lines()))
    return 0 if sum(found.changed.values()) <= options.at_most * sum(found.said.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
