"""The ledger as it is drawn, and moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from careline_cli.errors import CommandError
from careline_cli.ledger.show import draw, listed
from careline_cli.since import since_of

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def entry(**more: Any) -> dict[str, Any]:
    place = {"source": "text", "turn": "t-1", "start": 0, "end": 8, "record": None}
    return {
        "entry": "3f2b8c1e-5d47-5a0b-9c66-0d1e2f3a4b5c",
        "at": "2026-11-01T12:00:00+00:00",
        "verdict": "committed",
        "reason": None,
        "operation": "cancel_order",
        "asked_by": {"customer": "C-1001", "agent": None, "visitor": "v-1", "assurance": "signed"},
        "conversation": "c-1",
        "turn": "t-1",
        "arguments": [{"name": "order", "value": "LL-10013", "words": "LL-10013", "from": place}],
        "diff": [
            {"table": "orders", "action": "update", "key": {"number": "LL-10013"}, "old": {"status": "placed"},
             "new": {"status": "cancelled"}},
            {"table": "refunds", "action": "insert", "key": {"id": 7}, "old": {}, "new": {"id": 7, "amount": "129"}},
        ],
        "approval": {"signed_by": "verifier", "key": "0123456789abcdef", "expires_at": "2026-11-01T12:01:00+00:00",
                     "epoch": 0, "diff_hash": "h"},
        "result": {"refunds.id": 7},
        "case": None,
        "undoes": None,
        "undone_by": None,
        "told": "Order LL-10013 is [cancelled].",
    } | more  # fmt: skip


def drawn(what: Any) -> str:
    console = Console(width=200, record=True, file=None, highlight=False)
    with console.capture() as capture:
        draw(what, console) if isinstance(what, dict) else console.print(listed(what))
    return capture.get()


def test_an_entry_says_who_what_why_and_by_whose_leave() -> None:
    text = drawn(entry())
    for part in (
        "C-1001 (signed)",
        'LL-10013  from text: "LL-10013"',
        "orders LL-10013: status placed -> cancelled",
        "refunds 7: + id 7, amount 129",
        "verifier, key 0123456789abcdef, until 2026-11-01 12:01:00",
        "Order LL-10013 is [cancelled].",
    ):
        assert part in text


def test_a_list_shows_verdicts_people_and_what_was_undone() -> None:
    by = {"customer": "C-1001", "agent": "anna", "visitor": "agent:anna", "assurance": "signed"}
    text = drawn([entry(undone_by="x"), entry(verdict="refused", reason="blocked", diff=[]), entry(asked_by=by)])
    assert "committed, undone" in text
    assert "refused: blocked" in text
    assert "anna for C-1001" in text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2h", datetime(2026, 11, 3, 10, 0, tzinfo=UTC)),
        ("3d", datetime(2026, 10, 31, 12, 0, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:00+00:00", datetime(2026, 11, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_since(text: str, moment: datetime) -> None:
    assert since_of(text, NOW) == moment


@pytest.mark.parametrize("text", ["yesterday", "2y", "", "2026-13-01", "999999w"])
def test_what_is_no_moment_is_named(text: str) -> None:
    with pytest.raises(CommandError):
        since_of(text, NOW)
