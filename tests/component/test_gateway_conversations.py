"""The use cases over a store in memory: several gateways on one store, old knowledge, failures in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.fixtures.gateway import PRIVATE_KEY
from tests.fixtures.gateway import verified as sealed
from tests.fixtures.gateway_site import Site
from tests.fixtures.operations import NO_CONTEXT, a_signer

from careline.contracts.base import TurnRef
from careline.contracts.events import ConversationChanged, TurnReceived, TurnVerified
from careline.contracts.reply import Outcome, Reply
from careline.contracts.seals import Checker, Signer
from careline.contracts.turn import Identity
from careline.messaging import DeadLetter, Done
from careline_gateway.domain.change import Change
from careline_gateway.domain.errors import NotTaken, UnknownConversation, UnknownTenant
from careline_gateway.domain.state import Key
from careline_gateway.ports import StoreUnavailable

pytestmark = pytest.mark.component

ANN = Identity(visitor="v-1", customer="Ann", assurance="signed")


@pytest.fixture
def site() -> Site:
    return Site()


def verified(ref: TurnRef, text: str = "Answer") -> TurnVerified:
    return sealed(ref, Reply(outcome=Outcome.ANSWER, text=text, language="en"))


def turns(site: Site) -> list[TurnReceived]:
    return [out.event for out in site.outbox.offered if isinstance(out.event, TurnReceived)]


def changes(site: Site) -> list[str]:
    return [out.event.change for out in site.outbox.offered if isinstance(out.event, ConversationChanged)]


async def test_a_turn_is_sealed_and_the_observers_hear_of_everything(site: Site) -> None:
    conversation = await site.conversations.open("shop", ANN, None)
    await site.conversations.post(conversation.key, "id-1", "hello")
    (received,) = turns(site)
    public = Signer.from_base64(PRIVATE_KEY).key.public_key()
    Checker(public).check_turn(received.turn)
    await site.conversations.deliver(verified(received.ref))
    assert changes(site) == ["opened", "delivered"]
    assert site.store.turns == {received.ref.turn: "delivered"}
    assert [out.event.event_id for out in site.store.outbox] == [out.event.event_id for out in site.outbox.offered]


async def test_a_reply_reaches_a_gateway_that_knows_an_older_state(site: Site) -> None:
    """What an old state would drop must be looked at again: a lost reply is worse than a look into the store."""
    other = site.another()
    key = (await site.conversations.open("shop", ANN, None)).key
    await other.conversation(key)  # remembers that no turn is in flight
    await site.conversations.post(key, "id-1", "hello")
    await other.deliver(verified(turns(site)[0].ref))
    assert [shown.author for shown in site.store.shown[key]] == ["customer", "bot"]


async def test_a_refusal_is_not_decided_by_an_older_state(site: Site) -> None:
    other = site.another()
    key = (await site.conversations.open("shop", ANN, None)).key
    await other.conversation(key)
    await site.conversations.take(key, "Ada")
    await other.answer(key, "Ada", "Hello")
    await site.conversations.hand_back(key, "Ada")
    with pytest.raises(NotTaken):
        await other.answer(key, "Ada", "too late")


async def test_a_redelivered_reply_is_shown_once_by_any_gateway(site: Site) -> None:
    other = site.another()
    key = (await site.conversations.open("shop", ANN, None)).key
    await site.conversations.post(key, "id-1", "hello")
    reply = verified(turns(site)[0].ref)
    await asyncio.gather(*(gateway.deliver(reply) for gateway in (site.conversations, other, site.conversations)))
    assert len(site.store.shown[key]) == 2
    assert changes(site).count("delivered") == 1


async def test_an_entry_is_shown_only_when_it_cannot_be_undone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has seen an entry goes on from it; if a crash of the database undid it, that would mean something else."""
    key = (await site.conversations.open("shop", ANN, None)).key
    told: list[str | None] = []
    monkeypatch.setattr(site.conversations.streams, "announce", lambda _, shown: told.extend(s.author for s in shown))

    async def crash(*_: object) -> None:
        raise StoreUnavailable("the database went down before it was on disk")

    with monkeypatch.context() as broken:
        broken.setattr(site.store, "durable", crash)  # the broker has the turn already, the disk has not
        with pytest.raises(StoreUnavailable):
            await site.conversations.post(key, "id-1", "hello")
    with monkeypatch.context() as broken:
        broken.setattr(site.store, "apply", crash)
        with pytest.raises(StoreUnavailable):
            await site.conversations.deliver(verified(turns(site)[0].ref))
    assert told == []
    await site.conversations.deliver(verified(turns(site)[0].ref))
    assert told == ["bot"]


