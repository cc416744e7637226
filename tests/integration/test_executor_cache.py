"""What a commit does to the cached facts, on a real Redis and without one."""

from __future__ import annotations

import socket

import pytest
from redis.asyncio import Redis

from careline_executor.adapters.facts_cache import RedisFactsCache

pytestmark = pytest.mark.integration


async def test_cached_facts_go_and_a_fill_under_way_is_outdated(fresh_redis: str) -> None:
    redis = Redis.from_url(fresh_redis)
    await redis.set("careline:facts:mini:M-1", b"{}", ex=60)
    await redis.set("careline:facts:mini:M-2", b"{}", ex=60)
    cache = RedisFactsCache(redis)
    await cache.forget("mini", "M-1")
    await cache.forget("mini", "M-1")
    assert await redis.get("careline:facts:mini:M-1") is None
    assert await redis.get("careline:facts:mini:M-2") == b"{}"
    assert await redis.get("careline:facts-generation:mini:M-1") == b"2"
    assert await redis.ttl("careline:facts-generation:mini:M-1") > 60
    await redis.aclose()


async def test_without_a_cache_nothing_fails() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        redis = Redis.from_url(f"redis://127.0.0.1:{unused.getsockname()[1]}", socket_connect_timeout=0.5)
        await RedisFactsCache(redis).forget("mini", "M-1")
        await redis.aclose()
