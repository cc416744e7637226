"""MACs beside signatures: they hold for their receiver alone, and nobody needs them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from careline.contracts.authenticators import Authenticator, _private, _public
from careline.contracts.events import TurnVerified
from careline.contracts.seals import BrokenSeal, Checker, Signer, key_id_of
from careline.contracts.turn import Turn
from careline.testing.examples import examples, turn

pytestmark = pytest.mark.contract

GATEWAY, VERIFIER, CLASSIFIER, STRANGER = (
    Signer(Ed25519PrivateKey.from_private_bytes(letter * 32)) for letter in (b"g", b"v", b"c", b"s")
)


def known(signer: Signer, *earlier: Signer) -> Checker:
    return Checker(signer.key.public_key(), tuple(each.key.public_key() for each in earlier))


SEALED = GATEWAY.hurrying(known(VERIFIER), known(CLASSIFIER)).seal_turn(turn())
AT_VERIFIER, AT_CLASSIFIER = known(GATEWAY).owned(VERIFIER), known(GATEWAY).owned(CLASSIFIER)


def with_seal(seal: str) -> Turn:
    return SEALED.model_copy(update={"seal": seal})


@pytest.mark.parametrize("number", range(20))
def test_both_sides_have_the_same_secret_of_a_direction(number: int) -> None:
    one, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    assert _private(one).public_key().public_bytes_raw() == _public(one.public_key()).public_bytes_raw()
    sent = Authenticator.of(one, other.public_key(), sending=True)
    assert sent == Authenticator.of(other, one.public_key(), sending=False)
    assert sent.secret != Authenticator.of(one, other.public_key(), sending=False).secret


def test_whoever_has_a_mac_of_its_own_takes_that() -> None:
    signature, *macs = SEALED.seal.split(" ")
    assert [mac.partition("=")[0] for mac in macs] == [VERIFIER.key_id, CLASSIFIER.key_id]
    no_signature = with_seal(f"{GATEWAY.key_id}:{'A' * 86}== {' '.join(macs)}")
    for checker in (AT_VERIFIER, AT_CLASSIFIER):
        checker.check_turn(SEALED)
        checker.check_turn(no_signature)
    for checker in (known(GATEWAY), known(GATEWAY).owned(STRANGER)):
        checker.check_turn(SEALED)
        with pytest.raises(BrokenSeal):
            checker.check_turn(no_signature)
    assert key_id_of(SEALED.seal) == GATEWAY.key_id
    AT_VERIFIER.check_turn(with_seal(signature))


def test_a_mac_is_worth_nothing_for_another_turn_or_receiver() -> None:
    changed = SEALED.model_copy(update={"text": "Please cancel order LL-10024"})
    signature, for_verifier, for_classifier = SEALED.seal.split(" ")
    borrowed = for_classifier.replace(CLASSIFIER.key_id, VERIFIER.key_id)
    for forged in (changed, with_seal(f"{signature} {borrowed}"), with_seal(f"{signature} {for_verifier[:-3]}A==")):
        with pytest.raises(BrokenSeal, match="does not fit"):
            AT_VERIFIER.check_turn(forged)


def test_a_receiver_cannot_send_its_mac_back() -> None:
    """The other direction has another key, so what the gateway sent proves nothing to the gateway."""
    reply = next(event for event in examples() if isinstance(event, TurnVerified)).model_copy(update={"seal": ""})
    at_gateway = known(VERIFIER).owned(GATEWAY)
    at_gateway.check_reply(VERIFIER.hurrying(known(GATEWAY)).seal_reply(reply))
    mine = Authenticator.of(GATEWAY.key, VERIFIER.key.public_key(), sending=True)
    theirs = Authenticator.of(GATEWAY.key, VERIFIER.key.public_key(), sending=False)
    assert mine.secret != theirs.secret
    with pytest.raises(BrokenSeal):
        at_gateway.check_reply(reply.model_copy(update={"seal": f"{VERIFIER.key_id}:AAAA {GATEWAY.key_id}=AAAA"}))


@pytest.mark.parametrize("mac", ["", "=", "é=é", "AAAA"])
def test_a_mac_that_is_none_is_refused_or_passed_over(mac: str) -> None:
    signature = SEALED.seal.partition(" ")[0]
    AT_VERIFIER.check_turn(with_seal(f"{signature} {mac}"))
    with pytest.raises(BrokenSeal):
        AT_VERIFIER.check_turn(with_seal(f"{signature} {VERIFIER.key_id}={mac}"))


def test_keys_rotate_on_either_side() -> None:
    """A sender's old key, a receiver's new one: what fits no MAC is checked by its signature."""
    old, new = GATEWAY, STRANGER
    both = known(new, old).owned(VERIFIER)
    for sender in (old, new):
        both.check_turn(sender.hurrying(known(VERIFIER)).seal_turn(turn()))
    renewed = known(old).owned(CLASSIFIER)
    renewed.check_turn(old.hurrying(known(VERIFIER)).seal_turn(turn()))


def test_approvals_and_questions_carry_signatures_only() -> None:
    """They are kept, and shown to others."""
    signer = VERIFIER.hurrying(known(GATEWAY))
    assert " " not in signer._sign(b"approval")
