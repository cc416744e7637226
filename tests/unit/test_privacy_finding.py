"""Personal data in English, German and Chinese: what is found, what is not, and what must never be lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.privacy import Kind, Known, find
from careline.privacy.checksums import iban, luhn, resident_id
from careline.privacy.spans import Span, settle, span_at

pytestmark = pytest.mark.unit


def found(text: str, *known: Known | str) -> list[tuple[str, str]]:
    spans = find(text, known)
    assert all(text[span.start : span.end] == span.text for span in spans)
    return [(span.kind.value, span.text) for span in spans]


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("write to Ada.Lovelace+x@example.org.", "email", "Ada.Lovelace+x@example.org"),
        ("reach me: ada (at) example.org", "email", "ada (at) example.org"),
        ("pay with 4111 1111 1111 1111, exp 12/27", "card", "4111 1111 1111 1111"),
        ("4111-1111-1111-1111", "card", "4111-1111-1111-1111"),
        ("my card is 4111111111111112", "card", "4111111111111112"),
        ("卡号４１１１１１１１１１１１１１１１", "card", "４１１１１１１１１１１１１１１１"),
        ("to DE89 3704 0044 0532 0130 00 please", "iban", "DE89 3704 0044 0532 0130 00"),
        ("gb82west12345698765432", "iban", "gb82west12345698765432"),
        ("身份证号11010519491231002X", "id", "11010519491231002X"),
        ("my SSN is 078051120", "id", "078051120"),
        ("passport no. C01X00T47", "document", "C01X00T47"),
        ("护照号 E12345678", "document", "E12345678"),
        ("Personalausweis L01X00T471", "document", "L01X00T471"),
        ("it is +49 170 1234567", "phone", "+49 170 1234567"),
        ("please call 345-899-3560x4587", "phone", "345-899-3560x4587"),
        ("Tel. 0341/5550120", "phone", "0341/5550120"),
        ("(415) 555-2671 is mine", "phone", "(415) 555-2671"),
        ("电话：021-62345678", "phone", "021-62345678"),
        ("030 901820 passt", "phone", "030 901820"),
        ("13812345678是我的", "phone", "13812345678"),
        ("from 8.8.4.4", "ip", "8.8.4.4"),
        ("from 2a00:1450:4001:81b::200e", "ip", "2a00:1450:4001:81b::200e"),
        ("postgres://ada:s3cret@db.example.org/x", "login", "ada:s3cret"),
        ("https://example.org/?a=1&token=abc123", "login", "abc123"),
        ("I was born on 4 May 1990", "birth_date", "4 May 1990"),
        ("geboren am 04.05.1990", "birth_date", "04.05.1990"),
        ("我1990年5月4日出生", "birth_date", "1990年5月4日"),
        ("change it to 14 Elm Road, Springfield please", "address", "14 Elm Road"),
        ("221B Baker Street, London NW1 6XE", "address", "221B Baker Street, London NW1 6XE"),
        ("Ich wohne in der Hauptstraße 12a, 80331 München.", "address", "Hauptstraße 12a, 80331 München"),
        ("Adresse: Am Markt 5, 10115 Berlin", "address", "Am Markt 5, 10115 Berlin"),
        ("请寄到北京市朝阳区建国路88号3号楼1201室，谢谢", "address", "北京市朝阳区建国路88号3号楼1201室"),
        ("My name is Ada Lovelace and I wait", "name", "Ada Lovelace"),
        ("Ich heiße Jürgen Groß", "name", "Jürgen Groß"),
        ("Mr. O'Neil-Smith called", "name", "O'Neil-Smith"),
        ("我叫王小明，想退货", "name", "王小明"),
    ],
)
def test_each_kind_is_found(text: str, kind: str, said: str) -> None:
    ((one, where),) = found(text)
    assert one == kind
    assert where.startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "order LL-10023 of 2026-11-01 for 129.00 EUR, 2450 points",
        "4111 1111 1111 1112",  # no check digit, no word for a card
        "DE88 3704 0044 0532 0130 00",
        "110105194912310021",
        "2026-11-21 07:50:38,123 partition 3 at 123456789",
        "5b6f1c1e-6c3b-4d43-9a57-1f0f3f8f2a11 and 12345678-1234-1234-1234-123456789012",
        "127.0.0.1 and 10.1.2.3 and version 1.2.3",
        "delivered on 4 May 2026",
        "on 05/11/2026 or 04/12/26, 10/20000 of them",
        "order number 030 901820",
        "I am going home, this is sad",
        "I was at 8 on the way to work",
        "我是会员，想改地址",
        "我的订单123456什么时候到",
        "",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("it is for ada  LOVELACE", "ada  LOVELACE"),
        ("AdaLovelace", "AdaLovelace"),
        ("ask Lovelace", "Lovelace"),
        ("Frau Müller-Lüdenscheid", "Müller-Lüdenscheid"),
        ("frau mueller luedenscheid", "mueller luedenscheid"),
        ("muller ludenscheid", "muller ludenscheid"),
        ("我是欧阳 娜娜", "欧阳 娜娜"),
    ],
)
def test_the_record_s_names_are_found_however_they_are_written(text: str, said: str) -> None:
    known = [Known(name, Kind.NAME) for name in ("Ada Lovelace", "Müller-Lüdenscheid", "欧阳娜娜")]
    assert found(text, *known) == [("name", said)]


def test_other_values_of_the_record() -> None:
    assert found("what about ll 10023?", "LL-10023") == [("record", "ll 10023")]
    assert found("I have 12 points in to", "12", "to") == []
    assert found("wall-10023 is another", "LL-10023") == []
    assert found("Will my account stay?", Known("Will Smith", Kind.NAME)) == [("name", "Will")]
    assert found("I will wait, Sir", Known("Will Smith", Kind.NAME)) == []


def test_the_longest_finding_wins_and_nothing_of_the_others_is_lost() -> None:
    text = "ada@example.org"
    inner, outer = span_at(text, Kind.NAME, 0, 3, 1.0), span_at(text, Kind.EMAIL, 0, 15, 0.9)
    assert settle([inner, outer]) == (outer,)
    first, second = span_at("abcdef", Kind.NAME, 0, 4, 0.5), span_at("abcdef", Kind.ADDRESS, 3, 6, 0.9)
    assert [(s.kind, s.text) for s in settle([second, first])] == [(Kind.NAME, "abcd"), (Kind.ADDRESS, "ef")]


PLACES = st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from(list(Kind)), st.floats(0.1, 1))


@given(st.lists(PLACES, max_size=8))
def test_settled_spans_are_apart_and_cover_every_letter(places: list[tuple[int, int, Kind, float]]) -> None:
    text = "ab cd, 12 ef-gh 34. ij kl mn op 56 qr st uvw"
    candidates = [span_at(text, kind, at, min(at + length, len(text)), sure) for at, length, kind, sure in places]
    settled = settle(candidates)
    assert all(a.end <= b.start for a, b in pairwise(settled))
    assert covered(candidates, text) == covered(settled, text)


def covered(spans: list[Span] | tuple[Span, ...], text: str) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end) if text[place].isalnum()}


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_can_be_searched(text: str, known: list[str]) -> None:
    for span in find(text, known):
        assert text[span.start : span.end] == span.text
        assert 0.5 <= span.confidence <= 1


@given(st.integers(10**11, 10**18))
def test_one_wrong_digit_breaks_a_luhn_number(number: int) -> None:
    digits = str(number)
    whole = digits + next(str(check) for check in range(10) if luhn(digits + str(check)))
    assert not luhn(whole[:3] + str((int(whole[3]) + 1) % 10) + whole[4:])


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_breaks_an_iban(place: int, by: int) -> None:
    digits = "370400440532013000"
    changed = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert iban("DE89" + digits)
    assert not iban("DE89" + changed)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_breaks_a_resident_id(place: int, by: int) -> None:
    good = "11010519491231002X"
    assert resident_id(good)
    assert not resident_id(good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :])
