"""Rows of (confidence, right) for executor and verifier: what `careline calibrate` chooses their thresholds from.

    python -m evals.role_scores shop --out scores                           # the reflex's alone
    CARELINE_SMALL_URL=http://127.0.0.1:8000 CARELINE_SMALL_MODEL=small \\
        python -m evals.role_scores shop --set tenants/shop/evals/open.jsonl --out scores
    careline calibrate shop --scores executor/small=scores/executor-small.jsonl ...   # as is printed

Questions on the guide are read, searched and answered in this process with the services' own code; rows whose message
is routed elsewhere are left out. Nobody has to judge: a question set names the passages that answer a question.

`executor/reflex`  how near the cited passage is; right as `careline eval` grades the guide's own words
`executor/TIER`    the model's word; right as graded, and for the same question without the passages that answer it
                   when the model says that nothing answers
`verifier/reflex`  how near the cited passage is; right if the answer is, for it is told without a judge's word
`verifier/TIER`    the model's word on the guide's own words and on what is drafted without the passages that answer;
                   right if it refuses what is graded wrong and nothing else

Rows are of questions that somebody wrote: what is promised holds for questions like these. `--unsure` keeps those for
which the reflex would have the model asked, which are fewer and harder.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from careline.contracts.base import TurnRef
from careline.contracts.draft import AnswerDraft, Draft
from careline.contracts.events import TurnGrounded
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.turn import Identity, Turn
from careline.contracts.understanding import Route, Understanding
from careline.llm.errors import LlmError
from careline.llm.role import Access, RoleModels
from careline.llm.settings import TierName
from careline.models.encoder import Encoder
from careline.telemetry import Instruments, setup_tracing
from careline.tenants.model import Pack
from careline_cli.evaluation.expected import Expected
from careline_cli.evaluation.grade import grade
from careline_cli.evaluation.questions import Question, load_questions
from careline_executor.adapters.models import answer_models
from careline_executor.domain.canned import no_answer
from careline_executor.domain.llm_answer import GuideAnswer
from careline_executor.domain.llm_answer import nearness as executor_nearness
from careline_executor.writing import Writing
from careline_verifier.adapters.models import judge_models
from careline_verifier.advising import Advising
from careline_verifier.domain.inquiry import Turning
from careline_verifier.domain.llm_judge import nearness

from .answers import OWN_SETS, drafted, observed, passages_of
from .memory import NOW
from .routing import ROOT, Bench, make_bench
from .small_tier import Overheard

# Nothing here is hurried: turns were received long ago, and a model on a processor takes its time.
_TURN_SECONDS, _ROLE_SECONDS = 1e12, 120.0
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row for a place, `role/tier`."""

    place: str
    id: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the guide with all that was found; `held_back`: without the passages that answer it."""

    question: Question
    expected: Expected
    turn: Turn
    understanding: Understanding
    passages: tuple[Passage, ...]
    draft: AnswerDraft | None
    held_back: bool = False

    @property
    def name(self) -> str:
        return f"{self.question.id}{'~' if self.held_back else ''}"

    @property
    def near(self) -> float:
        return executor_nearness(self.draft, self.passages, ()) if self.draft else 0.0

    def right(self, draft: Draft | None) -> bool:
        """As `careline eval` grades it. Nothing that cites no passage named by the set is right."""
        said = draft if isinstance(draft, AnswerDraft) else None
        return grade(self.expected, observed(said, self.passages), {}, {}).right


@dataclass(frozen=True, slots=True)
class Models:
    """The roles' models, and the tier whose word is taken."""

    tier: TierName
    executor: RoleModels
    verifier: RoleModels


