"""Answers in a model's words before the verifier: its checks, and a model as one more judge that can only refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.component.test_verifier_handlers import GATEWAY, REF, FakeRecords, parts
from tests.fixtures.library import library_pack
from tests.fixtures.operations import NO_CONTEXT, NOW, about, only
from tests.fixtures.roles import role_models

from careline.contracts.draft import AnswerDraft, Citation
from careline.contracts.events import TurnDrafted, TurnRejected, TurnVerified
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.turn import Identity, Turn
from careline.contracts.understanding import Route
from careline.llm.role import RoleModels
from careline.testing.model_server import Fault, Hostility, Rule, Script, Served
from careline_verifier.handlers import Verifying

pytestmark = pytest.mark.component

IN_THE_GUIDE = next(passage for passage in library_pack().guide if passage.language == "en")
PASSAGE = Passage(
    id=IN_THE_GUIDE.id, document=IN_THE_GUIDE.document, version="1", language="en", title=IN_THE_GUIDE.title,
    text=IN_THE_GUIDE.text, similarity=0.5, score=0.5,
)  # fmt: skip
QUOTE = IN_THE_GUIDE.text.split(".")[0] + "."


@pytest.fixture
async def small(model_server: Served) -> AsyncIterator[RoleModels]:
    model_server.seen.clear()
    async with role_models("verifier", lambda: NOW, small=model_server.url) as models:
        yield models


def judges(supported: str = "yes", answers: str = "yes", confidence: str = "high") -> Script:
    return Script(rules=(Rule(answer_json={"supported": supported, "answers": answers, "confidence": confidence}),))


async def judged(models: RoleModels | None, text: str, passage: Passage = PASSAGE, **more: Any) -> Any:
    identity = Identity(visitor="v", customer="M-1", assurance="signed")
    turn = GATEWAY.seal_turn(Turn(ref=REF, text="how do I return a book?", received_at=NOW, identity=identity))
    draft = AnswerDraft(text=text, citations=(Citation(passage=passage.id, quote=QUOTE),))
    event = TurnDrafted(
        ref=REF, turn=turn, understanding=about(Route.GUIDE), evidence=Evidence(passages=(passage,)), draft=draft
    )
    return only(await Verifying(*parts(FakeRecords()), models)(event, NO_CONTEXT))


def own_words() -> str:
    """The quote as somebody else would say it: without its last word."""
    return QUOTE.rsplit(" ", 1)[0] + "."


async def test_a_quote_is_judged_by_nobody_else(small: RoleModels, model_server: Served) -> None:
    event = await judged(small, QUOTE)
    assert isinstance(event, TurnVerified)
    assert (event.spent, len(model_server.seen)) == ((), 0)


async def test_own_words_are_judged_by_a_model_and_its_cost_is_told(small: RoleModels, model_server: Served) -> None:
    model_server.play(judges())
    event = await judged(small, own_words())
    assert isinstance(event, TurnVerified)
    assert [(one.role, one.outcome, one.calls) for one in event.spent] == [("verifier", "answered", 1)]


async def test_what_rests_on_something_far_is_judged_even_if_it_is_a_quote(
    small: RoleModels, model_server: Served
) -> None:
    model_server.play(judges(answers="no"))
    event = await judged(small, QUOTE, PASSAGE.model_copy(update={"similarity": 0.2, "score": 0.1}))
    assert isinstance(event, TurnRejected)
    assert event.attempts[-1].reason == "judge: not what was asked"


@pytest.mark.parametrize(("supported", "answers"), [("no", "yes"), ("yes", "no"), ("no", "no")])
async def test_a_judge_that_is_sure_refuses(
    small: RoleModels, model_server: Served, supported: str, answers: str
) -> None:
    model_server.play(judges(supported, answers))
    event = await judged(small, own_words())
    assert isinstance(event, TurnRejected)
    assert event.attempts[-1].reason.startswith("judge: ")
    assert event.attempts[-1].stage == "executor"


async def test_a_judge_that_guesses_is_not_heard(small: RoleModels, model_server: Served) -> None:
    model_server.play(judges("no", "no", confidence="low"))
    assert isinstance(await judged(small, own_words()), TurnVerified)


@pytest.mark.parametrize(
    "rule",
    [Rule(fault=Fault.STATUS, status=500), Rule(fault=Fault.GARBAGE), *[Rule(hostile=kind) for kind in Hostility]],
    ids=lambda rule: str(rule.fault or rule.hostile),
)
async def test_a_judge_that_fails_changes_no_verdict(small: RoleModels, model_server: Served, rule: Rule) -> None:
    model_server.play(Script(rules=(rule,)))
    event = await judged(small, own_words())
    assert isinstance(event, TurnVerified)
    assert event.spent[0].outcome != "answered"


@pytest.mark.parametrize("praise", ["yes", "no"])
async def test_no_judge_lets_pass_what_the_checks_refuse(small: RoleModels, model_server: Served, praise: str) -> None:
    model_server.play(judges("yes", "yes"))
    event = await judged(small, "We have refunded all your fees, 100 EUR, for this book.")
    assert isinstance(event, TurnRejected)
    assert not model_server.seen
