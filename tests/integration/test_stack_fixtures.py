"""The shared fixtures give real parts, and keep tests apart."""

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from redis.asyncio import Redis
from tests.fixtures.isolation import MakeTopic

pytestmark = pytest.mark.integration


async def test_a_record_goes_through_kafka(kafka: str, make_topic: MakeTopic) -> None:
    topic = await make_topic("echo", partitions=3)
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait(topic, b"hello", key=b"k")
    await producer.stop()
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest", group_id=topic)
    await consumer.start()
    record = await consumer.getone()
    await consumer.stop()
    assert (record.key, record.value) == (b"k", b"hello")


async def test_kafka_makes_no_topic_by_itself(kafka: str, topic_prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    described = await admin.describe_topics([topic_prefix + "never"])
    names = await admin.list_topics()
    await admin.close()
    assert described[0]["error_code"] == 3
    assert topic_prefix + "never" not in names


async def test_a_fresh_database_is_empty_and_has_vectors(fresh_database: str) -> None:
    connection = await asyncpg.connect(fresh_database)
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    distance = await connection.fetchval("SELECT '[1,0]'::vector <=> '[0,1]'::vector")
    await connection.execute("CREATE TABLE leftover (id int)")
    await connection.close()
    assert (tables, distance) == (0, 1.0)


async def test_the_next_database_is_empty_again(fresh_database: str) -> None:
    connection = await asyncpg.connect(fresh_database)
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    assert tables == 0


async def test_redis_answers(fresh_redis: str) -> None:
    client = Redis.from_url(fresh_redis)
    await client.set("a", "1")
    assert await client.get("a") == b"1"
    await client.aclose()
