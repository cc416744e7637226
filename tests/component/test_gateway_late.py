"""What another system has done after all is told once, wherever the conversation is by then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.fixtures.gateway import verified
from tests.fixtures.gateway_memory import MemoryDoubts
from tests.fixtures.gateway_site import Site
from tests.fixtures.operations import NO_CONTEXT

from careline.contracts.base import TurnRef
from careline.contracts.events import TurnReceived
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Identity
from careline.messaging import Done
from careline_gateway.domain.ledger import LedgerRow
from careline_gateway.domain.state import Key
from careline_gateway.late import AGAIN, GIVEN_UP, LateOutcomes

pytestmark = pytest.mark.component

UNKNOWN = Reply(
    outcome=Outcome.HANDOVER, text="Nobody knows; a colleague will tell you.", language="en", reason="outcome_unknown"
)


class Desk:
    """A conversation that was told that nobody knows, and who looks for what became of it."""

    def __init__(self) -> None:
        self.site, self.doubts = Site(), MemoryDoubts()
        site = self.site
        self.late = LateOutcomes(site.conversations, self.doubts, site.ledger, site.rules, lambda: site.now)
        self.deliver = self.late.behind(site.conversations.on_verified)

    async def told(self, reply: Reply = UNKNOWN) -> tuple[Key, TurnRef]:
        conversation = await self.site.conversations.open("shop", Identity(visitor="v-1"), "en")
        await self.site.conversations.post(conversation.key, "c-1", "send it to Quay 7")
        ref = [out.event.ref for out in self.site.store.outbox if isinstance(out.event, TurnReceived)][-1]
        assert await self.deliver(verified(ref, reply), NO_CONTEXT) == Done()
        return conversation.key, ref

    def known(self, ref: TurnRef, status: Any = "committed", **more: Any) -> None:
        row: dict[str, Any] = {
            "id": "e-1",
            "at": self.site.now,
            "conversation": ref.conversation,
            "turn": ref.turn,
            "operation": "redirect",
            "visitor": "v-1",
            "customer": None,
            "arguments": (),
            "written": (),
            "text": "Parcel PX-100 goes to Quay 7.",
        }
        self.site.ledger.rows = [LedgerRow(**row | {"status": status} | more)]

    async def look(self) -> int:
        self.site.pass_time(AGAIN.total_seconds())
        return await self.late.look()

    async def texts(self, key: Key) -> list[str]:
        entries = await self.site.conversations.store.entries(key, 0, 99)
        return [entry.data for entry in entries if entry.author == "bot"]

    async def status(self, key: Key) -> str:
        return (await self.site.conversations.conversation(key)).status


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("committed", "Parcel PX-100 goes to Quay 7."),
        ("refused", "Parcel PX-100 goes to Quay 7."),
        ("not_done", "en: redirect was not done"),
    ],
)
async def test_it_is_told_once_as_soon_as_the_ledger_knows(desk: Desk, status: str, words: str) -> None:
    key, ref = await desk.told()
    desk.known(ref, "unknown")
    assert (await desk.look(), len(await desk.texts(key))) == (0, 1)
    desk.known(ref, status)
    assert await desk.look() == 1
    assert words in (await desk.texts(key))[-1]
    assert await desk.status(key) == "waiting"  # who waits for a person still does, and the person reads it, too
    assert (await desk.look(), desk.doubts.rows) == (0, {})
    # A gateway that crashed before it closed the doubt says nothing again, nor does the reply when it comes again.
    await desk.doubts.note(key, ref.turn, desk.site.now)
    await desk.look()
    assert len(await desk.texts(key)) == 2


async def test_with_a_person_it_is_in_the_conversation_that_the_person_reads(desk: Desk) -> None:
    key, ref = await desk.told()
    await desk.site.conversations.take(key, "anna")
    desk.known(ref)
    assert await desk.look() == 1
    assert await desk.status(key) == "human"
    assert "Quay 7" in (await desk.texts(key))[-1]
    await desk.site.conversations.answer(key, "anna", "As you see, it is done.")


async def test_when_the_conversation_is_closed_a_person_sees_to_it(desk: Desk) -> None:
    key, ref = await desk.told()
    await desk.site.conversations.take(key, "anna")
    await desk.site.conversations.resolve(key, "anna")
    assert (await desk.status(key), await desk.site.store.inbox(9)) == ("closed", [])
    desk.known(ref)
    assert await desk.look() == 1
    assert await desk.status(key) == "waiting"
    assert [row.key for row in await desk.site.store.inbox(9)] == [key]


async def test_a_turn_in_flight_goes_on(desk: Desk) -> None:
    key, ref = await desk.told()
    await desk.site.conversations.take(key, "anna")
    await desk.site.conversations.hand_back(key, "anna")
    await desk.site.conversations.post(key, "c-2", "and how long does delivery take?")
    flight = (await desk.site.conversations.conversation(key)).flight
    desk.known(ref)
    assert await desk.look() == 1
    after = await desk.site.conversations.conversation(key)
    assert (after.flight, after.history[-1].reply) == (flight, "Parcel PX-100 goes to Quay 7.")


async def test_what_a_person_settled_was_told_by_that_person(desk: Desk) -> None:
    key, ref = await desk.told()
    desk.known(ref, settled_by="ada")
    assert (await desk.look(), len(await desk.texts(key)), desk.doubts.rows) == (0, 1, {})


async def test_other_replies_leave_no_doubt_and_forged_ones_none_either(desk: Desk) -> None:
    _, ref = await desk.told(Reply(outcome=Outcome.ANSWER, text="Two days.", language="en"))
    forged = verified(ref, UNKNOWN).model_copy(update={"seal": ""})
    assert await desk.deliver(forged, NO_CONTEXT) != Done()
    assert desk.doubts.rows == {}


async def test_one_that_cannot_be_told_keeps_no_other_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (first, one), (second, other) = await desk.told(), await desk.told()
    desk.known(one, "not_done")
    rows = desk.site.ledger.rows
    desk.known(other, id="e-2")
    desk.site.ledger.rows += rows
    with monkeypatch.context() as patch:
        patch.setattr(type(desk.site.rules), "not_done", unreadable)
        for _ in range(2):
            with pytest.raises(LookupError, match="unreadable"):
                await desk.look()
    assert [len(await desk.texts(key)) for key in (first, second)] == [1, 2]
    assert await desk.look() == 1
    assert ([len(await desk.texts(key)) for key in (first, second)], desk.doubts.rows) == ([2, 2], {})


async def unreadable(*_: Any) -> str:
    raise LookupError("the pack is unreadable")


async def test_who_was_erased_and_what_nobody_ever_learns_is_not_looked_at_for_ever(desk: Desk) -> None:
    await desk.told()
    desk.site.pass_time(GIVEN_UP.total_seconds())
    assert (await desk.look(), desk.doubts.rows) == (0, {})
    ref = TurnRef(tenant="shop", conversation="gone", turn="t-1", epoch=0)
    await desk.doubts.note(Key("shop", "gone"), "t-1", desk.site.now - timedelta(days=1))
    desk.known(ref)
    assert (await desk.look(), desk.doubts.rows) == (0, {})
