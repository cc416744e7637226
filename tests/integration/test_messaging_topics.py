"""Topics are created once, and those that differ from their declaration are named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fixtures.messaging import KafkaLab

from careline.contracts.topics import TOPICS
from careline.messaging import Deviation, check_topics, create_topics

pytestmark = pytest.mark.integration


async def test_the_whole_table_is_created_once_and_then_as_declared(real_lab: KafkaLab) -> None:
    table = [replace(topic, name=real_lab.prefix + topic.name) for topic in TOPICS]
    assert set(await create_topics(real_lab.admin, table)) == {topic.name for topic in table}
    real_lab.made += [topic.name for topic in table]
    assert await create_topics(real_lab.admin, table) == ()
    assert await check_topics(real_lab.admin, table) == ()


async def test_what_differs_is_named_with_what_is_there(real_lab: KafkaLab) -> None:
    topic = await real_lab.topic("source", partitions=2)
    other = replace(topic, partitions=3, retention_ms=1000)
    missing = replace(topic, name=topic.name + ".missing")
    found = await check_topics(real_lab.admin, [topic, other, missing])
    assert set(found) == {
        Deviation(topic.name, "partitions", "3", "2"),
        Deviation(topic.name, "retention.ms", "1000", str(topic.retention_ms)),
        Deviation(missing.name, "topic", "present", None),
    }
    assert str(found[-1]) == f"{topic.name}: retention.ms is {topic.retention_ms}, declared 1000"
