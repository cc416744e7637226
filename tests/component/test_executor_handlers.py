"""The executor with its ports faked: what it says to every route, and what it does when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from tests.fixtures.library import FixedPacks, library_pack
from tests.fixtures.operations import (
    NO_CONTEXT,
    NOW,
    a_signer,
    about,
    only,
    wants,
    yes,
)

from careline.contracts.base import TurnRef
from careline.contracts.draft import AnswerDraft, AskDraft, CannedDraft, Draft, FactDraft, HandoverDraft, ProposalDraft
from careline.contracts.events import TurnDrafted, TurnGrounded
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.seals import diff_hash
from careline.contracts.turn import Identity, Pending, PendingKind, RowChange, Turn
from careline.contracts.understanding import Attempt, Confirmation, CustomerFacts, Route, Understanding
from careline.messaging import Done
from careline.operations.errors import UnresolvedValue
from careline.operations.rules import Missing, Proceed
from careline.operations.situation import situation
from careline.operations.survey import Survey
from careline.storage import DatabaseUnavailable
from careline.tenants.model import Pack
from careline_executor.domain.proposal import Impossible, Rehearsal
from careline_executor.domain.request import Request
from careline_executor.handlers import Drafting

pytestmark = pytest.mark.component

REF = TurnRef(tenant="mini", conversation="c-1", turn="t-1", epoch=0)
GATEWAY, VERIFIER = a_signer(), a_signer()
DIFF = (RowChange(table="loans", action="update", key={"number": "ML-1001"}, old={"a": 1}, new={"a": 2}),)
PASSAGE = Passage(
    id="o#1", document="o", version="1", language="en", title="Hours", text="We open at ten.", similarity=0.9, score=0.9
)


@dataclass
class FakeBusiness:
    """Says what it is told to; an error is raised."""

    shows: Rehearsal | Impossible | Exception | None = None
    known: CustomerFacts = field(
        default_factory=lambda: CustomerFacts(known=True, values={"name": "Ada", "points": 40})
    )
    asked: list[Request] = field(default_factory=list)
    has_sent: bool = False

    async def sent(self, ref: TurnRef, pack: Pack) -> bool:
        return self.has_sent

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        return self.known if customer else CustomerFacts()

    async def rehearse(self, request: Request) -> Rehearsal | Impossible:
        self.asked.append(request)
        if isinstance(self.shows, Exception):
            raise self.shows
        assert self.shows is not None
        return self.shows


def a_turn(text: str = "hello", customer: str | None = "M-1", pending: Pending | None = None) -> Turn:
    identity = Identity(visitor="v", customer=customer, assurance="signed" if customer else "anonymous")
    turn = Turn(ref=REF, text=text, received_at=NOW, identity=identity, pending=pending)
    return GATEWAY.seal_turn(turn)


async def drafted(
    understanding: Understanding, business: FakeBusiness | None = None, turn: Turn | None = None, **more: Any
) -> Draft:
    handler = Drafting(FixedPacks(), business or FakeBusiness())
    event = TurnGrounded(ref=REF, turn=turn or a_turn(), understanding=understanding, **more)
    said = cast(TurnDrafted, only(await handler(event, NO_CONTEXT)))
    assert (said.turn, said.understanding, said.evidence) == (event.turn, understanding, event.evidence)
    return said.draft


def shown(decision: Any = None, diff: tuple[RowChange, ...] = ()) -> Rehearsal:
    here = situation(library_pack(), NOW, "M-1")
    return Rehearsal(Survey(replace(here, args={"loan": "ML-1001", "days": 7}), decision or Proceed()), diff)


@pytest.mark.parametrize(
    ("understanding", "kind"),
    [
        (about(Route.BASIC_INFO, fact="points"), FactDraft),
        (about(Route.BASIC_INFO, fact="shoe_size"), HandoverDraft),
        (about(Route.BASIC_INFO), HandoverDraft),
        (about(Route.SMALL_TALK, intent="thanks"), CannedDraft),
        (about(Route.SMALL_TALK, intent="never heard of"), CannedDraft),
        (about(Route.OUT_OF_SCOPE), CannedDraft),
        (about(Route.HUMAN), HandoverDraft),
        (about(Route.COMPLAINT), ProposalDraft),
        (about(Route.SUGGESTION), ProposalDraft),
        (about(Route.GUIDE), HandoverDraft),
        (about(Route.OPERATION), HandoverDraft),
        (about(Route.OPERATION, operation="drop_tables"), HandoverDraft),
    ],
)
async def test_every_route_gets_a_draft(understanding: Understanding, kind: type[Draft]) -> None:
    assert isinstance(await drafted(understanding), kind)


async def test_a_language_that_the_pack_lacks_is_answered_in_its_first() -> None:
    for language, text in (("zh", "不客气。"), ("fr", "You're welcome."), ("mixed", "You're welcome.")):
        said = await drafted(about(Route.SMALL_TALK, intent="thanks").model_copy(update={"language": language}))
        assert said.text == text


async def test_an_operation_is_asked_about_proposed_or_impossible() -> None:
    text = "extend ML-1001 by 7 days"
    understanding = wants("extend_loan", text, loan="ML-1001", days=(7, "7"))
    ask = await drafted(understanding, FakeBusiness(shown(Missing(("days",)))))
    assert isinstance(ask, AskDraft)
    assert (ask.missing, [argument.name for argument in ask.arguments]) == (("days",), ["loan"])
    proposal = await drafted(understanding, FakeBusiness(shown(diff=DIFF)))
    assert isinstance(proposal, ProposalDraft)
    assert (proposal.diff, proposal.diff_hash, proposal.confirm) == (DIFF, diff_hash(DIFF), False)
    nothing = await drafted(understanding, FakeBusiness(Impossible("no rows")))
    assert isinstance(nothing, HandoverDraft)


async def test_arguments_that_are_none_are_left_out_and_asked_for() -> None:
    text = "extend ML-1001 by 7 days"
    business = FakeBusiness(shown(Missing(("days",))))
    wrong = wants("extend_loan", text, loan="ML-1001", days=("7", "7"), colour=("red", "days"))
    await drafted(wrong, business)
    assert [argument.name for argument in business.asked[0].arguments] == ["loan"]
    assert business.asked[0].args == {"loan": "ML-1001", "days": None}


async def test_a_defect_of_the_pack_is_a_humans_and_a_database_that_is_away_is_waited_for() -> None:
    understanding = wants("list_loans", "list")
    broken = await drafted(understanding, FakeBusiness(UnresolvedValue("x")))
    assert isinstance(broken, HandoverDraft)
    assert broken.reason == "pack: UnresolvedValue"
    with pytest.raises(DatabaseUnavailable):
        await drafted(understanding, FakeBusiness(DatabaseUnavailable("away")))


async def test_a_guide_answer_avoids_what_was_turned_down() -> None:
    evidence = Evidence(passages=(PASSAGE, PASSAGE.model_copy(update={"id": "o#2", "text": "We close at six."})))
    first = await drafted(about(Route.GUIDE), evidence=evidence.model_copy(update={"passages": (PASSAGE,)}))
    assert isinstance(first, AnswerDraft)
    tried = Attempt(round=0, stage="executor", reason="grounding", route=Route.GUIDE, citations=("o#1",))
    second = await drafted(about(Route.GUIDE), evidence=evidence, attempts=(tried,))
    assert isinstance(second, AnswerDraft)
    assert second.text == "We close at six."


async def test_no_answers_an_open_question_only() -> None:
    pending = Pending(kind=PendingKind.CONFIRM, operation="x", asked_in="t-0", expires_at=NOW + timedelta(minutes=1))
    no = yes(pending).model_copy(update={"confirmation": Confirmation.NO})
    said = await drafted(no, turn=a_turn("no", pending=pending))
    assert isinstance(said, CannedDraft)
    assert said.outcome == "cancelled"
    assert not isinstance(await drafted(no, turn=a_turn("no")), CannedDraft)


async def test_what_was_sent_to_another_system_is_not_drafted_again_after_a_crash() -> None:
    """It would be told of as it stands by now; its end is told when it is known."""
    business = FakeBusiness(shows=Impossible("no rows"), has_sent=True)
    event = TurnGrounded(ref=REF, turn=a_turn("undo that"), understanding=about(Route.OPERATION, operation="undo"))
    assert await Drafting(FixedPacks(), business)(event, NO_CONTEXT) == Done()
    elsewhere = about(Route.OPERATION, operation="return_book")  # changes rows of our own only
    assert only(await Drafting(FixedPacks(), business)(replace_understanding(event, elsewhere), NO_CONTEXT))


def replace_understanding(event: TurnGrounded, understanding: Understanding) -> TurnGrounded:
    return event.model_copy(update={"understanding": understanding})
