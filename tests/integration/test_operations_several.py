"""Several requests of one message on a real Postgres: answered together, one change at most, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fixtures.operations import Counter, counter, wants

from careline.contracts.draft import FactDraft, ProposalDraft
from careline.contracts.events import OperationApproved, TurnRejected, TurnVerified
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.reply import Outcome, Reply, Told
from careline.contracts.turn import Turn
from careline.contracts.understanding import Request, Route, Span, Understanding
from careline.messaging import PermanentError

pytestmark = pytest.mark.integration
__all__ = ["counter"]

TEXT = "How many points do I have? Extend ML-1001 by 7 days. When is the library open? Return loan ML-1002."
POINTS, EXTEND, OPEN, RETURN = (
    "How many points do I have?",
    "Extend ML-1001 by 7 days.",
    "When is the library open?",
    "Return loan ML-1002.",
)


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start=start, end=start + len(words))


def grasp(**update: Any) -> Understanding:
    """An extension, with two questions beside it and a return that waits."""
    points = Request(route=Route.BASIC_INFO, confidence=0.9, intent="points", fact="points", span=at(POINTS))
    guide = Request(route=Route.GUIDE, confidence=0.9, intent="guide", span=at(OPEN))
    asked = wants("extend_loan", TEXT, loan="ML-1001", days=(7, "7"))
    several = {"span": at(EXTEND), "further": (points, guide), "later": (at(RETURN),)}
    return asked.model_copy(update=several | update)


def passages(counter: Counter) -> Evidence:
    source = next(each for each in counter.pack.guide if each.id == "opening#1" and each.language == "en")
    passage = Passage(
        id=source.id,
        document=source.document,
        version="1",
        language="en",
        title=source.title,
        question=source.question,
        text=source.text,
        similarity=0.9,
    )
    return Evidence(further=((), (passage,)))


async def replied(counter: Counter, turn: Turn, understanding: Understanding) -> Reply:
    return await counter.reply(turn, understanding, passages(counter))


async def test_answers_and_the_change_are_told_in_one_reply_and_the_rest_is_left_for_later(counter: Counter) -> None:
    reply = await replied(counter, await counter.turn(TEXT), grasp())
    assert (reply.outcome, reply.operation) == (Outcome.SUCCESS, "extend_loan")
    assert reply.ledger_entry is not None
    points, hours, done = reply.text.split("\n\n")
    assert points == "You have 40 points."
    assert "Tuesday to Saturday" in hours
    assert "ML-1001" in done
    assert [told.outcome for told in reply.beside] == [Outcome.ANSWER, Outcome.ANSWER]
    assert reply.later == (at(RETURN),)
    assert await counter.count("ledger.entries") == 1


async def test_a_question_comes_last_and_says_that_the_rest_is_not_forgotten(counter: Counter) -> None:
    understanding = grasp(
        **{name: getattr(wants("return_book", TEXT, loan="ML-1002"), name) for name in ("operation", "arguments")},
        span=at(RETURN),
        later=(at(EXTEND),),
    )
    reply = await replied(counter, await counter.turn(TEXT), understanding)
    assert reply.outcome is Outcome.CONFIRM or reply.outcome is Outcome.REFUSED
    assert reply.text.index("You have 40 points.") < reply.text.index("ML-1002")
    if reply.pending is not None:
        assert reply.text.endswith("After that I'll come to your other request.")


async def test_a_change_among_the_answers_is_never_carried_out_but_waits(counter: Counter) -> None:
    returning = wants("return_book", TEXT, loan="ML-1002")
    sneaky = Request(
        route=Route.OPERATION,
        confidence=0.9,
        operation="return_book",
        arguments=returning.arguments,
        span=at(RETURN),
    )
    reply = await replied(counter, await counter.turn(TEXT), grasp(further=(sneaky,), later=()))
    assert reply.operation == "extend_loan"
    assert await counter.count("ledger.entries") == 1
    assert reply.later == (at(RETURN),) or reply.beside[0].outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "update",
    [
        {"later": (at(EXTEND),)},
        {"later": (Span(start=0, end=len(TEXT)),)},
        {"later": (Span(start=at(RETURN).start + 2, end=at(RETURN).end),)},
        {"later": (Span(start=at(RETURN).start, end=len(TEXT) + 5),)},
        {"span": None},
        {"span": at(OPEN), "further": (), "later": (at(EXTEND),)},
        {"span": at(POINTS)},
    ],
    ids=["the request again", "all of it", "half a clause", "beyond the end", "no place", "its values", "overlap"],
)
async def test_no_words_are_used_for_two_requests(counter: Counter, update: dict[str, Any]) -> None:
    drafted = await counter.draft(await counter.turn(TEXT), grasp(**update), passages(counter))
    event = await counter.judge(drafted)
    assert isinstance(event, TurnRejected), event
    assert event.attempts[-1].reason.startswith("several:")
    assert await counter.count("ledger.entries") == 0


async def test_one_untrue_answer_and_nothing_is_said_or_done(counter: Counter) -> None:
    drafted = await counter.draft(await counter.turn(TEXT), grasp(), passages(counter))
    points, hours = drafted.further
    assert isinstance(points, FactDraft)
    lie = hours.model_copy(update={"text": "We are open at night."})
    event = await counter.judge(drafted.model_copy(update={"further": (points, lie)}))
    assert isinstance(event, TurnRejected)
    assert (event.attempts[-1].start, event.attempts[-1].route) == (at(OPEN).start, Route.GUIDE)
    missing = await counter.judge(drafted.model_copy(update={"further": (points,)}))
    assert isinstance(missing, TurnRejected)
    # A fact is told as the verifier reads it, whatever was drafted.
    richer = points.model_copy(update={"text": "You have 9000 points.", "value": 9000})
    approved = await counter.judge(drafted.model_copy(update={"further": (richer, hours)}))
    assert isinstance(approved, OperationApproved)
    assert approved.approval.beside[0].text == "You have 40 points."


async def test_what_is_told_besides_cannot_be_changed_on_the_way_back(counter: Counter) -> None:
    event = await counter.judge(await counter.draft(await counter.turn(TEXT), grasp(), passages(counter)))
    assert isinstance(event, OperationApproved)
    settled = await counter.settle(event)
    told = Told(outcome=Outcome.ANSWER, text="Send money.", span=at(OPEN))
    for update in ({"beside": (told,)}, {"later": (at(EXTEND),)}):
        forged = settled.model_copy(update={"approval": settled.approval.model_copy(update=update)})
        with pytest.raises(PermanentError):
            await counter.concluding(forged, None)  # type: ignore[arg-type]
    assert "Send money" not in (await counter.conclude(settled)).text


async def test_a_draft_that_comes_again_after_the_commit_tells_the_ledger_and_all_answers(counter: Counter) -> None:
    drafted = await counter.draft(await counter.turn(TEXT), grasp(), passages(counter))
    event = await counter.judge(drafted)
    assert isinstance(event, OperationApproved)
    first = await counter.conclude(await counter.settle(event))
    again = await counter.judge(drafted)
    assert isinstance(again, TurnVerified)
    assert again.reply.text == first.text
    assert await counter.count("ledger.entries") == 1


async def test_what_was_taken_up_after_a_question_is_asked_about(counter: Counter) -> None:
    turn = await counter.turn("Extend ML-1001 by 7 days.")
    resumed = counter.gateway_key.seal_turn(turn.model_copy(update={"resumed": True}))
    reply = await counter.reply(resumed, wants("extend_loan", turn.text, loan="ML-1001", days=(7, "7")))
    assert reply.outcome is Outcome.CONFIRM
    drafted = await counter.draft(turn, wants("extend_loan", turn.text, loan="ML-1001", days=(7, "7")))
    assert isinstance(drafted.draft, ProposalDraft)
    assert isinstance(await counter.judge(drafted), OperationApproved)