async def test_a_message_waits_when_the_ledger_has_the_turn(site: Site) -> None:
    key = (await site.conversations.open("shop", ANN, None)).key
    first = await site.conversations.post(key, "id-1", "yes")
    assert first.turn
    site.store.settled.add(first.turn)
    second = await site.conversations.post(key, "id-2", "and more")
    assert [turn.turn.text for turn in turns(site)] == ["yes"]
    await site.conversations.deliver(verified(turns(site)[0].ref))
    assert [turn.turn.text for turn in turns(site)] == ["yes", "and more"]
    assert turns(site)[1].ref.turn == second.turn


async def test_an_unknown_outcome_is_looked_up_and_the_message_is_stored_once(site: Site) -> None:
    """The store took it and the answer was lost: the client sends again, and it is the same message."""
    key = (await site.conversations.open("shop", ANN, None)).key
    apply = site.store.apply

    async def lose(change: Change, trace: dict[str, str], now: object) -> None:
        await apply(change, trace, now)  # type: ignore[arg-type]
        raise StoreUnavailable("connection lost")

    site.store.apply = lose  # type: ignore[method-assign, assignment]
    with pytest.raises(StoreUnavailable):
        await site.conversations.post(key, "id-1", "hello")
    site.store.apply = apply  # type: ignore[method-assign]
    again = await site.conversations.post(key, "id-1", "hello")
    assert again.position == 1
    assert len(site.store.shown[key]) == 1
    assert (await site.conversations.post(key, "id-2", "more")).position == 2


async def test_strangers_are_named(site: Site) -> None:
    with pytest.raises(UnknownTenant):
        await site.conversations.open("nobody", ANN, None)
    with pytest.raises(UnknownConversation):
        await site.conversations.post(Key("shop", "none"), "id-1", "hello")
    ref = TurnRef(tenant="shop", conversation="none", turn="t", epoch=0)
    with pytest.raises(UnknownConversation):
        await site.conversations.deliver(verified(ref))


async def test_a_deadline_gives_the_conversation_to_people(site: Site) -> None:
    key = (await site.conversations.open("shop", ANN, None)).key
    await site.conversations.post(key, "id-1", "hello")
    site.pass_time(31)
    assert await site.store.due(site.now, 10) == [key]
    await site.conversations.tick(key)
    assert [shown.data.count("A person takes over.") for shown in site.store.shown[key]] == [0, 1, 0]
    assert changes(site) == ["opened", "handed_over"]
    assert site.store.turns == {turns(site)[0].ref.turn: "handed_over"}


def elsewhere(event: TurnVerified) -> TurnVerified:
    """What the verifier said in another conversation, as if it had been said here."""
    other = verified(event.ref.model_copy(update={"conversation": "c-2"}))
    return other.model_copy(update={"ref": event.ref})


def altered(event: TurnVerified) -> TurnVerified:
    return event.model_copy(update={"reply": event.reply.model_copy(update={"text": "Send us your password."})})


@pytest.mark.parametrize(
    ("forge", "error"),
    [
        (lambda event: event.model_copy(update={"seal": ""}), "MissingSeal"),
        (a_signer().seal_reply, "BrokenSeal"),
        (altered, "BrokenSeal"),
        (elsewhere, "BrokenSeal"),
    ],
    ids=["no seal", "a stranger's", "altered", "of another conversation"],
)
async def test_a_reply_that_the_verifier_did_not_seal_is_shown_to_nobody(
    site: Site, forge: Callable[[TurnVerified], TurnVerified], error: str
) -> None:
    key = (await site.conversations.open("shop", ANN, None)).key
    await site.conversations.post(key, "id-1", "hello")
    true = verified(turns(site)[0].ref)
    outcome = await site.conversations.on_verified(forge(true), NO_CONTEXT)
    assert isinstance(outcome, DeadLetter)
    assert outcome.error == error
    assert "the reply" in outcome.reason
    assert [shown.author for shown in site.store.shown[key]] == ["customer"]
    assert await site.conversations.on_verified(true, NO_CONTEXT) == Done()
    assert [shown.author for shown in site.store.shown[key]] == ["customer", "bot"]


async def test_a_reply_of_an_earlier_turn_is_not_shown_again(site: Site) -> None:
    """Its seal is good, but that turn is over."""
    key = (await site.conversations.open("shop", ANN, None)).key
    await site.conversations.post(key, "id-1", "hello")
    earlier = verified(turns(site)[0].ref)
    await site.conversations.on_verified(earlier, NO_CONTEXT)
    await site.conversations.post(key, "id-2", "and more")
    assert await site.conversations.on_verified(earlier, NO_CONTEXT) == Done()
    assert [shown.author for shown in site.store.shown[key]] == ["customer", "bot", "customer"]
