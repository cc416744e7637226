"""The running system: a sealed column is said and changed, danger is met by a person, and an erased customer goes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.fixtures.customers import customer
from tests.fixtures.whole_stack import WholeStack
from typer.testing import CliRunner

from careline.storage.sealed import is_sealed
from careline_cli.commands.erase import app as erase_app
from careline_cli.commands.export import app as export_app

pytestmark = pytest.mark.e2e

WHO = "C-1012"
PHONE = "+491761234567"


async def test_a_customer_is_served_from_sealed_columns_exported_and_erased(
    whole_stack: WholeStack, http: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, setting in whole_stack.env.items():
        monkeypatch.setenv(name, setting)
    async with customer(whole_stack, http, "shop", WHO) as page:
        await page.ask(f"please change my phone number to {PHONE}")
        assert PHONE in (await page.ask("Yes, go ahead"))["text"]
        assert PHONE in (await page.ask("which phone number do you have for me"))["text"]
        kind = (await page.ask("cancel all my orders, my account has been hacked"))["text"]
        assert "colleague" in kind
    url = whole_stack.stack.database_url
    assert is_sealed(await value(url, "SELECT phone FROM biz_shop.customers WHERE tenant = 'shop' AND id = $1"))
    kept = await value(url, "SELECT e::text FROM ledger.entries e WHERE tenant = 'shop' AND customer = $1")
    assert "change_phone" in kept
    assert PHONE not in kept
    file = tmp_path / "all.json"
    seen = -1
    async with asyncio.timeout(60):  # the turn log is a moment late: until nothing more of the last turn comes
        while True:
            await run(export_app, "-c", WHO, "-o", str(file))
            document = json.loads(file.read_text())
            logged = document["rows"]["turn log"]
            if "hacked" in json.dumps(document["data"]["turn log"]) and logged == seen:
                break
            seen = logged
            await asyncio.sleep(3)
    assert document["data"]["business: customers"][0]["phone"] == PHONE
    await run(erase_app, "-c", WHO, "--yes")
    await run(export_app, "-c", WHO, "-o", str(file))
    document = json.loads(file.read_text())
    assert document["data"]["business: customers"][0]["phone"] is None
    assert (document["rows"]["conversations"], document["rows"]["turn log"]) == (0, 0)
    assert PHONE not in file.read_text()


async def run(app: Any, *words: str) -> None:
    result = await asyncio.to_thread(lambda: CliRunner().invoke(app, list(words)))
    assert result.exit_code == 0, (result.output, result.exception)


async def value(url: str, query: str) -> Any:
    owner = await asyncpg.connect(url)
    try:
        await owner.execute("SELECT set_config('careline.tenant', 'shop', false)")
        return await owner.fetchval(query, WHO)
    finally:
        await owner.close()
