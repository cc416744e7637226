"""Sealed columns on a real database: closed in the table and in the ledger, open for those who may read, gone with the
customer's key."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.databases import furnish, owner_of
from tests.fixtures.operations import Counter, wants
from tests.integration.test_tenants_isolation import PASSWORD, as_service

from careline.contracts.base import TurnRef
from careline.contracts.events import OperationApproved
from careline.contracts.reply import Told
from careline.contracts.turn import Argument, ArgumentEvidence, RowChange
from careline.contracts.understanding import Span
from careline.operations.facts import read_facts
from careline.operations.guards import Asked
from careline.operations.rules import Proceed, Refused
from careline.operations.situation import Situation, situation
from careline.operations.survey import survey
from careline.operations.undo import inverse
from careline.privacy.keyring import KeyRing
from careline.storage import Database
from careline.storage.migrate import migrate
from careline.storage.roles import SERVICES, ensure_roles
from careline.storage.sealed import SealedUnreadable, Sealing, is_sealed
from careline.tenants.copies import copy_tenant
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack, read_folder
from careline.tenants.model import CoolingOff, Pack
from careline.tenants.publish import publish
from careline_cli.errors import CommandError
from careline_cli.ledger.opening import CLOSED, ERASED, opened
from careline_cli.privacy.erasing import erase
from careline_cli.privacy.exporting import export
from careline_cli.privacy.rotating import rotate
from careline_executor.adapters.effects import carry_out
from careline_executor.adapters.fence import fenced
from careline_executor.adapters.restore import write_back
from careline_executor.adapters.sealing import Kept, for_the_ledger
from careline_executor.ports import Settlement
from careline_gateway.adapters.ledger import PostgresLedgerBook
from careline_gateway.domain.ledger import MASK, LedgerFilter, told

pytestmark = pytest.mark.integration

SHOP = Path(__file__).parents[2] / "tenants" / "shop"
WHO = "C-1001"
PHONE = "+4915123001001"
NEW = "+4917600000042"


def ring(*names: str) -> str:
    return " ".join(f"{name}:{base64.b64encode(name.encode().ljust(32, b'.')).decode()}" for name in names)


@dataclass(frozen=True)
class Shop:
    url: str
    pack: Pack

    async def database(self, service: str, keys: str = ring("a")) -> Database:
        sealing = Sealing(KeyRing.parse(keys) if keys else None)
        database = Database(as_service(self.url, service), application=service, sealing=sealing)
        await database.start()
        return database


@pytest_asyncio.fixture
async def shop(fresh_database: str) -> AsyncIterator[Shop]:
    pack = load_pack(SHOP, {})

    async def fill(url: str) -> None:
        async with owner_of(url) as owner:
            await ensure_roles(owner, {})
            await migrate(owner)
            environ = {**os.environ, "CARELINE_DATA_KEYS": ring("a")}
            await publish(pack, owner, rows=RowOptions(folder=SHOP, customers=12, environ=environ))

    await furnish(fresh_database, "the shop, sealed", fill)
    owner = await asyncpg.connect(fresh_database)
    await ensure_roles(owner, dict.fromkeys(SERVICES, PASSWORD))
    await owner.close()
    yield Shop(fresh_database, pack)


async def stored(shop: Shop) -> str:
    owner = await asyncpg.connect(shop.url)
    value: str = await owner.fetchval("SELECT phone FROM biz_shop.customers WHERE tenant = 'shop' AND id = $1", WHO)
    await owner.close()
    return value


async def facts(shop: Shop, database: Database, tenant: str = "shop") -> Any:
    async with database.tenant(tenant, readonly=True, schema="biz_shop") as connection:
        return (await read_facts(connection, shop.pack, WHO)).values


async def test_the_table_holds_nothing_to_read_and_readers_see_what_was_sealed(shop: Shop) -> None:
    owner = await asyncpg.connect(shop.url)
    dump = json.dumps([dict(row) for row in await owner.fetch("SELECT phone FROM biz_shop.customers")])
    dump += json.dumps([dict(row) for row in await owner.fetch("SELECT address FROM biz_shop.addresses")])
    assert "+49" not in dump
    assert "straße" not in dump.lower()
    assert dump.count("sealed:") > 15
    await copy_tenant(owner, "shop", "shop~1")
    await owner.close()
    for service in ("classifier", "executor", "verifier"):
        database = await shop.database(service)
        assert (await facts(shop, database))["phone"] == PHONE
        assert not is_sealed((await facts(shop, database))["address"])
        assert (await facts(shop, database, "shop~1"))["phone"] == PHONE  # a copy is read with the same keys
        await database.stop()


async def test_without_the_keys_nothing_is_read_and_it_is_said_why(shop: Shop) -> None:
    for keys, why in (("", "there are no keys here"), (ring("b"), "no key 'a' in the ring")):
        database = await shop.database("verifier", keys)
        with pytest.raises(SealedUnreadable, match=why):
            await facts(shop, database)
        await database.stop()


async def test_a_newer_key_is_used_while_the_older_still_opens_and_then_alone(shop: Shop) -> None:
    database = await shop.database("verifier", ring("b", "a"))
    assert (await facts(shop, database))["phone"] == PHONE
    await database.stop()
    before, owner = await stored(shop), await asyncpg.connect(shop.url)
    with pytest.raises(CommandError, match="no key 'a' in the ring"):
        await rotate(owner, KeyRing.parse(ring("b")))
    done = await rotate(owner, KeyRing.parse(ring("b", "a")))
    assert done.keys == done.wrapped_anew >= 10
    assert (await rotate(owner, KeyRing.parse(ring("b", "a")))).wrapped_anew == 0
    await owner.close()
    database = await shop.database("verifier", ring("b"))
    assert (await facts(shop, database))["phone"] == PHONE
    assert await stored(shop) == before
    await database.stop()


async def test_a_value_moved_to_another_row_or_changed_does_not_open(shop: Shop) -> None:
    owner = await asyncpg.connect(shop.url)
    mine = await stored(shop)
    whose, column, body = mine.removeprefix("sealed:").split(":", 2)
    other = base64.urlsafe_b64encode(b"C-1002").decode()
    for forged in (
        f"sealed:{other}:{column}:{body}",
        f"sealed:{whose}:addresses.address:{body}",
        f"sealed:{whose}:{column}:{body[:-8]}AAAAAAA=",
        "sealed:nonsense",
    ):
        await owner.execute("UPDATE biz_shop.customers SET phone = $1 WHERE id = $2", forged, WHO)
        database = await shop.database("verifier")
        with pytest.raises(SealedUnreadable):
            await facts(shop, database)
        await database.stop()
    await owner.close()


def changed(shop: Shop, values: Any) -> Situation:
    here = situation(shop.pack, datetime(2026, 11, 2, tzinfo=UTC), WHO)
    return Situation(here.now, here.today, WHO, values)


async def test_a_change_shows_old_and_new_and_is_closed_in_the_table(shop: Shop) -> None:
    database = await shop.database("executor")
    operation = shop.pack.operations["change_phone"]
    async with database.tenant("shop", schema="biz_shop") as connection:
        written = await carry_out(connection, shop.pack, operation, changed(shop, {"phone": NEW}), "shop")
        (change,) = written.diff
        assert (change.old, change.new) == ({"phone": PHONE}, {"phone": NEW})
        same = await carry_out(connection, shop.pack, operation, changed(shop, {"phone": NEW}), "shop")
        assert same.diff == []  # sealing anew is no change
    assert is_sealed(await stored(shop))
    assert (await facts(shop, database))["phone"] == NEW
    ref = TurnRef(tenant="shop", conversation="c-1", turn="t-1", epoch=0)
    async with fenced(database, ref, "serializable", "biz_shop") as connection:  # in which approvals are committed
        assert (await read_facts(connection, shop.pack, WHO)).values["phone"] == NEW
        again = await carry_out(connection, shop.pack, operation, changed(shop, {"phone": PHONE}), "shop")
        assert (again.diff[0].old, again.diff[0].new) == ({"phone": NEW}, {"phone": PHONE})
    assert is_sealed(await stored(shop))
    await database.stop()


SAID = "change my phone number to 0176 0000-0042"
SAYS = "017600000042"


@pytest_asyncio.fixture
async def desk(shop: Shop) -> AsyncIterator[Counter]:
    """Both services with the keys; the customer has no number yet, so that none is asked about."""
    owner = await asyncpg.connect(shop.url)
    await owner.execute("UPDATE biz_shop.customers SET phone = NULL WHERE tenant = 'shop' AND id = $1", WHO)
    await owner.execute("SELECT set_config('careline.tenant', 'shop', false)")
    executor, verifier = await shop.database("executor"), await shop.database("verifier")
    yield Counter(owner, executor, verifier, shop.pack, tenant="shop")
    for part in (executor, verifier, owner):
        await part.close()


async def ask_for_number(desk: Counter, conversation: str = "c-1") -> OperationApproved:
    turn = await desk.turn(SAID, WHO, conversation=conversation)
    return await desk.approved(turn, wants("change_phone", SAID, phone=(SAYS, "0176 0000-0042")))


async def kept(desk: Counter, table: str) -> str:
    return str(await desk.owner.fetchval(f"SELECT string_agg(to_jsonb(t)::text, '') FROM ledger.{table} t"))


async def test_the_ledger_tells_a_number_in_no_spelling(desk: Counter) -> None:
    approved = await ask_for_number(desk)
    settled = await desk.settle(approved)
    assert (settled.status, SAYS in settled.text) == ("committed", True)
    entry = await kept(desk, "entries")
    for spelling in (SAYS, "0176 0000-0042", "0000-0042"):
        assert spelling not in entry
    assert '"operation": "change_phone"' in entry
    assert await desk.settle(approved) == settled  # and whoever may read it finds it open
    assert (await desk.conclude(settled)).arguments[0].value == SAYS


async def test_what_was_refused_is_closed_too(desk: Counter) -> None:
    approved = [await ask_for_number(desk, name) for name in ("c-1", "c-2")]
    settled = [await desk.settle(each) for each in approved]
    assert [each.status for each in settled] == ["committed", "stale"]  # by then it is so already
    refused = await kept(desk, "refusals")
    assert '"operation": "change_phone"' in refused
    assert SAYS not in refused
    assert "0000-0042" not in refused


async def test_names_and_keys_stay_readable_whatever_the_value_is(desk: Counter) -> None:
    """A value that is part of the operation's name or of an id closes neither: the ledger is searched by them."""
    approval = (await ask_for_number(desk)).approval
    short = Argument(name="phone", value="phone", evidence=ArgumentEvidence(source="text", quote="phone"))
    change = RowChange(table="customers", action="update", key={"id": "phone"}, old={}, new={"phone": "phone"})
    told = Told(outcome="answer", text="You live at Quay 1.", span=Span(start=0, end=1), field="address")
    approval = approval.model_copy(update={"arguments": (short,), "beside": (told,)})
    settled = Settlement("committed", text="Now phone.", diff=(change,))
    async with desk.executor.tenant("shop", schema="biz_shop") as connection:
        operation = desk.pack.operations["change_phone"]
        closed = await for_the_ledger(connection, desk.pack, operation, Kept(approval, (change,), settled))
    assert closed.approval.operation == "change_phone"
    assert closed.approval.ref == approval.ref
    assert (closed.approved[0].table, closed.approved[0].key) == ("customers", {"id": "phone"})
    hidden = (closed.approved[0].new["phone"], closed.approval.arguments[0].value, closed.settled.text)
    assert all(map(is_sealed, hidden))
    assert is_sealed(closed.approval.arguments[0].evidence.quote)
    assert is_sealed(closed.approval.beside[0].text)


