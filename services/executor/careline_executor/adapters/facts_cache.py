"""The classifier's cache of basic facts in Redis, seen from the side that makes it wrong."""

from __future__ import annotations

import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger("careline.executor")

# Longer than any fill of the cache can take that began before the commit.
GENERATION_SECONDS = 3600


class RedisFactsCache:
    """Implements `ports.FactsCache`. The generation keeps a fill that read before the commit from being stored."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def forget(self, tenant: str, customer: str) -> None:
        generation = f"careline:facts-generation:{tenant}:{customer}"
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.incr(generation)
                pipeline.expire(generation, GENERATION_SECONDS)
                pipeline.delete(f"careline:facts:{tenant}:{customer}")
                # To the classifiers, which hold them for seconds.
                pipeline.publish("careline:facts-changed", f"{tenant}\x1f{customer}")
                await pipeline.execute()
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("facts of a customer of %s stay cached until they expire: %s", tenant, type(error).__name__)
