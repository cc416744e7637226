"""The order of rules, and each of them by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from careline.contracts.turn import Identity
from careline.contracts.understanding import CustomerFacts
from careline.operations.rules import (
    AlreadySo,
    Missing,
    Proceed,
    Refused,
    decide_caller,
    decide_checks,
    wants_confirmation,
)
from careline.operations.situation import Situation, proven_customer
from careline.tenants.load import load_pack
from careline.tenants.model import Operation, Pack

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KNOWN = CustomerFacts(known=True, values={"name": "Ada", "points": 40, "blocked": False})
HERE = Situation(now=NOW, today=date(2026, 11, 1), customer="M-1", facts=KNOWN, args={"loan": "ML-1001", "days": 7})
STRANGER = replace(HERE, facts=CustomerFacts(known=False, values={"name": None, "blocked": None}))
BLOCKED = replace(HERE, facts=CustomerFacts(known=True, values={"name": "Cy", "blocked": True}))


@cache
def mini() -> Pack:
    return load_pack(Path(__file__).parents[1] / "data" / "packs" / "mini", {})


def extend(**update: Any) -> Operation:
    return mini().operations["extend_loan"].model_copy(update=update)


def ending(decision: object) -> str:
    assert isinstance(decision, Refused | AlreadySo), decision
    return decision.reason


def with_args(base: Situation, **args: Any) -> Situation:
    return replace(base, args={"loan": None, "days": None} | args)


def test_nobody_comes_first() -> None:
    here = with_args(replace(HERE, customer=None), days=99)
    assert ending(decide_caller(mini(), extend(), here)) == "sign_in"


def test_bounds_come_before_the_callers_rules() -> None:
    assert ending(decide_caller(mini(), extend(), with_args(STRANGER, days=31))) == "days_out_of_range"
    assert ending(decide_caller(mini(), extend(), with_args(BLOCKED, days=0))) == "days_out_of_range"


def test_the_callers_rules_come_before_missing_arguments_and_in_their_order() -> None:
    assert ending(decide_caller(mini(), extend(), with_args(STRANGER))) == "not_in_system"
    assert ending(decide_caller(mini(), extend(), with_args(BLOCKED))) == "blocked"


def test_missing_arguments_come_in_the_order_of_the_pack() -> None:
    assert decide_caller(mini(), extend(), with_args(HERE)) == Missing(("loan", "days"))
    assert decide_caller(mini(), extend(), with_args(HERE, days=7)) == Missing(("loan",))
    assert decide_caller(mini(), extend(), HERE) == Proceed()


@pytest.mark.parametrize(("days", "inside"), [(1, True), (30, True), (0, False), (31, False), (-5, False)])
def test_bounds_belong_to_the_values(days: int, inside: bool) -> None:
    decision = decide_caller(mini(), extend(), with_args(HERE, loan="ML-1001", days=days))
    assert isinstance(decision, Proceed) is inside


def test_a_value_out_of_bounds_without_wording_is_asked_for_again() -> None:
    arguments = dict(extend().arguments)
    arguments["days"] = arguments["days"].model_copy(update={"out_of_range": None})
    decision = decide_caller(mini(), extend(arguments=arguments), with_args(HERE, loan="ML-1001", days=31))
    assert decision == Missing(("days",))


def test_bounds_of_a_date_are_expressions() -> None:
    arguments = dict(extend().arguments)
    arguments["days"] = arguments["days"].model_copy(
        update={"type": "date", "min": "today + days(1)", "max": "today + days(14)"}
    )
    operation = extend(arguments=arguments)
    for day, inside in ((date(2026, 11, 1), False), (date(2026, 11, 2), True), (date(2026, 11, 16), False)):
        decision = decide_caller(mini(), operation, with_args(HERE, loan="ML-1001", days=day))
        assert isinstance(decision, Proceed) is inside, day


def test_optional_arguments_are_not_missed() -> None:
    arguments = dict(extend().arguments)
    arguments["days"] = arguments["days"].model_copy(update={"optional": True})
    assert decide_caller(mini(), extend(arguments=arguments), with_args(HERE, loan="x")) == Proceed()


def test_an_open_operation_asks_nothing_of_a_visitor_but_obeys_what_it_knows_of_a_customer() -> None:
    operation = extend(assurance="anonymous")
    visitor = replace(STRANGER, customer=None)
    assert decide_caller(mini(), operation, visitor) == Proceed()
    assert ending(decide_caller(mini(), operation, BLOCKED)) == "blocked"


def test_the_first_check_that_holds_ends_it() -> None:
    gone = replace(HERE, reads={"loan": None, "open": ()})
    assert ending(decide_checks(extend(), gone)) == "loan_not_found"
    late = {"number": "ML-1001", "status": "open", "due": datetime(2020, 1, 1, tzinfo=UTC)}
    assert ending(decide_checks(extend(), replace(HERE, reads={"loan": late, "open": (late,) * 9}))) == "not_extendable"
    fine = late | {"due": datetime(2040, 1, 1, tzinfo=UTC)}
    assert ending(decide_checks(extend(), replace(HERE, reads={"loan": fine, "open": (fine,) * 6}))) == "too_many_loans"
    assert decide_checks(extend(), replace(HERE, reads={"loan": fine, "open": (fine,) * 5})) == Proceed()


def test_a_check_may_end_in_success() -> None:
    returned = {"number": "ML-1001", "status": "returned"}
    decision = decide_checks(mini().operations["return_book"], replace(HERE, reads={"loan": returned}))
    assert isinstance(decision, AlreadySo)
    assert decision.reason == "already_returned"


@pytest.mark.parametrize(
    ("confirm", "days", "wanted"),
    [("always", 1, True), ("never", 30, False), ("args.days > 14", 15, True), ("args.days > 14", 14, False)],
)
def test_the_confirmation_policy(confirm: str, days: int, wanted: bool) -> None:
    assert wants_confirmation(extend(confirm=confirm), with_args(HERE, days=days)) is wanted


def test_a_look_up_is_never_confirmed() -> None:
    assert wants_confirmation(extend(effect=()), HERE) is False


@pytest.mark.parametrize(("assurance", "proven"), [("anonymous", None), ("signed", "M-1"), ("verified", "M-1")])
def test_a_customer_nobody_vouches_for_is_a_visitor(assurance: Any, proven: str | None) -> None:
    assert proven_customer(Identity(visitor="v", customer="M-1", assurance=assurance)) == proven
