"""Rows of the shop for any number of customers: the known ones first, the others drawn from a seed.

Every date is relative to BOOKING_DAY, never to the clock, so that the same seed gives the same rows on any day.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

BOOKING_DAY = date(2026, 11, 2)  # a Monday
RETURN_DAYS = 30
SLOT_DAYS = 21
FULL_SLOTS = frozenset({date(2026, 11, 7), date(2026, 11, 14)})

PRODUCTS = (
    ("Paper Moon Lantern", "24.90"),
    ("Amber Glass Lantern", "49.90"),
    ("Moonrise Table Lamp", "129.00"),
    ("Cloud Floor Lamp", "329.00"),
    ("Brass Wall Lamp", "74.00"),
    ("Beeswax Pillar Candle", "9.00"),
    ("Lotus Floating Candles", "14.00"),
    ("Sandalwood Incense Set", "11.50"),
    ("Celadon Teapot", "58.00"),
    ("Jasmine Tea Tin", "15.00"),
    ("Green Tea Sampler", "21.00"),
    ("Linen Quilt", "119.00"),
    ("Cotton Yukata", "79.00"),
    ("House Slippers", "26.00"),
    ("Solar Garden Lantern", "22.00"),
    ("LED Bulb Set", "13.00"),
)
ENGLISH = (
    "Anna Ben Clara David Elena Felix Grace Hugo Ines Jakob Katya Liam Mona Nils Olga Paul Rosa Simon Tara Victor",
    "Adler Baker Costa Dubois Evans Fischer Garcia Hansen Ivanova Jensen Keller Lopez Meyer Novak Olsen Petrov Rossi",
)
CHINESE = (
    "张刘杨黄周吴徐孙马朱胡郭何高林",
    ("伟", "敏", "丽", "强", "秀英", "建国", "晓燕", "志强", "雨桐", "子涵", "思远", "嘉怡"),
)
STREETS = ("Gartenweg", "Bahnhofstraße", "Mühlgasse", "Rosenallee", "Am Park", "Kirchplatz", "Seestraße")
TOWNS = ("04109 Leipzig", "20095 Hamburg", "10115 Berlin", "80331 München", "50667 Köln", "60311 Frankfurt")
STATUSES = ("placed", "packed", "shipped", "delivered", "delivered", "delivered", "cancelled")
TRANSIT = ("in_transit", "in_transit", "out_for_delivery", "delayed", "customs")

Rows = dict[str, list[dict[str, Any]]]


def rows(customers: int, seed: int) -> Rows:
    """All rows, by table. The same arguments give the same rows."""
    tables: Rows = {name: [] for name in ("business_day", "customers", "addresses", "orders", "order_lines")}
    tables |= {name: [] for name in ("shipments", "delivery_slots", "returns", "refunds", "vouchers")}
    tables["business_day"].append({"id": 1, "day": BOOKING_DAY})
    tables["delivery_slots"] = [*_slots()]
    known: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("known_customers.yaml").read_text("utf-8"))
    draw = random.Random(seed)  # noqa: S311  made-up rows, nothing secret
    next_order = 20_001
    for index in range(customers):
        person = known[index] if index < len(known) else _invented(index, next_order, draw)
        if index >= len(known):
            next_order += len(person["orders"])
        _add_customer(tables, person)
    return tables


def _slots() -> list[dict[str, Any]]:
    """Weekdays and Saturdays of the next weeks; two days are booked out."""
    days = (BOOKING_DAY + timedelta(days=n) for n in range(1, SLOT_DAYS + 1))
    return [{"day": day, "free": 0 if day in FULL_SLOTS else 40} for day in days if day.weekday() < 6]


def _invented(index: int, next_order: int, draw: random.Random) -> dict[str, Any]:
    language = draw.choice(("en", "en", "zh"))
    if language == "en":
        name = f"{draw.choice(ENGLISH[0].split())} {draw.choice(ENGLISH[1].split())}"
    else:
        name = draw.choice(CHINESE[0]) + draw.choice(CHINESE[1])
    points = draw.randrange(0, 6000, 10)
    number = 1001 + index
    return {
        "id": f"C-{number}",
        "name": name,
        "email": f"customer{number}@example.com",
        "phone": draw.choice((None, f"+49150{20_000_000 + number}")),
        "language": language,
        "tier": "gold" if points >= 2000 else "silver" if points >= 500 else "bronze",
        "points": points,
        "newsletter": draw.random() < 0.5,
        "joined": BOOKING_DAY - timedelta(days=draw.randrange(400, 2500)),
        "addresses": {"home": f"{draw.choice(STREETS)} {draw.randrange(1, 120)}, {draw.choice(TOWNS)}, Germany"},
        "vouchers": [draw.choice((5, 10, 20))] if draw.random() < 0.2 else [],
        "orders": [_invented_order(f"LL-{next_order + n}", draw) for n in range(draw.randrange(0, 5))],
    }


def _invented_order(number: str, draw: random.Random) -> dict[str, Any]:
    status = draw.choice(STATUSES)
    age = {"placed": (0, 3), "packed": (1, 4), "shipped": (2, 9)}.get(status, (10, 90))
    placed = -draw.randint(*age)
    lines = [[name, draw.randint(1, 3), price] for name, price in draw.sample(PRODUCTS, draw.randint(1, 3))]
    order: dict[str, Any] = {"number": number, "status": status, "placed": placed, "lines": lines}
    if status == "delivered":
        order["delivery"] = _no_sunday(min(placed + draw.randint(3, 9), -2), -1)
    elif status == "cancelled":
        order["refunds"] = [[_total(lines), "paid", placed + 2]]
    else:
        order["delivery"] = _no_sunday(draw.randint(1, 12), 1)
    if status == "shipped":
        order["shipment"] = {"status": draw.choice(TRANSIT), "place": draw.choice(("Leipzig", "Hanover", "Frankfurt"))}
    order["personalised"] = status != "cancelled" and draw.random() < 0.1
    return order


def _add_customer(tables: Rows, person: dict[str, Any]) -> None:
    columns = ("id", "name", "email", "phone", "language", "tier", "points", "newsletter", "joined")
    tables["customers"].append({column: person[column] for column in columns})
    for label, address in person["addresses"].items():
        tables["addresses"].append({"customer_id": person["id"], "label": label, "address": address})
    for value in person.get("vouchers", []):
        row = {"customer_id": person["id"], "value": _money(value), "used": False, "created": _day(-40)}
        tables["vouchers"].append({"id": len(tables["vouchers"]) + 1, **row})
    for order in person["orders"]:
        _add_order(tables, person, order)


def _add_order(tables: Rows, person: dict[str, Any], order: dict[str, Any]) -> None:
    number, status, delivery = order["number"], order["status"], order.get("delivery")
    arrived = delivery if status == "delivered" else None
    mine = {"order_number": number, "customer_id": person["id"]}
    for amount, state, day in order.get("refunds", []):
        row = {"amount": _money(amount), "status": state, "created": _day(day)}
        tables["refunds"].append({"id": len(tables["refunds"]) + 1, **mine, **row})
    for product, quantity, price in order["lines"]:
        returned = product in order.get("returned", [])
        line = {"product": product, "quantity": quantity, "price": _money(price), "returned": returned}
        tables["order_lines"].append({**mine, **line})
        if returned:
            row = {"product": product, "status": "on_its_way", "created": _day(-3)}
            tables["returns"].append({"id": len(tables["returns"]) + 1, **mine, **row})
    tables["orders"].append(
        {
            "number": number,
            "customer_id": person["id"],
            "status": status,
            "total": _total(order["lines"]),
            "refunded": sum((_money(amount) for amount, _, _ in order.get("refunds", [])), _money(0)),
            "personalised": bool(order.get("personalised")),
            "placed": _day(order["placed"]),
            "address": person["addresses"]["home"],
            "delivery_date": None if delivery is None else _day(delivery),
            "return_until": None if arrived is None else _day(arrived + RETURN_DAYS),
        }
    )
    if status in ("shipped", "delivered"):
        seen = order.get(
            "shipment", {"status": "delivered", "place": person["addresses"]["home"].split(",")[1].strip()}
        )
        carrier = "Swift Post" if person["addresses"]["home"].endswith("Germany") else "Europa Parcel"
        tables["shipments"].append({"order_number": number, "carrier": carrier, "tracking": f"SP{number[3:]}7", **seen})


def _total(lines: list[list[Any]]) -> Decimal:
    return sum((_money(price) * quantity for _, quantity, price in lines), _money(0))


def _no_sunday(offset: int, step: int) -> int:
    return offset + step if _day(offset).weekday() == 6 else offset


def _money(amount: str | float | Decimal) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def _day(offset: int) -> date:
    return BOOKING_DAY + timedelta(days=offset)
