"""What stands in for classifier and verifier when their worth is measured."""

from __future__ import annotations

import dataclasses

import pytest
from evals.ablation.accepting import Accepting
from evals.ablation.deciding import Deciding
from evals.ablation.readers import READERS, flattened
from tests.component.test_models_classifier import NeverSure
from tests.component.test_verifier_handlers import DIFF, GRASP, VERIFIER, FixedPacks, a_turn, proposal
from tests.fixtures.library import library_pack
from tests.fixtures.operations import NO_CONTEXT, a_signer, checker
from tests.fixtures.roles import role_models
from tests.fixtures.understanding import NOW, FakeFacts, FakeRecords, FixedMinds, LetterEncoder, library_mind, says

from careline.contracts.base import Event
from careline.contracts.draft import (
    AnswerDraft,
    AskDraft,
    CannedDraft,
    Citation,
    Draft,
    FactDraft,
    HandoverDraft,
    RefusalDraft,
)
from careline.contracts.events import OperationApproved, TurnClassified, TurnDrafted, TurnReceived, TurnVerified
from careline.contracts.evidence import Evidence
from careline.contracts.reply import Outcome
from careline.contracts.understanding import Route, Understanding
from careline.messaging import Done
from careline.models.forms import form_of
from careline.testing.model_server import Rule, Script, Served
from careline_classifier.domain.choice import Said, weigh
from careline_verifier.domain.outputs import Press

pytestmark = pytest.mark.component

GATEWAY = a_signer()


async def accepted(draft: Draft) -> Event:
    event = TurnDrafted(ref=a_turn().ref, turn=a_turn(), understanding=GRASP, evidence=Evidence(), draft=draft)
    outcome = await Accepting(FixedPacks(), Press(VERIFIER), lambda: NOW)(event, NO_CONTEXT)
    assert isinstance(outcome, Done)
    (output,) = outcome.outputs
    assert output.topic.event is type(output.event)
    return output.event


@pytest.mark.parametrize(
    ("draft", "outcome"),
    [
        (AnswerDraft(text="made up", citations=(Citation(passage="none#1", quote="nothing"),)), Outcome.ANSWER),
        (FactDraft(text="You have 99 points.", field="points", value=99), Outcome.ANSWER),
        (AskDraft(text="?", operation="extend_loan", arguments=(), missing=("days",)), Outcome.NEEDS_INFO),
        (RefusalDraft(text="no", operation="extend_loan", arguments=(), reason="no_such_rule"), Outcome.REFUSED),
        (CannedDraft(text="anything", outcome="small_talk"), Outcome.SMALL_TALK),
        (HandoverDraft(text="anything", reason="none"), Outcome.HANDOVER),
        (proposal(diff=()), Outcome.SUCCESS),
    ],
    ids=lambda value: value.kind if isinstance(value, AnswerDraft | AskDraft) else "",
)
async def test_whatever_is_drafted_is_told(draft: Draft, outcome: Outcome) -> None:
    event = await accepted(draft)
    assert isinstance(event, TurnVerified)
    assert (event.reply.outcome, event.reply.text) == (outcome, draft.text)


async def test_every_change_is_approved_at_once_with_a_key_of_its_own() -> None:
    event = await accepted(proposal(confirm=True))
    assert isinstance(event, OperationApproved)
    checker(VERIFIER).check_approval(event.approval)
    assert event.approval.diff_hash == proposal(diff=DIFF).diff_hash


async def understood(reader: str, text: str) -> Understanding:
    turn = GATEWAY.seal_turn(says(text))
    deciding = Deciding(
        FixedMinds(), LetterEncoder(), FakeFacts(), FakeRecords(), checker(GATEWAY), GATEWAY, READERS[reader]
    )  # fmt: skip
    outcome = await deciding(TurnReceived(ref=turn.ref, turn=turn), NO_CONTEXT)
    assert isinstance(outcome, Done)
    event = outcome.outputs[0].event
    assert isinstance(event, TurnClassified)  # retrieval is never skipped
    return event.understanding


async def test_the_nearest_example_decides_and_the_classifiers_code_fills_the_arguments() -> None:
    found = await understood("nearest", "please extend ML-1001 by 14 days")
    assert (found.route, found.operation) == (Route.OPERATION, "extend_loan")
    assert {argument.name: argument.value for argument in found.arguments} == {"loan": "ML-1001", "days": 14}


async def test_on_one_level_basic_facts_are_weighed_like_everything_else() -> None:
    assert (await understood("flat", "How many points do I have?")).route is Route.BASIC_INFO
    pack, mind = library_pack(), library_mind()
    for text in ("How many points do I have?", "Why do I have so few points?", "How do I get points?"):
        said = Said(text, form_of(text), False, mind.verbs)
        reading = mind.reflex.read(mind.reflex.mask(text), LetterEncoder().encode(mind.reflex.mask(text)))
        facts = [each.intent for each in reading.ranking if each.intent.route is Route.BASIC_INFO]
        # After `choose` has weighed the flattened reading, a fact's share is to that of others as the head had it.
        plain = {each.intent: each.score for each in reading.ranking}
        weighed = {each.intent: each.score for each in weigh(pack, flattened(pack, reading, said).ranking, said)}
        others = {each.intent: each.score for each in weigh(pack, reading.ranking, said)}
        anchor = next(intent for intent in plain if intent.route in (Route.SMALL_TALK, Route.HUMAN, Route.OUT_OF_SCOPE))
        assert facts
        for fact in facts:
            assert weighed[fact] / weighed[anchor] == pytest.approx(plain[fact] / plain[anchor])
        changed = any(others[fact] / others[anchor] != pytest.approx(plain[fact] / plain[anchor]) for fact in facts)
        assert changed, dataclasses.asdict(said.form)


async def test_on_one_level_a_model_is_asked_like_by_the_classifier(model_server: Served) -> None:
    answer = {"language": "en", "intent": "basic_info:points", "confirmation": "none", "arguments": [],
              "confidence": "high"}  # fmt: skip
    model_server.play(Script(rules=(Rule(schema_name="Route", answer_json=answer),)))
    turn = GATEWAY.seal_turn(says("it is about the thing, zrx"))
    async with role_models("classifier", lambda: NOW, small=model_server.url) as models:
        deciding = Deciding(
            NeverSure(), LetterEncoder(), FakeFacts(), FakeRecords(), checker(GATEWAY), GATEWAY, READERS["flat"], models
        )  # fmt: skip
        outcome = await deciding(TurnReceived(ref=turn.ref, turn=turn), NO_CONTEXT)
    assert isinstance(outcome, Done)
    event = outcome.outputs[0].event
    assert isinstance(event, TurnClassified)
    assert (event.understanding.tier, [one.calls for one in event.spent]) == ("small", [1])
