"""Visitors with numbers for names."""

from typing import Any


def rows(customers: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    return {"visitors": [{"id": f"V-{seed + n}", "name": f"Visitor {n}"} for n in range(customers)]}
