"""Answers guide questions with the services' own code, in this process, and grades what is said.

    python -m evals.answers shop                                # the pack's open set and the development sets
    python -m evals.answers cphos --set ../shared/data/cphos/questions.jsonl

Seconds: no broker, no database. Each row with expected passages is read, searched, answered, and graded as
`careline eval` grades it. Printed besides what is wrong: how much of the cited text is said, and how often a yes or no
stands in front.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from careline.contracts.draft import AnswerDraft
from careline.contracts.evidence import Passage
from careline.contracts.reply import Outcome
from careline.contracts.understanding import Route, Understanding
from careline.models.answering import LEADS
from careline.models.courtesy import hushed
from careline.models.encoder import Encoder, from_bytes
from careline_cli.evaluation.grade import grade
from careline_cli.evaluation.observed import Observed
from careline_cli.evaluation.questions import Question, load_questions
from careline_executor.domain.answer import answer
from careline_executor.domain.trusting import trusted
from careline_retrieval.domain.index import terms_of

from .routing import ROOT, Bench, make_bench

OWN_SETS = {"shop": ("tenants/shop/evals/open.jsonl", "evals/sets/shop-dev-a.jsonl", "evals/sets/shop-dev-b.jsonl")}


@dataclass
class Tally:
    """What was found: rows, right ones, characters said and characters of the passages cited."""

    rows: int = 0
    right: int = 0
    said: int = 0
    cited: int = 0
    decided: int = 0

    def line(self, name: str) -> str:
        share = self.said / max(1, self.cited)
        return (
            f"{name:40} {self.right:4} of {self.rows:4} right; {share:.0%} of the cited passages' text is said; "
            f"{self.decided} with yes or no"
        )


def passages_of(bench: Bench, text: str, found: Understanding) -> tuple[Passage, ...]:
    """As retrieval finds them for a message without a history."""
    index = bench.indexes.get(found.language) or bench.indexes.get(bench.pack.default_language)
    if index is None:
        return ()
    wanted = bench.pack.tenant.guide.passages
    return index.search(from_bytes(found.embedding), sorted(set(terms_of(hushed(text)))), wanted)


def drafted(bench: Bench, text: str, passages: tuple[Passage, ...]) -> AnswerDraft | None:
    return answer(text, trusted(passages, bench.pack, text), bench.pack.tenant.guide)


def observed(draft: AnswerDraft | None, passages: tuple[Passage, ...]) -> Observed:
    if draft is None:
        return Observed(Outcome.HANDOVER)
    texts = {passage.id: passage.text for passage in passages}
    return Observed(Outcome.ANSWER, draft.text, cited={c.passage: texts[c.passage] for c in draft.citations})


async def run(bench: Bench, questions: tuple[Question, ...], show: bool) -> Tally:
    """Grade the first step of every row that expects passages; rows routed elsewhere count as wrong."""
    tally = Tally()
    for question in questions:
        step = question.steps[0]
        if step.expected is None or not step.expected.passages:
            continue
        found = await bench.read(question, step.text, ())
        if found.route is not Route.GUIDE:
            tally.rows += 1
            print(f"{question.id:12} {step.text[:80]!r}: routed to {found.route.value}")
            continue
        passages = passages_of(bench, step.text, found)
        draft = drafted(bench, step.text, passages)
        seen = observed(draft, passages)
        verdict = grade(step.expected, seen, {}, {})
        tally.rows += 1
        tally.right += verdict.right
        tally.decided += draft is not None and draft.text.startswith(tuple(LEADS))
        tally.said += sum(len(citation.quote) for citation in draft.citations) if draft else 0
        tally.cited += sum(map(len, seen.cited.values()))
        if not verdict.right:
            print(f"{question.id:12} {step.text[:80]!r}: {verdict.why}")
        if show and draft is not None:
            print(f"  {step.text}\n      -> {draft.text!r}")
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.answers", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, action="append", dest="sets")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads")
    parser.add_argument("--show", action="store_true", help="print every answer")
    parser.add_argument("--at-least", type=float, default=0.0, help="exit 1 when fewer rows are right (0 to 1)")
    options = parser.parse_args()
    sets = options.sets or [ROOT / name for name in OWN_SETS.get(options.pack, ())]
    if not sets:
        parser.error(f"the pack {options.pack} has no sets of its own here: name one with --set")
    bench = make_bench(options.pack, Encoder.load(options.encoder, cache_size=8192), options.heads)
    tallies = {path: asyncio.run(run(bench, load_questions(path), options.show)) for path in sets}
    for path, tally in tallies.items():
        print(tally.line(path.name))
    rows = sum(tally.rows for tally in tallies.values())
    right = sum(tally.right for tally in tallies.values())
    return 0 if right >= options.at_least * rows else 1


if __name__ == "__main__":
    sys.exit(main())
