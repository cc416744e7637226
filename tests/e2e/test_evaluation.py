"""`careline eval` on the whole system: right and wrong are told apart by what the database shows, and nothing stays."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest
from rich.console import Console
from tests.fixtures.whole_stack import WholeStack

from careline_cli.evaluation.play import StalePack
from careline_cli.evaluation.run import evaluate

pytestmark = pytest.mark.e2e

SHOP = Path(__file__).resolve().parents[2] / "tenants/shop"
CANCEL = {"operation": "cancel_order", "args": {"order": "LL-10013"}, "rows": []}
WRITTEN = [
    {"table": "orders", "action": "update", "key": {"number": "LL-10013"},
     "new": {"status": "cancelled", "delivery_date": None, "refunded": 129}},
    {"table": "refunds", "action": "insert", "new": {"order_number": "LL-10013", "amount": 129}},
]  # fmt: skip


def cancelling(name: str, rows: list[dict[str, object]]) -> dict[str, object]:
    steps = [
        {"text": "Please cancel order LL-10013", "expected": {"outcome": "confirm", **CANCEL}},
        {"text": "yes", "expected": {"outcome": "success", **CANCEL, "rows": rows}},
    ]
    return {"id": name, "user": "C-1001", "kind": "operation", "turns": steps}


ROWS = (
    {"id": "points", "user": "C-1001", "text": "How many points do I have?", "kind": "basic_info",
     "expected": {"outcome": "answer", "profile_field": "points", "facts": ["2450"]}},
    {"id": "points-wrong", "user": "C-1001", "text": "How many points do I have?", "kind": "basic_info",
     "expected": {"outcome": "answer", "profile_field": "points", "facts": ["9999"]}},
    cancelling("cancel", WRITTEN),
    cancelling("cancel-unasked", []),
)  # fmt: skip


async def copies(connection: asyncpg.Connection) -> int:
    """Tenants that evaluations have made."""
    return int(await connection.fetchval("SELECT count(*) FROM control.tenants WHERE id LIKE '%~eval-%'"))


async def begun(stack: WholeStack, connection: asyncpg.Connection, *words: str) -> asyncio.subprocess.Process:
    """A `careline eval shop` in a process of its own that has begun to play."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "careline_cli", "eval", "shop", *words),
        env=stack.env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # Whoever runs the tests may not listen to Ctrl-C (workers do not), and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    async with asyncio.timeout(60):
        while await copies(connection) < 2:  # the template, and the first question's
            assert process.returncode is None
            await asyncio.sleep(0.02)
    return process


async def test_rows_are_graded_by_what_was_written_and_nothing_stays(whole_stack: WholeStack, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text("\n".join(map(json.dumps, ROWS)))
    running = whole_stack.reach
    evaluation = (await evaluate(running, SHOP, "shop", [file], Console(quiet=True))).as_json()
    rows = {row["id"]: row for row in evaluation["rows"]}
    assert {name: row["right"] for name, row in rows.items()} == {
        "points": True,
        "points-wrong": False,
        "cancel": True,
        "cancel-unasked": False,
    }, rows
    assert evaluation["summary"]["wrong_writes"] == 1
    assert len(rows["cancel"]["diff"]) == 2
    assert rows["points"]["ms"] > 0
    assert (rows["points"]["route"], rows["cancel"]["route"]) == ("basic_info", "operation")
    stages = {(stage["step"], stage["event"]) for stage in rows["cancel-unasked"]["timeline"]}
    assert {(1, "turn.received"), (1, "turn.verified"), (2, "operation.settled")} <= stages
    assert evaluation["summary"]["llm"]["turns_without"] == evaluation["summary"]["llm"]["turns"] == 6
    assert evaluation["summary"]["confusion"]["routes"]["basic_info"] == {"basic_info": 2}
    connection = await asyncpg.connect(running.database)
    try:
        left = await copies(connection)
        status = await connection.fetchval(
            "SELECT status FROM biz_shop.orders WHERE number = 'LL-10013' AND tenant = 'shop'"
        )
    finally:
        await connection.close()
    assert left == 0
    assert status == "placed"


async def test_a_folder_that_is_not_what_is_published_is_not_measured(whole_stack: WholeStack, tmp_path: Path) -> None:
    copy = tmp_path / "shop"
    shutil.copytree(SHOP, copy)
    replies = copy / "replies.yaml"
    replies.write_text(replies.read_text().replace("Hello!", "Hi!", 1))
    with pytest.raises(StalePack, match="but the tenant shop has version"):
        await evaluate(whole_stack.reach, copy, "shop", [SHOP / "evals/demo.jsonl"], Console(quiet=True))


async def test_ctrl_c_leaves_nothing_and_what_a_killed_run_left_is_removed_by_the_next(
    whole_stack: WholeStack, tmp_path: Path
) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text("\n".join(json.dumps(ROWS[0] | {"id": f"points-{n}"}) for n in range(400)))
    connection = await asyncpg.connect(whole_stack.reach.database)
    try:
        process = await begun(whole_stack, connection, "--set", str(many))
        process.send_signal(signal.SIGINT)
        said, _ = await process.communicate()
        assert process.returncode == 130, said.decode()
        assert b"Traceback" not in said
        assert await copies(connection) == 0

        process = await begun(whole_stack, connection, "--set", str(many))
        process.kill()
        await process.communicate()
        assert await copies(connection) > 0
        few = tmp_path / "few.jsonl"
        few.write_text(json.dumps(ROWS[0]))
        await evaluate(whole_stack.reach, SHOP, "shop", [few], Console(quiet=True))
        assert await copies(connection) == 0
    finally:
        await connection.close()
    assert whole_stack.running("gateway")


@pytest.mark.timeout(600)
async def test_without_a_verifier_a_change_is_made_unasked_in_a_stack_that_is_thrown_away(
    whole_stack: WholeStack, tmp_path: Path
) -> None:
    rows = tmp_path / "set.jsonl"
    rows.write_text("\n".join(map(json.dumps, (ROWS[0], ROWS[2]))))
    out, temporary = tmp_path / "out.json", Path(tempfile.mkdtemp(prefix="careline-"))
    temporary.chmod(0o711)  # Postgres passes through it as another user
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "careline_cli", "eval", "shop", "--set", str(rows), "--json", str(out)),
            *("--tiers", "reflex", "--pipeline", "executor"),
            env=whole_stack.env | {"TMPDIR": str(temporary)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 1, said.decode()  # a wrong write
        assert not list(temporary.glob("careline-throw-away-*"))
    finally:
        shutil.rmtree(temporary)
    content = json.loads(out.read_text())
    assert content["pipeline"] == "executor"
    found = {row["id"]: row for row in content["rows"]}
    assert found["points"]["right"]
    assert found["cancel"]["wrong_write"]
    assert "step 1: wrote what nobody asked for" in found["cancel"]["why"]
