"""Events as records and dead letters as records, without a broker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.messaging import Ping, ping

from careline.contracts.topics import DEAD_LETTERS, TOPICS, Topic
from careline.messaging import (
    DeadLetter,
    MemoryRecord,
    Output,
    TooLargeError,
    UndecodableError,
    read_dead_letter,
    replay,
)
from careline.messaging.deadletters import bury
from careline.messaging.transport import Headers
from careline.messaging.wire import carrier_of, decode, encode, wire_size

pytestmark = pytest.mark.unit

TOPIC = Topic("t", Ping, (), (), max_message_bytes=5000)


@given(st.text(max_size=200), st.integers())
def test_what_is_encoded_is_decoded(text: str, n: int) -> None:
    event = ping("c", n, text)
    key, value, headers = encode(Output(TOPIC, event), "svc", {"traceparent": "00-1", "tracestate": "a=b"})
    assert key == b"c"
    assert decode(Ping, value, dict(headers)) == event
    assert carrier_of(dict(headers)) == {"traceparent": "00-1", "tracestate": "a=b"}


def test_an_event_that_its_topic_would_refuse_is_not_sent() -> None:
    encode(Output(TOPIC, ping("c", 1, "x" * 4000)), "svc", {})
    with pytest.raises(TooLargeError, match="t takes 5000"):
        encode(Output(TOPIC, ping("c", 1, "x" * 4900)), "svc", {})


@pytest.mark.parametrize(
    ("value", "headers", "told"),
    [
        (None, {}, "no value"),
        (b"{", {}, "body: json_invalid"),
        (b"\xff", {}, "json_invalid"),
        (b'{"ref":{}}', {}, "ref.tenant: missing"),
        (ping("c", 1).to_bytes(), {"ce_type": b"careline.other.v1"}, "careline.other.v1 is not careline.test.ping.v1"),
    ],
)
def test_what_is_no_such_event_is_named_by_field(value: bytes | None, headers: dict[str, bytes], told: str) -> None:
    with pytest.raises(UndecodableError, match=told):
        decode(Ping, value, headers)


def record(value: bytes | None, headers: Headers, key: bytes | None = b"k") -> MemoryRecord:
    return MemoryRecord("t", 3, 14, 1_700_000_000_000, key, value, headers)


headers_strategy = st.lists(st.tuples(st.sampled_from(["ce_id", "x", "ü"]), st.binary(max_size=20)), max_size=4)


@given(st.none() | st.binary(max_size=300), headers_strategy, st.none() | st.binary(max_size=20), st.text(max_size=50))
async def test_a_dead_letter_says_why_and_replays_byte_for_byte(
    value: bytes | None, headers: Headers, key: bytes | None, reason: str
) -> None:
    original = record(value, headers, key)
    body, stamped = bury(original, "g", 4, DeadLetter(reason, "E"), limit=10_000)
    letter = MemoryRecord("dead", 0, 0, 0, key, body, stamped)
    dead = read_dead_letter(letter)
    assert (dead.reason, dead.error, dead.origin.group, dead.origin.attempts) == (reason, "E", "g", 4)
    assert (dead.origin.topic, dead.origin.partition, dead.origin.offset) == ("t", 3, 14)
    sent: list[object] = []

    async def send(topic: str, key: bytes | None, value: bytes | None, headers: Headers):  # type: ignore[no-untyped-def]
        sent.append((topic, key, value, list(headers)))

        async def acknowledged() -> None: ...

        return acknowledged()

    await replay(letter, send)
    assert sent == [("t", key, value, list(headers))]


async def test_a_letter_too_large_even_for_the_dead_is_cut_and_says_so() -> None:
    original = record(b"x" * 10_000, [("h", b"y" * 100)])
    body, headers = bury(original, "g", 1, DeadLetter("why"), limit=2000)
    assert wire_size(b"k", body, headers) <= 2000
    letter = MemoryRecord("dead", 0, 0, 0, b"k", body, headers)
    assert read_dead_letter(letter).truncated
    with pytest.raises(ValueError, match="not replayable"):
        await replay(letter, None)  # type: ignore[arg-type]


def test_the_dead_letter_topic_takes_what_every_source_takes_and_the_reason() -> None:
    for topic in TOPICS:
        if topic.event:
            full = record(b"x" * (topic.max_message_bytes - 500), [("ce_type", b"t" * 200)])
            body, _ = bury(
                replace(full, topic=topic.name), "g" * 80, 60, DeadLetter("r" * 500), DEAD_LETTERS.max_message_bytes
            )
            assert body == full.value
