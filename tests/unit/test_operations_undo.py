"""Who may take an entry back: whoever proves as much as doing it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.fixtures.library import library_pack

from careline.contracts.turn import AGENT, Identity
from careline.operations.rules import Proceed, Refused
from careline.operations.undo import Entry, decide_undo
from careline.tenants.model import Pack

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ENTRY = Entry("e", "return_book", "M-1", {}, (), {}, NOW, undone=False)


def needing(assurance: str) -> Pack:
    """The library, where returning a book needs this much proof."""
    pack = library_pack()
    operation = pack.operations["return_book"].model_copy(update={"assurance": assurance})
    return pack.model_copy(update={"operations": {**pack.operations, "return_book": operation}})


@pytest.mark.parametrize(
    ("assurance", "visitor", "proof", "refused"),
    [
        ("code", "v", "signed", "code_needed"),  # the hour after the code is over
        ("code", "v", "verified", None),
        ("code", f"{AGENT}anna", "signed", None),  # let in by the business
        ("signed", "v", "signed", None),
    ],
)
def test_undoing_needs_the_proof_that_doing_needs(
    assurance: str, visitor: str, proof: str, refused: str | None
) -> None:
    identity = Identity.model_validate({"visitor": visitor, "customer": "M-1", "assurance": proof})
    decided = decide_undo(needing(assurance), ENTRY, identity, NOW + timedelta(minutes=1))
    assert decided == Proceed() if refused is None else isinstance(decided, Refused) and decided.reason == refused


def test_what_was_undone_already_is_not_told_to_whom_a_code_is_wanted_of() -> None:
    identity = Identity(visitor="v", customer="M-1", assurance="signed")
    decided = decide_undo(needing("code"), replace(ENTRY, undone=True), identity, NOW)
    assert isinstance(decided, Refused)
    assert decided.reason == "code_needed"