class Scorer:
    """`models`: None where there is no tier; `unsure`: only what the reflex would have a model asked about."""

    def __init__(self, bench: Bench, models: Models | None, unsure: bool) -> None:
        self._bench, self._models, self._unsure = bench, models, unsure
        self._pack = believing(bench.pack)

    async def rows(self, questions: Sequence[Question]) -> list[Row]:
        """Of all questions that expect passages."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(question: Question) -> list[Row]:
            async with gate:
                return await self._rows(question)

        return [row for rows in await asyncio.gather(*map(one, questions)) for row in rows]

    async def _rows(self, question: Question) -> list[Row]:
        asked = await self._asked(question)
        if asked is None:
            return []
        found = self._by_the_reflex(asked)
        if self._models is None:
            return found
        for each in (asked, self._held_back(asked)):
            found += [row for row in (await self._written(each), await self._judged(each)) if row]
        return found

    async def _asked(self, question: Question) -> Asked | None:
        step = question.steps[0]
        if step.expected is None or not step.expected.passages:
            return None
        found = await self._bench.read(question, step.text, ())
        if found.route is not Route.GUIDE:
            return None
        passages = passages_of(self._bench, step.text, found)
        ref = TurnRef(tenant=self._pack.name, conversation=question.id, turn="t0", epoch=0)
        assurance = "signed" if question.user else "anonymous"
        identity = Identity.model_validate({"visitor": "v", "customer": question.user, "assurance": assurance})
        turn = Turn(ref=ref, text=step.text, received_at=NOW, identity=identity)
        return Asked(question, step.expected, turn, found, passages, drafted(self._bench, step.text, passages))

    def _held_back(self, asked: Asked) -> Asked:
        rest = tuple(each for each in asked.passages if each.id not in asked.expected.passages)
        draft = drafted(self._bench, asked.turn.text, rest) if rest else None
        return replace(asked, passages=rest, draft=draft, held_back=True)

    def _by_the_reflex(self, asked: Asked) -> list[Row]:
        if asked.draft is None:
            return []
        right = asked.right(asked.draft)
        judged = nearness(asked.draft, asked.passages)
        return [
            Row("executor/reflex", asked.name, asked.near, right),
            Row("verifier/reflex", asked.name, judged, right),
        ]

    async def _written(self, asked: Asked) -> Row | None:
        """Whether what the model wrote, or its word that nothing answers, is right."""
        assert self._models is not None
        sure = asked.near >= self._bench.pack.tenant.tiers.executor.reflex
        if not asked.passages or (self._unsure and sure):
            return None
        heard = Overheard(self._models.executor)
        writing = Writing(cast(RoleModels, heard), self._pack, asked.understanding.language, ())
        event = TurnGrounded(
            ref=asked.turn.ref,
            turn=asked.turn,
            understanding=asked.understanding,
            evidence=Evidence(passages=asked.passages),
        )
        # The reflex's draft is what is left where the model's is not taken: here nothing is.
        draft, _ = await writing.write(event, no_answer(self._pack, asked.understanding.language))
        answer = heard.value
        if heard.confidence is None or not isinstance(answer, GuideAnswer):
            return None
        right = not answer.found if asked.held_back else asked.right(draft)
        return Row(f"executor/{self._models.tier}", asked.name, heard.confidence, right)

    async def _judged(self, asked: Asked) -> Row | None:
        """Whether the model, as a judge of the guide's own words, refuses what is wrong and nothing else."""
        assert self._models is not None
        draft, sure = asked.draft, self._bench.pack.tenant.tiers.verifier.reflex
        if draft is None or (self._unsure and nearness(draft, asked.passages) >= sure):
            return None
        heard = Overheard(self._models.verifier)
        turning = Turning(asked.turn.ref, asked.turn, asked.understanding, self._pack, NOW)
        fault, _ = await Advising(cast(RoleModels, heard)).judge(turning, draft, ())
        if heard.confidence is None:
            return None
        right = (fault is None) == asked.right(draft)
        return Row(f"verifier/{self._models.tier}", asked.name, heard.confidence, right)


def believing(pack: Pack) -> Pack:
    """The pack with thresholds that every word of a model passes, and time for it."""
    tiers = pack.tenant.tiers
    roles = {role: getattr(tiers, role).model_copy(update={"small": 0.0, "large": 0.0})
             for role in ("executor", "verifier")}  # fmt: skip
    tenant = pack.tenant.model_copy(update={"tiers": tiers.model_copy(update={"seconds": _ROLE_SECONDS, **roles})})
    return pack.model_copy(update={"tenant": tenant})


def tier_of(access: Access, pack: Pack) -> TierName | None:
    """The one tier whose word is taken. Raises SystemExit where there are two to choose from."""
    found = access.tiers(believing(pack), believing(pack).tenant.tiers.executor)
    if len(found) > 1:
        sys.exit("There are two tiers: CARELINE_TIERS=small or CARELINE_TIERS=large names the one that is meant.")
    return cast(TierName, found[0][0].name) if found else None


def write(rows: Iterable[Row], out: Path) -> list[tuple[str, Path]]:
    """A file for each place; the places with their files."""
    places: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        places[row.place].append(row)
    out.mkdir(parents=True, exist_ok=True)
    files = [(place, out / f"{place.replace('/', '-')}.jsonl") for place in sorted(places)]
    for place, file in files:
        told = ({"id": row.id, "confidence": round(row.confidence, 6), "right": row.right} for row in places[place])
        lines = map(json.dumps, told)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files


async def run(bench: Bench, access: Access, questions: Sequence[Question], unsure: bool) -> list[Row]:
    """All rows; the models are closed afterwards."""
    tier = tier_of(access, bench.pack)
    if tier is None:
        return await Scorer(bench, None, unsure).rows(questions)
    tracing, instruments = setup_tracing("evals"), Instruments()
    models = Models(tier, answer_models(access, tracing, instruments), judge_models(access, tracing, instruments))
    try:
        return await Scorer(bench, models, unsure).rows(questions)
    finally:
        await models.executor.stop()
        await models.verifier.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.role_scores", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, action="append", dest="sets")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the rows")
    parser.add_argument("--unsure", action="store_true", help="only what the reflex would have a model asked about")
    parser.add_argument("--encoder", type=Path, default=ROOT / ".local/encoder")
    parser.add_argument("--heads", type=Path, default=ROOT / ".local/heads")
    options = parser.parse_args()
    sets = options.sets or [ROOT / name for name in OWN_SETS.get(options.pack, ())]
    if not sets:
        parser.error(f"the pack {options.pack} has no sets of its own here: name one with --set")
    try:
        access = replace(Access.load(os.environ), turn_seconds=_TURN_SECONDS)
    except LlmError as error:
        print(error, file=sys.stderr)
        return 2
    questions = [question for file in sets for question in load_questions(file)]
    bench = make_bench(options.pack, Encoder.load(options.encoder, cache_size=8192), options.heads)
    rows = asyncio.run(run(bench, access, questions, options.unsure))
    files = write(rows, options.out)
    for place, file in files:
        own = [row for row in rows if row.place == place]
        print(f"{place:16} {len(own):4} rows, {sum(row.right for row in own):4} right: {file}")
    print("careline calibrate", options.pack, *(f"--scores {place}={file}" for place, file in files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
