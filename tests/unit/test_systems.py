"""Calls made ready, what answers mean, and settings: the pure parts of calling other systems."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.operations.remote import difference, values_of
from careline.operations.situation import situation
from careline.systems.answers import Answer, value_at
from careline.systems.errors import BadValue, NoClearAnswer, NotConfigured, Unreachable
from careline.systems.outgoing import outgoing
from careline.systems.settings import Access
from careline.systems.values import as_sent
from careline.systems.verdicts import Declined, Done, NotDone, Unclear, judge, judge_error, judge_status
from careline.tenants.load import load_pack
from careline.tenants.model import Call, HttpCall, Parameter

pytestmark = pytest.mark.unit

PACK = load_pack(Path(__file__).parents[1] / "data" / "packs" / "parcels", {})
COURIER = PACK.systems["courier"].calls


def effect_of(operation: str) -> Call:
    effect = PACK.operations[operation].remote
    assert effect is not None
    return effect


REDIRECT, SPEND = effect_of("redirect_parcel"), effect_of("spend_points")
ANY_TEXT = st.text(st.characters(), max_size=60)  # halves of surrogate pairs, too


@given(ANY_TEXT, ANY_TEXT)
def test_no_text_becomes_another_path_or_query(parcel: str, customer: str) -> None:
    try:
        target = outgoing("getParcel", COURIER["getParcel"], {"parcel": parcel, "customer": customer}).target
    except BadValue:
        return
    path, _, query = target.partition("?")
    assert target.isascii()
    assert path.startswith("/parcels/")
    assert path.count("/") == 2
    assert path.rpartition("/")[2].strip(".")
    assert query.startswith("customer=")
    assert not set(query) & set("&#? \r\n")


@pytest.mark.parametrize("value", ["", ".", "..", " . ", "a/b", "a\\b", "a\nb", "a\x00b", "\x7f", "..\r"])
def test_what_could_be_a_step_in_a_path_is_refused(value: str) -> None:
    with pytest.raises(BadValue):
        outgoing("getParcel", COURIER["getParcel"], {"parcel": value, "customer": "M-1"})


@pytest.mark.parametrize("value", ["a\r\nX-Other: 1", "a\nb", "é", " a", "a\x00"])
def test_a_header_holds_one_line_of_ascii(value: str) -> None:
    call = HttpCall(method="GET", path="/", parameters=(Parameter(name="X-Note", place="header"),))
    with pytest.raises(BadValue):
        outgoing("note", call, {"X-Note": value})


def test_errors_never_quote_a_value() -> None:
    with pytest.raises(BadValue) as error:
        outgoing("redirectParcel", COURIER["redirectParcel"], {"parcel": "P", "address.street": "hidden" * 30})
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "schema", "sent"),
    [
        (5, {"type": "integer"}, 5),
        (5, {"type": "string"}, "5"),
        (Decimal("12.50"), {"type": "number"}, 12.5),
        (Decimal("12.50"), {"type": "string"}, "12.5"),
        (Decimal("12.00"), {}, 12),
        (date(2026, 11, 28), {"type": "string"}, "2026-11-28"),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), {"type": "string"}, "2026-11-28T09:00:00+00:00"),
        (True, {"type": "boolean"}, True),
        (None, {"type": "string"}, None),
    ],
)
def test_values_are_sent_as_the_schema_has_them(value: Any, schema: dict[str, Any], sent: Any) -> None:
    assert as_sent(value, schema, "it") == sent


@pytest.mark.parametrize(
    ("effect", "answer", "expected"),
    [
        (REDIRECT, Answer(200, {"number": "R-1"}), Done({"receipt": "R-1"})),
        (REDIRECT, Answer(200, {"number": "R-1"}, whole=False), Unclear),
        (REDIRECT, Answer(200, {"number": ["R-1"]}), Unclear),
        (REDIRECT, Answer(302), Unclear),
        (REDIRECT, Answer(409, {"code": "delivered"}), Declined),
        (REDIRECT, Answer(409, {"code": "at work"}), Unclear),
        (REDIRECT, Answer(409, [1, 2]), Unclear),
        (REDIRECT, Answer(404, {}), Declined),
        (REDIRECT, Answer(408), Unclear),
        (REDIRECT, Answer(429), NotDone),
        (REDIRECT, Answer(500, {"code": "delivered"}), Unclear),
        (REDIRECT, Answer(503), Unclear),
        (SPEND, Answer(0, {"voucher": "V-1"}), Done({"voucher": "V-1"})),
        (SPEND, Answer(0, {"code": "too_few"}), Declined),
        (SPEND, Answer(0, error=True), Unclear),
        (SPEND, Answer(0, whole=False), Unclear),
    ],
)
def test_what_an_answer_means(effect: Call, answer: Answer, expected: Any) -> None:
    verdict = judge(effect, answer)
    assert verdict == expected if isinstance(expected, Done) else isinstance(verdict, expected)


def test_what_a_query_means() -> None:
    assert REDIRECT.status is not None

    def asked(answer: Answer, *, refusal: bool = False) -> Any:
        assert REDIRECT.status is not None
        return judge_status(REDIRECT, REDIRECT.status, answer, refusal=refusal)

    assert asked(Answer(200, {"state": "done", "number": "R-1"})) == Done({"receipt": "R-1"})
    assert isinstance(asked(Answer(404)), NotDone)
    assert isinstance(asked(Answer(404), refusal=True), Declined)
    assert isinstance(asked(Answer(500)), Unclear)
    assert isinstance(asked(Answer(200, {"state": "at work"})), Unclear)
    assert asked(Answer(401), refusal=True) == Unclear("the query gave no clear answer", refusal=True)


def test_only_what_was_not_sent_is_known_not_to_be_done() -> None:
    assert isinstance(judge_error(Unreachable("x")), NotDone)
    assert isinstance(judge_error(NoClearAnswer("x")), Unclear)


def test_a_value_of_an_answer_is_single_and_bounded() -> None:
    content = {"a": {"b": [{"c": 1}]}, "long": "x" * 2000}
    assert value_at(content, "a.b.0.c") == 1
    assert value_at(content, "a.x.y") is None
    for path in ("a", "a.b", "long"):
        with pytest.raises(ValueError, match="no single value"):
            value_at(content, path)


def test_settings_are_named_by_the_system_and_kept_apart(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    environ = {
        "CARELINE_SYSTEM_CLUB_SECRET": "to-change",
        "CARELINE_SYSTEM_CLUB_READ_SECRET_FILE": str(file),
        "CARELINE_SYSTEM_CLUB_URL": "https://club.example/api/",
    }
    assert Access(environ).secret("club") == "to-change"
    looking = Access(environ, readonly=True)
    assert looking.secret("club") == "from-a-file"
    file.write_text("another")
    assert looking.secret("club") == "another"
    assert looking.secret("courier") is None
    assert looking.url("club") == "https://club.example/api"


@pytest.mark.parametrize(
    "url", ["", "club.example", "ftp://club.example", "http://u:p@club.example", "http://c?x=1", "http://c:x/"]
)
def test_a_url_of_no_use_is_named_and_not_quoted(url: str) -> None:
    with pytest.raises(NotConfigured, match="CARELINE_SYSTEM_CLUB_URL") as error:
        Access({"CARELINE_SYSTEM_CLUB_URL": url}).url("club")
    assert "u:p" not in str(error.value)


def test_a_difference_tells_what_changes_and_nothing_when_nothing_does() -> None:
    known = situation(PACK, datetime(2026, 11, 28, 9, tzinfo=UTC), "M-1")
    known = type(known)(known.now, known.today, "M-1", {"parcel": "PX-100", "street": "Quay 7"}, known.facts)
    preview = REDIRECT.preview
    assert preview is not None
    (change,) = difference(REDIRECT, preview, known, {"address": {"street": "Quay 1"}})
    assert (change.table, change.key, change.old, change.new) == (
        "courier.parcel",
        {"number": "PX-100"},
        {"street": "Quay 1"},
        {"street": "Quay 7"},
    )
    assert difference(REDIRECT, preview, known, {"address": {"street": "Quay 7"}}) == ()
    status = REDIRECT.status
    assert status is not None
    assert values_of(status.arguments, known, "a-key") == {"key": "a-key"}
