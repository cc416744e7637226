"""What the evaluation sets expect of operations and facts is what the packs' own rules, queries and words give.

The rules run over the packs' real rows in an SQLite database in memory, which reads the few statements they need.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from careline.contracts.base import TurnRef
from careline.contracts.turn import Identity, RowChange
from careline.operations.facts import read_facts
from careline.operations.guards import Asked
from careline.operations.preview import matched_rows, preview
from careline.operations.rules import AlreadySo, Missing, Proceed, Refused, wants_confirmation
from careline.operations.situation import Situation, typed
from careline.operations.survey import Survey, survey
from careline.operations.wording import Wording, fact_text
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.rows import RowSet, read_rows
from careline_cli.evaluation.expected import Expected
from careline_cli.evaluation.questions import Question, load_questions
from careline_cli.evaluation.rows import unexpected_writes

pytestmark = pytest.mark.unit

PACKS = Path(__file__).resolve().parents[2] / "tenants"
CPHOS = Path(os.environ.get("CARELINE_CPHOS_DATA") or PACKS / "../../shared/data/cphos")
LATER = datetime(2031, 3, 9, 12, tzinfo=UTC)  # the sets hold on any day
CONVERT: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "number": Decimal,
    "boolean": lambda value: bool(value) if isinstance(value, int) else value,  # a fact may be called like a column
}


class BoolOr:
    """Postgres's bool_or."""

    def __init__(self) -> None:
        self.found = False

    def step(self, value: object) -> None:
        self.found = self.found or bool(value)

    def finalize(self) -> bool:
        return self.found


class Business:
    """A pack's tables with its rows; what `careline.operations` needs of a connection."""

    def __init__(self, name: str) -> None:
        self.pack = load_pack(PACKS / name)
        self.base = sqlite3.connect(":memory:")
        self.base.create_function("current_setting", 2, lambda *_: "t")
        self.base.create_aggregate("bool_or", 1, BoolOr)
        self.base.execute(f"ATTACH ':memory:' AS {self.pack.business_schema}")
        self.types = {c: s.type for table in self.pack.data.tables.values() for c, s in table.columns.items()}
        for table, rows in made_rows(PACKS / name, self.pack).tables.items():
            columns = ", ".join(f'"{column}"' for column in ("tenant", *self.pack.data.tables[table].columns))
            self.base.execute(f'CREATE TABLE {self.pack.business_schema}."{table}" ({columns})')
            marks = ", ".join("?" * (columns.count(",") + 1))
            values = [tuple(map(_plain, ("t", *row))) for row in rows]
            self.base.executemany(f'INSERT INTO {self.pack.business_schema}."{table}" VALUES ({marks})', values)

    async def fetch(self, query: str, *args: Any) -> Sequence[dict[str, Any]]:
        if "ledger.entries" in query:  # nothing was done before
            return [{"at": None}] if "max(at)" in query else []
        sql = query.replace("$1::text", "$1").replace(" AS integer", " AS INTEGER")
        found = self.base.execute(re.sub(r"\$(\d+)", r"?\1", sql), tuple(map(_plain, args)))
        names = [column[0] for column in found.description]
        return [{name: self._typed(name, value) for name, value in zip(names, row, strict=True)} for row in found]

    def _typed(self, name: str, value: Any) -> Any:
        convert = CONVERT.get(self.types.get(name, ""))
        return value if value is None or convert is None or name not in self.types else convert(value)

    async def ask(self, user: str | None, operation: str, args: dict[str, Any]) -> Survey:
        spec = self.pack.operations[operation]
        values = dict.fromkeys(spec.arguments) | {n: typed(spec.arguments[n], v) for n, v in args.items()}
        identity = Identity(visitor="v", customer=user, assurance="signed" if user else "anonymous")
        asked = Asked(operation, TurnRef(tenant="t", conversation="c", turn="t", epoch=0), identity)
        return await survey(self, self.pack, spec, asked, values, LATER)

    async def diff(self, operation: str, situation: Situation) -> tuple[RowChange, ...]:
        spec = self.pack.operations[operation]
        return preview(self.pack, spec, situation, await matched_rows(self, self.pack, spec, situation))


