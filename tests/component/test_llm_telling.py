"""Who waits for a model learns what is being done, once it takes long, and nobody else learns anything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from pydantic import ValidationError
from redis.asyncio import Redis
from tests.fixtures.gateway_visitor import free_port

from careline.contracts.base import TurnRef
from careline.contracts.progress import Progress, conversation_of, progress_channel
from careline.llm.telling import QUIET_S, RedisTeller, told

pytestmark = pytest.mark.component

REF = TurnRef(tenant="shop", conversation="c-1", turn="t-1", epoch=0)


@dataclass
class Heard:
    """A teller that keeps what it was to tell."""

    stages: list[str] = field(default_factory=list)
    said: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, ref: TurnRef, progress: Progress) -> None:
        assert ref == REF
        assert progress.turn == REF.turn
        self.stages.append(progress.stage)
        self.said.set()


async def test_a_turn_that_already_takes_long_is_told_of_once() -> None:
    heard = Heard()
    async with told(heard, REF, "looking", passed_s=QUIET_S + 5), asyncio.timeout(5):
        await heard.said.wait()
    await asyncio.sleep(0)
    assert heard.stages == ["looking"]


@pytest.mark.parametrize("passed_s", [0.0, -3600.0], ids=["just begun", "a clock that is behind"])
async def test_a_quick_turn_is_not_told_of(passed_s: float) -> None:
    heard = Heard()
    async with told(heard, REF, "looking", passed_s):
        await asyncio.sleep(0)
    assert heard.stages == []


async def test_without_a_teller_nothing_is_begun() -> None:
    before = asyncio.all_tasks()
    async with told(None, REF, "looking", passed_s=60):
        assert asyncio.all_tasks() == before


async def test_a_redis_that_is_away_harms_nothing() -> None:
    redis = Redis(port=free_port(), socket_connect_timeout=0.2)
    await RedisTeller(redis).tell(REF, Progress(turn="t-1", stage="looking"))
    await redis.aclose()


@pytest.mark.parametrize(
    "body", ["{}", '{"turn":"t","stage":"You get a refund"}', '{"turn":"t","stage":"again","x":1}']
)
def test_there_is_no_room_for_words_in_it(body: str) -> None:
    with pytest.raises(ValidationError):
        Progress.from_bytes(body.encode())


def test_a_channel_names_its_conversation() -> None:
    assert conversation_of(progress_channel("shop", "c-1")) == ("shop", "c-1")
    assert conversation_of("careline:stream:shop\x1fc-1") is None
