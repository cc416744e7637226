"""What a service declares: its document, its settings, its health before it is started."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.fixtures.messaging import MemoryLab, Ping, service

from careline.contracts.topics import TURNS_CLASSIFIED, TURNS_RECEIVED
from careline.messaging import Done, MessageContext, MessagingSettings, Outcome, Service, State, on

pytestmark = pytest.mark.unit


async def handle(event: Ping, context: MessageContext) -> Outcome:
    """Classifies a turn."""
    return Done()


def make() -> Service:
    return Service(
        "classifier",
        MessagingSettings(),
        [on(TURNS_RECEIVED, handle)],
        [TURNS_CLASSIFIED],
        checks={"database": lambda: False},
    )


async def test_the_document_names_what_is_consumed_and_published() -> None:
    document = make().asyncapi()
    assert document["asyncapi"].startswith("3.")
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert addresses == {TURNS_RECEIVED.name, TURNS_CLASSIFIED.name}
    assert {operation["action"] for operation in document["operations"].values()} == {"receive", "send"}
    schemas = document["components"]["schemas"]
    assert {"TurnReceived", "TurnClassified"} <= set(schemas)
    received = schemas["TurnReceived"]["properties"]
    assert set(received) == {"ref", "turn"}
    assert any(channel.get("description") == "Classifies a turn." for channel in document["channels"].values())


async def test_the_document_is_the_same_every_time() -> None:
    assert make().asyncapi() == make().asyncapi()
    assert str(make().asyncapi()) == str(make().asyncapi())


async def test_a_service_that_is_not_started_is_not_ready() -> None:
    health = make().health()
    assert health.consumers == {TURNS_RECEIVED.name: State.STOPPED}
    assert health.checks == {"database": False}
    assert not health.ready


async def test_a_topic_without_events_cannot_be_handled() -> None:
    lab = MemoryLab()
    with pytest.raises(TypeError, match="dead carries no event"):
        service(lab, on(lab.dead_letters, handle))


def test_the_session_outlasts_the_drain() -> None:
    assert MessagingSettings(drain=8.0).session == 12.0
    assert MessagingSettings(drain=100.0).session == 150.0
    assert MessagingSettings(drain=0.5).session == 6.0
    with pytest.raises(ValidationError, match="shorter"):
        MessagingSettings(drain=8.0, session_timeout=8.0)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092")
    monkeypatch.setenv("CARELINE_MESSAGING_MAX_UNCOMMITTED", "7")
    settings = MessagingSettings()
    assert (settings.bootstrap_servers, settings.max_uncommitted) == ("kafka.example:9092", 7)
