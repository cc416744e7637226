"""Answers of models in Redis: a bounded hash for each scope, gone after a day. Without Redis none is given again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
from typing import Any

import orjson
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from careline.contracts.draft import AnswerDraft
from careline.models.encoder import from_bytes, to_bytes

from ..domain.likeness import Question
from ..domain.reuse import Kept, Scope

log = logging.getLogger("careline.executor")

SECONDS = 24 * 3600
MOST = 200
# KEYS: the scope's hash; ARGV: field, answer, most fields, seconds. A full hash loses any other.
_KEEP = """
while redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) do
  redis.call('HDEL', KEYS[1], redis.call('HRANDFIELD', KEYS[1]))
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
"""


class RedisAnswerCache:
    """Implements `ports.AnswerCache`."""

    def __init__(self, redis: Redis, most: int = MOST, seconds: int = SECONDS) -> None:
        self._redis = redis
        self._most = most
        self._seconds = seconds
        self._keep = redis.register_script(_KEEP)

    async def all(self, scope: Scope) -> tuple[Kept, ...]:
        try:
            stored: dict[Any, Any] = await self._redis.hgetall(_key(scope))
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("no answer is given again: %s", type(error).__name__)
            return ()
        return tuple(kept for value in stored.values() if (kept := _unpacked(value)) is not None)

    async def keep(self, scope: Scope, kept: Kept) -> None:
        arguments: list[str | bytes | int] = [_field(kept), _packed(kept), self._most, self._seconds]
        try:
            await self._keep(keys=[_key(scope)], args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("an answer is not kept: %s", type(error).__name__)

    async def drop(self, scope: Scope, kept: Kept) -> None:
        try:
            await self._redis.hdel(_key(scope), _field(kept))
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("an answer that was turned down stays kept: %s", type(error).__name__)


def _key(scope: Scope) -> str:
    return f"careline:answers:{scope.name}"


def _field(kept: Kept) -> str:
    return hashlib.sha256(kept.asked.plain.encode()).hexdigest()[:32]


def _packed(kept: Kept) -> bytes:
    asked = kept.asked
    return orjson.dumps(
        {
            "plain": asked.plain,
            "words": sorted(asked.words),
            "turning": asked.turning,
            "vector": base64.b64encode(to_bytes(asked.vector)).decode(),
            "answer": kept.answer.model_dump(mode="json"),
        }
    )


def _unpacked(value: bytes) -> Kept | None:
    """None for what another version of this program stored."""
    try:
        content: dict[str, Any] = orjson.loads(value)
        vector = from_bytes(base64.b64decode(content["vector"]))
        asked = Question(content["plain"], frozenset(content["words"]), tuple(content["turning"]), vector)
        return Kept(asked, AnswerDraft.model_validate(content["answer"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, binascii.Error, ValueError, ValidationError):
        return None
