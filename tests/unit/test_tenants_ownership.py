"""Whose a row is, and what is read across customers, derived from the packs."""

from pathlib import Path

import pytest

from careline.operations.reach import scope_of, scope_of_reading
from careline.storage import BadClaim, Claims, Scope
from careline.storage.claims import generate_claim_key, parse_keys
from careline.tenants.load import load_pack
from careline.tenants.model import Ref
from careline.tenants.ownership import Owner, owners, policies

TENANTS = Path(__file__).parents[2] / "tenants"
SHOP, CPHOS = load_pack(TENANTS / "shop", {}), load_pack(TENANTS / "cphos", {})
A_KEY = generate_claim_key(bytes(range(32)))


def test_the_owner_is_named_in_the_row_or_reached_by_references() -> None:
    owned = owners(SHOP.data)
    assert owned["customers"] == Owner("id")
    assert owned["refunds"] == owned["order_lines"] == Owner("customer_id")  # rather than by way of the order
    assert owned["shipments"] == Owner("order_number", "orders", "number")
    assert "business_day" not in owned and "delivery_slots" not in owned
    assert owners(CPHOS.data)["unmarked_counts"] == Owner("member_id", "member", "id")
    assert "school" not in owners(CPHOS.data)


@pytest.mark.parametrize(
    ("operation", "reach"),
    [
        ("track_order", ()),
        ("change_address", ()),
        ("change_email", ("customers",)),  # is it taken?
        ("cancel_order", ("refunds",)),  # the next number
        ("redeem_points", ("vouchers",)),
    ],
)
def test_an_operation_reaches_across_customers_where_the_pack_says_so(operation: str, reach: tuple[str, ...]) -> None:
    assert scope_of(SHOP, SHOP.operations[operation], "C-1001") == Scope("C-1001", reach)


def test_people_are_looked_up_among_all() -> None:
    scope = scope_of(CPHOS, CPHOS.operations["MakeAllTypesToBeSubCoach"], "nick")
    assert scope == Scope("nick", ("member",))
    assert scope_of(CPHOS, CPHOS.operations["ChangeAllTypesSchool"], "nick").reach == ()
    assert scope_of_reading(SHOP, "orders", {"customer_id": Ref(ref="customer")}, "C-1").reach == ()
    assert scope_of_reading(SHOP, "orders", {}, "C-1").reach == ("orders",)


def test_policies_are_recognised_by_what_they_say() -> None:
    marks = {policy.table: policy.mark for policy in policies("biz_shop", SHOP.data)}
    assert set(marks) == set(SHOP.data.tables) and len(set(marks.values())) == len(marks)
    assert {policy.table: policy.mark for policy in policies("biz_shop", SHOP.data)} == marks


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no claim key"),
        ("k1:!!", "key 1 is not base64"),
        ("k1:QUJD", "32 bytes"),
        (f"a b:{'A' * 43}=", "key 1"),
        (f"{A_KEY} {A_KEY}", "key 2 needs an id of its own"),
    ],
)
def test_keys_that_cannot_be_used_are_named_and_not_shown(text: str, words: str) -> None:
    with pytest.raises(BadClaim, match=words) as refused:
        parse_keys(text)
    assert "QUJD" not in str(refused.value)


def test_nobody_smuggles_a_field_into_a_claim() -> None:
    claims = Claims.of("verifier", A_KEY)
    assert claims.sign(1, "shop", Scope("C-1"), now=0) == claims.sign(1, "shop", Scope("C-1"), now=0.5)
    assert claims.sign(1, "shop", Scope("C-1"), now=0) != claims.sign(1, "shop", Scope("C-1", ("orders",)), now=0)
    for customer in ("C-1\x1fcustomers", "C-1\0"):
        with pytest.raises(BadClaim):
            claims.sign(1, "shop", Scope(customer))
    assert "key=" not in repr(claims)
