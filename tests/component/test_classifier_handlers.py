"""The classifier with its ports faked: turns in, understandings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.fixtures.operations import NO_CONTEXT, a_signer, checker
from tests.fixtures.understanding import (
    REF,
    FakeFacts,
    FakeRecords,
    FixedMinds,
    LetterEncoder,
    asked_before,
    said_before,
    says,
)

from careline.contracts.base import JsonScalar
from careline.contracts.events import TurnClassified, TurnGrounded, TurnReceived, TurnRejected
from careline.contracts.seals import Signer
from careline.contracts.turn import EvidenceSource, PendingKind, Turn
from careline.contracts.understanding import Attempt, Confirmation, Route, Understanding, said_in
from careline.messaging import DeadLetter, Done, Outcome
from careline.models.encoder import from_bytes
from careline.operations.situation import Situation
from careline.tenants.errors import UnknownTenant
from careline.tenants.model import FromRecord, Pack
from careline_classifier.handlers import Classifier

pytestmark = pytest.mark.component

GATEWAY, CLASSIFIER = a_signer(), a_signer()
LOAN = {"loans.number": ["ML-1001"]}


def classifier(records: FakeRecords | None = None, facts: FakeFacts | None = None) -> Classifier:
    parts = (facts or FakeFacts(), records or FakeRecords(), checker(GATEWAY), CLASSIFIER)
    return Classifier(FixedMinds(), LetterEncoder(), *parts)


async def received(turn: Turn, records: FakeRecords | None = None, signer: Signer = GATEWAY) -> Outcome:
    return await classifier(records).receive(TurnReceived(ref=turn.ref, turn=signer.seal_turn(turn)), NO_CONTEXT)


def event(outcome: Outcome) -> TurnClassified | TurnGrounded:
    assert isinstance(outcome, Done), outcome
    (output,) = outcome.outputs
    assert isinstance(output.event, TurnClassified | TurnGrounded)
    assert output.topic.event is type(output.event)
    return output.event


async def understood(turn: Turn, records: FakeRecords | None = None) -> Understanding:
    return event(await received(turn, records)).understanding


def values(found: Understanding) -> dict[str, object]:
    return {argument.name: argument.value for argument in found.arguments}


async def test_an_operation_goes_straight_on_with_its_arguments_and_their_places() -> None:
    text = "please extend ML-1001 by 14 days"
    grounded = event(await received(says(text)))
    found = grounded.understanding
    assert isinstance(grounded, TurnGrounded)
    assert (found.route, found.operation, values(found)) == (
        Route.OPERATION,
        "extend_loan",
        {"loan": "ML-1001", "days": 14},
    )
    for argument in found.arguments:
        place = argument.evidence
        assert place.source is EvidenceSource.TEXT
        assert text[place.start : place.end] == place.quote
    assert found.facts.values["points"] == 12
    assert from_bytes(found.embedding).shape == (384,)


async def test_a_guide_question_goes_to_retrieval() -> None:
    classified = event(await received(says("how do I return a book?")))
    assert isinstance(classified, TurnClassified)
    assert classified.understanding.route is Route.GUIDE


@pytest.mark.parametrize(
    ("text", "route", "intent"),
    [
        ("how many points do I have", Route.BASIC_INFO, "points"),
        ("我借了几本书", Route.BASIC_INFO, "open_loans"),
        ("hello", Route.SMALL_TALK, "greeting"),
        ("谢谢", Route.SMALL_TALK, "thanks"),
        ("let me talk to a person", Route.HUMAN, "human"),
        ("I want to complain about the noise", Route.COMPLAINT, "complaint"),
        ("建议增加座位", Route.SUGGESTION, "suggestion"),
        ("tell me a joke", Route.OUT_OF_SCOPE, "out_of_scope"),
        ("qwrtz plmkn vbxy", Route.OUT_OF_SCOPE, "out_of_scope"),
    ],
)
async def test_every_other_route_needs_no_retrieval(text: str, route: Route, intent: str) -> None:
    grounded = event(await received(says(text)))
    assert isinstance(grounded, TurnGrounded)
    assert (grounded.understanding.route, grounded.understanding.intent) == (route, intent)
    assert grounded.understanding.fact == (intent if route is Route.BASIC_INFO else None)
    if route in (Route.COMPLAINT, Route.SUGGESTION):  # filed without asking back, so only on the classifier's word
        checker(CLASSIFIER).check_case(grounded.turn, grounded.understanding)
    else:
        assert not grounded.understanding.seal


async def test_the_only_record_supplies_what_was_not_said_and_two_records_do_not() -> None:
    (loan,) = (await understood(says("我要还书"), FakeRecords(LOAN))).arguments
    assert (loan.value, loan.evidence.source, loan.evidence.record) == (
        "ML-1001",
        EvidenceSource.RECORD,
        "loans.number",
    )
    two = FakeRecords({"loans.number": ["ML-1001", "ML-1002"]})
    assert (await understood(says("我要还书"), two)).arguments == ()


class AskedRecords(FakeRecords):
    """Remembers which arguments could be referred to."""

    known_names: tuple[str, ...] = ()

    async def recorded(self, tenant: str, pack: Pack, source: FromRecord, situation: Situation) -> Sequence[JsonScalar]:
        self.known_names = tuple(situation.args)
        return await super().recorded(tenant, pack, source, situation)


async def test_a_look_up_may_depend_on_an_argument_that_nobody_gave() -> None:
    records = AskedRecords()
    assert (await understood(says("我要还书"), records)).operation == "return_book"
    assert records.known_names == ("loan",)


async def test_a_visitor_s_records_are_not_looked_at() -> None:
    assert (await understood(says("我要还书", customer=None), FakeRecords(LOAN))).arguments == ()


async def test_what_was_named_before_is_meant_by_it() -> None:
    history = (said_before("extend ML-1002 by 7 days", turn="t-7"),)
    (loan,) = (await understood(says("please take back it", history=history), FakeRecords(LOAN))).arguments
    assert (loan.value, loan.evidence.source, loan.evidence.turn) == ("ML-1002", EvidenceSource.HISTORY, "t-7")
    (loan,) = (await understood(says("我要还书", history=history), FakeRecords(LOAN))).arguments
    assert loan.value == "ML-1001"  # nothing points back: the record goes first


async def test_yes_repeats_the_pending_operation_with_its_arguments() -> None:
    pending = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=20)
    found = await understood(says("yes", pending=pending))
    assert (found.operation, found.confirmation) == ("extend_loan", Confirmation.YES)
    assert values(found) == {"loan": "ML-1001", "days": 20}
    assert {argument.evidence.source for argument in found.arguments} == {EvidenceSource.PENDING}


async def test_a_correction_changes_one_argument_and_keeps_the_other() -> None:
    pending = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=20)
    found = await understood(says("no, by 14 days", pending=pending))
    assert found.confirmation is Confirmation.EDIT
    assert values(found) == {"loan": "ML-1001", "days": 14}
    sources = {argument.name: argument.evidence.source for argument in found.arguments}
    assert sources == {"loan": EvidenceSource.PENDING, "days": EvidenceSource.TEXT}


async def test_a_missing_value_is_filled_by_a_bare_answer() -> None:
    pending = asked_before(PendingKind.NEEDS_INFO, "extend_loan", ("days",), loan="ML-1001")
    found = await understood(says("12", pending=pending))
    assert (found.operation, found.confirmation) == ("extend_loan", None)
    assert values(found) == {"loan": "ML-1001", "days": 12}


async def test_a_new_wish_drops_the_open_question() -> None:
    pending = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=20)
    found = await understood(says("how many points do I have", pending=pending))
    assert (found.route, found.confirmation) == (Route.BASIC_INFO, None)


async def test_after_a_rejection_another_route_is_taken_and_the_attempts_travel_on() -> None:
    turn = GATEWAY.seal_turn(says("extend ML-1001 by 14 days"))
    first = Attempt(round=0, stage="classifier", reason="x", route=Route.OPERATION, operation="extend_loan")
    rejected = TurnRejected(ref=REF.next_round(), turn=turn, attempts=(first,))
    again = event(await classifier().repair(rejected, NO_CONTEXT))
    assert again.understanding.operation != "extend_loan"
    assert again.attempts == (first,)
    assert again.ref.round == 1


async def test_a_turn_that_the_gateway_has_not_sealed_is_a_dead_letter() -> None:
    outcome = await received(says("hello"), signer=a_signer())
    assert isinstance(outcome, DeadLetter)
    assert outcome.error == "BrokenSeal"
    forged = TurnReceived(ref=REF, turn=says("hello"))
    assert isinstance(await classifier().receive(forged, NO_CONTEXT), DeadLetter)


async def test_an_unknown_tenant_is_a_dead_letter_that_names_it() -> None:
    class Nobody(FixedMinds):
        async def of(self, tenant: str) -> object:  # type: ignore[override]
            raise UnknownTenant(f"there is no tenant {tenant!r}")

    service = replace(classifier(), minds=Nobody())
    outcome = await service.receive(TurnReceived(ref=REF, turn=GATEWAY.seal_turn(says("hello"))), NO_CONTEXT)
    assert isinstance(outcome, DeadLetter)
    assert "mini" in outcome.reason


async def test_a_giant_message_and_an_empty_one_are_understood_as_something() -> None:
    for text in ("", "   ", "\x00", "取消" * 2000, "a " * 4000, "🙂" * 500):
        found = await understood(says(text))
        assert found.route in set(Route)


TOGETHER = "How many points do I have? Please extend ML-1001 by 14 days. Return loan ML-1002."


async def test_several_requests_are_read_each_by_itself() -> None:
    found = await understood(says(TOGETHER))
    assert (found.operation, values(found)) == ("extend_loan", {"loan": "ML-1001", "days": 14})
    (points,) = found.further
    assert (points.route, points.fact) == (Route.BASIC_INFO, "points")
    (later,) = found.later
    assert said_in(TOGETHER, later) == "Return loan ML-1002."
    assert [said_in(TOGETHER, each.span) for each in (found, points)] == [
        "Please extend ML-1001 by 14 days.",
        "How many points do I have?",
    ]
    for argument in found.arguments:
        place = argument.evidence
        assert TOGETHER[place.start : place.end] == place.quote
    assert all(from_bytes(each.embedding).shape == (384,) for each in (found, points))


async def test_a_question_for_the_guide_beside_a_change_goes_by_retrieval() -> None:
    classified = event(await received(says("Please extend ML-1001 by 14 days. When is the library open?")))
    assert isinstance(classified, TurnClassified)
    assert classified.understanding.operation == "extend_loan"
    assert [each.route for each in classified.understanding.further] == [Route.GUIDE]


async def test_an_open_question_is_answered_before_anything_is_divided() -> None:
    pending = asked_before(PendingKind.CONFIRM, "return_book", loan="ML-1001")
    found = await understood(says("yes", pending=pending))
    assert (found.confirmation, found.further, found.span) == (Confirmation.YES, (), None)


async def test_after_a_rejection_only_the_request_at_fault_is_read_otherwise() -> None:
    turn = says(TOGETHER)
    blamed = Attempt(round=0, stage="classifier", reason="x", route=Route.BASIC_INFO, start=0)
    rejected = TurnRejected(ref=turn.ref.next_round(), turn=GATEWAY.seal_turn(turn), attempts=(blamed,))
    found = event(await classifier().repair(rejected, NO_CONTEXT)).understanding
    requests = {said_in(TOGETHER, each.span): each for each in (found, *found.further)}
    assert requests["How many points do I have?"].route is not Route.BASIC_INFO
