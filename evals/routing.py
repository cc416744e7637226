"""Reads a question set with classifier and retrieval alone, in this process, and prints what they get wrong.

    python -m evals.routing shop --set tenants/shop/evals/open.jsonl
    python -m evals.routing cphos --set ../shared/data/cphos/questions.jsonl

Seconds instead of minutes: no broker, no database, nothing is executed. Graded are route, operation, arguments, field
and the first passage; `careline eval` grades the rest on the running system.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from careline.contracts.base import TurnRef
from careline.contracts.reply import Outcome
from careline.contracts.turn import Exchange, Identity, Turn
from careline.contracts.understanding import CustomerFacts, Route, Understanding
from careline.models.encoder import Encoder, from_bytes
from careline.models.text import preload
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline_classifier.adapters.minds import MindStore
from careline_classifier.domain.understand import placed
from careline_classifier.reading import Reader
from careline_cli.evaluation.expected import Expected
from careline_cli.evaluation.grade import same_arguments
from careline_cli.evaluation.questions import Question, load_questions
from careline_retrieval.domain.index import terms_of
from careline_retrieval.domain.resident import GuideIndex

from .memory import NOW, MemoryRecords, guide_of

ROOT = Path(__file__).resolve().parents[1]
ROUTES = {
    Outcome.SMALL_TALK: {Route.SMALL_TALK},
    Outcome.OUT_OF_SCOPE: {Route.OUT_OF_SCOPE},
    Outcome.CASE: {Route.COMPLAINT, Route.SUGGESTION},
    Outcome.HANDOVER: {Route.HUMAN},
    Outcome.ANSWER: {Route.GUIDE},
}


@dataclass(frozen=True, slots=True)
class Bench:
    """A pack made ready to read questions."""

    pack: Pack
    reader: Reader
    indexes: dict[str, GuideIndex]

    async def read(self, question: Question, text: str, history: tuple[Exchange, ...]) -> Understanding:
        ref = TurnRef(tenant=self.pack.name, conversation=question.id, turn=f"t{len(history)}", epoch=0)
        turn = Turn(
            ref=ref,
            text=text,
            received_at=NOW,
            identity=Identity(
                visitor="v", customer=question.user, assurance="signed" if question.user else "anonymous"
            ),
            history=history,
        )
        facts = CustomerFacts(known=question.user is not None)
        said, embedding = await self.reader.heard(turn, ())
        return placed(await self.reader.understand(said, (), embedding, asyncio.sleep(0, facts)), text, said.text)

    def passages(self, text: str, found: Understanding) -> list[str]:
        """The ids of the passages found, best first."""
        index = self.indexes.get(found.language) or self.indexes.get(self.pack.default_language)
        if index is None:
            return []
        passages = index.search(from_bytes(found.embedding), sorted(set(terms_of(text))), 4)
        return [f"{passage.id}({passage.similarity:.2f})" for passage in passages]


def judge(expected: Expected, found: Understanding, passages: list[str]) -> str:
    """What is wrong, or an empty text."""
    if expected.operation:
        if found.operation != expected.operation:
            return f"{said(found)}, not {expected.operation}"
        got = {argument.name: argument.value for argument in found.arguments}
        if expected.args is not None and not same_arguments(expected.args, got):
            return f"arguments {got}, not {expected.args}"
        return ""
    if expected.profile_field:
        return "" if found.fact == expected.profile_field else f"{said(found)}, not the field {expected.profile_field}"
    if found.route not in ROUTES.get(expected.outcome, set(Route)):
        return f"{said(found)}, not {expected.outcome}"
    if expected.passages and (not passages or passages[0].partition("(")[0] not in expected.passages):
        return f"cites {passages[:3]}, none of {list(expected.passages)}"
    return ""


def said(found: Understanding) -> str:
    return f"{found.route.value} {found.operation or found.fact or found.intent} ({found.confidence:.2f})"


async def run(bench: Bench, questions: tuple[Question, ...]) -> float:
    """Print wrong rows and accuracy; the share of right rows. Steps after the first see the earlier ones as history,
    but no open question: what depends on one is for the running system."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for question in questions:
        step = question.steps[0]
        if step.expected is None:
            continue
        found = await bench.read(question, step.text, ())
        problem = judge(step.expected, found, bench.passages(step.text, found) if found.route is Route.GUIDE else [])
        total[question.kind] += 1
        right[question.kind] += not problem
        if problem:
            print(f"{question.id:12} {step.text[:90]!r}: {problem}")
    for kind in sorted(total):
        print(f"{kind:24} {right[kind]:4} of {total[kind]:4}")
    share = sum(right.values()) / max(1, sum(total.values()))
    print(f"{'all':24} {sum(right.values()):4} of {sum(total.values()):4} = {share:.1%}")
    return share


def make_bench(pack_name: str, encoder: Encoder, heads: Path) -> Bench:
    """Loads the pack from its folder, trains (or takes stored heads), indexes its guide."""
    preload()
    folder = ROOT / "tenants" / pack_name
    pack = load_pack(folder)
    mind = MindStore(heads, encoder).load_or_train(pack)
    reader = Reader(pack, mind, encoder, MemoryRecords(folder, pack))
    return Bench(pack, reader, guide_of(pack, encoder))


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.routing", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, required=True, dest="questions")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads")
    parser.add_argument("--at-least", type=float, default=0.0, help="exit 1 when fewer rows are right (0 to 1)")
    options = parser.parse_args()
    bench = make_bench(options.pack, Encoder.load(options.encoder, cache_size=8192), options.heads)
    share = asyncio.run(run(bench, load_questions(options.questions)))
    return 0 if share >= options.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
