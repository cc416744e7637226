"""Who may enter a conversation by a customer's token."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from careline.contracts.turn import AGENT, Identity
from careline_gateway.domain.conversation import fresh
from careline_gateway.domain.state import Key
from careline_gateway.domain.tokens import Customer

NOW = datetime(2026, 11, 28, tzinfo=UTC)
TOKEN = Customer("shop", "C-1", expires=0)


@pytest.mark.parametrize(
    ("tenant", "identity", "may"),
    [
        ("shop", Identity(visitor="v", customer="C-1", assurance="signed"), True),
        ("shop", Identity(visitor="v", customer="C-2", assurance="signed"), False),
        ("other", Identity(visitor="v", customer="C-1", assurance="signed"), False),
        ("shop", Identity(visitor=f"{AGENT}ada", customer="C-1", assurance="signed"), False),
    ],
    ids=["own", "another customer's", "another business's", "a person acts for them"],
)
def test_a_customer_enters_their_own_conversations_only(tenant: str, identity: Identity, may: bool) -> None:
    assert TOKEN.may_enter(fresh(Key(tenant, "c"), identity, NOW, "en")) is may