def made_rows(folder: Path, pack: Pack) -> RowSet:
    """In a loop of its own: tests that already run in one ask for them too."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.run(read_rows(folder, pack.data, os.environ, 20, 1))).result()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


@cache
def business(name: str) -> Business:
    if name == "cphos" and not CPHOS.is_dir():
        pytest.skip(f"{CPHOS} is absent")
    return Business(name)


def sets() -> Iterator[tuple[str, Path]]:
    yield from (("shop", file) for file in sorted((PACKS / "shop" / "evals").glob("*.jsonl")))
    if CPHOS.is_dir():
        yield "cphos", CPHOS / "questions.jsonl"


def steps() -> Iterator[Any]:
    """(pack, question, expected, whether the step answers a confirmation question)"""
    for name, file in sets():
        for question in load_questions(file):
            for before, step in zip((None, *question.steps), question.steps, strict=False):
                if step.expected is not None:
                    asked = bool(before and before.expected and before.expected.outcome == "confirm")
                    yield pytest.param(
                        name, question, step.expected, asked, id=f"{name}-{question.id}-{step.text[:12]}"
                    )


@pytest.mark.parametrize(("name", "question", "expected", "asked"), [*steps()])
async def test_the_rules_give_what_the_set_expects(
    name: str, question: Question, expected: Expected, asked: bool
) -> None:
    if expected.operation is not None:
        await _check_operation(business(name), question, expected, asked)
    elif expected.profile_field is not None:
        await _check_fact(business(name), question, expected)
    else:
        assert expected.outcome not in ("success", "needs_info", "confirm")


async def _check_operation(shop: Business, question: Question, expected: Expected, asked: bool) -> None:
    assert expected.operation is not None
    found = await shop.ask(question.user, expected.operation, expected.args or {})
    spec = shop.pack.operations[expected.operation]
    wording = Wording(shop.pack, question.language or "en", found.situation)
    diff: tuple[RowChange, ...] = ()
    match found.decision:
        case Refused(reason, words):
            assert (expected.outcome, expected.reason) == ("refused", reason), wording.plain(words)
        case AlreadySo(reason, words):
            assert (expected.outcome, expected.reason) == ("success", reason), wording.plain(words)
        case Missing(names):
            assert expected.outcome == "needs_info"
            assert set(names) == set(expected.missing)
        case Proceed():
            confirms = wants_confirmation(spec, found.situation)
            assert expected.outcome in (("confirm", "success") if confirms and asked else (_next(confirms),))
            diff = await shop.diff(expected.operation, found.situation)
            assert wording.done(spec, diff)
            assert wording.question(spec, diff)
    if expected.outcome == "success":
        before = {table: await _rows(shop, table) for table in shop.pack.data.tables}
        surplus = unexpected_writes(expected, diff, before)
        assert (surplus.unexpected, surplus.missing) == ("", "")


def _next(confirms: bool) -> str:
    return "confirm" if confirms else "success"


async def _rows(shop: Business, table: str) -> list[dict[str, Any]]:
    return list(await shop.fetch(f'SELECT * FROM {shop.pack.business_schema}."{table}"'))


async def _check_fact(shop: Business, question: Question, expected: Expected) -> None:
    assert expected.profile_field is not None
    facts = await read_facts(shop, shop.pack, question.user)
    assert facts.known
    seen = Situation(now=LATER, today=LATER.date(), customer=question.user, facts=facts)
    told = fact_text(shop.pack, expected.profile_field, question.language or "en", seen)
    assert all(fact.casefold() in told.casefold() for fact in expected.facts), told


def test_every_refusal_of_the_shop_is_asked_for_in_its_set() -> None:
    pack: Pack = business("shop").pack
    rows = [json.loads(line) for line in (PACKS / "shop/evals/open.jsonl").read_text("utf-8").splitlines()]
    expected = {turn["expected"].get("reason") for row in rows for turn in row.get("turns", [row])}
    refusals = {c.reason for o in pack.operations.values() for c in o.checks if c.outcome == "refused"}
    assert refusals <= expected, f"nobody asks for {sorted(refusals - expected)}"
