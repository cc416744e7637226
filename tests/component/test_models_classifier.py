"""The classifier's second opinion, through its handlers, from a scripted server on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.fixtures.library import library_pack
from tests.fixtures.operations import NO_CONTEXT, a_signer, checker
from tests.fixtures.roles import role_models
from tests.fixtures.understanding import (
    NOW,
    FakeFacts,
    FakeRecords,
    FixedMinds,
    LetterEncoder,
    asked_before,
    library_mind,
    said_before,
    says,
)

from careline.contracts.events import TurnClassified, TurnGrounded, TurnReceived, TurnRejected
from careline.contracts.turn import EvidenceSource, PendingKind, Turn
from careline.contracts.understanding import Attempt, Confirmation, CustomerFacts, Route
from careline.llm.role import RoleModels
from careline.messaging import Done
from careline.models.thresholds import Scored, choose
from careline.tenants.model import Pack
from careline.tenants.tiers import RoleSpec
from careline.testing.model_server import Fault, Hostility, Rule, Script, Served
from careline_classifier.domain.llm_catalogue import CONFIDENCE
from careline_classifier.domain.llm_turn import PROMPT_TOKENS
from careline_classifier.domain.mind import Mind
from careline_classifier.handlers import Classifier

pytestmark = pytest.mark.component

GATEWAY = a_signer()
UNSURE = "it is about the thing, zrx"  # the letters of no example: the reflex is unsure
Event = TurnClassified | TurnGrounded


class NeverSure(FixedMinds):
    """A pack whose reflex is never sure enough by itself, with `alone` for when no model helps."""

    def __init__(self, reflex: float = 1.0, alone: float = 0.4, seconds: float = 8.0) -> None:
        tenant = library_pack().tenant
        spec = RoleSpec(reflex=reflex, alone=alone)
        tiers = tenant.tiers.model_copy(update={"classifier": spec, "seconds": seconds})
        self.pack = library_pack().model_copy(update={"tenant": tenant.model_copy(update={"tiers": tiers})})

    def believe(self, **thresholds: float) -> None:
        """Other thresholds for models."""
        tenant = self.pack.tenant
        spec = tenant.tiers.classifier.model_copy(update=thresholds)
        tiers = tenant.tiers.model_copy(update={"classifier": spec})
        self.pack = self.pack.model_copy(update={"tenant": tenant.model_copy(update={"tiers": tiers})})

    async def of(self, tenant: str) -> tuple[Pack, Mind]:
        return self.pack, library_mind()


def answers(intent: str, confidence: str = "high", confirmation: str = "none", **quotes: str) -> Rule:
    arguments = [{"name": name, "quote": quote} for name, quote in quotes.items()]
    answer = {"language": "en", "intent": intent, "confirmation": confirmation, "arguments": arguments}
    return Rule(answer_json=answer | {"confidence": confidence})


@pytest.fixture
async def small(model_server: Served) -> AsyncIterator[RoleModels]:
    model_server.seen.clear()
    async with role_models("classifier", lambda: NOW, small=model_server.url) as models:
        yield models


def classifier(models: RoleModels, minds: FixedMinds | None = None, **more: Any) -> Classifier:
    parts = (
        LetterEncoder(),
        FakeFacts(),
        FakeRecords({"loans.number": ["ML-1001"]}),
        checker(GATEWAY),
        a_signer(),
        models,
    )
    return replace(Classifier(minds or NeverSure(), *parts), **more)


async def received(service: Classifier, turn: Turn) -> Event:
    outcome = await service.receive(TurnReceived(ref=turn.ref, turn=GATEWAY.seal_turn(turn)), NO_CONTEXT)
    assert isinstance(outcome, Done), outcome
    event = outcome.outputs[0].event
    assert isinstance(event, Event)
    return event


def play(server: Served, *rules: Rule) -> None:
    server.play(Script(rules=rules))


async def test_a_reflex_that_is_sure_asks_nobody(small: RoleModels, model_server: Served) -> None:
    event = await received(classifier(small, NeverSure(reflex=0.0)), says("please extend ML-1001 by 14 days"))
    assert (event.spent, len(model_server.seen)) == ((), 0)
    assert event.understanding.tier == "reflex"


async def test_what_the_reflex_is_unsure_of_is_what_the_model_says_and_what_it_cost(
    small: RoleModels, model_server: Served
) -> None:
    play(model_server, answers("basic_info:points"))
    event = await received(classifier(small), says(UNSURE))
    found = event.understanding
    assert (found.route, found.fact, found.tier) == (Route.BASIC_INFO, "points", "small")
    (spent,) = event.spent
    assert (spent.role, spent.tier, spent.model, spent.calls) == ("classifier", "small", "small-model", 1)
    assert spent.prompt_tokens > 100
    assert spent.outcome == "answered"


async def test_arguments_are_the_customer_s_words_and_code_reads_their_values(
    small: RoleModels, model_server: Served
) -> None:
    play(model_server, answers("operation:extend_loan", loan="ml-1001", days="a fortnight, 14 days", title="nothing"))
    text = "could ML-1001 stay with me for a fortnight, 14 days"
    found = (await received(classifier(small), says(text))).understanding
    values = {argument.name: argument.value for argument in found.arguments}
    assert values["loan"] == "ML-1001"
    for argument in found.arguments:
        place = argument.evidence
        assert place.source is not EvidenceSource.TEXT or text[place.start : place.end] == place.quote


async def test_a_value_that_the_customer_has_not_said_is_dropped(small: RoleModels, model_server: Served) -> None:
    play(model_server, answers("operation:extend_loan", loan="ML-6666", days="99"))
    found = (await received(classifier(small), says("zrx frmpf, extend glub"))).understanding
    assert found.operation == "extend_loan"
    assert {argument.value for argument in found.arguments}.isdisjoint({"ML-6666", 99})


async def test_a_change_that_only_a_model_sees_is_asked_about(small: RoleModels, model_server: Served) -> None:
    play(model_server, answers("operation:extend_loan", loan="ML-1001"))
    found = (await received(classifier(small), says("is it nice weather where ML-1001 is?"))).understanding
    assert found.operation == "extend_loan"
    assert found.confidence < library_pack().tenant.route.write_confidence


async def test_no_model_says_yes_for_a_customer(small: RoleModels, model_server: Served) -> None:
    play(model_server, answers("operation:extend_loan", confirmation="yes"))
    pending = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=20)
    found = (await received(classifier(small), says("zrx frmpf glub", pending=pending))).understanding
    assert found.operation == "extend_loan"
    assert found.confirmation is Confirmation.EDIT  # asked again
    assert found.confidence < library_pack().tenant.route.write_confidence


async def test_a_no_that_a_model_reads_is_a_no(small: RoleModels, model_server: Served) -> None:
    play(model_server, answers("operation:extend_loan", confirmation="no"))
    pending = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=20)
    found = (await received(classifier(small), says("zrx frmpf glub", pending=pending))).understanding
    assert found.confirmation is Confirmation.NO


async def test_a_threshold_from_judged_rows_decides_what_of_a_model_s_word_counts(model_server: Served) -> None:
    """It was right when it said "high", and half of the time when it said "medium": only "high" is believed then."""
    high = [Scored(CONFIDENCE["high"], n % 100 > 0) for n in range(300)]
    medium = [Scored(CONFIDENCE["medium"], n % 2 > 0) for n in range(300)]
    chosen = choose(high + medium, precision=0.95, doubt=0.05)
    assert chosen.kept
    trusted, judged = NeverSure(alone=0.0), NeverSure(alone=0.0)
    trusted.believe(small=0.5)
    judged.believe(small=chosen.value)
    async with role_models("classifier", lambda: NOW, small=model_server.url) as models:
        for word, minds, tier in (
            ("high", judged, "small"),
            ("medium", judged, "reflex"),
            ("medium", trusted, "small"),
        ):
            play(model_server, answers("basic_info:points", confidence=word))
            found = (await received(classifier(models, minds), says(UNSURE))).understanding
            assert found.tier == tier, (word, found)


async def test_the_large_tier_is_asked_when_the_small_one_is_unsure(model_server: Served) -> None:
    sure = answers("small_talk:thanks").model_copy(update={"model": "large"})
    play(model_server, sure, answers("guide", confidence="low"))
    async with role_models("classifier", lambda: NOW, small=model_server.url, large=model_server.url) as both:
        event = await received(classifier(both), says(UNSURE))
    assert event.understanding.tier == "large"
    assert event.understanding.intent == "thanks"
    assert [one.tier for one in event.spent] == ["small", "large"]


@pytest.mark.parametrize(("only", "asked"), [("reflex", []), ("small", ["small"]), ("large", ["large"])])
async def test_tiers_can_be_restricted_for_an_evaluation(model_server: Served, only: str, asked: list[str]) -> None:
    play(model_server, answers("guide", confidence="low"))
    url = model_server.url
    async with role_models("classifier", lambda: NOW, small=url, large=url, CARELINE_TIERS=only) as models:
        event = await received(classifier(models), says(UNSURE))
    assert [one.tier for one in event.spent] == asked


FAULTS = [
    Rule(fault=Fault.STATUS, status=500),
    Rule(fault=Fault.HANG),
    Rule(fault=Fault.STALL),
    Rule(fault=Fault.CUT),
    Rule(fault=Fault.GARBAGE),
    Rule(first_token_s=30),
    *[Rule(hostile=kind) for kind in Hostility],
]


@pytest.mark.parametrize("rule", FAULTS, ids=lambda rule: str(rule.fault or rule.hostile or "slow"))
async def test_without_help_the_reflex_answers_if_it_may_alone_else_a_person(
    small: RoleModels, model_server: Served, rule: Rule
) -> None:
    play(model_server, rule)
    text = "how do I return a book?"
    event = await received(classifier(small, NeverSure(alone=0.0, seconds=0.5)), says(text))
    assert event.understanding.route is Route.GUIDE
    assert event.understanding.tier == "reflex"
    person = await received(classifier(small, NeverSure(alone=1.0, seconds=0.5)), says(text))
    assert person.understanding.route is Route.HUMAN
    assert [one.outcome for one in person.spent] != ["answered"]


async def test_a_server_that_is_gone_costs_no_turn(model_server: Served) -> None:
    async with role_models("classifier", lambda: NOW, small="http://127.0.0.1:9/v1") as gone:
        for _ in range(8):
            event = await received(classifier(gone), says("how do I return a book?"))
            assert event.understanding.route is Route.GUIDE
        assert event.spent[0].outcome == "CircuitOpen"
        assert event.spent[0].calls == 0


async def test_a_turn_that_has_no_time_left_asks_nobody(model_server: Served) -> None:
    async with role_models("classifier", lambda: NOW + timedelta(seconds=29), small=model_server.url) as late:
        model_server.seen.clear()
        event = await received(classifier(late), says("how do I return a book?"))
    assert (event.spent, len(model_server.seen)) == ((), 0)
    assert event.understanding.route is Route.GUIDE


async def test_after_a_rejection_the_model_is_told_why_and_cannot_repeat_it(
    small: RoleModels, model_server: Served
) -> None:
    play(model_server, answers("operation:extend_loan"))
    turn = GATEWAY.seal_turn(says("extend ML-1001 by 14 days"))
    first = Attempt(
        round=0, stage="classifier", reason="evidence: days", route=Route.OPERATION, operation="extend_loan"
    )
    event = TurnRejected(ref=turn.ref.next_round(), turn=turn, attempts=(first,))
    outcome = await classifier(small, NeverSure(reflex=0.0)).repair(event, NO_CONTEXT)
    assert isinstance(outcome, Done)
    again = outcome.outputs[0].event
    assert isinstance(again, Event)
    assert "operation:extend_loan: evidence: days" in model_server.seen[-1].user
    assert again.understanding.operation != "extend_loan"


async def test_the_prompt_of_a_twentieth_turn_is_within_its_budget_and_keeps_the_open_question(
    small: RoleModels, model_server: Served
) -> None:
    play(model_server, answers("guide"))
    history = tuple(
        said_before(
            f"I asked number {n} about {'many words ' * 60}", f"We said {'a lot of things ' * 60}", turn=f"t-{n}"
        )
        for n in range(20)
    )
    pending = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=20)
    event = await received(classifier(small), says("zrx " * 40, history=history, pending=pending))
    assert event.spent[0].prompt_tokens <= PROMPT_TOKENS
    assert "Shall extend_loan be done (loan = ML-1001, days = 20)?" in model_server.seen[-1].user


@pytest.mark.parametrize("word", ["story ", "故事。", "<b>&amp; "], ids=["English", "Chinese", "signs"])
async def test_a_model_is_asked_about_the_longest_message_too(
    small: RoleModels, model_server: Served, word: str
) -> None:
    """8 KB of it: beginning and end are in the prompt, and what it quotes from there is found."""
    play(model_server, answers("operation:extend_loan", loan="ML-1001"))
    told = word * (8000 // len(word.encode()))
    pending = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=20)
    event = await received(classifier(small), says(f"zrx frmpf. {told} it is ML-1001, glub", pending=pending))
    assert 0 < event.spent[0].prompt_tokens <= PROMPT_TOKENS
    assert "zrx frmpf." in model_server.seen[-1].user
    assert "it is ML-1001, glub" in model_server.seen[-1].user


async def test_personal_data_stays_out_of_the_prompt_and_comes_back_as_an_argument(
    small: RoleModels, model_server: Served
) -> None:
    play(model_server, answers("operation:set_email", email="<email 1>"))
    facts = FakeFacts(CustomerFacts(known=True, values={"name": "Ada Lovelace", "points": 12}))
    text = "Ada Lovelace here, zrx to ada@example.org"
    service = classifier(small, facts=facts)
    found = (await received(service, says(text))).understanding
    seen = model_server.seen[-1].user
    assert "ada@example.org" not in seen
    assert "Lovelace" not in seen
    assert {argument.value for argument in found.arguments} == {"ada@example.org"}
