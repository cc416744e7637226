"""The conversation reducer: handovers, deadlines, people who take over and hand back."""

from datetime import timedelta

import pytest
from tests.fixtures.gateway_play import RULES, Play

from careline.contracts.base import TurnRef
from careline.contracts.reply import Outcome, Reply
from careline_gateway.domain.commands import Abandon, Deliver, HandOver, Report, Show, StartTurn
from careline_gateway.domain.conversation import wake_at
from careline_gateway.domain.errors import NotTaken, TakenByAnother
from careline_gateway.domain.events import (
    Answered,
    HandedBack,
    Replied,
    Resolved,
    Taken,
    Ticked,
)
from careline_gateway.domain.state import Owner, Status

pytestmark = pytest.mark.unit


def test_a_handover_reply_gives_the_conversation_to_people() -> None:
    play = Play().post("a person please").reply("Someone will write.", Outcome.HANDOVER, reason="asked")
    assert play.of(Deliver)[0].message.text == "Someone will write."
    assert play.state.status is Status.WAITING
    assert play.state.epoch == 1
    assert play.of(Show)[-1].entry.status is Status.WAITING
    play.post("hello?")
    assert play.of(StartTurn) == []
    assert play.of(Show)[0].entry.turn is None
    assert play.state.waiting == ("hello?",)


def test_who_waits_for_a_person_is_as_urgent_as_the_last_message() -> None:
    play = Play().post("where is it?").reply("Soon.", urgency="low")
    assert play.state.urgency == "low"
    play.post("A PERSON! NOW!").reply("Someone will write.", Outcome.HANDOVER, urgency="high")
    assert play.state.urgency == "high"
    (handed,) = (report for report in play.of(Report) if report.change == "handed_over")
    assert handed.detail["urgency"] == "high"


def test_a_turn_without_a_reply_by_its_deadline_goes_to_a_person_and_says_so() -> None:
    play = Play().post("Where is it?")
    turn = play.state.flight.turn
    assert wake_at(play.state, RULES) == play.now + timedelta(seconds=RULES.deadline_s)
    assert play(Ticked(), after_s=5).commands == ()
    play(Ticked(), after_s=RULES.deadline_s)
    assert play.of(Show)[0].entry.text == "A person takes over."
    assert play.of(HandOver) == [HandOver(turn, "deadline")]
    assert play.state.owner is Owner.HUMAN
    assert play.state.waiting == ("Where is it?",)
    late = TurnRef(tenant="shop", conversation="c-1", turn=turn, epoch=0)
    assert play(Replied(late, Reply(outcome=Outcome.ANSWER, text="late", language="en"))).commands == ()


def test_taking_voids_the_turn_in_flight() -> None:
    play = Play().post("Cancel it")
    turn, ref = play.state.flight.turn, play.state.ref()
    play(Taken("Ada"))
    assert play.of(Abandon) == [Abandon(turn)]
    assert (play.state.epoch, play.state.status) == (1, Status.HUMAN)
    assert play.state.waiting == ("Cancel it",)
    assert play(Replied(ref, Reply(outcome=Outcome.SUCCESS, text="Done", language="en"))).commands == ()


def test_only_the_person_who_has_it_answers() -> None:
    play = Play().post("hi")
    with pytest.raises(NotTaken):
        play(Answered("Ada", "Hello"))
    play(Taken("Ada"))
    with pytest.raises(TakenByAnother):
        play(Taken("Bob"))
    with pytest.raises(TakenByAnother):
        play(HandedBack("Bob"))
    assert play(Taken("Ada")).commands == ()
    play(Answered("Ada", "Hello"))
    assert play.of(Show)[0].entry.author == "agent"
    assert play.state.waiting == ()


def test_after_hand_back_the_bot_answers_what_is_open_knowing_what_was_said() -> None:
    play = Play().post("hi")(Taken("Ada"))(Answered("Ada", "Hello")).post("And my order?")
    play(HandedBack("Ada"))
    assert play.state.epoch == 2
    assert play.turn.text == "And my order?"
    assert play.turn.ref.epoch == 2
    assert [(e.customer, e.reply, e.outcome) for e in play.turn.history] == [("hi", "Hello", "human")]


def test_hand_back_with_nothing_open_waits_for_the_customer() -> None:
    play = Play().post("hi")(Taken("Ada"))(Answered("Ada", "Hello"))(HandedBack("Ada"))
    assert play.of(StartTurn) == []
    assert play.post("thanks").turn.ref.epoch == 2


def test_a_resolved_conversation_starts_afresh() -> None:
    play = Play().post("a person!").reply("Sure", Outcome.HANDOVER)(Taken("Ada")).post("old")(Resolved("Ada"))
    assert play.state.status is Status.CLOSED
    turn = play.post("new question").turn
    assert (turn.history, turn.pending, turn.text) == ((), None, "new question")
    assert play.state.status is Status.BOT


def test_people_close_what_people_have() -> None:
    play = Play().post("q").reply("Sure", Outcome.HANDOVER)
    assert wake_at(play.state, RULES) is None
    assert play(Ticked(), after_s=1e6).commands == ()
