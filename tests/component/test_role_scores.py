"""Rows for the thresholds of executor and verifier: from a scripted server, through the services' own code."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from evals.role_scores import Models, Row, Scorer, believing, tier_of, write
from evals.routing import Bench
from tests.fixtures.library import library_pack
from tests.fixtures.roles import role_models
from tests.fixtures.understanding import LetterEncoder

from careline.contracts.evidence import Passage
from careline.contracts.turn import Exchange
from careline.contracts.understanding import Route, Understanding
from careline.llm.role import Access
from careline.models.encoder import to_bytes
from careline.models.thresholds import choose, read_rows
from careline.testing.model_server import Fault, Rule, Script, Served
from careline_cli.evaluation.questions import Question, load_questions
from careline_retrieval.domain.resident import GuideIndex

pytestmark = pytest.mark.component

OPENS = Passage(
    id="hours#1", document="hours", version="1", language="en", title="Hours", similarity=0.9, score=0.9,
    text="The library opens at ten. On Sundays it is closed.",
)  # fmt: skip
PARKING = OPENS.model_copy(
    update={"id": "parking#1", "title": "Parking", "text": "When the library is open, cars may stand in the yard."}
)
QUESTION = {
    "id": "q1", "text": "When does the library open?", "language": "en", "kind": "guide", "user": None,
    "expected": {"outcome": "answer", "passages": ["hours#1"], "facts": "opens at ten"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """In the place of a guide's index: the passages, whatever is asked."""

    passages: tuple[Passage, ...]

    def search(self, *_: object) -> tuple[Passage, ...]:
        return self.passages


@dataclass(frozen=True, slots=True)
class GuideBench(Bench):
    """Every message asks the guide."""

    async def read(self, question: Question, text: str, history: tuple[Exchange, ...]) -> Understanding:
        vector = to_bytes(LetterEncoder().encode(text))
        return Understanding(route=Route.GUIDE, intent="hours", language="en", confidence=0.9, embedding=vector)


def a_bench(*passages: Passage) -> Bench:
    index = cast(GuideIndex, Found(passages))
    return GuideBench(library_pack(), None, {"en": index})  # type: ignore[arg-type]


@pytest.fixture
def questions(tmp_path: Path) -> tuple[Question, ...]:
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps(QUESTION))
    return load_questions(file)


@pytest.fixture
async def models(model_server: Served) -> AsyncIterator[Models]:
    from evals.memory import NOW

    async with (
        role_models("executor", lambda: NOW, small=model_server.url) as executor,
        role_models("verifier", lambda: NOW, small=model_server.url) as verifier,
    ):
        yield Models("small", executor, verifier)


def a_model(found: bool, verdict: str, confidence: str = "high") -> Script:
    quote = "The library opens at ten."
    citations = [{"passage": "1", "quote": quote}] if found else []
    text = quote if found else ""
    written = {"found": found, "citations": citations, "text": text, "confidence": confidence}
    judged = {"supported": "yes", "answers": verdict, "confidence": confidence}
    return Script(
        rules=(
            Rule(schema_name="GuideAnswer", answer_json=written),
            Rule(schema_name="Judgement", answer_json=judged),
        )
    )


async def rows_of(bench: Bench, models: Models | None, questions: tuple[Question, ...]) -> dict[tuple[str, str], Row]:
    return {(row.place, row.id): row for row in await Scorer(bench, models, unsure=False).rows(questions)}


async def test_without_a_model_the_nearness_of_the_guides_words_is_judged(questions: tuple[Question, ...]) -> None:
    right = await rows_of(a_bench(OPENS, PARKING), None, questions)
    assert set(right) == {("executor/reflex", "q1"), ("verifier/reflex", "q1")}
    assert {(row.confidence, row.right) for row in right.values()} == {(0.9, True)}
    wrong = await rows_of(a_bench(PARKING), None, questions)
    assert {row.right for row in wrong.values()} == {False}


async def test_a_model_is_right_that_answers_what_stands_there(
    models: Models, model_server: Served, questions: tuple[Question, ...]
) -> None:
    model_server.play(a_model(found=True, verdict="yes"))
    rows = await rows_of(a_bench(OPENS, PARKING), models, questions)
    assert rows["executor/small", "q1"] == Row("executor/small", "q1", 0.9, True)
    # Without the passage that answers it, the same answer is made up, and the judge who says yes is wrong.
    assert not rows["executor/small", "q1~"].right
    assert rows["verifier/small", "q1"].right
    assert not rows["verifier/small", "q1~"].right


async def test_a_model_that_always_says_no_is_right_where_nothing_answers(
    models: Models, model_server: Served, questions: tuple[Question, ...]
) -> None:
    model_server.play(a_model(found=False, verdict="no", confidence="medium"))
    rows = await rows_of(a_bench(OPENS, PARKING), models, questions)
    named = {key: row.right for key, row in rows.items() if key[0].endswith("small")}
    assert named == {
        ("executor/small", "q1"): False,
        ("executor/small", "q1~"): True,
        ("verifier/small", "q1"): False,
        ("verifier/small", "q1~"): True,
    }
    assert rows["executor/small", "q1~"].confidence == 0.55


async def test_a_model_that_fails_has_no_rows(
    models: Models, model_server: Served, questions: tuple[Question, ...]
) -> None:
    model_server.play(Script(rules=(Rule(fault=Fault.STATUS, status=500),)))
    rows = await rows_of(a_bench(OPENS, PARKING), models, questions)
    assert {place for place, _ in rows} == {"executor/reflex", "verifier/reflex"}


def test_the_rows_are_what_calibrate_reads(tmp_path: Path) -> None:
    rows = [Row("executor/small", f"q{n}", 0.9 if n % 4 else 0.2, bool(n % 4)) for n in range(400)]
    ((place, file),) = write(rows, tmp_path / "scores")
    assert (place, file.name) == ("executor/small", "executor-small.jsonl")
    with file.open(encoding="utf-8") as lines:
        threshold = choose(read_rows(lines, str(file)), 0.95, 0.05)
    assert (threshold.kept, threshold.value) == (True, 0.9)


def test_of_two_tiers_one_has_to_be_named() -> None:
    both = {f"CARELINE_{tier}_{what}": value for tier in ("SMALL", "LARGE")
            for what, value in (("URL", "http://127.0.0.1:1"), ("MODEL", "m"))}  # fmt: skip
    pack = library_pack()
    assert tier_of(Access.load({}), pack) is None
    assert tier_of(Access.load(both | {"CARELINE_TIERS": "large"}), pack) == "large"
    with pytest.raises(SystemExit, match="CARELINE_TIERS=small"):
        tier_of(Access.load(both), pack)
    assert believing(pack).tenant.tiers.verifier.small == 0.0
