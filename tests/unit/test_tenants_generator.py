"""Rows from a pack's own code: bounded, and every failure is a sentence."""

import asyncio
import os
import shutil
from pathlib import Path

import psutil
import pytest

from careline.tenants.errors import RowsError
from careline.tenants.load import load_pack
from careline.tenants.rows import RowSet, read_rows

pytestmark = pytest.mark.unit

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
PACK = load_pack(MINI, {})
MEMBER = "{'id': 'M-1', 'name': 'Ada', 'email': 'a@b.c', 'points': 1, 'balance': '0', 'blocked': False, 'joined': %s}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(MINI, tmp_path / "mini")
    return tmp_path / "mini"


async def rows(folder: Path, body: str, limit_s: float = 30) -> RowSet:
    code = f"import os, sys, time\n\ndef rows(customers, seed):\n    {body}\n"
    (folder / "generate.py").write_text(code)
    return await read_rows(folder, PACK.data, {}, 3, 1, limit_s)


async def test_rows_come_back_as_their_columns_types() -> None:
    made = await read_rows(MINI, PACK.data, {}, 5, 1)
    assert {name: len(found) for name, found in made.tables.items()} == {"members": 5, "loans": 7}
    assert made == await read_rows(MINI, PACK.data, {}, 5, 1)


async def test_what_it_prints_is_no_row(folder: Path) -> None:
    assert (await rows(folder, "print('hello'); return {'members': []}")).tables == {"members": []}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return {}['x']", "generate.py, line 4, failed: KeyError: 'x'"),
        ("sys.exit('enough')", "SystemExit: enough"),
        ("print('farewell', file=sys.stderr); sys.stderr.flush(); os._exit(3)", "ended its process (code 3): farewell"),
        ("x = bytearray(1 << 40)", "MemoryError"),
        ("return []", "has to return {table: [row, ...]}, not a list"),
        ("return {'authors': [], 7: []}", "makes rows of 7, authors"),
        ("return {'members': None}", "a list of rows is needed, not a NoneType"),
        ("return {'members': 'M-1'}", "a list of rows is needed, not a str"),
        ("return {'members': ['M-1']}", "row 1: str is not declared"),
        ("return {'members': [{'id': '\\ud800'}]}", "id is '\\ud800', which is no text"),
        ("return {'members': [" + MEMBER % "'2024-01-01'" + " | {'id': 'M' * 3000}]}", "the key is longer than 2000"),
        ("return {'members': [" + MEMBER % "'soon'" + "]}", "joined is 'soon', which is no date"),
        ("return {'members': [" + MEMBER % "'2024-01-01'" + "] * 2}", "row 2: the key is that of row 1 already"),
    ],
)
async def test_rows_that_do_not_fit_are_named(folder: Path, body: str, says: str) -> None:
    with pytest.raises(RowsError) as raised:
        await rows(folder, body)
    assert says in str(raised.value)


async def test_one_that_never_ends_is_ended_with_what_it_started(folder: Path) -> None:
    with pytest.raises(RowsError, match="did not end within 2 s"):
        await rows(folder, "os.system('sleep 1000 & wait')", limit_s=2)
    assert not _children()


async def test_it_ends_with_the_command_that_asked_for_it(folder: Path) -> None:
    asked = asyncio.create_task(rows(folder, "time.sleep(1000)"))
    while not _children():
        await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not _children()


def _children() -> list[psutil.Process]:
    """What runs of us, as far as it is a generator or what one started."""
    words = ("careline.tenants.generator", "sleep")
    found = psutil.Process(os.getpid()).children(recursive=True)
    return [child for child in found if child.is_running() and any(word in child.cmdline() for word in words)]
