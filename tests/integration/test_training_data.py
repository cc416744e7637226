"""`careline training-data` on a real database: dry by default, masked, only of who agreed, gone with who is erased."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.claims import claims_of, register
from tests.integration.test_privacy_commands import run
from tests.integration.test_tenants_isolation import PASSWORD

from careline.contracts.base import TurnRef
from careline.contracts.turn import Identity, Turn
from careline.storage import Database
from careline.storage.migrate import migrate
from careline.storage.roles import SERVICES, ensure_roles
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.publish import publish
from careline_cli.commands.erase import app as erase_app
from careline_cli.commands.export import app as export_app
from careline_cli.commands.training_data import app as training_app
from careline_cli.errors import CommandError
from careline_gateway.adapters.consents import PostgresConsents
from careline_gateway.domain.consent import Choice
from careline_gateway.domain.state import Key

pytestmark = pytest.mark.integration

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
POLICY = """
training:
  use: {messages: kinds, replies: kinds}
  consent: {version: "1", ask: {en: "May we?", zh: "可以吗？"}}
"""
NAME = "Ada Lovelace"


@pytest_asyncio.fixture
async def owner(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """Three customers and a visitor, each with a conversation in which names and addresses are said."""
    import shutil

    folder = tmp_path / "mini"
    shutil.copytree(MINI, folder)
    (folder / "policy.yaml").write_text(POLICY)
    connection = await asyncpg.connect(fresh_database)
    await ensure_roles(connection, dict.fromkeys(SERVICES, PASSWORD))
    await migrate(connection)
    await register(connection)
    await publish(load_pack(folder), connection, rows=RowOptions(folder=folder, customers=3, environ={}))
    for customer in ("M-1", "M-2", "M-3", None):
        await conversation(connection, f"c-{customer}", customer)
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    yield connection
    await connection.close()


async def conversation(owner: Any, name: str, customer: str | None) -> None:
    identity = Identity(visitor="v", customer=customer, assurance="signed" if customer else "anonymous")
    await owner.execute(_CONVERSATION, name, json.dumps({"identity": identity.model_dump(mode="json")}))
    said = f"This is {name}: {NAME} wants it, write to ada@example.org"
    for position, (author, text) in enumerate((("customer", said), ("bot", f"Certainly, {NAME}.")), 1):
        await owner.execute(_ENTRY, name, position, author, json.dumps({"text": text}))
    ref = TurnRef(tenant="mini", conversation=name, turn=f"t-{name}", epoch=0)
    turn = Turn(ref=ref, text=said, received_at=datetime.now(UTC), identity=identity)
    received = {"turn": turn.model_dump(mode="json")}
    facts = {"understanding": {"facts": {"known": bool(customer), "values": {"name": NAME} if customer else {}}}}
    for kind, body in (("turn.received", received), ("turn.classified", facts)):
        await owner.execute(_LOGGED, f"{name}-{kind}", name, ref.turn, kind, json.dumps(body))


@pytest_asyncio.fixture
async def consents(owner: Any, fresh_database: str) -> AsyncIterator[PostgresConsents]:
    """Choices as the gateway keeps them, by its own role."""
    from tests.integration.test_tenants_isolation import as_service

    database = await Database.connect(
        as_service(fresh_database, "gateway"), application="gateway", max_size=1, claims=claims_of("gateway")
    )
    yield PostgresConsents(database)
    await database.close()


def choice(given: bool, wording: str = "1") -> Choice:
    return Choice(given, wording, "en", datetime.now(UTC))


def at(conversation: str) -> Key:
    return Key("mini", conversation)


async def exported(tmp_path: Path) -> tuple[list[dict[str, Any]], str]:
    file = tmp_path / "out.jsonl"
    told = await run(training_app, "mini", "--out", str(file), "--yes", "--as", "dora")
    assert file.stat().st_mode & 0o077 == 0
    return [json.loads(line) for line in file.read_text().splitlines()], " ".join(told.split())


async def test_only_who_agreed_leaves_and_masked(owner: Any, consents: PostgresConsents, tmp_path: Path) -> None:
    await consents.add(at("c-M-1"), "M-1", choice(True))
    await consents.add(at("c-M-2"), "M-2", choice(True))
    await consents.add(at("c-M-2"), "M-2", choice(False))
    await consents.add(at("c-M-3"), "M-3", choice(True, "0"))
    await consents.add(at("c-None"), None, choice(True))
    told = await run(training_app, "mini", "--out", str(tmp_path / "out.jsonl"))
    assert "Nothing was written" in told
    assert not (tmp_path / "out.jsonl").exists()
    assert await owner.fetchval("SELECT count(*) FROM privacy.audit") == 0
    rows, told = await exported(tmp_path)
    assert [row["dialogue"] for row in rows] == [1, 2]
    assert rows[0]["turns"] == [
        {"author": "customer", "text": "This is c-M-1: <name> wants it, write to <email>"},
        {"author": "bot", "text": "Certainly, <name>."},
    ]
    assert "2 dialogues with 2 messages, 2 replies" in told
    assert "Stay: 2 messages, because the customer does not agree." in told
    assert "Stay: 2 messages, because the customer agreed to another wording." in told
    entry = await owner.fetchrow("SELECT action, actor, detail::text AS detail FROM privacy.audit")
    assert (entry["action"], entry["actor"]) == ("training", "dora")
    assert json.loads(entry["detail"])["left"] == {"messages": 2, "replies": 2}
    # Taken back: no longer exported.
    await consents.add(at("c-M-1"), "M-1", choice(False))
    rows, _ = await exported(tmp_path)
    assert len(rows) == 1
    current = await consents.current(at("c-M-1"), "M-1")
    assert current
    assert not current.given


async def test_consents_are_exported_and_erased_with_the_customer(
    owner: Any, consents: PostgresConsents, tmp_path: Path
) -> None:
    await consents.add(at("c-M-1"), "M-1", choice(True))
    await consents.add(at("purged"), "M-1", choice(True))
    await consents.add(at("c-M-2"), "M-2", choice(True))
    file = tmp_path / "all.json"
    await run(export_app, "--customer", "M-1", "--tenant", "mini", "-o", str(file))
    assert [one["wording"] for one in json.loads(file.read_text())["data"]["consents"]] == ["1", "1"]
    await run(erase_app, "--customer", "M-1", "--tenant", "mini", "--yes")
    assert {row["customer"] for row in await owner.fetch("SELECT customer FROM gateway.consents")} == {"M-2"}
    rows, _ = await exported(tmp_path)
    assert len(rows) == 1
    assert "c-M-2" in rows[0]["turns"][0]["text"]


async def test_without_the_record_nothing_can_be_masked_by_it(
    owner: Any, consents: PostgresConsents, tmp_path: Path
) -> None:
    await consents.add(at("c-M-1"), "M-1", choice(True))
    await owner.execute("DELETE FROM insight.turn_log WHERE conversation = 'c-M-1'")
    rows, told = await exported(tmp_path)
    assert rows == []
    assert "record is not in the log any more" in told


async def test_errors_are_clear(owner: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Where to"):
        await run(training_app, "mini", "--yes")
    with pytest.raises(CommandError, match="no tenant 'nobody'"):
        await run(training_app, "nobody")
    with pytest.raises(CommandError, match="cannot be written"):
        await run(training_app, "mini", "--yes", "--out", str(tmp_path / "no" / "such.jsonl"))


_CONVERSATION = """
INSERT INTO gateway.conversations (tenant, id, epoch, owner, version, position, updated_at, state)
VALUES ('mini', $1, 0, 'bot', 1, 2, now(), $2::text::jsonb)
"""
_ENTRY = """
INSERT INTO gateway.entries (tenant, conversation, position, kind, author, body, at)
VALUES ('mini', $1, $2, 'message', $3, $4::text::json, now())
"""
_LOGGED = """
INSERT INTO insight.turn_log (event_id, tenant, conversation, turn, epoch, round, topic, type, at, trace, body)
VALUES ($1, 'mini', $2, $3, 0, 0, 'x', $4, now(), '', $5::text::jsonb)
"""
