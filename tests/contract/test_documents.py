"""The documents of the contracts say what the code says, and old messages stay readable."""

from __future__ import annotations

from pathlib import Path

import pytest

from careline.contracts.topics import TOPICS
from careline_cli.schemas import FOLDER, assemble, asyncapi, drift
from careline_cli.stack.secrets import SERVICES

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]


def test_documents_are_up_to_date() -> None:
    assert not drift(ROOT / FOLDER), "run make schemas"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_consumes_and_publishes_what_the_topic_table_says(service: str) -> None:
    document = asyncapi(assemble(service))
    actions: dict[str, set[str]] = {"receive": set(), "send": set()}
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"].rsplit("/", 1)[-1]
        address = document["channels"][channel].get("address", channel)
        actions[operation["action"]].add(address.split(":")[0])
    named = [topic for topic in TOPICS if topic.event]
    assert actions["receive"] == {topic.name for topic in named if service in topic.consumers}
    assert actions["send"] == {topic.name for topic in named if service in topic.producers}
