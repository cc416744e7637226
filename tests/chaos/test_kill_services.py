"""kill -9 of a service amid many conversations: one reply to each message, in order, and no operation twice.

CARELINE_CHAOS_TURNS is how many turns are played for each service, CARELINE_CHAOS_SEED what they are drawn from.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import httpx
import pytest
from tests.fixtures.errands import run_errands
from tests.fixtures.whole_stack import SERVICES, WholeStack

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

TURNS = int(os.environ.get("CARELINE_CHAOS_TURNS", "50"))
SEED = int(os.environ.get("CARELINE_CHAOS_SEED", "20261121"))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_killed_service_loses_nothing_and_repeats_nothing(
    whole_stack: WholeStack, http: httpx.AsyncClient, service: str, record_property: Callable[[str, object], None]
) -> None:
    whole_stack.wait_until_well()
    killed: list[int] = []
    people = await run_errands(whole_stack, http, TURNS, SEED, lambda: killed.append(whole_stack.kill(service)))
    assert len(killed) == 1
    whole_stack.wait_until_back(service, killed[0])
    record_property("conversations_with_a_person", people)
