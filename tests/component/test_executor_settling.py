"""Approvals with the ledger faked: which are acted on, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from tests.fixtures.library import FixedPacks
from tests.fixtures.operations import (
    NO_CONTEXT,
    NOW,
    Forgotten,
    a_signer,
    about,
    checker,
    only,
)

from careline.contracts.base import TurnRef, derive_id
from careline.contracts.events import OperationApproved, OperationSettled
from careline.contracts.reply import Approval
from careline.contracts.seals import diff_hash
from careline.contracts.turn import Identity, Pending, RowChange, Turn
from careline.contracts.understanding import Route
from careline.messaging import PermanentError
from careline_executor.handlers import Settling
from careline_executor.ports import CaseOrder, Order, Settlement

pytestmark = pytest.mark.component

REF = TurnRef(tenant="mini", conversation="c-1", turn="t-1", epoch=0)
GATEWAY, VERIFIER = a_signer(), a_signer()
DIFF = (RowChange(table="loans", action="update", key={"number": "ML-1001"}, old={"a": 1}, new={"a": 2}),)


def a_turn(text: str = "hello", customer: str | None = "M-1", pending: Pending | None = None) -> Turn:
    identity = Identity(visitor="v", customer=customer, assurance="signed" if customer else "anonymous")
    turn = Turn(ref=REF, text=text, received_at=NOW, identity=identity, pending=pending)
    return GATEWAY.seal_turn(turn)


@dataclass
class FakeLedger:
    """Settles everything the same way."""

    outcome: Settlement
    orders: list[Order | CaseOrder] = field(default_factory=list)

    async def settle(self, order: Order) -> Settlement:
        self.orders.append(order)
        return self.outcome

    async def open_case(self, order: CaseOrder) -> Settlement:
        self.orders.append(order)
        return self.outcome


def approved(operation: str = "extend_loan", customer: str | None = "M-1") -> OperationApproved:
    turn = a_turn(customer=customer)
    approval = Approval(
        ref=REF,
        identity=turn.identity,
        operation=operation,
        arguments=(),
        diff_hash=diff_hash(DIFF),
        expires_at=NOW + timedelta(minutes=1),
        idempotency_key=derive_id("operation", REF.tenant, REF.conversation, REF.turn, operation),
    )
    return OperationApproved(
        ref=REF, approval=VERIFIER.seal_approval(approval), turn=turn, understanding=about(Route.OPERATION)
    )


async def settled(event: OperationApproved, ledger: FakeLedger, cache: Forgotten) -> OperationSettled:
    handler = Settling(FixedPacks(), ledger, cache, checker(GATEWAY), checker(VERIFIER), lambda: NOW)
    return cast(OperationSettled, only(await handler(event, NO_CONTEXT)))


@pytest.mark.parametrize(
    ("status", "customer", "forgotten"),
    [
        ("committed", "M-1", [("mini", "M-1")]),
        ("committed", None, []),
        ("refused", "M-1", []),
        ("stale", "M-1", []),
        ("void", "M-1", []),
    ],
)
async def test_facts_are_forgotten_after_a_commit_only(status: Any, customer: str | None, forgotten: Any) -> None:
    cache, ledger = Forgotten(), FakeLedger(Settlement(status, "r", "t", DIFF, "e", None, {"n": 1}))
    event = await settled(approved(customer=customer), ledger, cache)
    assert (event.status, event.reason, event.text, event.diff, event.result) == (status, "r", "t", DIFF, {"n": 1})
    assert cache.customers == forgotten


async def test_a_forged_approval_never_reaches_the_ledger() -> None:
    ledger = FakeLedger(Settlement("committed"))
    good = approved()
    for event in (
        good.model_copy(update={"approval": good.approval.model_copy(update={"signature": ""})}),
        good.model_copy(update={"approval": GATEWAY.seal_approval(good.approval)}),
        good.model_copy(update={"turn": good.turn.model_copy(update={"text": "other"})}),
        good.model_copy(update={"ref": good.ref.model_copy(update={"turn": "t-2"})}),
    ):
        with pytest.raises(PermanentError):
            await settled(event, ledger, Forgotten())
    assert ledger.orders == []


async def test_a_case_is_filed_and_an_operation_the_pack_no_longer_has_is_stale() -> None:
    ledger = FakeLedger(Settlement("committed", case="C-000001"))
    event = await settled(approved("open_case"), ledger, Forgotten())
    assert event.case == "C-000001"
    assert isinstance(ledger.orders[0], CaseOrder)
    gone = await settled(approved("sold_last_year"), ledger, Forgotten())
    assert gone.status == "stale"
    assert len(ledger.orders) == 1
