"""The locked half of the shop's evaluation set has not been touched since it was written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

LOCKED = Path(__file__).resolve().parents[2] / "tenants/shop/evals/locked.jsonl"
SHA256 = "dd7b9f329025569bb018b86e717884e08a27064b749cd9622bab774d1a4059b7"


def test_the_locked_set_is_as_it_was_written() -> None:
    found = hashlib.sha256(LOCKED.read_bytes()).hexdigest()
    assert found == SHA256, f"{LOCKED.name} has changed: figures measured before can't be compared with new ones"
