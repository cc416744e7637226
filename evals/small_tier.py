"""What a model adds to the reflex, read by read, in this process: no broker, no database, nothing is executed.

    CARELINE_SMALL_URL=http://127.0.0.1:8000 CARELINE_SMALL_MODEL=small \
        python -m evals.small_tier shop --set tenants/shop/evals/open.jsonl --set evals/sets/shop-dev-a.jsonl

Three ways over the same rows, graded as evals.routing does: the reflex alone; the cascade as the pack sets it; and the
model asked about every row and always believed, within what code lets a model decide. Each row's first step counts.

`--scores FILE` writes how sure the model said it was of each row that the reflex is unsure of, and whether it was
right: what `careline calibrate PACK --scores classifier/small=FILE` chooses its threshold from. `--all-scores`: of
every row, where there are too few. With a small and a large tier set up, CARELINE_TIERS=large names the large one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from careline.contracts.base import TurnRef
from careline.contracts.spent import Spent
from careline.contracts.turn import Identity, Turn
from careline.contracts.understanding import CustomerFacts, Route, Understanding
from careline.llm.errors import LlmError
from careline.llm.role import Access, Answered, Inquiry, RoleModels
from careline.models.encoder import Encoder
from careline.telemetry import Instruments, setup_tracing
from careline_classifier.adapters.models import route_models
from careline_classifier.consulting import Consultation, wanted
from careline_cli.evaluation.questions import Question, load_questions

from .memory import NOW
from .routing import ROOT, Bench, judge, make_bench

# Nothing here is hurried: turns were received long ago, and a model on a processor takes its time.
_TURN_SECONDS, _ROLE_SECONDS = 1e12, 120.0
_AT_ONCE = 8
Way = Callable[[Question], Awaitable[tuple[Understanding, tuple[Spent, ...]]]]


M = TypeVar("M", bound=BaseModel)


@dataclass
class Overheard:
    """Models, what the one that answered last said, and how sure it said it was; None: none answered."""

    models: RoleModels
    confidence: float | None = None
    value: BaseModel | None = None

    async def ask(self, inquiry: Inquiry[M]) -> Answered[M]:
        answered = await self.models.ask(inquiry)
        self.confidence = answered.confidence if answered.value is not None else None
        self.value = answered.value
        return answered

    def __getattr__(self, name: str) -> Any:
        return getattr(self.models, name)


class Ways:
    """The three ways. `bench` has the pack; `access` the model. `sureness` is by question, of those always asked."""

    def __init__(self, bench: Bench, access: Access) -> None:
        self._bench = _patient(bench)
        self._models = route_models(access, setup_tracing("evals"), Instruments())
        self._believed = _believing(self._bench)
        self.sureness: dict[str, float] = {}

    async def reflex(self, question: Question) -> tuple[Understanding, tuple[Spent, ...]]:
        return await self._bench.read(question, question.steps[0].text, ()), ()

    async def cascade(self, question: Question) -> tuple[Understanding, tuple[Spent, ...]]:
        found, _ = await self.reflex(question)
        if not wanted(self._models, self._bench.pack, found, ()):
            return found, ()
        return await self._consult(self._bench, question, found)

    async def always(self, question: Question) -> tuple[Understanding, tuple[Spent, ...]]:
        found, _ = await self.reflex(question)
        heard = Overheard(self._models)
        answered = await self._consult(self._believed, question, found, cast(RoleModels, heard))
        if heard.confidence is not None:
            self.sureness[question.id] = heard.confidence
        return answered

    async def unsure(self, question: Question) -> bool:
        """Whether the reflex would have a model asked."""
        found, _ = await self.reflex(question)
        return wanted(self._models, self._bench.pack, found, ())

    async def close(self) -> None:
        await self._models.stop()

    async def _consult(
        self, bench: Bench, question: Question, found: Understanding, models: RoleModels | None = None
    ) -> tuple[Understanding, tuple[Spent, ...]]:
        text, mind = question.steps[0].text, bench.reader.mind
        ref = TurnRef(tenant=bench.pack.name, conversation=question.id, turn="t0", epoch=0)
        assurance = "signed" if question.user else "anonymous"
        identity = Identity.model_validate({"visitor": "v", "customer": question.user, "assurance": assurance})
        turn = Turn(ref=ref, text=text, received_at=NOW, identity=identity)
        embedding = await bench.reader.meaning.encode_async(mind.reflex.mask(text))
        facts = CustomerFacts(known=question.user is not None)
        reflex = found.model_copy(update={"facts": facts})
        return await Consultation(bench.reader, models or self._models).consult(turn, (), embedding, reflex)


def _patient(bench: Bench) -> Bench:
    tiers = bench.pack.tenant.tiers.model_copy(update={"seconds": _ROLE_SECONDS})
    return _with_tiers(bench, tiers)


def _believing(bench: Bench) -> Bench:
    tiers = bench.pack.tenant.tiers
    role = tiers.classifier.model_copy(update={"small": 0.0, "large": 0.0})
    return _with_tiers(bench, tiers.model_copy(update={"classifier": role}))


def _with_tiers(bench: Bench, tiers: object) -> Bench:
    tenant = bench.pack.tenant.model_copy(update={"tiers": tiers})
    pack = bench.pack.model_copy(update={"tenant": tenant})
    reader = bench.reader
    return replace(bench, pack=pack, reader=type(reader)(pack, reader.mind, reader.meaning, reader.records))


async def grade(bench: Bench, questions: tuple[Question, ...], way: Way) -> tuple[dict[str, bool], list[Spent]]:
    """Which rows are right, and what was spent."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(question: Question) -> tuple[str, bool, tuple[Spent, ...]]:
        expected = question.steps[0].expected
        assert expected is not None
        async with gate:
            found, spent = await way(question)
        passages = bench.passages(question.steps[0].text, found) if found.route is Route.GUIDE else []
        return question.id, not judge(expected, found, passages), spent

    rows = await asyncio.gather(*(one(each) for each in questions if each.steps[0].expected is not None))
    return {name: right for name, right, _ in rows}, [each for _, _, spent in rows for each in spent]