async def test_the_same_sealed_value_cools_off(desk: Counter) -> None:
    """No two sealed values are alike in the ledger; who may open them still finds the same."""
    assert (await desk.settle(await ask_for_number(desk))).status == "committed"
    guard = CoolingOff.model_validate(
        {"period": "PT5M", "same": ["phone"], "reason": "same_number", "say": "Just now."}
    )
    operation = desk.pack.operations["change_phone"].model_copy(update={"cooling_off": guard, "checks": ()})
    turn = await desk.turn(SAID, WHO, conversation="c-2")
    asked = Asked("change_phone", turn.ref, turn.identity)
    for database in (desk.executor, desk.verifier):
        async with database.tenant("shop", readonly=True, schema="biz_shop") as connection:
            for phone, moment, ends in (
                (SAYS, desk.now, Refused),
                (NEW, desk.now, Proceed),
                (SAYS, desk.now + timedelta(minutes=6), Proceed),
            ):
                found = await survey(connection, desk.pack, operation, asked, {"phone": phone}, moment)
                assert isinstance(found.decision, ends), (phone, found.decision)


async def test_what_is_revealed_is_opened_for_who_has_the_keys(
    desk: Counter, shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await desk.settle(await ask_for_number(desk))
    (row,) = await PostgresLedgerBook(lambda: desk.verifier.pool).read(LedgerFilter("shop"))
    assert (told(row, reveal=False)["told"], SAYS in str(told(row, reveal=True))) == (MASK, False)
    monkeypatch.setenv("CARELINE_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", shop.url)
    monkeypatch.setenv("CARELINE_DATA_KEYS", ring("a"))

    async def shown() -> Any:
        return await asyncio.to_thread(opened, "shop", told(row, reveal=True))

    read = await shown()
    assert (read["arguments"][0]["value"], read["arguments"][0]["words"]) == (SAYS, "0176 0000-0042")
    assert (SAYS in read["told"], read["diff"][0]["new"]["phone"]) == (True, SAYS)
    monkeypatch.setenv("CARELINE_DATA_KEYS", ring("z"))
    with pytest.raises(CommandError):
        await shown()
    monkeypatch.delenv("CARELINE_DATA_KEYS")
    assert (await shown())["arguments"][0]["value"] == CLOSED
    monkeypatch.setenv("CARELINE_DATA_KEYS", ring("a"))
    await erase(desk.owner, "shop", WHO, "ada")
    assert (await shown())["arguments"][0]["value"] == ERASED


async def test_an_undo_writes_the_old_value_back_and_closes_it(shop: Shop) -> None:
    database = await shop.database("executor")
    operation = shop.pack.operations["change_phone"]
    async with database.tenant("shop", schema="biz_shop") as connection:
        written = await carry_out(connection, shop.pack, operation, changed(shop, {"phone": NEW}), "shop")
    async with database.tenant("shop", schema="biz_shop") as connection:
        back = await write_back(connection, shop.pack, inverse(written.rows), "shop", WHO)
    assert (back.diff[0].old, back.diff[0].new) == ({"phone": NEW}, {"phone": PHONE})
    assert is_sealed(await stored(shop))
    assert (await facts(shop, database))["phone"] == PHONE
    await database.stop()


async def test_an_export_is_open_and_an_erased_customer_s_values_are_gone(shop: Shop) -> None:
    owner = await asyncpg.connect(shop.url)
    sealing = Sealing(KeyRing.parse(ring("a")))
    document = await export(owner, "shop", WHO, "dora", datetime(2026, 11, 2, tzinfo=UTC), sealing)
    assert document["data"]["business: customers"][0]["phone"] == PHONE
    assert not is_sealed(document["data"]["business: addresses"][0]["address"])
    await erase(owner, "shop", WHO, "dora")
    database = await shop.database("verifier")
    found = await facts(shop, database)
    assert (found["phone"], found["address"]) == (None, None)
    assert found["name"]
    await database.stop()
    executor = await shop.database("executor")
    with pytest.raises(SealedUnreadable, match="erased"):  # nothing late makes a new key
        async with executor.tenant("shop", schema="biz_shop") as connection:
            operation = shop.pack.operations["change_phone"]
            await carry_out(connection, shop.pack, operation, changed(shop, {"phone": NEW}), "shop")
    await executor.stop()
    await owner.close()


@pytest.mark.parametrize(
    ("sealed", "why"),
    [
        ("customers.fax", "there is no column"),
        ("customers.points", "is no text"),
        ("shipments.place", "does not say whose a row is"),
        ("customers.id", "cannot be compared"),
        ("customers.email", "rows cannot be found by it"),
    ],
)
def test_what_cannot_be_sealed_is_told_with_its_place(tmp_path: Path, sealed: str, why: str) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    text = (folder / "profile.yaml").read_text()
    (folder / "profile.yaml").write_text(text.replace("sealed: [customers.phone,", f"sealed: [{sealed},"))
    told = [str(problem) for problem in read_folder(folder, {}).problems]
    assert any(why in line and line.startswith(("profile.yaml:", "operations.yaml:")) for line in told), told


def test_nobody_is_recognised_by_a_sealed_column(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    text = (folder / "profile.yaml").read_text()
    asked = text.replace("find: [id, email], email: email}", "find: [id, phone], email: email, phone: phone}")
    assert asked != text
    (folder / "profile.yaml").write_text(asked)
    told = [str(problem) for problem in read_folder(folder, {}).problems]
    assert len([line for line in told if "the gateway has no keys to open it" in line]) == 2, told
