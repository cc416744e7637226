"""What a customer has to know first: declared about a section, said by the executor, checked by the verifier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.component.test_executor_handlers import FakeBusiness
from tests.component.test_verifier_handlers import GATEWAY, REF, FakeRecords, parts
from tests.fixtures.library import FixedPacks, library_pack
from tests.fixtures.operations import NO_CONTEXT, NOW, about, only

from careline.contracts.draft import AnswerDraft
from careline.contracts.events import TurnDrafted, TurnGrounded, TurnRejected, TurnVerified
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.turn import Identity, Turn
from careline.contracts.understanding import CustomerFacts, Route
from careline.tenants.model import Pack
from careline_executor.handlers import Drafting
from careline_verifier.handlers import Verifying

pytestmark = pytest.mark.component

FIRST = "You have 3 books on loan: first return one."
KEEP, COST = (passage for passage in library_pack().guide if passage.document == "lending" and passage.language == "en")


class Customer(FakeRecords):
    """The verifier's own reading of the customer."""

    loans = 3

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        return facts(self.loans) if customer else CustomerFacts()


def facts(loans: int) -> CustomerFacts:
    return CustomerFacts(known=True, values={"name": "Ada", "points": 40, "blocked": False, "open_loans": loans})


def found(passage: Any) -> Evidence:
    text = passage.model_dump(include={"id", "document", "language", "title", "question", "text"})
    return Evidence(passages=(Passage(**text, version="1", score=0.9, similarity=0.9),))


async def drafted(evidence: Evidence, loans: int, customer: str | None = "M-1") -> TurnDrafted:
    identity = Identity(visitor="v", customer=customer, assurance="signed" if customer else "anonymous")
    turn = GATEWAY.seal_turn(Turn(ref=REF, text="tell me about it", received_at=NOW, identity=identity))
    event = TurnGrounded(ref=REF, turn=turn, understanding=about(Route.GUIDE), evidence=evidence)
    said = only(await Drafting(FixedPacks(), FakeBusiness(known=facts(loans)))(event, NO_CONTEXT))
    assert isinstance(said, TurnDrafted)
    return said


async def judged(event: TurnDrafted, loans: int = 3) -> Any:
    records = Customer()
    records.loans = loans
    return only(await Verifying(*parts(records))(event, NO_CONTEXT))


async def test_a_note_about_a_section_goes_before_its_answer_for_the_customer_it_concerns() -> None:
    event = await drafted(found(KEEP), loans=3)
    assert event.draft.text == f"{FIRST}\n{KEEP.text}"
    verified = await judged(event)
    assert isinstance(verified, TurnVerified)
    assert verified.reply.text == event.draft.text


@pytest.mark.parametrize(
    ("passage", "loans", "customer"),
    [(KEEP, 2, "M-1"), (COST, 3, "M-1"), (KEEP, 3, None)],
    ids=["condition does not hold", "another section", "a visitor"],
)
async def test_nobody_else_is_told(passage: Any, loans: int, customer: str | None) -> None:
    event = await drafted(found(passage), loans, customer)
    assert event.draft.text == passage.text
    assert isinstance(await judged(event, loans), TurnVerified)


async def test_a_note_that_is_left_out_or_no_longer_true_is_turned_down() -> None:
    event = await drafted(found(KEEP), loans=3)
    assert isinstance(event.draft, AnswerDraft)
    silent = event.model_copy(update={"draft": event.draft.model_copy(update={"text": KEEP.text})})
    rejected = await judged(silent)
    assert isinstance(rejected, TurnRejected)
    assert rejected.attempts[-1].reason == "grounding: a note is missing"
    # The customer returned two meanwhile: the verifier reads for itself.
    assert isinstance(await judged(event, loans=1), TurnRejected)


async def test_a_fact_that_is_unknown_shapes_nothing() -> None:
    stranger = replace(FakeBusiness(), known=CustomerFacts(known=False))
    event = await drafted(found(KEEP), loans=3)
    again = TurnGrounded(ref=REF, turn=event.turn, understanding=event.understanding, evidence=event.evidence)
    said = only(await Drafting(FixedPacks(), stranger)(again, NO_CONTEXT))
    assert isinstance(said, TurnDrafted)
    assert said.draft.text == KEEP.text
