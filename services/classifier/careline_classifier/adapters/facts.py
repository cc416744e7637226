"""Basic facts: by the pack's queries from Postgres, kept in Redis for a minute.

The executor deletes a customer's entry after a commit and raises the customer's generation. Facts that were read under
an older generation are not stored, so that a slow reader never brings back what was true before. Without Redis every
turn reads from Postgres: slower, never wrong.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from careline.contracts.understanding import CustomerFacts
from careline.operations.ahead import look_at_facts
from careline.storage import Database
from careline.tenants.model import Pack

log = logging.getLogger(__name__)

_FACTS, _GENERATION = "careline:facts:{}:{}", "careline:facts-generation:{}:{}"
# KEYS: facts, generation; ARGV: generation when the reading began, facts, seconds.
_STORE = """
if (redis.call('GET', KEYS[2]) or '') == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
"""
# A cache that answers later than this is no cache.
_TIMEOUT_S = 0.25


def redis_client(url: str) -> Redis:
    """A client whose waits are bounded."""
    return Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)


class CachedFacts:
    """Implements `Facts`."""

    def __init__(self, database: Database, redis: Redis, seconds: int) -> None:
        self._database = database
        self._redis = redis
        self._seconds = seconds
        self._store = redis.register_script(_STORE)
        self._keeping: set[asyncio.Task[None]] = set()

    async def of(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        if customer is None:
            return CustomerFacts()
        keys = [_FACTS.format(tenant, customer), _GENERATION.format(tenant, customer)]
        found = await self._look(keys)
        if found is not None and found[0] is not None:
            known = _unpacked(found[0], pack)
            if known is not None:
                return known
        facts = await look_at_facts(self._database, tenant, pack, customer)
        if found is not None:
            # Nobody waits for it: what has become of the customer meanwhile is told by the generation.
            keeping = asyncio.create_task(self._keep(keys, found[1] or b"", _packed(facts, pack)))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)
        return facts

    async def close(self) -> None:
        """Gives back the connections to Redis."""
        if self._keeping:
            await asyncio.wait(self._keeping)
        await self._redis.aclose()

    async def _look(self, keys: list[str]) -> list[Any] | None:
        """[facts, generation] as they are stored, or None while Redis is away."""
        try:
            values: list[Any] = await self._redis.mget(keys)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("facts are not cached: %s", error)
            return None
        return values

    async def _keep(self, keys: list[str], generation: bytes, value: bytes) -> None:
        try:
            await self._store(keys=keys, args=[generation, value, self._seconds])
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("facts are not cached: %s", error)


def _packed(facts: CustomerFacts, pack: Pack) -> bytes:
    # Another version of the pack may ask for other facts.
    return orjson.dumps({"version": pack.version, "facts": facts.model_dump(mode="json")})


def _unpacked(value: bytes, pack: Pack) -> CustomerFacts | None:
    try:
        kept = orjson.loads(value)
        return CustomerFacts.model_validate(kept["facts"]) if kept["version"] == pack.version else None
    except (ValueError, KeyError, TypeError):
        return None
