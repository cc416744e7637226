"""Signatures bind everything they should: one changed field breaks each of them."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from careline.contracts.seals import BrokenSeal, Checker, MissingSeal, Signer
from careline.contracts.turn import Identity, Turn
from careline.testing.examples import NOW, approval, pending, turn

pytestmark = pytest.mark.contract

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
SIGNER = Signer.from_base64(base64.b64encode(KEY.private_bytes_raw()).decode())
CHECKER = Checker.from_base64(base64.b64encode(KEY.public_key().public_bytes_raw()).decode())


def test_a_sealed_turn_survives_the_wire_and_a_new_round() -> None:
    sealed = SIGNER.seal_turn(turn())
    CHECKER.check_turn(Turn.model_validate_json(sealed.model_dump_json()))
    CHECKER.check_turn(sealed.model_copy(update={"ref": sealed.ref.next_round()}))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Please cancel order LL-10024"},
        {"identity": Identity(visitor="v-1", customer="C-1002", assurance="signed")},
        {"ref": turn().ref.model_copy(update={"epoch": 1})},
        {"ref": turn().ref.model_copy(update={"conversation": "c-2"})},
        {"ref": turn().ref.model_copy(update={"tenant": "other"})},
        {"history": ()},
        {"pending": pending()},
        {"received_at": NOW + timedelta(seconds=1)},
    ],
    ids=str,
)
def test_a_changed_turn_is_not_trusted(change: dict[str, object]) -> None:
    with pytest.raises(BrokenSeal):
        CHECKER.check_turn(SIGNER.seal_turn(turn()).model_copy(update=change))


def test_an_unsigned_turn_is_named_as_such() -> None:
    with pytest.raises(MissingSeal):
        CHECKER.check_turn(turn())


@pytest.mark.parametrize(
    "change", [{"operation": "refund"}, {"arguments": ()}, {"diff_hash": "0"}, {"idempotency_key": "x"}], ids=str
)
def test_a_changed_approval_is_not_trusted(change: dict[str, object]) -> None:
    signed = SIGNER.seal_approval(approval())
    CHECKER.check_approval(signed)
    with pytest.raises(BrokenSeal):
        CHECKER.check_approval(signed.model_copy(update=change))


def test_a_confirmation_belongs_to_its_conversation() -> None:
    sealed = SIGNER.seal_pending("c-1", pending())
    CHECKER.check_pending("c-1", sealed)
    with pytest.raises(BrokenSeal):
        CHECKER.check_pending("c-2", sealed)


@pytest.mark.parametrize("seal", ["nonsense", "AAAA", "\u4f60", base64.b64encode(b"x" * 64).decode()])
def test_garbage_instead_of_a_signature_is_a_broken_seal(seal: str) -> None:
    with pytest.raises(BrokenSeal):
        CHECKER.check_turn(turn().model_copy(update={"seal": seal}))
