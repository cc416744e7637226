"""Publishing a pack: tables, rows, versions, and what is refused, on a real Postgres."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from careline.storage.migrate import migrate
from careline.storage.roles import ensure_roles
from careline.tenants.copies import copy_tenant, drop_tenant
from careline.tenants.errors import BadTenantName, DestructiveChange, RowsError, TenantExists, UnknownTenant
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.problems import PackError
from careline.tenants.publish import publish

pytestmark = pytest.mark.integration

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
Connection = Any  # asyncpg's; its stubs make every row optional
ROWS = RowOptions(folder=MINI, customers=10, seed=1, environ={})


@pytest_asyncio.fixture
async def owner(fresh_database: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(fresh_database)
    await ensure_roles(connection, {})
    await migrate(connection)
    yield connection
    await connection.close()


def changed(tmp_path: Path, file: str, old: str, new: str) -> Pack:
    """The mini pack with one text replaced."""
    folder = tmp_path / f"mini-{len(list(tmp_path.iterdir()))}"
    shutil.copytree(MINI, folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    return load_pack(folder, {})


async def test_publishing_makes_tables_rows_and_the_switch(owner: Connection) -> None:
    done = await publish(load_pack(MINI), owner, rows=ROWS)
    assert (done.tenant, done.before, done.new_version, done.rows_status) == ("mini", None, True, "loaded")
    assert done.rows == {"members": 10, "loans": 12}
    assert "new table members" in done.changes
    row = await owner.fetchrow("SELECT * FROM biz_mini.loans WHERE number = 'ML-1001'")
    assert (row["tenant"], row["member_id"], row["status"], row["due"].year) == ("mini", "M-1", "open", 2040)
    stored = await owner.fetchrow("SELECT pack, version, rows_status FROM control.tenants WHERE id = 'mini'")
    assert tuple(stored) == ("mini", done.version, "loaded")


async def test_publishing_twice_changes_nothing(owner: Connection) -> None:
    await publish(load_pack(MINI), owner, rows=ROWS)
    await owner.execute("UPDATE biz_mini.members SET points = 99 WHERE id = 'M-1'")
    switched = await owner.fetchval("SELECT switched_at FROM control.tenants")
    again = await publish(load_pack(MINI), owner, rows=ROWS)
    assert (again.new_version, again.changes, again.rows_status, again.before) == (False, (), "kept", again.version)
    assert await owner.fetchval("SELECT points FROM biz_mini.members WHERE id = 'M-1'") == 99
    assert await owner.fetchval("SELECT switched_at FROM control.tenants") == switched
    assert await owner.fetchval("SELECT count(*) FROM control.packs") == 1


async def test_reload_replaces_this_tenants_rows_only(owner: Connection) -> None:
    await publish(load_pack(MINI), owner, rows=ROWS)
    await publish(load_pack(MINI), owner, tenant="other", rows=ROWS)
    await owner.execute("UPDATE biz_mini.members SET points = 99 WHERE id = 'M-1'")
    reload = RowOptions(folder=MINI, customers=4, seed=1, reload=True, environ={})
    assert (await publish(load_pack(MINI), owner, rows=reload)).rows == {"members": 4, "loans": 6}
    found = await owner.fetch("SELECT tenant, points FROM biz_mini.members WHERE id = 'M-1'")
    points = {row["tenant"]: row["points"] for row in found}
    assert points == {"mini": 40, "other": 99}


async def test_a_dry_run_tells_and_changes_nothing(owner: Connection) -> None:
    told = await publish(load_pack(MINI), owner, rows=ROWS, dry_run=True)
    assert told.dry_run
    assert told.rows == {"members": 10, "loans": 12}
    assert await owner.fetchval("SELECT to_regclass('biz_mini.members')") is None
    assert await owner.fetchval("SELECT count(*) FROM control.tenants") == 0


async def test_a_new_column_and_a_new_table_are_added(owner: Connection, tmp_path: Path) -> None:
    await publish(load_pack(MINI), owner, rows=ROWS)
    wider = changed(
        tmp_path,
        "data.yaml",
        'note: "text?"}\n    references: {member_id: members.id}\n',
        'note: "text?", shelf: "integer?"}\n    references: {member_id: members.id, shelf: shelves.id}\n'
        "  shelves:\n    key: [id]\n    columns: {id: integer}\n",
    )
    done = await publish(wider, owner, rows=ROWS)
    assert done.changes == ("new column loans.shelf (integer)", "new table shelves", "index on loans.shelf")
    assert done.new_version
    assert await owner.fetchval("SELECT count(*) FROM biz_mini.loans WHERE shelf IS NULL") == 12
    forced = "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'biz_mini.shelves'::regclass"
    assert await owner.fetchval(forced)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points: integer", "points: number", "column members.points was bigint"),
        (', note: "text?"}', "}", "column loans.note is no longer declared.*DROP COLUMN"),
        ("key: [number]", "key: [number, title]", r"the key of loans was \[number\]"),
        ('note: "text?"', "note: text", "column loans.note may be NULL so far"),
        ("joined: date}", "joined: date, left: date}", r"new column members.left has no value.*date\?"),
    ],
)
async def test_what_would_lose_data_is_refused(
    owner: Connection, tmp_path: Path, old: str, new: str, says: str
) -> None:
    before = await publish(load_pack(MINI), owner, rows=ROWS)
    text = (MINI / "data.yaml").read_text()
    assert old in text
    pack = changed(tmp_path, "data.yaml", old, new)
    with pytest.raises(DestructiveChange, match=says):
        await publish(pack, owner, rows=ROWS)
    assert await owner.fetchval("SELECT version FROM control.tenants") == before.version


async def test_a_query_that_postgres_refuses_is_a_problem_of_the_pack(owner: Connection, tmp_path: Path) -> None:
    pack = changed(tmp_path, "profile.yaml", "m.points,", "m.pionts AS points,")
    with pytest.raises(PackError, match=r"refuses query 1.*pionts"):
        await publish(pack, owner, rows=ROWS)
    assert await owner.fetchval("SELECT count(*) FROM control.packs") == 0


async def test_absent_csv_files_are_a_status_and_are_loaded_when_they_come(owner: Connection, tmp_path: Path) -> None:
    pack = changed(tmp_path, "data.yaml", "{kind: generator}", "{kind: csv, env: MINI_DATA, folder: nowhere}")
    options = RowOptions(folder=tmp_path / "mini-0", environ={})
    done = await publish(pack, owner, rows=options)
    assert (done.rows_status, done.rows) == ("absent", {})
    assert "set MINI_DATA" in done.rows_detail
    assert await owner.fetchval("SELECT rows_status FROM control.tenants") == "absent"

    data = tmp_path / "data"
    data.mkdir()
    header = "id,name,email,points,balance,blocked,joined,extra\n"
    (data / "members.csv").write_text(header + "M-1,Ada,a@example.org,4,1.50,0,2024-01-02,x\n")
    half = await publish(pack, owner, rows=RowOptions(folder=tmp_path, environ={"MINI_DATA": str(data)}))
    assert half.rows_status == "absent"
    assert "loans.csv" in half.rows_detail
    (data / "loans.csv").write_text("number,member_id,title,status,due,note\nML-1,M-1,T,open,2040-01-01T00:00:00Z,\n")
    full = await publish(pack, owner, rows=RowOptions(folder=tmp_path, environ={"MINI_DATA": str(data)}))
    assert (full.rows_status, full.rows) == ("loaded", {"members": 1, "loans": 1})
    assert await owner.fetchval("SELECT note FROM biz_mini.loans") is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("M-1,Ada,a@example.org,four,1.50,0,2024-01-02", "members.csv, row 2: points is 'four', which is no integer"),
        ("M-1,,a@example.org,4,1.50,0,2024-01-02", r"row 2: name is empty; give a value or declare it text\?"),
        ("M-1,A,a,4,1,0,2024-01-02\nM-1,B,b,4,1,0,2024-01-02", "row 3: the key is that of row 2"),
    ],
)
async def test_csv_rows_that_do_not_fit_are_named(owner: Connection, tmp_path: Path, row: str, says: str) -> None:
    pack = changed(tmp_path, "data.yaml", "{kind: generator}", "{kind: csv, folder: .}")
    (tmp_path / "members.csv").write_text(f"id,name,email,points,balance,blocked,joined\n{row}\n")
    (tmp_path / "loans.csv").write_text("number,member_id,title,status,due,note\n")
    with pytest.raises(RowsError, match=says):
        await publish(pack, owner, rows=RowOptions(folder=tmp_path, environ={}))
    assert await owner.fetchval("SELECT count(*) FROM control.tenants") == 0


async def test_names_and_foreign_tenants_are_refused(owner: Connection, tmp_path: Path) -> None:
    with pytest.raises(BadTenantName):
        await publish(load_pack(MINI), owner, tenant="No Spaces", rows=ROWS)
    await publish(load_pack(MINI), owner, rows=ROWS)
    other = changed(tmp_path, "tenant.yaml", "name: mini", "name: maxi")
    with pytest.raises(TenantExists, match="uses the pack mini"):
        await publish(other, owner, tenant="mini", rows=ROWS)


async def test_two_publications_at_once_end_as_one(fresh_database: str, owner: Connection) -> None:
    async def one() -> Any:
        connection = await asyncpg.connect(fresh_database)
        try:
            return await publish(load_pack(MINI), connection, rows=ROWS)
        finally:
            await connection.close()

    done = await asyncio.gather(one(), one(), one())
    assert sorted(each.rows_status for each in done) == ["kept", "kept", "loaded"]
    assert await owner.fetchval("SELECT count(*) FROM biz_mini.members") == 10


async def test_a_copy_has_all_rows_under_its_own_name_and_goes_again(owner: Connection) -> None:
    await publish(load_pack(MINI), owner, rows=ROWS)
    assert await copy_tenant(owner, "mini", "mini~eval-1") == 22
    await owner.execute("UPDATE biz_mini.members SET points = 0 WHERE tenant = 'mini~eval-1'")
    assert await owner.fetchval("SELECT points FROM biz_mini.members WHERE tenant = 'mini' AND id = 'M-1'") == 40
    same = "SELECT count(DISTINCT version), array_agg(rows_status ORDER BY id) FROM control.tenants"
    assert tuple(await owner.fetchrow(same)) == (1, ["loaded", "copied"])
    with pytest.raises(TenantExists):
        await copy_tenant(owner, "mini", "mini~eval-1")
    with pytest.raises(UnknownTenant):
        await copy_tenant(owner, "nobody", "mini~eval-2")
    assert await drop_tenant(owner, "mini~eval-1") == 22
    assert await owner.fetchval("SELECT count(*) FROM biz_mini.members") == 10
    with pytest.raises(UnknownTenant):
        await drop_tenant(owner, "mini~eval-1")
