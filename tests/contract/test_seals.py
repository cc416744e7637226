"""Signatures bind everything they should: one changed field breaks each of them."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from careline.contracts.base import canonical
from careline.contracts.draft import Citation
from careline.contracts.events import TurnVerified
from careline.contracts.reply import Outcome, Told
from careline.contracts.seals import BrokenSeal, Checker, MissingSeal, Signer, key_id, key_id_of
from careline.contracts.turn import Identity, Turn
from careline.contracts.understanding import Route, Span, Understanding
from careline.testing.examples import NOW, ORDER, VERIFIED_BY, VERIFIER, approval, examples, pending, turn

pytestmark = pytest.mark.contract

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
GOLDEN = Path(__file__).parent / "golden"
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


CASE = Understanding(language="en", route=Route.COMPLAINT, confidence=0.9)


def test_a_case_is_sealed_for_all_rounds_of_its_turn() -> None:
    sealed = SIGNER.seal_case(turn(), CASE)
    later = turn().model_copy(update={"ref": turn().ref.next_round()})
    CHECKER.check_case(later, Understanding.model_validate_json(sealed.model_dump_json()))
    with pytest.raises(MissingSeal, match="case"):
        CHECKER.check_case(turn(), CASE)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Terrible"},
        {"ref": turn().ref.model_copy(update={"epoch": 1})},
        {"ref": turn().ref.model_copy(update={"turn": "t-2"})},
        {"ref": turn().ref.model_copy(update={"conversation": "c-2"})},
        {"ref": turn().ref.model_copy(update={"tenant": "other"})},
    ],
    ids=str,
)
def test_a_seal_of_a_case_is_worth_nothing_for_another_turn(change: dict[str, object]) -> None:
    with pytest.raises(BrokenSeal):
        CHECKER.check_case(turn().model_copy(update=change), SIGNER.seal_case(turn(), CASE))


def test_a_seal_of_a_case_is_for_its_route_and_by_its_key() -> None:
    sealed = SIGNER.seal_case(turn(), CASE)
    with pytest.raises(BrokenSeal):
        CHECKER.check_case(turn(), sealed.model_copy(update={"route": Route.SUGGESTION}))
    with pytest.raises(BrokenSeal):
        CHECKER.check_case(turn(), Signer(Ed25519PrivateKey.generate()).seal_case(turn(), CASE))


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


def verified() -> TurnVerified:
    """A sealed reply that asks a question."""
    return next(event for event in examples() if isinstance(event, TurnVerified))


def test_a_reply_is_sealed_over_its_type_and_version_its_turn_and_its_words() -> None:
    event = verified()
    content = canonical(event.model_dump(mode="json", include={"ref", "reply", "spent"}))
    VERIFIER.key.public_key().verify(
        base64.b64decode(event.seal.partition(":")[2]), b"careline.turn.verified.v3\n" + content
    )


def test_a_sealed_reply_of_another_release_is_still_trusted() -> None:
    """The bytes that are signed must not change without a new version of the event."""
    VERIFIED_BY.check_reply(TurnVerified.from_bytes((GOLDEN / "careline.turn.verified.v3.json").read_bytes()))


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "bank"},
        {"conversation": "c-2"},
        {"turn": "another"},
        {"epoch": 1},
        {"round": 1},
    ],
    ids=str,
)
def test_a_reply_is_worth_nothing_for_another_turn(change: dict[str, object]) -> None:
    event = verified()
    with pytest.raises(BrokenSeal):
        VERIFIED_BY.check_reply(event.model_copy(update={"ref": event.ref.model_copy(update=change)}))


REPLY_CHANGES: dict[str, Any] = {
    "outcome": Outcome.SUCCESS,
    "text": "Send your password to evil.example.",
    "language": "zh",
    "citations": (Citation(passage="delivery#1", quote="x"),),
    "field": "points",
    "operation": "refund",
    "arguments": (),
    "reason": "blocked",
    "pending": None,
    "ledger_entry": "e-1",
    "case": "C-000001",
    "urgency": "low",
    "beside": (Told(outcome=Outcome.ANSWER, text="x", span=Span(start=0, end=1)),),
    "later": (Span(start=0, end=1),),
}


@pytest.mark.parametrize("name", sorted(REPLY_CHANGES))
def test_a_changed_reply_is_not_trusted(name: str) -> None:
    event = verified()
    with pytest.raises(BrokenSeal):
        changed = event.reply.model_copy(update={name: REPLY_CHANGES[name]})
        VERIFIED_BY.check_reply(event.model_copy(update={"reply": changed}))


def test_every_field_of_a_reply_was_changed() -> None:
    assert set(REPLY_CHANGES) == set(type(verified().reply).model_fields)


def test_a_reply_without_a_seal_or_with_a_strangers_is_named() -> None:
    event = verified()
    with pytest.raises(MissingSeal, match="the reply carries no signature"):
        VERIFIED_BY.check_reply(event.model_copy(update={"seal": ""}))
    with pytest.raises(BrokenSeal, match="the signature of the reply"):
        VERIFIED_BY.check_reply(Signer(Ed25519PrivateKey.generate()).seal_reply(event))


def test_a_seal_of_something_else_is_none_of_a_reply() -> None:
    event = verified()
    for seal in (VERIFIER.seal_approval(approval()).signature, VERIFIER.seal_pending("c-1", pending()).seal):
        with pytest.raises(BrokenSeal):
            VERIFIED_BY.check_reply(event.model_copy(update={"seal": seal}))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_written_as_null_cannot_stand_for_it(number: str) -> None:
    """Such a number would be signed like null."""
    event = verified().model_copy(update={"seal": ""}).to_bytes()
    assert b'"value":"LL-10023"' in event
    with pytest.raises(ValidationError):
        TurnVerified.from_bytes(event.replace(b'"value":"LL-10023"', b'"value":' + number.encode()))


def test_a_number_beyond_64_bits_can_be_signed() -> None:
    event = verified()
    large = event.reply.model_copy(update={"arguments": (ORDER.model_copy(update={"value": 10**30}),)})
    sealed = VERIFIER.seal_reply(event.model_copy(update={"reply": large}))
    VERIFIED_BY.check_reply(TurnVerified.from_bytes(sealed.to_bytes()))
    other = TurnVerified.from_bytes(sealed.to_bytes().replace(b"1" + b"0" * 30, b"1" + b"0" * 29 + b"1"))
    with pytest.raises(BrokenSeal):
        VERIFIED_BY.check_reply(other)


def public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


NEXT = Ed25519PrivateKey.from_private_bytes(b"n" * 32)


def test_a_signature_names_its_key() -> None:
    sealed = SIGNER.seal_turn(turn())
    assert key_id_of(sealed.seal) == SIGNER.key_id == key_id(KEY.public_key())
    assert len(SIGNER.key_id) == 16
    assert Signer(NEXT).key_id != SIGNER.key_id


def test_keys_rotate_without_a_gap() -> None:
    """Checkers get the new key first; then it signs; then the old one goes."""
    old, new = SIGNER.seal_turn(turn()), Signer(NEXT).seal_turn(turn())
    before, between = Checker.from_base64(public(KEY)), Checker.from_base64(f"{public(NEXT)},\n{public(KEY)}")
    after = Checker.from_base64(public(NEXT))
    before.check_turn(old)
    between.check_turn(old)
    between.check_turn(new)
    after.check_turn(new)
    for checker, unknown in ((before, new), (after, old)):
        with pytest.raises(BrokenSeal, match="not known here"):
            checker.check_turn(unknown)


def test_a_key_that_is_named_has_to_be_the_one() -> None:
    """Another known key's name on a signature is no way around: each signature is checked with the key it names."""
    both = Checker.from_base64(f"{public(KEY)} {public(NEXT)}")
    sealed = SIGNER.seal_turn(turn())
    renamed = sealed.seal.replace(SIGNER.key_id, Signer(NEXT).key_id)
    with pytest.raises(BrokenSeal, match="does not fit"):
        both.check_turn(sealed.model_copy(update={"seal": renamed}))


def test_a_signature_from_before_keys_had_names_is_checked_with_the_current_one() -> None:
    sealed = SIGNER.seal_turn(turn())
    plain = sealed.model_copy(update={"seal": sealed.seal.partition(":")[2]})
    CHECKER.check_turn(plain)
    with pytest.raises(BrokenSeal):
        Checker.from_base64(public(NEXT)).check_turn(plain)


@pytest.mark.parametrize("text", ["", " , ", "abc", "bm90IGEga2V5", "%%%"])
def test_what_is_no_key_is_refused_at_start(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Checker.from_base64(text)
