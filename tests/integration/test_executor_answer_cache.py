"""Answers that models wrote, kept in a real Redis and given again where they may be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis
from tests.component.test_executor_handlers import FakeBusiness
from tests.fixtures.library import FixedPacks
from tests.fixtures.operations import NO_CONTEXT, NOW, only
from tests.fixtures.roles import role_models

from careline.contracts.base import TurnRef
from careline.contracts.draft import AnswerDraft, CannedDraft, Citation
from careline.contracts.events import TurnDrafted, TurnGrounded
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.turn import Exchange, Identity, Turn
from careline.contracts.understanding import Attempt, CustomerFacts, Route, Understanding
from careline.models.encoder import Encoder, to_bytes
from careline.testing.model_server import Rule, Script, Served
from careline_executor.adapters.answer_cache import RedisAnswerCache
from careline_executor.domain.reuse import Scope
from careline_executor.handlers import Drafting
from careline_executor.reusing import Reusing

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
REF = TurnRef(tenant="shop", conversation="c", turn="t", epoch=0)
SCOPE = Scope("shop", "v1", "en", (), "small/answer.v1")
DELIVERY = Passage(
    id="delivery#1", document="delivery", version="v1", language="en", title="Delivery",
    text="Delivery to Germany costs 4.90 euros. Delivery to the EU costs 9.90 euros.",
)  # fmt: skip
ANSWER = AnswerDraft(
    text="It is 4.90 euros.",
    citations=(Citation(passage="delivery#1", quote="Delivery to Germany costs 4.90 euros."),),
)
REJECTED = Attempt(round=0, stage="executor", reason="grounding: a number of its own", route=Route.GUIDE)
ASKED = "How much is delivery to Germany?"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(ROOT / ".local/encoder")


@pytest.fixture
async def redis(fresh_redis: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(fresh_redis)
    yield client
    await client.aclose()


@pytest.fixture
def reusing(redis: Redis) -> Reusing:
    return Reusing(RedisAnswerCache(redis))


def grounded(encoder: Encoder, text: str = ASKED, passages: tuple[Passage, ...] = (DELIVERY,)) -> TurnGrounded:
    turn = Turn(ref=REF, text=text, received_at=NOW, identity=Identity(visitor="v"))
    embedding = to_bytes(encoder.encode(text))
    understanding = Understanding(language="en", route=Route.GUIDE, confidence=1, embedding=embedding)
    return TurnGrounded(ref=REF, turn=turn, understanding=understanding, evidence=Evidence(passages=passages))


async def test_an_answer_is_given_again_to_the_same_question_in_other_words(reusing: Reusing, encoder: Encoder) -> None:
    await reusing.wrote(grounded(encoder), SCOPE, ANSWER)
    for text in (ASKED, "how much is delivery to germany", "How much is the delivery to Germany please??"):
        assert await reusing.found(grounded(encoder, text), SCOPE) == ANSWER, text
    for text in (
        "How much is delivery to the EU?",
        "How long is delivery to Germany?",
        "Is delivery to Germany 5 euros?",
    ):
        assert await reusing.found(grounded(encoder, text), SCOPE) is None, text


@pytest.mark.parametrize(
    "other",
    [
        replace(SCOPE, tenant="tea"),
        replace(SCOPE, version="v2"),
        replace(SCOPE, language="zh"),
        replace(SCOPE, notes=("You are not approved yet.",)),
        replace(SCOPE, writer="large/answer.v1"),
    ],
)
async def test_what_an_answer_depends_on_has_to_be_the_same(reusing: Reusing, encoder: Encoder, other: Scope) -> None:
    await reusing.wrote(grounded(encoder), SCOPE, ANSWER)
    assert await reusing.found(grounded(encoder), other) is None
    assert await reusing.found(grounded(encoder), SCOPE) == ANSWER


async def test_notes_are_said_again_but_not_kept(reusing: Reusing, encoder: Encoder, redis: Redis) -> None:
    scope = replace(SCOPE, notes=("Ada, you are not approved yet.",))
    said = ANSWER.model_copy(update={"text": f"{scope.notes[0]}\n{ANSWER.text}"})
    await reusing.wrote(grounded(encoder), scope, said)
    assert await reusing.found(grounded(encoder), scope) == said
    [key] = await redis.keys("*")
    assert b"Ada" not in key + b"".join((await redis.hgetall(key)).values())


async def test_what_is_nobody_elses_is_not_kept(reusing: Reusing, encoder: Encoder, redis: Redis) -> None:
    plain = grounded(encoder)
    before = Exchange(turn="t-0", customer="Where is Germany?", reply="In Europe.")
    facts = plain.understanding.model_copy(update={"facts": CustomerFacts(known=True, values={"name": "Germany"})})
    operation = plain.understanding.model_copy(update={"route": Route.OPERATION, "operation": "cancel_order"})
    for event in (
        plain.model_copy(update={"turn": plain.turn.model_copy(update={"history": (before,)})}),
        plain.model_copy(update={"understanding": facts}),
        plain.model_copy(update={"understanding": operation}),
        plain.model_copy(update={"attempts": (REJECTED,)}),
        grounded(encoder, "My e-mail is ada@example.org, how much is delivery to Germany?"),
        grounded(encoder, "delivery " * 100),
    ):
        await reusing.wrote(event, SCOPE, ANSWER)
        assert await reusing.found(event, SCOPE) is None
    await reusing.wrote(plain, SCOPE, CannedDraft(text="Hello.", outcome="small_talk"))
    assert await redis.keys("*") == []


async def test_evidence_has_to_hold_what_is_cited(reusing: Reusing, encoder: Encoder) -> None:
    await reusing.wrote(grounded(encoder), SCOPE, ANSWER)
    changed = DELIVERY.model_copy(update={"text": "Delivery to Germany costs 5.90 euros."})
    other = DELIVERY.model_copy(update={"id": "customs#1", "text": "Customs."})
    for passages in ((), (changed,), (other,), (other, DELIVERY)):
        assert await reusing.found(grounded(encoder, passages=passages), SCOPE) is None


async def test_a_rejected_answer_is_dropped(reusing: Reusing, encoder: Encoder) -> None:
    await reusing.wrote(grounded(encoder), SCOPE, ANSWER)
    again = grounded(encoder, "how much is delivery to germany").model_copy(update={"attempts": (REJECTED,)})
    await reusing.turned_down(again, SCOPE)
    assert await reusing.found(grounded(encoder), SCOPE) is None


async def test_a_scope_is_bounded_and_expires(redis: Redis, encoder: Encoder) -> None:
    reusing = Reusing(RedisAnswerCache(redis, most=3, seconds=60))
    for number in range(8):
        await reusing.wrote(grounded(encoder, f"Is box {number} sent to Germany?"), SCOPE, ANSWER)
    [key] = await redis.keys("*")
    assert await redis.hlen(key) == 3
    assert 0 < await redis.ttl(key) <= 60
    assert await reusing.found(grounded(encoder, "Is box 7 sent to Germany?"), SCOPE) == ANSWER


async def test_rubbish_and_a_dead_redis_give_nothing(
    reusing: Reusing, redis: Redis, encoder: Encoder, unused_tcp_port: int
) -> None:
    await reusing.wrote(grounded(encoder), SCOPE, ANSWER)
    [key] = await redis.keys("*")
    [field] = await redis.hkeys(key)
    for value in (b"", b"{}", b'{"plain": 1}', b"[1]"):
        await redis.hset(key, field, value)
        assert await reusing.found(grounded(encoder), SCOPE) is None
    away = Redis.from_url(f"redis://127.0.0.1:{unused_tcp_port}/0", socket_connect_timeout=0.2)
    dead = Reusing(RedisAnswerCache(away))
    await dead.wrote(grounded(encoder), SCOPE, ANSWER)
    assert await dead.found(grounded(encoder), SCOPE) is None
    await dead.turned_down(grounded(encoder).model_copy(update={"attempts": (REJECTED,)}), SCOPE)
    await away.aclose()


async def test_a_model_is_asked_once_for_the_same_question(
    reusing: Reusing, encoder: Encoder, model_server: Served
) -> None:
    answer = {"found": True, "text": "It is 4.90 euros.", "confidence": "high"}
    quote = {"passage": "1", "quote": "Delivery to Germany costs 4.90 euros."}
    model_server.play(Script(rules=(Rule(answer_json={**answer, "citations": [quote]}),)))
    model_server.seen.clear()
    async with role_models("executor", lambda: NOW, small=model_server.url) as models:
        drafting = Drafting(FixedPacks(), FakeBusiness(), models, reusing)

        async def drafted(event: TurnGrounded) -> TurnDrafted:
            return cast(TurnDrafted, only(await drafting(event, NO_CONTEXT)))

        first = await drafted(grounded(encoder))
        again = await drafted(grounded(encoder, "how much is delivery to germany"))
        assert first.draft == again.draft == ANSWER
        assert ([one.calls for one in first.spent], again.spent, len(model_server.seen)) == ([1], (), 1)
        # Another question; then the first one, turned down.
        await drafted(grounded(encoder, "How much is delivery to the EU?"))
        assert len(model_server.seen) == 2
        await drafted(grounded(encoder).model_copy(update={"attempts": (REJECTED,)}))
        assert len(model_server.seen) == 3
        assert (await drafted(grounded(encoder))).spent
