"""The sweeper: what is due is ticked, and what can never be served is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.fixtures.gateway_memory import MemoryStore

from careline_gateway.adapters.sweeper import Sweeper
from careline_gateway.domain.errors import UnknownConversation, UnknownTenant
from careline_gateway.domain.state import Key

pytestmark = pytest.mark.component

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SHOP, GONE, ODD = (Key(tenant, "c-1") for tenant in ("shop", "gone", "odd"))


async def test_a_conversation_of_a_business_that_is_gone_is_not_looked_at_again_and_again() -> None:
    store, ticked, now = MemoryStore(), [], NOW
    store.wake = dict.fromkeys((SHOP, GONE, ODD), NOW)

    async def tick(key: Key) -> None:
        ticked.append(key)
        if key == GONE:
            raise UnknownTenant("no business 'gone' is served here")
        if key == ODD:
            raise UnknownConversation("there is no conversation c-1")
        store.wake[key] = None

    sweeper = Sweeper(store, tick, lambda: now)
    assert await sweeper.sweep() == 3
    assert sorted(ticked) == sorted((SHOP, GONE, ODD))
    now += timedelta(minutes=30)
    assert await sweeper.sweep() == 1  # the odd one: its trouble may be over
    now += timedelta(minutes=31)
    assert await sweeper.sweep() == 2
    assert ticked[-2:] in ([GONE, ODD], [ODD, GONE])
