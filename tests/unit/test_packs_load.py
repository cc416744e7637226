"""Both packs are whole: they load, say everything in both languages, and the shop's rows fit its own tables."""

from __future__ import annotations

import runpy
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from careline.tenants.load import read_folder
from careline.tenants.model import Pack

pytestmark = pytest.mark.unit

PACKS = Path(__file__).resolve().parents[2] / "tenants"
KNOWN = 12
TYPES = {"text": str, "integer": int, "number": Decimal, "boolean": bool, "date": date}

Rows = dict[str, list[dict[str, Any]]]


@cache
def pack(name: str) -> Pack:
    loaded = read_folder(PACKS / name)
    assert loaded.pack is not None, "\n".join(map(str, loaded.problems))
    return loaded.pack


@cache
def shop_rows(customers: int = 150, seed: int = 3) -> Rows:
    rows: Rows = runpy.run_path(str(PACKS / "shop" / "generate.py"))["rows"](customers, seed)
    return rows


@pytest.mark.parametrize("name", ["shop", "cphos"])
def test_a_pack_loads_without_problems(name: str) -> None:
    assert pack(name).name == name
    assert pack(name).operations


def test_every_guide_section_is_there_in_both_languages() -> None:
    sections = {
        language: {(p.id, bool(p.question), bool(p.asked)) for p in pack("shop").guide if p.language == language}
        for language in ("en", "zh")
    }
    assert sections["en"] == sections["zh"]
    assert len({identity.partition("#")[0] for identity, _, _ in sections["en"]}) >= 24


def test_no_two_guide_sections_have_the_same_heading() -> None:
    headings = Counter((p.language, p.question) for p in pack("shop").guide)
    assert [heading for heading, count in headings.items() if count > 1] == []


@pytest.mark.parametrize(("name", "least"), [("shop", {"en": 12, "zh": 12}), ("cphos", {"en": 15, "zh": 5})])
def test_every_operation_has_enough_examples_and_none_is_given_twice(name: str, least: dict[str, int]) -> None:
    for operation, spec in pack(name).declared.items():
        for language, count in least.items():
            examples = spec.examples[language]
            assert len(examples) >= count, f"{operation} has {len(examples)} examples in {language}"
            assert len(set(examples)) == len(examples), f"{operation} repeats an example in {language}"


def test_a_look_up_is_never_confirmed_and_a_costly_operation_always() -> None:
    operations = pack("shop").declared
    assert {name for name, spec in operations.items() if not spec.effect} == {
        "track_order",
        "list_orders",
        "refund_status",
    }
    assert all(spec.confirm == "never" for spec in operations.values() if not spec.effect)
    assert all(operations[name].confirm == "always" for name in ("cancel_order", "return_item", "change_email"))
    assert all(spec.confirm == "never" for spec in pack("cphos").operations.values())


def test_the_generator_gives_the_same_rows_again() -> None:
    generate = runpy.run_path(str(PACKS / "shop" / "generate.py"))["rows"]
    assert generate(150, 3) == shop_rows()
    assert generate(150, 4)["customers"][:KNOWN] == shop_rows()["customers"][:KNOWN]
    assert generate(150, 4) != shop_rows()


def test_generated_rows_fit_the_declared_tables() -> None:
    tables = pack("shop").data.tables
    assert set(shop_rows()) == set(tables)
    for name, rows in shop_rows().items():
        keys = Counter(tuple(row[column] for column in tables[name].key) for row in rows)
        assert max(keys.values(), default=1) == 1, f"{name}: a key occurs twice"
        for row in rows:
            assert set(row) == set(tables[name].columns), name
            for column, spec in tables[name].columns.items():
                value = row[column]
                assert (value is None and spec.nullable) or type(value) is TYPES[spec.type], (
                    f"{name}.{column}: {value!r}"
                )


def test_generated_rows_refer_to_existing_rows() -> None:
    for name, table in pack("shop").data.tables.items():
        for column, target in table.references.items():
            other, _, key = target.partition(".")
            present = {row[key] for row in shop_rows()[other]}
            assert {row[column] for row in shop_rows()[name]} <= present, f"{name}.{column}"


def test_generated_orders_add_up() -> None:
    rows = shop_rows()
    day = rows["business_day"][0]["day"]
    shipped = {row["order_number"] for row in rows["shipments"]}
    for order in rows["orders"]:
        mine = [line for line in rows["order_lines"] if line["order_number"] == order["number"]]
        back = [refund["amount"] for refund in rows["refunds"] if refund["order_number"] == order["number"]]
        delivered = order["status"] == "delivered"
        assert order["total"] == sum(line["price"] * line["quantity"] for line in mine) > 0
        assert order["refunded"] == sum(back, Decimal(0)) <= order["total"]
        assert (order["number"] in shipped) == (order["status"] in ("shipped", "delivered"))
        assert (order["return_until"] is not None) == delivered
        if delivered:
            assert order["placed"] < order["delivery_date"] < day
            assert order["return_until"] - order["delivery_date"] == timedelta(days=30)
        elif order["status"] == "cancelled":
            assert order["delivery_date"] is None
            assert order["refunded"] == order["total"]
        else:
            assert order["delivery_date"] >= day
            assert order["delivery_date"].weekday() < 6
