"""`careline knowledge` as a person calls it, on a real Postgres, with the retrieval service's own guides beside it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.fixtures.databases import furnish
from tests.fixtures.documents import word

from careline.models.encoder import Embedding, Encoder
from careline.storage import Database
from careline_retrieval.adapters.guides import prepared_guides

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
Run = Callable[..., "asyncio.Future[subprocess.CompletedProcess[str]]"]


INDEXED = "SELECT true FROM control.tenants t JOIN knowledge.versions v USING (pack, version) WHERE t.id = 'papers'"


class Counting:
    """The encoder, remembering what it was asked to embed."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.texts: list[str] = []

    async def encode_async(self, text: str) -> Embedding:
        self.texts.append(text)
        return await self._encoder.encode_async(text)


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    with Encoder.load(ROOT / ".local/encoder") as loaded:
        yield loaded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "papers"
    shutil.copytree(ROOT / "tests" / "data" / "packs" / "papers", copied)
    return copied


@pytest.fixture
async def careline(fresh_database: str, folder: Path) -> Run:
    """A migrated database in which the pack is published, and the command on it."""

    async def run(*arguments: str, url: str = fresh_database) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "careline_cli", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    async def fill(url: str) -> None:
        assert (await run("migrate", url=url)).returncode == 0
        published = await run("tenant", "publish", str(folder), "--customers", "3", url=url)
        assert published.returncode == 0, published.stderr

    await furnish(fresh_database, "papers, published by the command", fill)
    return run  # type: ignore[return-value]


@pytest.fixture
async def retrieval(careline: Run, fresh_database: str, encoder: Encoder) -> AsyncIterator[Counting]:
    """What the retrieval service does with guides, running."""
    counting = Counting(encoder)
    database = await Database.connect(fresh_database, application="retrieval-test")
    guides = prepared_guides(database, counting, 20_000)
    await guides.start()
    yield counting
    await guides.stop()
    await database.stop()


async def indexed(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for _ in range(200):
            if await connection.fetchval(INDEXED):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the version in use was not indexed")
    finally:
        await connection.close()


async def test_sync_search_versions_and_rollback(
    careline: Run, retrieval: Counting, folder: Path, fresh_database: str
) -> None:
    same = await careline("knowledge", "sync", str(folder))
    assert (same.returncode, "the guide is unchanged" in same.stdout) == (0, True), same.stdout + same.stderr

    page = folder / "guide" / "en" / "visit.html"
    page.write_text(page.read_text().replace("except to the workshop", "the workshop included"))
    word(folder / "guide" / "en" / "library.docx", (0, "Library"), (1, "Hours"), (None, "The library opens at noon."))
    (folder / "guide" / "questions.csv").write_bytes(b"\x00rubbish")
    dry = await careline("knowledge", "sync", str(folder), "--dry-run")
    assert "~ en visit.html#4" in dry.stdout, dry.stderr
    assert "+ en library.docx#1" in dry.stdout
    assert "1 added, 1 changed, 0 removed, 11 kept" in dry.stdout
    assert "guide/questions.csv, line 1: skipped: this is a binary file" in dry.stdout
    assert "would use guide" in dry.stdout

    retrieval.texts.clear()
    done = await careline("knowledge", "sync", str(folder), "--wait", "0")
    assert "1 added, 1 changed, 0 removed, 11 kept" in done.stdout, done.stderr
    await indexed(fresh_database)
    assert sorted(retrieval.texts) == [
        "Dogs may come along on a lead, the workshop included.",
        "Hours",
        "Library: Hours",
        "The library opens at noon.",
    ]

    found = await careline("knowledge", "search", "papers", "when does the library open?", "--json")
    [best, *_] = json.loads(found.stdout)["passages"]
    assert (best["id"], best["path"], best["file"]) == (
        "library.docx#1",
        ["Library", "Hours"],
        "guide/en/library.docx",
    )
    # Of the table that cannot be read, what was published is served still.
    chinese = await careline("knowledge", "search", "papers", "博物馆里能不能照相？")
    assert "questions.csv#photos" in chinese.stdout.splitlines()[0]
    assert "guide/questions.csv, row 3" in chinese.stdout

    listed = await careline("knowledge", "versions", "papers")
    newest, first = listed.stdout.splitlines()[1:]
    assert newest.split()[-1] == "papers"
    assert "10 en" in first
    retrieval.texts.clear()
    back = await careline("knowledge", "rollback", "papers", first.split()[0][:6], "--wait", "0")
    assert "0 added, 1 changed, 1 removed, 11 kept" in back.stdout, back.stderr
    await indexed(fresh_database)
    assert retrieval.texts == []
    dog = await careline("knowledge", "search", "papers", "may I bring my dog?", "-n", "1")
    assert "except to the workshop" in dog.stdout


async def test_operations_stay_when_the_guide_changes(careline: Run, folder: Path, fresh_database: str) -> None:
    (folder / "replies.yaml").write_text((folder / "replies.yaml").read_text().replace("How can I help", "What is it"))
    page = folder / "guide" / "en" / "visit.html"
    page.write_text(page.read_text().replace("bus 34", "bus 35"))
    done = await careline("knowledge", "sync", str(folder))
    assert "No retrieval service is connected" in done.stdout, done.stdout + done.stderr
    connection = await asyncpg.connect(fresh_database)
    document = await connection.fetchval(
        "SELECT document::text FROM control.packs p JOIN control.tenants t ON (p.name, p.version) = (t.pack, t.version)"
    )
    await connection.close()
    assert "bus 35" in document
    assert "How can I help" in document


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("search", "papers", "dogs"), "is not searchable yet"),
        (("search", "nobody", "dogs"), "there is no tenant 'nobody'"),
        (("rollback", "papers", "ffff"), "there is no version 'ffff' of the guide of papers"),
        (("rollback", "papers", ""), "there is no version ''"),
        (("sync", "no-such-pack"), "There is no tenant pack 'no-such-pack'"),
    ],
)
async def test_what_cannot_be_done_is_one_clear_error(careline: Run, arguments: tuple[str, ...], says: str) -> None:
    done = await careline("knowledge", *arguments)
    assert done.returncode == 2, done.stdout
    assert says in done.stderr
    assert "Traceback" not in done.stderr


async def test_mistakes_in_articles_leave_the_guide_as_it_is(careline: Run, folder: Path) -> None:
    (folder / "guide" / "en" / "bare.md").write_text("## A section\n\nBut no title.\n")
    done = await careline("knowledge", "sync", str(folder))
    assert done.returncode == 2
    assert "the article has no title" in done.stderr
