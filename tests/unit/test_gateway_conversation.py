"""The conversation reducer: turns, superseding, waiting, expiry, idling; and what holds whatever happens."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.gateway_play import NOW, RULES, Play, confirm

from careline.contracts.base import TurnRef
from careline.contracts.draft import Citation
from careline.contracts.reply import Outcome, Reply, Told
from careline.contracts.understanding import Span
from careline_gateway.domain.commands import Deliver, Show, StartTurn, Supersede
from careline_gateway.domain.conversation import MAX_WAITING, wake_at
from careline_gateway.domain.errors import NotTaken, TakenByAnother, WaitingRoomFull
from careline_gateway.domain.events import (
    Answered,
    HandedBack,
    Opened,
    Posted,
    Replied,
    Resolved,
    Taken,
    Ticked,
)
from careline_gateway.domain.state import Conversation, Owner, Status

pytestmark = pytest.mark.unit


def test_opening_is_reported_and_changes_nothing() -> None:
    play = Play()
    before = play.state
    assert play(Opened()).reports == ["opened"]
    assert play.state == before


def test_a_message_starts_a_turn_with_everything_the_stages_need() -> None:
    play = Play().post("Where is my order?")
    turn = play.turn
    assert turn.text == "Where is my order?"
    assert turn.ref == TurnRef(tenant="shop", conversation="c-1", turn=play.state.turn_id(1), epoch=0)
    assert turn.identity.visitor == "v-1"
    assert play.of(Show)[0].entry.turn == turn.ref.turn
    assert play.of(Show)[0].entry.position == 1


def test_a_reply_is_delivered_once() -> None:
    play = Play().post("Hello")
    reply = Replied(play.state.ref(), Reply(outcome=Outcome.ANSWER, text="Hi", language="en"))
    assert [deliver.message.text for deliver in play(reply).of(Deliver)] == ["Hi"]
    before = play.state
    assert play(reply).commands == ()
    assert play.state is before


def test_sources_are_passage_ids_without_repetition() -> None:
    citations = (
        Citation(passage="a#1", quote="x"),
        Citation(passage="a#1", quote="y"),
        Citation(passage="b#2", quote="z"),
    )
    play = Play().post("Hello").reply(citations=citations)
    assert play.of(Deliver)[0].message.sources == ("a#1", "b#2")


def test_a_message_before_the_reply_supersedes_the_turn_with_both_texts() -> None:
    play = Play().post("Cancel order")
    first = play.state.flight.turn
    play.post("LL-10023 please")
    assert play.of(Supersede) == [Supersede(first)]
    assert play.turn.text == "Cancel order\nLL-10023 please"
    assert play.turn.ref.turn == play.state.turn_id(2)
    assert play.reports == ["superseded"]
    late = Reply(outcome=Outcome.ANSWER, text="late", language="en")
    stale = TurnRef(tenant="shop", conversation="c-1", turn=first, epoch=0)
    assert play(Replied(stale, late)).commands == ()


def test_a_settled_turn_is_not_superseded_the_message_waits() -> None:
    play = Play().post("yes").post("and another thing", settled=True)
    assert play.of(Supersede) == play.of(StartTurn) == []
    assert play.of(Show)[0].entry.turn == play.state.turn_id(2)
    play.post("and this")
    assert play.state.waiting == ("and another thing\nand this",)
    assert play.of(Show)[0].entry.turn == play.state.turn_id(2)
    play.reply("done")
    assert play.turn.text == "and another thing\nand this"
    assert play.turn.ref.turn == play.state.turn_id(2)
    assert [exchange.reply for exchange in play.turn.history] == ["done"]


def test_texts_too_long_for_one_turn_wait_instead_of_being_joined() -> None:
    play = Play().post("a" * 8000).post("b" * 8000).post("c" * 8000)
    assert [len(text) for text in play.state.waiting] == [8000, 8000]
    assert play.of(Show)[0].entry.turn == play.state.turn_id(3)
    assert play.reply().turn.text == "b" * 8000


def test_the_waiting_room_is_bounded() -> None:
    play = Play().post("x" * 8000)
    for _ in range(MAX_WAITING):
        play.post("y" * 8000)
    before = play.state
    with pytest.raises(WaitingRoomFull):
        play.post("z" * 8000)
    assert play.state == before


def test_history_keeps_the_last_exchanges_only() -> None:
    play = Play()
    for number in range(4):
        play.post(f"q{number}").reply(f"a{number}")
    assert [exchange.customer for exchange in play.post("q4").turn.history] == ["q2", "q3"]


def test_an_open_question_travels_with_the_next_turn_also_when_that_is_superseded() -> None:
    play = Play().post("cancel").reply("Shall I?", Outcome.CONFIRM, pending=confirm())
    assert play.post("ye").turn.pending == confirm()
    assert play.post("yes").turn.pending == confirm()
    play.reply("Done", Outcome.SUCCESS)
    assert play.post("thanks").turn.pending is None


def test_an_expired_question_is_dropped_and_reported() -> None:
    play = Play().post("cancel").reply("Shall I?", Outcome.CONFIRM, pending=confirm(60))
    assert wake_at(play.state, RULES) == NOW + timedelta(seconds=60)
    assert play(Ticked(), after_s=61).reports == ["expired"]
    assert play.post("yes").turn.pending is None


def test_a_message_after_expiry_finds_the_question_dropped_before_any_tick() -> None:
    play = Play().post("cancel").reply("Shall I?", Outcome.CONFIRM, pending=confirm(60))
    play(Posted("yes", "c"), after_s=61)
    assert play.turn.pending is None
    assert play.reports == ["expired"]


def test_an_idle_conversation_is_closed_and_opens_again_without_its_context() -> None:
    play = Play().post("q").reply("a")
    due = wake_at(play.state, RULES)
    assert due == play.now + timedelta(seconds=RULES.idle_s)
    assert play(Ticked(), after_s=RULES.idle_s).reports == ["closed"]
    assert play.of(Show)[0].entry.status is Status.CLOSED
    assert wake_at(play.state, RULES) is None
    assert play.post("hello again").turn.history == ()


def test_the_handover_text_is_in_the_language_of_the_conversation() -> None:
    assert RULES.handover_text("zh") == "转人工。"
    assert RULES.handover_text("mixed") == RULES.handover_text(None) == "A person takes over."


EVENTS = st.one_of(
    st.builds(Posted, st.text("abc ", min_size=1, max_size=5), st.text("xyz", min_size=1), st.booleans()),
    st.sampled_from([Ticked(), Taken("Ada"), Taken("Bob"), Answered("Ada", "x"), HandedBack("Ada"), Resolved("Ada")]),
    st.sampled_from([Outcome.ANSWER, Outcome.HANDOVER]),
)


@given(st.lists(st.tuples(EVENTS, st.floats(0, 4000)), max_size=30))
def test_whatever_happens_the_state_stays_sound(events: list[tuple[Any, float]]) -> None:
    """One turn at a time, positions without gaps, epochs that only rise, no flight while a person has it."""
    play = Play()
    delivered: set[str] = set()
    for event, pause in events:
        before = play.state
        happening = event
        if isinstance(event, Outcome):
            happening = Replied(play.state.ref(), Reply(outcome=event, text="r", language="en"))
        try:
            play(happening, after_s=pause)
        except (NotTaken, TakenByAnother, WaitingRoomFull):
            assert play.state == before
            continue
        shown = [c.entry for c in play.of(Show)] + [c.message for c in play.of(Deliver)]
        assert [entry.position for entry in sorted(shown, key=lambda e: e.position)] == list(
            range(before.position + 1, play.state.position + 1)
        )
        assert play.state.epoch >= before.epoch
        assert (
            play.state.owner == before.owner and play.state.agent == before.agent
        ) or play.state.epoch > before.epoch
        assert not (play.state.flight and play.state.owner is Owner.HUMAN)
        assert len(play.state.waiting) <= MAX_WAITING
        for deliver in play.of(Deliver):
            assert deliver.turn not in delivered
            delivered.add(deliver.turn)
        assert Conversation.model_validate_json(play.state.model_dump_json()) == play.state


TWO = "Cancel LL-1. Redeem 100 points. Unsubscribe me."
SECOND, THIRD = Span(start=13, end=31), Span(start=32, end=len(TWO))


def test_what_a_reply_leaves_is_the_next_turn_in_the_customers_own_words() -> None:
    play = Play().post(TWO).reply("Done", later=(SECOND, THIRD))
    assert (play.turn.text, play.turn.resumed) == ("Redeem 100 points.", False)
    play.reply("Redeemed")
    assert (play.turn.text, play.turn.resumed) == ("Unsubscribe me.", False)
    assert play.reply("Unsubscribed").of(StartTurn) == []
    assert [exchange.customer for exchange in play.state.history] == ["Redeem 100 points.", "Unsubscribe me."]


def test_what_waits_behind_a_question_is_taken_up_after_it_and_asked_about() -> None:
    play = Play().post(TWO).reply("Cancel it?", Outcome.CONFIRM, pending=confirm(), later=(SECOND, THIRD))
    assert play.of(StartTurn) == []
    assert play.post("no, leave it").turn.text == "no, leave it"
    play.reply("All right", Outcome.CANCELLED)
    assert (play.turn.text, play.turn.resumed) == ("Redeem 100 points.", True)
    # Its own question stands before the third.
    assert play.reply("Redeem?", Outcome.CONFIRM, pending=confirm()).of(StartTurn) == []
    play.post("yes").reply("Done")
    assert (play.turn.text, play.turn.resumed) == ("Unsubscribe me.", True)


def test_a_message_that_joins_a_resumed_turn_keeps_it_one_to_be_asked_about() -> None:
    play = Play().post(TWO).reply("Cancel it?", Outcome.CONFIRM, pending=confirm(), later=(SECOND,))
    play.post("yes").reply("Done")
    assert play.post("or 200").turn.resumed


def test_what_was_postponed_goes_before_what_came_meanwhile_and_to_the_person_who_takes_over() -> None:
    play = Play().post(TWO).post("Hello?", settled=True).reply("Done", later=(SECOND,))
    assert play.turn.text == "Redeem 100 points."
    assert play.reply("Redeemed").turn.text == "Hello?"
    handed = Play().post(TWO).reply("A person", Outcome.HANDOVER, later=(SECOND,))
    assert handed.state.postponed == ()
    assert handed.state.waiting == ("Redeem 100 points.",)
    asked = Play().post(TWO).reply("Cancel it?", Outcome.CONFIRM, pending=confirm(), later=(SECOND,))
    assert asked(Taken("ann")).state.waiting == ("Redeem 100 points.",)


def test_an_idle_conversation_forgets_what_was_postponed() -> None:
    play = Play().post(TWO).reply("Cancel it?", Outcome.CONFIRM, pending=confirm(), later=(SECOND,))
    assert play(Ticked(), after_s=RULES.idle_s + 601).state.postponed == ()


def test_the_sources_of_all_answers_are_shown() -> None:
    told = Told(outcome=Outcome.ANSWER, text="b", span=SECOND, citations=(Citation(passage="b#1", quote="b"),))
    play = Play().post(TWO).reply("a", citations=(Citation(passage="a#1", quote="a"),), beside=(told,))
    assert play.of(Deliver)[0].message.sources == ("a#1", "b#1")
