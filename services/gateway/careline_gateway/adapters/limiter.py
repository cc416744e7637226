"""Rate limits shared by all replicas through Redis; each on its own while Redis is away."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ..domain.limits import Bucket, Limit, take
from ..ports import TooManyRequests

BucketName = tuple[str, str]  # kind, name

_KEEP = 20_000
# What was granted at once is told to Redis together with what else is granted in this time: the moment after a message
# came in belongs to the message.
_TELL_S = 0.05
# After a failure Redis is left alone for a while: a customer must not wait for its time-outs.
_REST_S = 2.0

# All buckets or none: KEYS are buckets, ARGV pairs of burst and refill per second. Returns milliseconds to wait, or 0.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local left = {}
for i, key in ipairs(KEYS) do
  local burst, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local held = redis.call('HMGET', key, 'left', 'at')
  local amount = burst
  if held[1] then amount = math.min(burst, held[1] + math.max(0, now - held[2]) * rate) end
  if amount < 1 then return math.ceil((1 - amount) / rate * 1000) end
  left[i] = amount - 1
end
for i, key in ipairs(KEYS) do
  local burst, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  redis.call('HSET', key, 'left', left[i], 'at', string.format('%.6f', now))
  redis.call('PEXPIRE', key, math.ceil((burst - left[i]) / rate * 1000) + 1000)
end
return 0
"""


class LocalLimiter:
    """Implements `ports.Limiter` within one process."""

    def __init__(self, limits: Mapping[str, Limit]) -> None:
        self._limits = limits
        self._buckets: OrderedDict[BucketName, Bucket] = OrderedDict()

    async def check(self, *buckets: BucketName) -> None:
        if wait := self.take(buckets):
            raise TooManyRequests(wait)

    def take(self, buckets: Sequence[BucketName]) -> float:
        """Use one of each, or none; returns the seconds to wait (0: taken)."""
        now = time.monotonic()
        taken = {}
        for bucket in buckets:
            taken[bucket], wait = take(self._buckets.get(bucket), self._limits[bucket[0]], now)
            if wait:
                return wait
        for bucket, left in taken.items():
            self._buckets[bucket] = left
            self._buckets.move_to_end(bucket)
        while len(self._buckets) > _KEEP:
            self._buckets.popitem(last=False)
        return 0.0

    def empty(self, buckets: Sequence[BucketName]) -> None:
        """Give nothing more of these until they have filled again."""
        for bucket in buckets:
            self._buckets[bucket] = Bucket(0.0, time.monotonic())


class RedisLimiter:
    """Implements `ports.Limiter` across replicas.

    The first half of a burst is granted at once and told to Redis afterwards, so that an ordinary customer waits for
    nothing; beyond that Redis decides. Several replicas may so grant at most half a burst each too much.
    """

    def __init__(self, redis: Redis, limits: Mapping[str, Limit]) -> None:
        self._redis = redis
        self._limits = limits
        self._alone = LocalLimiter(limits)
        self._quick = LocalLimiter({kind: replace(limit, burst=limit.burst // 2) for kind, limit in limits.items()})
        self._script = redis.register_script(_SCRIPT)
        self._rest_until = 0.0
        self._granted: list[Sequence[BucketName]] = []
        self._telling: asyncio.Task[None] | None = None

    async def check(self, *buckets: BucketName) -> None:
        if not self._quick.take(buckets):
            self._granted.append(buckets)
            if self._telling is None:
                self._telling = asyncio.create_task(self._tell())
            return
        (wait_ms,) = await self._ask([buckets])
        if wait_ms is None:
            await self._alone.check(*buckets)
        elif wait_ms:
            raise TooManyRequests(wait_ms / 1000)

    async def told(self) -> None:
        """Returns when Redis knows of everything granted so far."""
        if self._telling:
            await self._telling

    async def _tell(self) -> None:
        await asyncio.sleep(_TELL_S)
        granted, self._granted, self._telling = self._granted, [], None
        for buckets, wait_ms in zip(granted, await self._ask(granted), strict=True):
            if wait_ms is None:
                self._alone.take(buckets)
            elif wait_ms:
                # Others have used it up: from now on ask.
                self._quick.empty(buckets)

    async def _ask(self, asked: Sequence[Sequence[BucketName]]) -> Sequence[int | None]:
        """For each, in one round trip: milliseconds to wait, 0 when taken, None while Redis is away."""
        if time.monotonic() >= self._rest_until:
            with suppress(RedisError, OSError, TimeoutError):
                async with self._redis.pipeline(transaction=False) as together:
                    for buckets in asked:
                        await self._script(keys=_keys(buckets), args=self._numbers(buckets), client=together)
                    return [int(wait_ms) for wait_ms in await together.execute()]
            self._rest_until = time.monotonic() + _REST_S
        return [None] * len(asked)

    def _numbers(self, buckets: Sequence[BucketName]) -> list[float]:
        limits = [self._limits[kind] for kind, _ in buckets]
        return [number for limit in limits for number in (limit.burst, limit.per_second)]


def _keys(buckets: Sequence[BucketName]) -> list[str]:
    return [f"careline:limit:{kind}:{name}" for kind, name in buckets]
