"""When a message is several requests, and which of them the turn is about."""

from __future__ import annotations

import pytest

from careline.contracts.understanding import MAX_REQUESTS
from careline_classifier.domain.choice import Choice
from careline_classifier.domain.intents import GUIDE, HUMAN, OUT_OF_SCOPE, Intent, fact, operation, small_talk
from careline_classifier.domain.several import Piece, Read, joined, next_join, order, pieces, principal, worth_it

pytestmark = pytest.mark.unit


def read(intent: Intent, confidence: float = 0.9, similarity: float = 0.8, passage: str = "", *codes: str) -> Read:
    return Read(Choice(intent, confidence), passage, similarity, frozenset(codes))


def piece(text: str = "how many?", start: int = 0, sentence: int = 0, *, asks: bool = True) -> Piece:
    return Piece(text, start, start + len(text), sentence, asks)


def texts(message: str) -> list[str]:
    return [each.text for each in pieces(message)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Where is LL-10011?", []),
        ("Hi! I moved, so please cancel LL-10013.", []),
        ("Where is it? And cancel LL-10013.", ["Where is it?", "And cancel LL-10013."]),
        (
            "My lamp is scratched. Refund me 15 EUR. I bought it in May. How many points do I have?",
            ["My lamp is scratched. Refund me 15 EUR.", "I bought it in May. How many points do I have?"],
        ),
        (
            "Cancel LL-10013, I ordered it twice. Because I was tired. How many points do I have?",
            ["Cancel LL-10013, I ordered it twice. Because I was tired.", "How many points do I have?"],
        ),
        ("我有多少积分，寄奥地利运费多少？", ["我有多少积分，", "寄奥地利运费多少？"]),
    ],
)
def test_context_goes_with_its_request(message: str, expected: list[str]) -> None:
    assert texts(message) == expected


def test_the_same_request_said_twice_is_one() -> None:
    parts = [piece(), piece(start=10)]
    track = operation("track_order")
    assert next_join(parts, [read(track), read(track)]) == 0
    assert next_join(parts, [read(track, 0.9, 0.8, "", "LL-1"), read(track, 0.9, 0.8, "", "LL-2")]) is None
    assert next_join(parts, [read(GUIDE, passage="a#1"), read(GUIDE, passage="a#1")]) == 0
    assert next_join(parts, [read(GUIDE, passage="a#1"), read(GUIDE, passage="b#1")]) is None


@pytest.mark.parametrize(
    "unclear",
    [
        read(small_talk("greeting")),
        read(fact("points"), confidence=0.5),
        read(fact("points"), similarity=0.3),
        read(OUT_OF_SCOPE, confidence=0.7),
    ],
)
def test_what_is_not_understood_alone_goes_with_its_neighbour(unclear: Read) -> None:
    parts = [piece(), piece(start=10)]
    clear = read(operation("cancel_order"))
    assert next_join(parts, [unclear, clear]) == 0
    assert next_join(parts, [clear, unclear]) == 0
    assert not worth_it(clear, parts, [clear, unclear])


def test_only_a_question_asks_the_guide() -> None:
    wish, question = piece(asks=False), piece()
    assert not read(GUIDE).stands(wish)
    assert read(GUIDE).stands(question)


def test_a_message_is_divided_only_when_that_is_better_understood() -> None:
    parts = [piece(), piece(start=10)]
    clear = [read(fact("points"), similarity=0.7), read(operation("cancel_order"), similarity=0.7)]
    assert worth_it(read(GUIDE, similarity=0.6), parts, clear)
    assert not worth_it(read(GUIDE, similarity=0.9), parts, clear)
    assert worth_it(read(fact("points"), similarity=0.69), parts, clear)
    assert not worth_it(read(GUIDE, similarity=0.1), parts[:1], clear[:1])


def test_the_first_change_is_what_the_turn_is_about_and_a_person_before_it() -> None:
    asked = [read(fact("points")), read(operation("cancel_order")), read(operation("redeem_points"))]
    assert principal(asked, [False, True, True]) == 1
    assert principal([*asked, read(HUMAN)], [False, True, True, False]) == 3
    assert principal([read(OUT_OF_SCOPE), read(GUIDE)], [False, False]) == 1
    assert principal([read(OUT_OF_SCOPE), read(OUT_OF_SCOPE)], [False, False]) == 0


def test_other_changes_and_what_is_too_much_wait_and_nothing_is_lost() -> None:
    changes = [False, True, True, False, False]
    beside, later = order(5, 1, changes)
    assert (beside, later) == ([0, 3], [2, 4])
    assert len(beside) < MAX_REQUESTS
    assert sorted([1, *beside, *later]) == list(range(5))


def test_joined_pieces_have_all_between_them() -> None:
    text = "Where is it, and why?"
    one, other = Piece("Where is it,", 0, 12, 0, True), Piece("and why?", 13, 21, 0, True)
    assert joined(text, one, other) == Piece(text, 0, 21, 0, True)


def test_a_piece_that_would_change_something_must_be_plainer() -> None:
    parts = [piece(), piece(start=10)]
    sure, unsure = (Read(Choice(operation("subscribe"), each), "", 0.8, changes=True) for each in (0.95, 0.8))
    looked_up = read(fact("points"), confidence=0.8)
    assert next_join(parts, [sure, looked_up]) is None
    assert next_join(parts, [unsure, looked_up]) == 0
    assert not worth_it(looked_up, parts, [unsure, looked_up])