def report(name: str, right: dict[str, bool], before: dict[str, bool], spent: list[Spent]) -> None:
    """A line, and what the model did to the rows of the reflex."""
    mended = sum(right[row] and not before[row] for row in right)
    broken = sum(before[row] and not right[row] for row in right)
    calls, outcomes = sum(each.calls for each in spent), Counter(each.outcome for each in spent)
    line = (
        f"  {name:8} {sum(right.values()):4} of {len(right):4} right, {mended} mended, {broken} broken, {calls} calls"
    )
    if calls:
        prompt, written = sum(each.prompt_tokens for each in spent), sum(each.completion_tokens for each in spent)
        cached, ms = sum(each.cached_tokens for each in spent), sorted(each.ms for each in spent)
        line += f", a call has {prompt / calls:.0f} prompt tokens ({cached / max(1, prompt):.0%} cached)"
        line += f" and {written / calls:.0f} of answer, p50 {ms[len(ms) // 2]:.0f} ms; {dict(outcomes)}"
    print(line)


@dataclass(frozen=True, slots=True)
class Scores:
    """Where rows for `careline calibrate` go; `every`: also those of which the reflex is sure."""

    file: Path
    every: bool

    async def write(self, ways: Ways, questions: tuple[Question, ...], right: dict[str, bool]) -> None:
        """Appends a row for each question that the model has answered."""
        answered = [each for each in questions if each.id in ways.sureness and each.id in right]
        kept = [each.id for each in answered if self.every or await ways.unsure(each)]
        with self.file.open("a", encoding="utf-8") as out:
            for name in kept:
                out.write(json.dumps({"id": name, "confidence": ways.sureness[name], "right": right[name]}) + "\n")
        print(f"  {len(kept)} rows for careline calibrate: {self.file}")


async def run(bench: Bench, access: Access, sets: list[Path], scores: Scores | None = None) -> None:
    """Every set by every way."""
    ways = Ways(bench, access)
    try:
        if scores is not None:
            scores.file.write_text("", encoding="utf-8")
        for file in sets:
            questions = load_questions(file)
            print(file.name)
            before, _ = await grade(bench, questions, ways.reflex)
            report("reflex", before, before, [])
            for name, way in (("cascade", ways.cascade), ("always", ways.always)):
                right, spent = await grade(bench, questions, way)
                report(name, right, before, spent)
            if scores is not None:
                await scores.write(ways, questions, right)
    finally:
        await ways.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.small_tier", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, required=True, action="append", dest="sets")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads")
    parser.add_argument("--scores", type=Path, help="rows for careline calibrate are written here")
    parser.add_argument("--all-scores", action="store_true", help="also of rows that the reflex is sure of")
    options = parser.parse_args()
    try:
        access = replace(Access.load(os.environ), turn_seconds=_TURN_SECONDS)
    except LlmError as error:
        print(error, file=sys.stderr)
        return 2
    if not access.settings.tiers():
        print("\n".join(access.settings.describe()), file=sys.stderr)
        return 2
    bench = make_bench(options.pack, Encoder.load(options.encoder, cache_size=8192), options.heads)
    scores = Scores(options.scores, options.all_scores) if options.scores else None
    asyncio.run(run(bench, access, options.sets, scores))
    return 0


if __name__ == "__main__":
    sys.exit(main())
