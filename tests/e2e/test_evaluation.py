"""`careline eval` on the whole system: right and wrong are told apart by what the database shows, and nothing stays."""

from __future__ import annotations

import json
import shutil
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
    connection = await asyncpg.connect(running.database)
    try:
        left = await connection.fetchval("SELECT count(*) FROM control.tenants WHERE id LIKE '%~eval-%'")
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
