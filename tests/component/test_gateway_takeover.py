"""What a person sees of what was about to happen when they took the conversation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.fixtures.gateway import verified
from tests.fixtures.gateway_site import Site, message
from tests.fixtures.gateway_visitor import bearer

from careline.contracts.events import TurnReceived
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource, Pending, PendingKind, RowChange
from careline_cli.ledger.interrupted import under_way

pytestmark = pytest.mark.component

CHANGE = RowChange(
    table="orders",
    action="update",
    key={"number": "LL-10013"},
    old={"status": "placed"},
    new={"status": "cancelled"},
)
EVIDENCE = ArgumentEvidence(source=EvidenceSource.TEXT, quote="LL-10013")
LINE = "  orders LL-10013: status placed -> cancelled"


@pytest.fixture
def site() -> Site:
    return Site()


def question(site: Site) -> Reply:
    pending = Pending(
        kind=PendingKind.CONFIRM,
        operation="cancel_order",
        arguments=(Argument(name="order", value="LL-10013", evidence=EVIDENCE),),
        asked_in="t",
        diff=(CHANGE,),
        diff_hash="h",
        expires_at=site.now + timedelta(minutes=10),
    )
    return Reply(outcome=Outcome.CONFIRM, text="Shall I cancel it?", language="en", pending=pending)


async def say(site: Site, path: str, token: str, text: str) -> TurnReceived:
    body = message(text, client_id=str(len(site.store.outbox)))
    assert (await site.http.post(f"{path}/messages", json=body, headers=bearer(token))).status_code == 202
    return [out.event for out in site.store.outbox if isinstance(out.event, TurnReceived)][-1]


async def case(site: Site, path: str, action: str = "") -> dict[str, Any]:
    conversation = f"/shop/{path.rpartition('/')[2]}"
    if action:
        assert (await site.agent("POST", f"{conversation}/{action}", agent="anna")).status_code == 200
    shown: dict[str, Any] = (await site.agent("GET", conversation)).json()
    return shown


async def test_the_open_question_is_shown_with_its_changes(site: Site) -> None:
    path, token = await site.visit()
    received = await say(site, path, token, "cancel LL-10013")
    await site.conversations.deliver(verified(received.ref, question(site)))
    before = await case(site, path)
    assert before["pending"]["arguments"] == {"order": "LL-10013"}
    assert before["voided"] is None
    assert LINE in list(under_way(before))
    after = await case(site, path, "take")
    assert (after["pending"], after["voided"]["turn"]) == (None, None)
    assert after["voided"]["proposed"]["diff"] == [CHANGE.model_dump(mode="json")]
    assert list(under_way(after)) == ["was about to happen, void now:", "  cancel_order (order LL-10013)", LINE]


async def test_a_yes_in_flight_is_shown_with_what_it_would_have_done(site: Site) -> None:
    path, token = await site.visit()
    received = await say(site, path, token, "cancel LL-10013")
    await site.conversations.deliver(verified(received.ref, question(site)))
    answer = await say(site, path, token, "yes, go ahead")
    shown = await case(site, path, "take")
    assert (shown["voided"]["turn"], shown["voided"]["text"]) == (answer.ref.turn, "yes, go ahead")
    assert shown["voided"]["proposed"]["operation"] == "cancel_order"
    assert any("yes, go ahead" in line for line in under_way(shown))


async def test_what_the_void_turn_would_have_asked_is_learnt_and_not_said(site: Site) -> None:
    path, token = await site.visit()
    received = await say(site, path, token, "cancel LL-10013")
    assert (await case(site, path, "take"))["voided"]["proposed"] is None
    await site.conversations.deliver(verified(received.ref, question(site)))
    shown = await case(site, path)
    assert shown["voided"]["proposed"]["operation"] == "cancel_order"
    assert shown["pending"] is None
    assert [entry["text"] for entry in shown["entries"] if entry.get("author") == "bot"] == []


async def test_a_deadline_leaves_it_for_whoever_comes(site: Site) -> None:
    path, token = await site.visit()
    received = await say(site, path, token, "cancel LL-10013")
    await site.conversations.deliver(verified(received.ref, question(site)))
    await say(site, path, token, "yes")
    site.pass_time(31)
    (key,) = site.store.stored
    await site.conversations.tick(key)
    assert (await case(site, path))["voided"]["proposed"]["operation"] == "cancel_order"
    assert (await case(site, path, "take"))["voided"]["text"] == "yes"


@pytest.mark.parametrize("action", ["hand-back", "resolve"])
async def test_it_is_over_when_the_bot_answers_again(site: Site, action: str) -> None:
    path, token = await site.visit()
    await say(site, path, token, "cancel LL-10013")
    await case(site, path, "take")
    assert (await case(site, path, action))["voided"] is None
