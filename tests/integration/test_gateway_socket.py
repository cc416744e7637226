"""The WebSocket, and limits with and without Redis."""

from __future__ import annotations

import json

import pytest
import websockets
from redis.asyncio import Redis
from tests.fixtures.gateway import Lab, dead_redis, lab, until

from careline.contracts.base import TurnRef
from careline.contracts.progress import Progress, progress_channel
from careline.llm.telling import RedisTeller
from careline_gateway.adapters.limiter import RedisLimiter
from careline_gateway.domain.limits import Limit
from careline_gateway.ports import TooManyRequests

pytestmark = pytest.mark.integration
__all__ = ["dead_redis", "lab"]


async def test_a_websocket_sends_and_receives(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        visitor = await gateway.visit()
        url = gateway.url.replace("http", "ws") + "/v1/ws"
        async with websockets.connect(url) as socket:
            await socket.send(json.dumps({"token": visitor.token, "conversation": visitor.conversation}))
            await socket.send("not json")
            assert json.loads(await socket.recv())["data"]["code"] == "not_json"
            await socket.send(json.dumps({"client_id": "id-1", "text": "hello"}))
            received = [json.loads(await socket.recv()) for _ in range(3)]
        kinds = sorted(message["event"] for message in received)
        assert kinds == ["accepted", "message", "message"]
        assert "You said: hello" in [message["data"].get("text") for message in received]
        async with websockets.connect(url) as socket:
            await socket.send(json.dumps({"token": visitor.token, "conversation": visitor.conversation, "after": 1}))
            assert json.loads(await socket.recv())["data"]["text"] == "You said: hello"


async def test_progress_comes_over_a_websocket_and_what_is_no_progress_harms_nothing(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder(), Redis.from_url(lab.redis_url) as redis:
        visitor = await gateway.visit()
        ref = TurnRef(tenant="shop", conversation=visitor.conversation, turn="t-1", epoch=0)
        channel = progress_channel("shop", visitor.conversation)
        async with websockets.connect(gateway.url.replace("http", "ws") + "/v1/ws") as socket:
            await socket.send(json.dumps({"token": visitor.token, "conversation": visitor.conversation}))

            async def listened() -> bool:
                return await redis.publish(channel, b"no progress") == 1

            await until(listened)
            await redis.publish(channel, b'{"turn":"t-1","stage":"Your refund is on its way"}')
            await RedisTeller(redis).tell(ref, Progress(turn="t-1", stage="looking"))
            told = json.loads(await socket.recv())
            assert told == {"event": "progress", "data": {"turn": "t-1", "stage": "looking"}}
            await socket.send(json.dumps({"client_id": "id-1", "text": "hello"}))
            received = [json.loads(await socket.recv())["event"] for _ in range(3)]
        assert sorted(received) == ["accepted", "message", "message"]


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ("nonsense", 4400),
        (b"\x00\x01", 4400),
        ('{"token": "x", "conversation": "y"}', 4401),
        ('{"conversation": "y"}', 4422),
        ("foreign", 4404),
    ],
)
async def test_a_websocket_without_a_good_token_is_closed(lab: Lab, hello: str | bytes, code: int) -> None:
    async with lab.gateway() as gateway:
        mine, other = await gateway.visit(), await gateway.visit()
        if hello == "foreign":
            hello = json.dumps({"token": mine.token, "conversation": other.conversation})
        async with websockets.connect(gateway.url.replace("http", "ws") + "/v1/ws") as socket:
            await socket.send(hello)
            assert json.loads(await socket.recv())["event"] == "error"
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == code


async def test_limits_are_shared_through_redis(lab: Lab) -> None:
    limits = {"visitor": Limit(3, 0.01), "conversation": Limit(10, 0.01)}
    first, second = (Redis.from_url(lab.redis_url) for _ in range(2))
    one, other = RedisLimiter(first, limits), RedisLimiter(second, limits)
    for limiter in (one, other, one):
        await limiter.check(("visitor", "v"), ("conversation", "c"))
        await limiter.told()
    for limiter in (one, other):
        with pytest.raises(TooManyRequests) as refused:
            await limiter.check(("visitor", "v"), ("conversation", "c"))
        assert 90 < refused.value.retry_after <= 100
    # What was refused took nothing from the other bucket: seven of ten are left.
    for number in range(7):
        await one.check(("visitor", f"w{number}"), ("conversation", "c"))
        await one.told()
    with pytest.raises(TooManyRequests):
        await one.check(("visitor", "x"), ("conversation", "c"))
    # The other grants one from its own half burst, hears from Redis that nothing is left, and stops.
    await other.check(("visitor", "y"), ("conversation", "c"))
    await other.told()
    with pytest.raises(TooManyRequests):
        await other.check(("visitor", "z"), ("conversation", "c"))
    await first.aclose()
    await second.aclose()


async def test_without_redis_everything_works_and_limits_hold(lab: Lab, dead_redis: str) -> None:
    async with lab.gateway(REDIS_URL=dead_redis, CARELINE_MESSAGE_BURST=2, CARELINE_MESSAGE_RATE=0.01) as gateway:
        visitor = await gateway.visit()
        async with lab.responder():
            for text in ("one", "two"):
                await visitor.say(text)
                await visitor.until_said(f"You said: {text}")
        refused = await visitor.post("three")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 10
