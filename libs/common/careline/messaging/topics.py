"""Creates declared topics, and says which existing ones differ."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from careline.contracts.topics import Topic

from .errors import TransportError

_LOOK = 0.05
_LOOKS = 200


@dataclass(frozen=True, slots=True)
class Deviation:
    """A topic that is not as declared. `actual` is None for one that does not exist."""

    topic: str
    setting: str
    declared: str
    actual: str | None

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} is {self.actual or 'missing'}, declared {self.declared}"


async def create_topics(
    admin: AIOKafkaAdminClient, topics: Sequence[Topic], replication_factor: int = 1
) -> tuple[str, ...]:
    """Create those of `topics` that do not exist, and return their names when every partition has its leader.

    Changes no existing one: see `check_topics`. Raises TransportError when the broker refuses one.
    """
    wanted = [
        NewTopic(topic.name, topic.partitions, replication_factor, topic_configs=_configs(topic)) for topic in topics
    ]
    response = await admin.create_topics(wanted)
    created = []
    for name, code, *message in response.topic_errors:
        error = for_code(code)
        if error is NoError:
            created.append(name)
        elif error is not TopicAlreadyExistsError:
            raise TransportError(f"cannot create {name}: {error.__name__} {message}")
    await _until_led(admin, [topic for topic in topics if topic.name in created])
    return tuple(created)


async def _until_led(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> None:
    """A topic is visible a moment after its creation was answered; whoever used it earlier would be refused."""
    names = [topic.name for topic in topics]
    for _ in range(_LOOKS if names else 0):
        found = await admin.describe_topics(names)
        if all(topic["error_code"] == 0 and all(p["leader"] >= 0 for p in topic["partitions"]) for topic in found):
            return
        await asyncio.sleep(_LOOK)
    if names:
        raise TransportError(f"created, but still without a leader: {', '.join(names)}")


async def check_topics(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> tuple[Deviation, ...]:
    """How the existing topics differ from `topics`: partitions, retention, message size; empty if they do not.

    Raises TransportError when the broker does not tell.
    """
    try:
        partitions = {
            found["topic"]: len(found["partitions"])
            for found in await admin.describe_topics([topic.name for topic in topics])
            if found["error_code"] == 0
        }
        existing = [topic for topic in topics if topic.name in partitions]
        configs = await _describe(admin, [topic.name for topic in existing])
    except KafkaError as error:
        raise TransportError(f"{type(error).__name__}: {error}") from error
    missing = [Deviation(t.name, "topic", "present", None) for t in topics if t.name not in partitions]
    differing = [
        Deviation(topic.name, setting, declared, actual)
        for topic in existing
        for setting, declared, actual in _compare(topic, partitions[topic.name], configs[topic.name])
        if declared != actual
    ]
    return (*missing, *differing)


def _configs(topic: Topic) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(topic.retention_ms),
        "max.message.bytes": str(topic.max_message_bytes),
    }


def _compare(topic: Topic, partitions: int, configs: dict[str, str]) -> list[tuple[str, str, str | None]]:
    settings = [(name, declared, configs.get(name)) for name, declared in _configs(topic).items()]
    return [("partitions", str(topic.partitions), str(partitions)), *settings]


async def _describe(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    responses = await admin.describe_configs(resources)
    return {
        resource[3]: {entry[0]: entry[1] for entry in resource[4]}
        for response in responses
        for resource in response.resources
    }
