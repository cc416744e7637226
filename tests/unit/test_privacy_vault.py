"""Sealed values: nothing opens that was changed, moved, or sealed under another key; keys change; erased is erased."""

from __future__ import annotations

import asyncio
import base64
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.privacy.keyring import BadKeyRing, Erased, KeyRing, MissingKey, Tampered, Wrapped, seal, unseal
from careline.privacy.vault import Vault

pytestmark = pytest.mark.unit

KEYS = st.binary(min_size=32, max_size=32)
WHO = st.text(max_size=12)


def a_ring(*names: str) -> KeyRing:
    return KeyRing({name: name.encode().ljust(32, b".") for name in names}, names[0])


@dataclass
class MemoryKeys:
    """Implements `vault.DataKeys`."""

    rows: dict[tuple[str, str], Wrapped | None] = field(default_factory=dict)

    async def get(self, tenant: str, customer: str) -> Wrapped | None:
        found = self._row(tenant, customer)
        await asyncio.sleep(0)  # others go on, as they do while a database answers
        return found

    async def put(self, tenant: str, customer: str, key: Wrapped) -> Wrapped:
        kept = self._row(tenant, customer) or key
        self.rows[tenant, customer] = kept
        return kept

    def _row(self, tenant: str, customer: str) -> Wrapped | None:
        if (tenant, customer) in self.rows and self.rows[tenant, customer] is None:
            raise Erased("the key was destroyed")
        return self.rows.get((tenant, customer))

    async def replace(self, tenant: str, customer: str, old: Wrapped, new: Wrapped) -> None:
        if self.rows.get((tenant, customer)) == old:
            self.rows[tenant, customer] = new

    async def destroy(self, tenant: str, customer: str) -> None:
        self.rows[tenant, customer] = None


@given(KEYS, st.binary(max_size=200), st.lists(WHO, max_size=3))
def test_what_is_sealed_opens_with_its_key_and_context(key: bytes, plain: bytes, context: list[str]) -> None:
    sealed = seal(key, plain, *context)
    assert unseal(key, sealed, *context) == plain
    assert len(sealed) == len(plain) + 29
    assert seal(key, plain, *context) != sealed


