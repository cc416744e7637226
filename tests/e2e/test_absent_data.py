"""A pack whose data is not on this machine says so, and the system goes on without it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.e2e.test_turn_log import careline
from tests.fixtures.customers import customer
from tests.fixtures.whole_stack import WholeStack

pytestmark = pytest.mark.e2e


async def test_cphos_without_its_data_says_so_and_still_answers(
    whole_stack: WholeStack, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    absent = {"CARELINE_CPHOS_DATA": str(tmp_path / "nowhere")}
    said = await careline(whole_stack, "tenant", "publish", "cphos", "--tenant", "cphos~absent", env=absent)
    assert "absent" in said and "CARELINE_CPHOS_DATA" in said
    async with customer(whole_stack, http, "cphos~absent", "1") as page:
        assert await page.ask("Hello!")
