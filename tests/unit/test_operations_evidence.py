"""A value follows from the customer's own words, a record or a sealed question, or it does not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.contracts.base import TurnRef
from careline.contracts.turn import (
    Argument,
    ArgumentEvidence,
    EvidenceSource,
    Exchange,
    Identity,
    Pending,
    PendingKind,
    Turn,
)
from careline.operations.errors import EvidenceError
from careline.operations.evidence import Sources, derive
from careline.operations.parsing import values_in
from careline.tenants.model import ArgumentSpec

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)  # a Wednesday
BERLIN = ZoneInfo("Europe/Berlin")
COLOURS = {"red": {"en": ["red", "scarlet"], "zh": ["红色"]}, "blue": {"en": ["blue"], "zh": ["蓝色"]}}


def turn(text: str, **more: Any) -> Turn:
    ref = TurnRef(tenant="t", conversation="c", turn="t-2", epoch=0)
    return Turn(ref=ref, text=text, received_at=NOW, identity=Identity(visitor="v"), **more)


def spec(kind: str, **more: Any) -> ArgumentSpec:
    return ArgumentSpec.model_validate({"type": kind, "label": "x", "ask": "x?"} | more)


def quote(text: str, words: str, source: EvidenceSource = EvidenceSource.TEXT, **more: Any) -> ArgumentEvidence:
    start = text.index(words)
    return ArgumentEvidence(source=source, quote=words, start=start, end=start + len(words), **more)


def code(argument: ArgumentSpec, evidence: ArgumentEvidence, sources: Sources) -> str:
    with pytest.raises(EvidenceError) as raised:
        derive("x", argument, evidence, sources)
    return raised.value.code


@pytest.mark.parametrize(
    ("argument", "text", "words", "value"),
    [
        (spec("integer"), "by 14 days", "14", 14),
        (spec("integer"), "by fourteen days", "fourteen", 14),
        (spec("integer"), "续借十四天", "十四", 14),
        (spec("money"), "refund 12.50 EUR", "12.50 EUR", "12.5"),
        (spec("number"), "set it to 1,200", "1,200", "1200"),
        (spec("identifier", pattern=r"LL-\d{5}"), "cancel ll 10023", "ll 10023", "LL-10023"),
        (spec("email"), "use ada@Example.ORG now", "ada@Example.ORG", "ada@example.org"),
        (spec("phone"), "call +49 151 23001001", "+49 151 23001001", "+4915123001001"),
        (spec("date"), "on 12 November", "12 November", "2026-11-12"),
        (spec("date"), "tomorrow please", "tomorrow", "2026-11-05"),
        (spec("enum", values=COLOURS), "the scarlet one", "scarlet", "red"),
        (spec("enum", values=COLOURS), "要蓝色的", "蓝色", "blue"),
        (spec("text"), "my name is Ada Stone", "Ada Stone", "Ada Stone"),
        (spec("text"), "名字是李明", "李明", "李明"),
        (spec("address"), "send it to Mill Lane 14, Leeds", "Mill Lane 14, Leeds", "Mill Lane 14, Leeds"),
    ],
)
def test_a_value_is_derived_from_its_quote(argument: ArgumentSpec, text: str, words: str, value: Any) -> None:
    derived = derive("x", argument, quote(text, words), Sources(turn(text), BERLIN))
    assert derived == value
    assert type(derived) is type(value)


@pytest.mark.parametrize(
    ("argument", "text", "words", "expected"),
    [
        (spec("integer"), "by 14 days", "1", "not_a_whole_word"),
        (spec("identifier", pattern=r"LL-\d{5}"), "cancel LL-100234", "LL-10023", "not_a_whole_word"),
        (spec("text"), "I am Adamant", "Adam", "not_a_whole_word"),
        (spec("integer"), "by 14 days", "days", "not_its_type"),
        (spec("email"), "my mail", "mail", "not_its_type"),
        (spec("integer"), "by 14 or 15 days", "14 or 15", "ambiguous"),
        (spec("enum", values=COLOURS), "red or blue", "red or blue", "ambiguous"),
        (spec("text", pattern=r"[A-Z]\d"), "row 7B", "7B", "bad_value"),
        (spec("text", max_length=3), "my name is Johannes", "Johannes", "bad_value"),
    ],
)
def test_a_quote_that_does_not_say_it_is_refused(argument: ArgumentSpec, text: str, words: str, expected: str) -> None:
    assert code(argument, quote(text, words), Sources(turn(text), BERLIN)) == expected


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (4, 4), (4, 2), (0, 999), (998, 1000)])
def test_places_outside_of_the_text_are_refused(start: int, end: int) -> None:
    evidence = ArgumentEvidence(source=EvidenceSource.TEXT, quote="", start=start, end=end)
    assert code(spec("text"), evidence, Sources(turn("cancel it"))) == "not_a_quote"


def test_only_what_the_customer_wrote_is_history() -> None:
    history = (Exchange(turn="t-1", customer="it is LL-10023", reply="Do you mean LL-99999?"),)
    sources = Sources(turn("cancel it", history=history))
    order = spec("identifier", pattern=r"LL-\d{5}")
    said = quote("it is LL-10023", "LL-10023", EvidenceSource.HISTORY, turn="t-1")
    assert derive("x", order, said, sources) == "LL-10023"
    replied = quote("Do you mean LL-99999?", "LL-99999", EvidenceSource.HISTORY, turn="t-1")
    assert code(order, replied, sources) == "not_a_quote"
    assert code(order, said.model_copy(update={"turn": "t-7"}), sources) == "no_such_turn"


def test_a_record_counts_only_where_the_pack_takes_values_from() -> None:
    order = spec("identifier", from_record={"table": "orders", "column": "number", "where": {"state": "open"}})
    evidence = ArgumentEvidence(source=EvidenceSource.RECORD, quote="LL-10023", record="orders.number")
    sources = Sources(turn("cancel it"), records={"x": "LL-10023"})
    assert derive("x", order, evidence, sources) == "LL-10023"
    assert code(order, evidence, Sources(turn("cancel it"))) == "not_unique"
    assert code(order, evidence.model_copy(update={"record": "orders.customer"}), sources) == "no_such_record"
    assert code(spec("identifier"), evidence, sources) == "no_such_record"


def test_a_default_is_the_packs_own() -> None:
    evidence = ArgumentEvidence(source=EvidenceSource.RECORD, quote="7", record="pack.default")
    assert derive("x", spec("integer", default=7), evidence, Sources(turn("x"))) == 7
    assert code(spec("integer"), evidence, Sources(turn("x"))) == "no_such_record"


def pending(value: Any) -> Pending:
    given = Argument(name="x", value=value, evidence=ArgumentEvidence(source=EvidenceSource.TEXT, quote=str(value)))
    return Pending(
        kind=PendingKind.NEEDS_INFO,
        operation="o",
        arguments=(given,),
        asked_in="t-1",
        expires_at=NOW + timedelta(minutes=1),
    )


def test_a_pending_argument_counts_while_its_question_is_open_and_ours() -> None:
    evidence = ArgumentEvidence(source=EvidenceSource.PENDING, quote="14")
    sources = Sources(turn("yes", pending=pending(14)), pending_trusted=True)
    assert derive("x", spec("integer"), evidence, sources) == 14
    assert code(spec("integer"), evidence, replace(sources, pending_trusted=False)) == "unsealed"
    with pytest.raises(EvidenceError):
        derive("y", spec("integer"), evidence, sources)
    late = turn("yes", pending=pending(14).model_copy(update={"expires_at": NOW}))
    assert code(spec("integer"), evidence, Sources(late, pending_trusted=True)) == "not_pending"


@pytest.mark.parametrize(
    ("words", "values", "fuzzy", "expected"),
    [
        ("green school", ("Green School",), False, "Green School"),
        ("green school", ("Green School", "green school"), False, "green school"),
        ("gren school", ("Green School",), False, "gren school"),
        ("gren school", ("Green School",), True, "Green School"),
        ("unknown place", ("Green School",), True, "unknown place"),
        ("unknown place", (), True, "unknown place"),
    ],
)
def test_a_look_up_is_the_matching_value_or_the_words_as_said(
    words: str, values: tuple[str, ...], fuzzy: bool, expected: str
) -> None:
    text = f"move me to {words}"
    argument = spec("lookup", table="schools", column="name", fuzzy=fuzzy)
    assert derive("x", argument, quote(text, words), Sources(turn(text), lookups={"x": values})) == expected


def test_spellings_that_differ_in_case_only_are_asked_about() -> None:
    text = "move me to GREEN"
    sources = Sources(turn(text), lookups={"x": ("Green", "green")})
    assert code(spec("lookup", table="s", column="n"), quote(text, "GREEN"), sources) == "ambiguous"


@given(st.text(max_size=40), st.integers(-5, 50), st.integers(-5, 50), st.text(max_size=10))
def test_whatever_is_claimed_a_text_value_is_in_the_text(text: str, start: int, end: int, words: str) -> None:
    evidence = ArgumentEvidence(source=EvidenceSource.TEXT, quote=words, start=start, end=end)
    try:
        value = derive("x", spec("text"), evidence, Sources(turn(text)))
    except EvidenceError:
        return
    assert value == words
    assert words in text


def test_values_have_their_places() -> None:
    text = "two lamps for 30 euros"
    found = values_in(spec("money"), text, NOW)
    assert [(one.value, text[one.start : one.end]) for one in found] == [("30", "30 euros")]
