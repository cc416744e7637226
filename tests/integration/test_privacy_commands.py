"""A customer is exported whole and erased for good; people's verdicts on a sample stay as they were given."""

from __future__ import annotations

import asyncio
import json
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.databases import furnish
from tests.integration.test_tenants_isolation import PASSWORD, as_service, five_members
from typer.testing import CliRunner

from careline.safety import Danger
from careline.storage.roles import SERVICES, ensure_roles
from careline.tenants.load import load_pack, read_folder
from careline.testing.examples import examples
from careline_cli.commands.erase import app as erase_app
from careline_cli.commands.export import app as export_app
from careline_cli.commands.purge import app as purge_app
from careline_cli.commands.review import app as review_app
from careline_cli.errors import CommandError
from careline_cli.privacy.sampling import Seen, draw, is_drawn, stratum

pytestmark = pytest.mark.integration

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
WHO = "M-1"
STATE = {"identity": {"visitor": "v", "customer": WHO, "assurance": "signed"}}
OTHER = {"identity": {"visitor": "w", "customer": "M-2", "assurance": "signed"}}


@pytest_asyncio.fixture
async def url(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    await furnish(fresh_database, "five members of the library", five_members)
    owner = await asyncpg.connect(fresh_database)
    await ensure_roles(owner, dict.fromkeys(SERVICES, PASSWORD))
    for name, state in (("c-1", STATE), ("c-2", OTHER)):
        await owner.execute(_CONVERSATION, name, json.dumps(state))
        await owner.execute(_ENTRY, name)
        for event in ("turn.received", "turn.verified"):
            await owner.execute(_LOGGED, f"{name}-{event}", name, f"t-{name}", event, json.dumps(_body(event)))
    await owner.execute("SELECT set_config('careline.tenant', 'mini', false)")
    await owner.execute(_CASE)
    await owner.close()
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    return fresh_database


@pytest_asyncio.fixture
async def owner(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


def _body(event: str, text: str = "you idiots, I am at ada@example.org") -> dict[str, Any]:
    if event == "turn.received":
        return {"turn": {"text": text, "history": [{"customer": "hello", "reply": "hi"}]}}
    return {"reply": {"outcome": "handover", "text": "A person comes.", "reason": "safety:abuse"}}


async def run(app: Any, *words: str, said: str | None = None) -> str:
    # A command has an event loop of its own.
    result = await asyncio.to_thread(lambda: CliRunner().invoke(app, list(words), input=said))
    if isinstance(result.exception, CommandError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


async def held(owner: Any, table: str) -> int:
    number: int = await owner.fetchval(f"SELECT count(*) FROM {table}")
    return number


async def test_a_dry_run_tells_and_changes_nothing_and_no_is_no(url: str, owner: Any) -> None:
    told = await run(erase_app, "--customer", WHO, "--tenant", "mini", "--dry-run")
    assert "messages" in told
    assert "append-only" in told.replace("\n", " ")
    assert "Kafka" in told
    with pytest.raises(CommandError, match="Nothing was erased"):
        await run(erase_app, "--customer", WHO, "--tenant", "mini", said="n\n")
    assert (await held(owner, "gateway.conversations"), await held(owner, "insight.turn_log")) == (2, 4)
    assert await held(owner, "privacy.audit") == 0
    with pytest.raises(CommandError, match="no tenant 'nobody'"):
        await run(erase_app, "--customer", WHO, "--tenant", "nobody", "--yes")


async def test_an_erased_customer_is_gone_and_stays_gone(url: str, owner: Any) -> None:
    await owner.execute(
        "INSERT INTO privacy.data_keys (tenant, customer, under, sealed) VALUES ('mini', $1, 'k', 'x')", WHO
    )
    await run(erase_app, "--customer", WHO, "--tenant", "mini", "--yes", "--as", "dora")
    assert [row["id"] for row in await owner.fetch("SELECT id FROM gateway.conversations")] == ["c-2"]
    assert {row["conversation"] for row in await owner.fetch("SELECT conversation FROM gateway.entries")} == {"c-2"}
    assert {row["conversation"] for row in await owner.fetch("SELECT conversation FROM insight.turn_log")} == {"c-2"}
    key = await owner.fetchrow("SELECT sealed, destroyed_at FROM privacy.data_keys WHERE customer = $1", WHO)
    assert key["sealed"] is None
    assert key["destroyed_at"] is not None
    assert await held(owner, "ledger.cases") == 1  # what stays is said to stay
    entry = await owner.fetchrow("SELECT action, actor, customer, detail::text AS detail FROM privacy.audit")
    assert (entry["action"], entry["actor"], entry["customer"]) == ("erase", "dora", WHO)
    assert json.loads(entry["detail"])["deleted"]["turn log"] == 2
    # What comes late of the conversation is not logged; others go on; no new key is made.
    await owner.execute(_LOGGED, "late", "c-1", "t-9", "turn.verified", "{}")
    await owner.execute(_LOGGED, "other", "c-2", "t-9", "turn.verified", "{}")
    assert await owner.fetchval("SELECT count(*) FROM insight.turn_log WHERE conversation = 'c-1'") == 0
    for statement in (
        "UPDATE privacy.data_keys SET sealed = 'y', destroyed_at = NULL",
        "DELETE FROM privacy.data_keys",
        "DELETE FROM privacy.erased_conversations",
        "UPDATE privacy.audit SET actor = 'nobody'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(statement)
    await run(erase_app, "--customer", WHO, "--tenant", "mini", "--yes")  # twice does no harm


RECOGNISED = {
    "identity": {"visitor": "x", "assurance": "anonymous"},
    "proof": {"customer": WHO, "until": "2026-11-02T12:00:00Z"},
}


async def test_who_was_recognised_by_a_code_is_erased_and_exported_too(url: str, owner: Any, tmp_path: Path) -> None:
    """By the proof in the conversation, by the log of one that was purged, by the ledger where it is another's now."""
    await owner.execute("SELECT set_config('careline.tenant', 'mini', false)")
    later = {**RECOGNISED, "proof": {**RECOGNISED["proof"], "customer": "M-2"}}
    for name, state in (("c-3", RECOGNISED), ("c-4", later)):
        await owner.execute(_CONVERSATION, name, json.dumps(state))
        await owner.execute(_ENTRY, name)
    purged = {"turn": {"text": "hello", "history": [], "identity": {"visitor": "x", "customer": WHO}}}
    await owner.execute(_LOGGED, "purged", "c-5", "t-5", "turn.received", json.dumps(purged))
    await owner.execute(_LOGGED, "purged-2", "c-5", "t-5", "turn.verified", json.dumps(_body("turn.verified")))
    await owner.execute(_DONE)
    await owner.execute(_INTENT)
    await owner.execute("INSERT INTO gateway.challenges VALUES ('mini', 'c-3', $1, 's', 'd', 0, now())", WHO)
    file = tmp_path / "all.json"
    await run(export_app, "--customer", WHO, "--tenant", "mini", "-o", str(file))
    data = json.loads(file.read_text())["data"]
    assert {row["conversation"] for row in data["messages"]} == {"c-1", "c-3", "c-4"}
    assert {row["conversation"] for row in data["turn log"]} == {"c-1", "c-5"}
    assert [row["operation"] for row in data["operations in other systems"]] == ["redirect_parcel"]
    told = await run(erase_app, "--customer", WHO, "--tenant", "mini", "--yes")
    assert "operations in other systems" in told
    assert [row["id"] for row in await owner.fetch("SELECT id FROM gateway.conversations")] == ["c-2"]
    assert {row["conversation"] for row in await owner.fetch("SELECT conversation FROM insight.turn_log")} == {"c-2"}
    assert await held(owner, "gateway.challenges") == 0
    await owner.execute(_LOGGED, "late", "c-3", "t-9", "turn.verified", "{}")
    assert await held(owner, "insight.turn_log") == 2


async def test_an_export_has_every_row_and_leaves_a_trace(url: str, owner: Any, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    told = await run(export_app, "--customer", WHO, "--tenant", "mini", "-o", str(file), "--as", "dora")
    assert "conversations 1" in told
    assert file.stat().st_mode & 0o077 == 0
    document = json.loads(file.read_text())
    assert document["data"]["business: members"][0]["id"] == WHO
    loans = await owner.fetchval("SELECT count(*) FROM biz_mini.loans WHERE member_id = $1", WHO)
    assert loans == len(document["data"]["business: loans"]) == document["rows"]["business: loans"]
    assert {row["conversation"] for row in document["data"]["messages"]} == {"c-1"}
    assert document["data"]["cases"][0]["text"] == "too late"
    assert "M-2" not in file.read_text()
    await run(export_app, "--customer", WHO, "--tenant", "mini", "-o", str(tmp_path / "all.zip"))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert json.loads(archive.read("business/members.json"))[0]["id"] == WHO
        assert json.loads(archive.read("about.json"))["customer"] == WHO
    assert await held(owner, "privacy.audit") == 2
    with pytest.raises(CommandError, match="cannot be written"):
        await run(export_app, "--customer", WHO, "--tenant", "mini", "-o", str(tmp_path / "no" / "such.json"))


async def test_a_sample_is_read_and_verdicts_are_kept(url: str, owner: Any) -> None:
    sample = json.loads(await run(review_app, "--tenant", "mini", "--json"))
    assert {one["turn"] for one in sample} == {"t-c-1", "t-c-2"}  # alarms are always drawn
    assert {one["stratum"] for one in sample} == {"alarm"}
    assert sample[0]["dialogue"][-2:] == [["customer", "you idiots, I am at <email>"], ["careline", "A person comes."]]
    assert "ada@example.org" in await run(review_app, "--tenant", "mini", "--json", "--unmasked")
    await run(review_app, "--tenant", "mini", "--turn", "t-c-1", "--verdict", "good", "--as", "dora")
    told = await run(review_app, "--tenant", "mini", "--as", "dora", said="b\nrude\n")
    assert "alarm bad 1" in told
    assert json.loads(await run(review_app, "--tenant", "mini", "--json")) == []
    rows = await owner.fetch("SELECT turn, verdict, note, reviewer FROM privacy.reviews ORDER BY number")
    assert [tuple(row) for row in rows] == [("t-c-1", "good", "", "dora"), ("t-c-2", "bad", "rude", "dora")]
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await owner.execute("UPDATE privacy.reviews SET verdict = 'good'")
    with pytest.raises(CommandError, match="no finished turn"):
        await run(review_app, "--tenant", "mini", "--turn", "nobody", "--verdict", "good")
    with pytest.raises(CommandError, match="go together"):
        await run(review_app, "--tenant", "mini", "--verdict", "good")


async def test_what_is_old_is_purged_and_who_is_being_served_is_not(url: str, owner: Any) -> None:
    await owner.execute(_CONVERSATION, "c-3", json.dumps(STATE))
    await owner.execute("UPDATE gateway.conversations SET updated_at = now() - interval '400 days' WHERE id <> 'c-2'")
    await owner.execute("UPDATE gateway.conversations SET owner = 'human' WHERE id = 'c-3'")
    await owner.execute("UPDATE insight.turn_log SET at = now() - interval '91 days' WHERE conversation = 'c-2'")
    told = await run(purge_app)
    assert "Nothing was deleted" in told
    assert (await held(owner, "gateway.conversations"), await held(owner, "insight.turn_log")) == (3, 4)
    await run(purge_app, "--tenant", "mini", "--yes", "--as", "cron")
    assert {row["id"] for row in await owner.fetch("SELECT id FROM gateway.conversations")} == {"c-2", "c-3"}
    assert {row["conversation"] for row in await owner.fetch("SELECT conversation FROM gateway.entries")} == {"c-2"}
    assert {row["conversation"] for row in await owner.fetch("SELECT conversation FROM insight.turn_log")} == {"c-1"}
    entry = await owner.fetchrow("SELECT action, actor, detail::text AS detail FROM privacy.audit")
    assert (entry["action"], entry["actor"]) == ("purge", "cron")
    rows = json.loads(entry["detail"])["rows"]
    assert {name: number for name, number in rows.items() if number} == {
        "messages": 1,
        "conversations": 1,
        "turn log": 2,
    }
    await run(purge_app, "--yes")
    assert await held(owner, "privacy.audit") == 1  # nothing was old: nothing is noted


def test_a_policy_is_checked_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(MINI, folder)
    assert load_pack(folder, {}).policy.retention.turn_log == 90
    (folder / "policy.yaml").write_text("retention: {turn_log: 0}\nretain: 3\n")
    told = [str(problem) for problem in read_folder(folder, {}).problems]
    assert any(line.startswith("policy.yaml:1:") for line in told), told
    assert any(line.startswith("policy.yaml:2:") and "retain" in line for line in told), told


@pytest.mark.parametrize("service", SERVICES)
async def test_no_service_reads_or_writes_what_people_did(url: str, service: str) -> None:
    connection = await asyncpg.connect(as_service(url, service))
    await connection.execute("SELECT set_config('careline.tenant', 'mini', false)")
    for table in ("audit", "reviews"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"SELECT * FROM privacy.{table}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM privacy.data_keys")
    await connection.close()


def test_the_sample_is_the_same_for_everybody_and_as_large_as_said() -> None:
    turns = [f"turn-{n}" for n in range(4000)]
    drawn = [turn for turn in turns if is_drawn(turn, 0.1)]
    assert 300 < len(drawn) < 500
    assert all(is_drawn(turn, 0.2) for turn in drawn)
    assert (is_drawn("t", 1.0), is_drawn("t", 0.0)) == (True, False)


def test_strata_of_real_events() -> None:
    by_type = {event.TYPE: json.loads(event.model_dump_json()) for event in examples()}
    pack = load_pack(MINI, {})
    received, verified = by_type["turn.received"], by_type["turn.verified"]
    seen = Seen("t", received, verified, rejected=False)
    assert stratum(pack, seen) in {"answer", "operation", "handover"}
    assert stratum(pack, Seen("t", received, verified, rejected=True)) == "rejected"
    alarming = {"turn": {**received["turn"], "text": "I want to kill myself"}}
    assert stratum(pack, Seen("t", alarming, verified, rejected=True)) == "alarm"
    assert draw(pack, [Seen("t", alarming, verified, rejected=False)])[0].dialogue[-2][1] == "I want to kill myself"
    assert Danger.SELF_HARM in pack.safety.before


_CONVERSATION = """
INSERT INTO gateway.conversations (tenant, id, epoch, owner, version, position, updated_at, state)
VALUES ('mini', $1, 0, 'bot', 1, 1, now(), $2::text::jsonb)
"""
_ENTRY = """
INSERT INTO gateway.entries (tenant, conversation, position, kind, body, at)
VALUES ('mini', $1, 1, 'message', '{}', now())
"""
_LOGGED = """
INSERT INTO insight.turn_log (event_id, tenant, conversation, turn, epoch, round, topic, type, at, trace, body)
VALUES ($1, 'mini', $2, $3, 0, 0, 'x', $4, now(), '', $5::text::jsonb)
"""
_CASE = """
INSERT INTO ledger.cases (tenant, number, kind, "text", conversation, turn, visitor, customer, language)
VALUES ('mini', 1, 'complaint', 'too late', 'c-1', 't-c-1', 'v', 'M-1', 'en')
"""
_DONE = """
INSERT INTO ledger.entries (tenant, id, conversation, turn, epoch, operation, visitor, customer, arguments, diff,
                            diff_hash, written, result, "text", approval, pack_version)
VALUES ('mini', '00000000-0000-4000-8000-000000000001', 'c-4', 't-4', 0, 'return_book', 'x', 'M-1', '[]', '[]', 'h',
        '[]', '{}', 'done', '{}', 'v')
"""
_INTENT = """
INSERT INTO ledger.intents (tenant, id, conversation, turn, epoch, operation, visitor, customer, arguments, diff,
                            diff_hash, approval, language, asked_at, pack_version)
VALUES ('mini', '00000000-0000-4000-8000-000000000002', 'c-4', 't-5', 0, 'redirect_parcel', 'x', 'M-1', '[]', '[]', 'h',
        '{}', 'en', now(), 'v')
"""
