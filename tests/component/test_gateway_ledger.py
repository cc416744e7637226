"""The ledger over HTTP: masked unless revealed, filtered, for people only; and how an undo begins and is answered."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.fixtures.gateway import AGENT_TOKEN, bearer
from tests.fixtures.gateway_site import Site, error

from careline.contracts.events import TurnReceived
from careline_gateway.domain.ledger import MASK, LedgerRow, told

pytestmark = pytest.mark.component

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ENTRY = "3f2b8c1e-5d47-5a0b-9c66-0d1e2f3a4b5c"


def row(**more: Any) -> LedgerRow:
    evidence = {"source": "text", "quote": "new@example.org", "turn": "t-1", "start": 13, "end": 28, "record": None}
    given: dict[str, Any] = {
        "id": ENTRY,
        "at": NOW,
        "status": "committed",
        "conversation": "c-1",
        "turn": "t-1",
        "operation": "change_email",
        "visitor": "v-1",
        "customer": "C-1001",
        "arguments": [{"name": "email", "value": "new@example.org", "evidence": evidence}],
        "written": [
            {
                "table": "customers",
                "action": "update",
                "key": {"id": "C-1001"},
                "old": {"email": "old@example.org", "name": "Anna", "points": 40, "state": "waiting"},
                "new": {"email": "new@example.org", "name": "Anna Berg", "points": 45, "state": "approved"},
            }
        ],
        "text": "Your e-mail address is now NEW@example.org, Anna Berg.",
        "approval": {
            "signature": "0123456789abcdef:xyz",
            "expires_at": "2026-11-01T12:01:00Z",
            "ref": {"epoch": 2},
            "identity": {"assurance": "signed"},
            "diff_hash": "h",
        },
    }
    return LedgerRow(**given | more)


def test_personal_data_is_masked_wherever_it_stands() -> None:
    shown = told(row(), reveal=False)
    assert "example.org" not in str(shown)
    assert "Anna" not in str(shown)
    assert shown["arguments"][0]["words"] == MASK
    assert shown["arguments"][0]["from"]["start"] == 13
    assert shown["diff"][0]["new"] == {"email": MASK, "name": MASK, "points": 45, "state": "approved"}
    assert shown["diff"][0]["key"] == {"id": "C-1001"}


def test_it_is_there_when_it_is_to_be_revealed() -> None:
    shown = told(row(), reveal=True)
    assert shown["arguments"][0]["words"] == "new@example.org"
    assert shown["diff"][0]["old"]["name"] == "Anna"
    assert shown["told"] == "Your e-mail address is now NEW@example.org, Anna Berg."


def test_who_signed_with_which_key_until_when() -> None:
    assert told(row(), reveal=False)["approval"] == {
        "signed_by": "verifier",
        "key": "0123456789abcdef",
        "expires_at": "2026-11-01T12:01:00Z",
        "epoch": 2,
        "diff_hash": "h",
    }
    assert told(row(approval={}), reveal=False)["approval"] is None
    by_person = told(row(visitor="agent:anna"), reveal=False)["asked_by"]
    assert (by_person["agent"], by_person["customer"]) == ("anna", "C-1001")


@pytest.fixture
def site() -> Site:
    made = Site()
    made.ledger.rows = [
        row(),
        row(id=str(uuid.uuid4()), at=NOW + timedelta(hours=1), operation="cancel_order", customer="C-1002"),
        row(id=str(uuid.uuid4()), at=NOW + timedelta(hours=2), status="refused", reason="blocked", conversation="c-2"),
    ]
    return made


async def ask(
    site: Site, path: str, method: str = "GET", token: str | None = AGENT_TOKEN, **body: Any
) -> httpx.Response:
    return await site.http.request(method, f"/v1/agent{path}", headers=bearer(token), json=body or None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["change_email", "cancel_order", "change_email"]),
        ("?customer=C-1002", ["cancel_order"]),
        ("?operation=change_email&conversation=c-2", ["change_email"]),
        ("?since=2026-11-01T13:30:00Z", ["change_email"]),
        ("?limit=1", ["change_email"]),
        ("?customer=nobody", []),
    ],
)
async def test_filters(site: Site, query: str, found: list[str]) -> None:
    answer = await ask(site, f"/ledger/shop{query}")
    assert [entry["operation"] for entry in answer.json()["entries"]] == found


async def test_it_is_for_people_only(site: Site) -> None:
    _, token = await site.visit()
    for path in ("/ledger/shop", f"/ledger/shop/{ENTRY}"):
        assert error(await ask(site, path, token=token)) == (401, "token_invalid")
    assert error(await ask(site, f"/ledger/shop/{ENTRY}/undo", "POST", token, agent="x")) == (401, "token_invalid")
    assert error(await ask(site, "/undo/shop/c-1", "POST", token, agent="x", confirm=True)) == (401, "token_invalid")


async def test_one_entry(site: Site) -> None:
    assert MASK in (await ask(site, f"/ledger/shop/{ENTRY.upper()}")).json()["told"]
    for tenant, entry in (("bank", ENTRY), ("shop", str(uuid.uuid4())), ("shop", "nonsense")):
        assert error(await ask(site, f"/ledger/{tenant}/{entry}")) == (404, "unknown_entry")


async def test_who_is_shown_personal_data_has_a_name_and_is_noted_first(site: Site) -> None:
    for path in (f"/ledger/shop/{ENTRY}?reveal=true", "/ledger/shop?reveal=true&agent=%20"):
        assert error(await ask(site, path)) == (422, "invalid")
    assert site.ledger.revealed == []
    shown = await ask(site, f"/ledger/shop/{ENTRY}?reveal=true&agent=ada")
    assert shown.json()["told"].startswith("Your e-mail")
    await ask(site, "/ledger/shop?reveal=true&agent=ada&customer=C-1002")
    await ask(site, "/ledger/shop?agent=ada")
    (one, listed) = site.ledger.revealed
    assert (one.tenant, one.agent, one.entries) == ("shop", "ada", [ENTRY])
    assert (listed.agent, len(listed.entries)) == ("ada", 1)


def test_what_is_sealed_stays_closed_unless_it_is_revealed() -> None:
    sealed = "sealed:Qy0xMDAx:ledger:AbC"
    closed = row(text=sealed, why=sealed, settled_by="ada")
    assert "sealed:" not in str(told(closed, reveal=False))
    assert told(closed, reveal=False)["why"] == MASK
    assert told(closed, reveal=True)["told"] == sealed  # who has the keys opens it


async def test_what_is_in_doubt_is_shown_with_its_conversation(site: Site) -> None:
    path, _ = await site.visit()
    conversation = path.rpartition("/")[2]
    site.ledger.rows = [row(conversation=conversation, status="unknown", reason="outcome_unknown"), row()]
    shown = (await ask(site, f"/conversations/shop/{conversation}")).json()["unsettled"]
    assert [(entry["entry"], entry["verdict"]) for entry in shown] == [(ENTRY, "unknown")]
    assert "example.org" not in str(shown)


async def test_an_undo_is_a_conversation_in_the_persons_name_for_the_customer(site: Site) -> None:
    begun = await ask(site, f"/ledger/shop/{ENTRY}/undo", "POST", agent="anna")
    assert begun.status_code == 202, begun.text
    conversation = begun.json()["conversation"]
    assert conversation != "c-1"
    sent = [out.event for out in site.store.outbox if isinstance(out.event, TurnReceived)]
    turn = sent[-1].turn
    assert (turn.text, turn.ref.turn) == (f"undo {ENTRY}", begun.json()["turn"])
    assert (turn.identity.agent, turn.identity.customer, turn.identity.assurance) == ("anna", "C-1001", "signed")
    path = f"/undo/shop/{conversation}"
    assert error(await ask(site, path, "POST", agent="bob", confirm=True)) == (404, "unknown_conversation")
    assert (await ask(site, path, "POST", agent="anna", confirm=True)).status_code == 202


async def test_a_customers_conversation_is_no_undo(site: Site) -> None:
    path, _ = await site.visit()
    answer = await ask(site, f"/undo/shop/{path.rpartition('/')[2]}", "POST", agent="anna", confirm=True)
    assert error(answer) == (404, "unknown_conversation")


async def test_what_was_refused_is_nothing_to_undo(site: Site) -> None:
    refused = next(each for each in site.ledger.rows if each.status == "refused")
    answer = await ask(site, f"/ledger/shop/{refused.id}/undo", "POST", agent="anna")
    assert error(answer) == (404, "unknown_entry")
