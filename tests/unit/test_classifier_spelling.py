"""Slips are put right by the pack's own words, and nothing else is."""

from __future__ import annotations

import pytest

from careline.models.stemming import stem
from careline_classifier.domain.spelling import Spelling

pytestmark = pytest.mark.unit

WORDS = {"cancel", "redeem", "delivery", "light", "instalments", "order", "canal", "police"}
SPELLING = Spelling(WORDS, {stem(word) for word in WORDS})


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("cacnel my order", "cancel my order"),
        ("reedem 100 points", "redeem 100 points"),
        ("the delviery is late", "the delivery is late"),
        ("pay in instlaments", "pay in instalments"),
        ("delivverry", "delivverry"),  # two slips
        ("a cheap flight", "a cheap flight"),  # another word
        ("our policy", "our policy"),  # ends otherwise
        ("cancal it", "cancal it"),  # cancel or canal
        ("cancelled", "cancelled"),  # a form of a known word
        ("Delviery Street", "Delviery Street"),  # a name
        ("a@delviery.com", "a@delviery.com"),
        ("", ""),
    ],
)
def test_one_slip_from_one_known_word(text: str, corrected: str) -> None:
    assert SPELLING.corrected(text) == corrected
