"""Reading a stream, deciding about retries, judging an answer: the pure parts of a call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from tests.fixtures.llm import Routing

from careline.llm.errors import (
    Busy,
    CallFailed,
    CircuitOpen,
    Refused,
    SchemaBroken,
    ServerFailed,
    TooLate,
    TooLong,
    Unreadable,
)
from careline.llm.retrying import delay_before_retry
from careline.llm.schema import parse_answer, response_format
from careline.llm.sse import EventReader
from careline.llm.wire import read_piece

pytestmark = pytest.mark.unit


@given(st.lists(st.integers(1, 12), max_size=20))
def test_events_are_the_same_however_the_bytes_are_cut(sizes: list[int]) -> None:
    stream = ': ping\r\n\r\ndata: {"a": "退款"}\r\n\r\ndata: one\ndata: two\n\nevent: x\n\ndata:[DONE]\n\n'.encode()
    reader, found, at = EventReader(), list[str](), 0
    for size in [*sizes, len(stream)]:
        found += reader.feed(stream[at : at + size])
        at += size
    assert found == ['{"a": "退款"}', "one\ntwo", "[DONE]"]


def test_a_line_without_end_is_not_kept() -> None:
    reader = EventReader()
    with pytest.raises(TooLong):
        for _ in range(100):
            list(reader.feed(b"x" * 10_000))


@pytest.mark.parametrize(
    "data",
    ["<html>", "[]", '{"choices": 7}', '{"choices": [{"delta": {"content": 7}}]}', '{"usage": {"prompt_tokens": -1}}'],
)
def test_what_is_no_chat_event_is_unreadable(data: str) -> None:
    with pytest.raises(Unreadable):
        read_piece(data)


def test_an_error_in_the_stream_is_the_servers() -> None:
    with pytest.raises(ServerFailed) as caught:
        read_piece('{"error": {"message": "key sk-4711"}}')
    assert "4711" not in str(caught.value)


def test_the_servers_numbers_are_read() -> None:
    piece = read_piece(
        '{"model": "m", "choices": [], "usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 99}}}'
    )
    assert piece.reported is not None
    assert (piece.reported.prompt_tokens, piece.reported.cached) == (9, 9)


@pytest.mark.parametrize("error", [CircuitOpen("o"), TooLate("total"), Refused(400, ""), SchemaBroken("s")])
def test_what_does_not_pass_is_not_repeated(error: CallFailed) -> None:
    assert delay_before_retry(error, 1, 5, 100.0, 0.5) is None


def test_delays_grow_spread_and_end_before_the_deadline() -> None:
    error = ServerFailed("down")
    assert [delay_before_retry(error, n, 4, 100.0, 0.5) for n in (1, 2, 3, 4)] == [0.1, 0.2, 0.4, None]
    assert delay_before_retry(error, 1, 4, 100.0, 0.0) != delay_before_retry(error, 1, 4, 100.0, 0.9)
    assert delay_before_retry(error, 3, 4, 0.4, 0.5) is None
    assert delay_before_retry(Busy(2.0), 1, 4, 100.0, 0.5) == pytest.approx(2.1)
    assert delay_before_retry(Busy(2.0), 1, 4, 2.0, 0.5) is None


class Nested(BaseModel):
    routing: Routing | None
    tags: list[Routing] = []


def test_the_strict_form_reaches_every_object() -> None:
    schema = response_format(Nested)["json_schema"]["schema"]
    assert schema["required"] == ["routing", "tags"]
    assert schema["$defs"]["Routing"]["additionalProperties"] is False
    assert "title" not in schema
    assert "default" not in str(schema)


def test_a_mistake_is_placed_without_its_value() -> None:
    with pytest.raises(SchemaBroken, match=r"tags\.\[\]\.route \(literal_error\)") as caught:
        parse_answer('{"routing": null, "tags": [{"route": "sk-4711", "confidence": 0.1}]}', Nested)
    assert "4711" not in str(caught.value)


@pytest.mark.parametrize("text", ['{"route": "guide", "confidence": "0.8"}', '{"route": "guide", "confidence": NaN}'])
def test_types_are_not_bent(text: str) -> None:
    with pytest.raises(SchemaBroken):
        parse_answer(text, Routing)


def test_bare_control_characters_in_an_answer_count_as_blanks() -> None:
    """A real vLLM's grammar lets them through where a string's length is bounded."""
    got = parse_answer('{"route": "guide", "confidence": 0.5,\n "quote": "a\x0f\tb"}', Routing)
    assert got.quote == "a  b"


def test_bytes_that_are_no_text_count_once() -> None:
    """A decoder makes three signs of one lone surrogate, so that a string of bounded length seems too long."""

    class Short(BaseModel):
        quote: str = Field(max_length=3)

    assert parse_answer('{"quote": "a\ufffd\ufffd\ufffdb"}', Short).quote == "a\ufffdb"