@given(KEYS, st.binary(max_size=60), st.data())
def test_one_changed_bit_is_noticed(key: bytes, plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(key, plain, "shop", "C-1"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Tampered):
        unseal(key, bytes(sealed), "shop", "C-1")


@given(KEYS, st.binary(max_size=60), st.integers(0, 88))
def test_a_part_of_it_is_noticed(key: bytes, plain: bytes, length: int) -> None:
    sealed = seal(key, plain)
    with pytest.raises(Tampered):
        unseal(key, sealed[: min(length, len(sealed) - 1)])


@given(KEYS, KEYS, st.binary(max_size=60))
def test_another_key_opens_nothing(key: bytes, other: bytes, plain: bytes) -> None:
    if key != other:
        with pytest.raises(Tampered):
            unseal(other, seal(key, plain))


@given(st.lists(WHO, max_size=3), st.lists(WHO, max_size=3))
def test_a_value_cannot_be_moved(mine: list[str], yours: list[str]) -> None:
    sealed = seal(b"k" * 32, b"x", *mine)
    if mine != yours:
        with pytest.raises(Tampered):
            unseal(b"k" * 32, sealed, *yours)


@given(KEYS, WHO)
def test_a_key_that_was_rotated_seals_the_same_and_the_old_one_may_go(data_key: bytes, customer: str) -> None:
    old = a_ring("2026-11").wrap(data_key, "shop", customer)
    both = a_ring("2026-12", "2026-11")
    new = both.rewrap(old, "shop", customer)
    assert new.under == "2026-12"
    assert both.rewrap(new, "shop", customer) is new
    assert a_ring("2026-12").unwrap(new, "shop", customer) == data_key
    with pytest.raises(MissingKey, match="2026-11"):
        a_ring("2026-12").unwrap(old, "shop", customer)
    with pytest.raises(Tampered):
        both.unwrap(Wrapped("2026-12", old.sealed), "shop", customer)
    with pytest.raises(Tampered):
        both.unwrap(new, "bank", customer)


def test_the_ring_comes_from_the_environment_or_a_mounted_file(tmp_path: Path) -> None:
    first, second = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    ring = KeyRing.load({"CARELINE_DATA_KEYS": f"b:{second} a:{first}"})
    assert (ring.current, sorted(ring.keys)) == ("b", ["a", "b"])
    (tmp_path / "keys").write_text(f"a:{first}\nb:{second}\n")
    mounted = KeyRing.load({"CARELINE_DATA_KEYS_FILE": str(tmp_path / "keys"), "CARELINE_DATA_KEYS": "x:y"})
    assert (mounted.current, mounted.keys) == ("a", ring.keys)
    assert first not in repr(mounted)


@pytest.mark.parametrize(
    "text", ["", "a", "a:", "a:!!", f"a:{'QUJD'}", f":{'A' * 43}=", f"a:{'A' * 43}= a:{'A' * 43}="]
)
def test_a_ring_that_cannot_be_used_says_where_and_not_what(text: str) -> None:
    with pytest.raises(BadKeyRing) as caught:
        KeyRing.parse(text)
    assert not any(word in str(caught.value) for word in ("QUJD", "AAA", "!!"))


async def test_a_customer_s_values_are_read_until_the_customer_is_erased() -> None:
    vault = Vault(a_ring("k1"), MemoryKeys())
    sealed = await vault.seal("shop", "C-1", "email", "ada@example.org")
    other = await vault.seal("shop", "C-2", "email", "bob@example.org")
    assert b"ada" not in sealed
    assert await vault.open("shop", "C-1", "email", sealed) == "ada@example.org"
    for tenant, customer, name in (("shop", "C-1", "phone"), ("shop", "C-2", "email")):
        with pytest.raises(Tampered):
            await vault.open(tenant, customer, name, sealed)
    await vault.erase("shop", "C-1")
    with pytest.raises(Erased):
        await vault.open("shop", "C-1", "email", sealed)
    with pytest.raises(Erased):
        await vault.seal("shop", "C-1", "email", "a late event")
    assert await vault.open("shop", "C-2", "email", other) == "bob@example.org"


async def test_a_backup_of_the_values_is_worth_nothing_without_the_key() -> None:
    keys = MemoryKeys()
    sealed = await Vault(a_ring("k1"), keys).seal("shop", "C-1", "email", "ada@example.org")
    for kept in (MemoryKeys(), MemoryKeys({("shop", "C-1"): a_ring("k1").wrap(b"n" * 32, "shop", "C-1")})):
        with pytest.raises((Erased, Tampered)):
            await Vault(a_ring("k1"), kept).open("shop", "C-1", "email", sealed)


async def test_rotation_leaves_the_values_as_they_are_and_lets_the_old_key_go() -> None:
    keys = MemoryKeys()
    sealed = await Vault(a_ring("k1"), keys).seal("shop", "C-1", "email", "ada@example.org")
    both = Vault(a_ring("k2", "k1"), keys)
    assert await both.open("shop", "C-1", "email", sealed) == "ada@example.org"
    assert await both.rotate("shop", "C-1")
    assert not await both.rotate("shop", "C-1")
    assert not await both.rotate("shop", "C-none")
    assert await Vault(a_ring("k2"), keys).open("shop", "C-1", "email", sealed) == "ada@example.org"


async def test_two_that_seal_the_first_value_at_once_end_with_one_key() -> None:
    vault = Vault(a_ring("k1"), MemoryKeys())
    values = [f"value {number}" for number in range(5)]
    sealed = await asyncio.gather(*(vault.seal("shop", "C-1", "note", value) for value in values))
    assert [await vault.open("shop", "C-1", "note", one) for one in sealed] == values
