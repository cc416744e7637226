"""The conversation reducer: turns, superseding, waiting, owners, deadlines, expiry, idling."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.contracts.base import TurnRef
from careline.contracts.draft import Citation
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Identity, Pending, PendingKind
from careline_gateway.domain.commands import Abandon, Deliver, HandOver, Report, Show, StartTurn, Supersede
from careline_gateway.domain.conversation import MAX_WAITING, fresh, reduce, wake_at
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
from careline_gateway.domain.state import Conversation, Key, Owner, Rules, Status

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
KEY = Key("shop", "c-1")
RULES = Rules(languages=("en", "zh"), handover={"en": "A person takes over.", "zh": "转人工。"}, history=2)


class Play:
    """Plays events against a conversation and keeps the last commands."""

    def __init__(self, state: Conversation | None = None) -> None:
        self.state = state or fresh(KEY, Identity(visitor="v-1"), NOW)
        self.now = NOW
        self.commands: tuple[Any, ...] = ()

    def __call__(self, event: Any, after_s: float = 1.0) -> "Play":
        self.now += timedelta(seconds=after_s)
        self.state, self.commands = reduce(self.state, event, self.now, RULES)
        return self

    def post(self, text: str, **more: Any) -> "Play":
        return self(Posted(text, client_id=text[:20], **more))

    def reply(self, text: str = "Answer", outcome: Outcome = Outcome.ANSWER, **more: Any) -> "Play":
        return self(Replied(self.state.ref(), Reply(outcome=outcome, text=text, language="en", **more)))

    def of(self, kind: type) -> list[Any]:
        return [command for command in self.commands if isinstance(command, kind)]

    @property
    def turn(self) -> Any:
        (start,) = self.of(StartTurn)
        return start.turn

    @property
    def reports(self) -> list[str]:
        return [report.change for report in self.of(Report)]


def confirm(expires_in_s: float = 600) -> Pending:
    return Pending(
        kind=PendingKind.CONFIRM, operation="cancel", asked_in="t", expires_at=NOW + timedelta(seconds=expires_in_s)
    )


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


def test_an_idle_conversation_is_closed_and_opens_again_without_its_context() -> None:
    play = Play().post("q").reply("a")
    due = wake_at(play.state, RULES)
    assert due == play.now + timedelta(seconds=RULES.idle_s)
    assert play(Ticked(), after_s=RULES.idle_s).reports == ["closed"]
    assert play.of(Show)[0].entry.status is Status.CLOSED
    assert wake_at(play.state, RULES) is None
    assert play.post("hello again").turn.history == ()


def test_people_close_what_people_have() -> None:
    play = Play().post("q").reply("Sure", Outcome.HANDOVER)
    assert wake_at(play.state, RULES) is None
    assert play(Ticked(), after_s=1e6).commands == ()


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
