"""Tokens, buckets, what is shown and what is woken: the gateway's small values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.contracts.base import TurnRef
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Identity
from careline_gateway.domain.change import change_of
from careline_gateway.domain.conversation import fresh, reduce, wake_at
from careline_gateway.domain.events import Posted, Replied, Ticked
from careline_gateway.domain.limits import Bucket, Limit, take
from careline_gateway.domain.state import Key, Rules
from careline_gateway.domain.tokens import (
    Customer,
    ExpiredToken,
    ForgedToken,
    TokenError,
    Visitor,
    customer_token,
    read_token,
    visitor_secret,
    visitor_token,
)

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
SOON = int(NOW.timestamp()) + 60
OURS, THEIRS = visitor_secret(b"k" * 32), b"customer-secret"
KEY = Key("shop", "c-1")
RULES = Rules(languages=("en",), handover={"en": "A person."})


def test_tokens_say_who_signed_them_for_whom() -> None:
    ann = Identity(visitor="v-1", customer="Ann", assurance="signed")
    visitor = read_token(visitor_token(KEY, ann, SOON, OURS), NOW, OURS, THEIRS)
    assert visitor == Visitor(KEY, "v-1", "Ann", SOON)
    customer = read_token(customer_token("shop", "Ann", SOON, THEIRS), NOW, OURS, THEIRS)
    assert customer == Customer("shop", "Ann", SOON)


def test_a_token_works_until_it_expires_and_only_with_its_key() -> None:
    token = customer_token("shop", "Ann", SOON, THEIRS)
    with pytest.raises(ExpiredToken):
        read_token(token, datetime.fromtimestamp(SOON, UTC), OURS, THEIRS)
    with pytest.raises(ForgedToken):
        read_token(token, NOW, OURS, b"another")
    # A key of one kind makes no token of the other kind.
    with pytest.raises(ForgedToken):
        read_token(visitor_token(KEY, Identity(visitor="v"), SOON, THEIRS), NOW, OURS, THEIRS)


@given(st.integers(0, 400), st.integers(0, 255))
def test_no_changed_byte_goes_unnoticed(at: int, byte: int) -> None:
    token = bytearray(customer_token("shop", "Ann", SOON, THEIRS).encode())
    at %= len(token)
    before, token[at] = token[at], byte
    changed = token.decode("latin-1")
    if before == byte or _same_signature(changed):
        return
    with pytest.raises(TokenError):
        read_token(changed, NOW, OURS, THEIRS)


def _same_signature(token: str) -> bool:
    """The last character of base64 carries bits that decode to nothing."""
    good = customer_token("shop", "Ann", SOON, THEIRS)
    return token[:-1] == good[:-1]


@given(st.text(max_size=200))
def test_anything_else_is_no_token(text: str) -> None:
    with pytest.raises(TokenError):
        read_token(text, NOW, OURS, THEIRS)


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    limit, bucket = Limit(burst=3, per_second=2.0), None
    for _ in range(3):
        bucket, wait = take(bucket, limit, 100.0)
        assert wait == 0
    assert take(bucket, limit, 100.0)[1] == 0.5
    bucket, wait = take(bucket, limit, 100.5)
    assert wait == 0
    assert take(bucket, limit, 100.5)[1] == 0.5
    assert Bucket(0, 100.0).refilled(limit, 1e9).left == 3
    assert Bucket(1, 100.0).refilled(limit, 50.0).left == 1  # a clock that went back gives nothing away


def test_a_change_names_its_guard_and_signs_its_turn() -> None:
    state = fresh(KEY, Identity(visitor="v"), NOW)
    state, _ = reduce(state, Posted("a", "id-1"), NOW, RULES)
    first = state.flight.turn if state.flight else ""
    after, commands = reduce(state, Posted("b", "id-2"), NOW, RULES)
    change = change_of(after, 7, commands, NOW, RULES, lambda turn: turn.model_copy(update={"seal": "signed"}))
    assert (change.guard, change.client_id, change.version) == (first, "id-2", 7)
    assert [(row.turn, row.status) for row in change.turns] == [(first, "superseded"), (state.turn_id(2), "in_flight")]
    urgent = [out for out in change.outgoing if out.urgent]
    assert [out.topic.name for out in urgent] == ["turns.received"]
    assert urgent[0].event.turn.seal == "signed"  # type: ignore[attr-defined]


def test_inner_words_of_a_reply_are_not_shown() -> None:
    state, _ = reduce(fresh(KEY, Identity(visitor="v"), NOW), Posted("a", "id-1"), NOW, RULES)
    reply = Reply(
        outcome=Outcome.REFUSED, text="No.", language="en", operation="cancel_order", reason="already_shipped"
    )
    after, commands = reduce(state, Replied(state.ref(), reply), NOW, RULES)
    (shown,) = change_of(after, 1, commands, NOW, RULES, lambda turn: turn).shown
    assert not any(word in shown.data for word in ("cancel_order", "already_shipped", "refused"))


@given(st.lists(st.sampled_from(["post", "reply", "handover"]), max_size=8))
def test_whoever_wakes_in_time_finds_something_to_do(events: list[str]) -> None:
    """Otherwise the sweeper would take the same conversation again and again."""
    state = fresh(KEY, Identity(visitor="v"), NOW)
    for number, event in enumerate(events):
        outcome = Outcome.HANDOVER if event == "handover" else Outcome.ANSWER
        reply = Replied(state.ref(), Reply(outcome=outcome, text="r", language="en"))
        state, _ = reduce(state, Posted("x", f"id-{number}") if event == "post" else reply, NOW, RULES)
    for _ in range(3):
        due = wake_at(state, RULES)
        if due is None:
            return
        state, commands = reduce(state, Ticked(), due, RULES)
        assert commands
        assert wake_at(state, RULES) != due


def test_an_epoch_of_a_reply_must_fit() -> None:
    state, _ = reduce(fresh(KEY, Identity(visitor="v"), NOW), Posted("a", "id-1"), NOW, RULES)
    ref = TurnRef(**(state.ref().model_dump() | {"epoch": 1}))
    reply = Reply(outcome=Outcome.ANSWER, text="r", language="en")
    assert reduce(state, Replied(ref, reply), NOW, RULES) == (state, ())
