"""Signatures: the gateway seals turns, the classifier what is to be filed as a case, the verifier confirmations,
approvals and replies (Ed25519, RFC 8032).

A signature is written as `key id:base64`. The id is that of the public key, so nobody has to hand ids out; keys rotate
by giving checkers the new public key beside the old one before anybody signs with it. Behind the signature of a turn or
a reply there may be MACs for those who check it at once (`authenticators.py`): `key id:base64 receiver=base64 ...`.

SealError
+-- MissingSeal     nothing was signed
+-- BrokenSeal      the signature does not fit the content
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .authenticators import Authenticator, key_id
from .base import canonical
from .events import TurnVerified
from .reply import Approval
from .turn import Pending, RowChange, Turn
from .understanding import Route, Understanding

_ID_CHARS = 16  # of a key's id that an error may quote


class SealError(Exception):
    """A sealed value cannot be trusted."""


class MissingSeal(SealError):
    """The value carries no signature."""


class BrokenSeal(SealError):
    """The signature does not belong to this content and key."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with a private key of 32 bytes, given as base64. `hurried`: who gets a MAC of turns and replies besides."""

    key: Ed25519PrivateKey
    hurried: tuple[Authenticator, ...] = ()
    key_id: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_id", key_id(self.key.public_key()))

    @classmethod
    def from_base64(cls, text: str) -> Signer:
        return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(text)))

    def hurrying(self, *receivers: Checker) -> Signer:
        """The same, with MACs for the owners of the checkers' current keys."""
        found = tuple(Authenticator.of(self.key, receiver.key, sending=True) for receiver in receivers)
        return replace(self, hurried=found)

    def seal_turn(self, turn: Turn) -> Turn:
        return turn.model_copy(update={"seal": self._sign_hurried(_turn_content(turn))})

    def seal_case(self, turn: Turn, understanding: Understanding) -> Understanding:
        """Says that the turn is a complaint or a suggestion, whichever the route is."""
        return understanding.model_copy(update={"seal": self._sign(_case_content(turn, understanding.route))})

    def seal_pending(self, conversation: str, pending: Pending) -> Pending:
        return pending.model_copy(update={"seal": self._sign(_pending_content(conversation, pending))})

    def seal_approval(self, approval: Approval) -> Approval:
        return approval.model_copy(update={"signature": self._sign(_approval_content(approval))})

    def seal_reply(self, event: TurnVerified) -> TurnVerified:
        return event.model_copy(update={"seal": self._sign_hurried(_reply_content(event))})

    def _sign_hurried(self, content: bytes) -> str:
        return " ".join((self._sign(content), *(each.mac(content) for each in self.hurried)))

    def _sign(self, content: bytes) -> str:
        return f"{self.key_id}:{base64.b64encode(self.key.sign(content)).decode()}"


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks signatures with public keys of 32 bytes, given as base64, several with commas or spaces between: `key` is
    the current one, what was signed with the `earlier` ones still counts. With a key of its own (`owned`) it takes the
    MAC that a seal has for that key in place of the signature. Raises SealError."""

    key: Ed25519PublicKey
    earlier: tuple[Ed25519PublicKey, ...] = ()
    own: Ed25519PrivateKey | None = field(default=None, repr=False, compare=False)
    _by_id: dict[str, Ed25519PublicKey] = field(init=False, repr=False, compare=False)
    _macs: dict[str, Authenticator] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {key_id(key): key for key in (self.key, *self.earlier)}
        object.__setattr__(self, "_by_id", by_id)
        own = self.own
        macs = {name: Authenticator.of(own, key, sending=False) for name, key in by_id.items()} if own else {}
        object.__setattr__(self, "_macs", macs)

    @classmethod
    def from_base64(cls, text: str) -> Checker:
        """Raises ValueError for what is no key, or none at all."""
        words = text.replace(",", " ").split()
        if not words:
            raise ValueError("there is no public key")
        keys = [Ed25519PublicKey.from_public_bytes(base64.b64decode(word, validate=True)) for word in words]
        return cls(keys[0], tuple(keys[1:]))

    def with_current(self, key: Ed25519PublicKey) -> Checker:
        """The same, with `key` in front."""
        return replace(self, key=key, earlier=(self.key, *self.earlier))

    def owned(self, signer: Signer) -> Checker:
        """The same, for the service that signs with `signer`."""
        return replace(self, own=signer.key)

    def check_turn(self, turn: Turn) -> None:
        self._check(turn.seal, _turn_content(turn), "turn")

    def check_case(self, turn: Turn, understanding: Understanding) -> None:
        self._check(understanding.seal, _case_content(turn, understanding.route), "case")

    def check_pending(self, conversation: str, pending: Pending) -> None:
        self._check(pending.seal, _pending_content(conversation, pending), "pending operation")

    def check_approval(self, approval: Approval) -> None:
        self._check(approval.signature, _approval_content(approval), "approval")

    def check_reply(self, event: TurnVerified) -> None:
        self._check(event.seal, _reply_content(event), "reply")

    def _check(self, seal: str, content: bytes, what: str) -> None:
        if not seal:
            raise MissingSeal(f"the {what} carries no signature")
        signature, *macs = seal.split(" ")
        name, _, signature = signature.rpartition(":")
        # Before signatures named their key there was only one.
        key = self._by_id.get(name) if name else self.key
        if key is None:
            raise BrokenSeal(f"the signature of the {what} is of a key that is not known here: {name[:_ID_CHARS]!r}")
        if (authenticator := self._macs.get(name)) and (mac := _of(authenticator.receiver, macs)):
            if not authenticator.fits(mac, content):
                raise BrokenSeal(f"the MAC beside the signature of the {what} does not fit its content")
            return
        try:
            key.verify(base64.b64decode(signature), content)
        except (InvalidSignature, ValueError) as error:
            raise BrokenSeal(f"the signature of the {what} does not fit its content") from error


def _of(receiver: str, macs: list[str]) -> str | None:
    return next((mac for mac in macs if mac.startswith(f"{receiver}=")), None)


def key_id_of(seal: str) -> str | None:
    """Which key a signature says it was made with; None for one that says nothing."""
    return seal.partition(" ")[0].rpartition(":")[0] or None


def diff_hash(diff: tuple[RowChange, ...]) -> str:
    """SHA-256 over the canonical form of row changes; what a confirmation and an approval are bound to."""
    return content_hash([change.model_dump(mode="json") for change in diff])


def content_hash(content: Any) -> str:
    """SHA-256 over the canonical form of JSON values."""
    return hashlib.sha256(canonical(content)).hexdigest()


def _turn_content(turn: Turn) -> bytes:
    # The round is raised by the verifier after the gateway has signed, so it stays outside.
    content = turn.model_dump(mode="json", exclude={"seal": True, "ref": {"round"}})
    return b"turn\n" + canonical(content)


def _case_content(turn: Turn, route: Route) -> bytes:
    # Any round of the turn: what is filed has a key of the turn's, and is filed once.
    ref = turn.ref.model_dump(mode="json", exclude={"round"})
    return b"case\n" + canonical({"ref": ref, "text": turn.text, "route": route.value})


def _pending_content(conversation: str, pending: Pending) -> bytes:
    return b"pending\n" + conversation.encode() + b"\n" + canonical(pending.model_dump(mode="json", exclude={"seal"}))


def _approval_content(approval: Approval) -> bytes:
    return b"approval\n" + canonical(approval.model_dump(mode="json", exclude={"signature"}))


def _reply_content(event: TurnVerified) -> bytes:
    # Turn, epoch and round are in the reference, so that the same words are worth nothing anywhere else.
    return event.ce_type().encode() + b"\n" + canonical(event.model_dump(mode="json", exclude={"seal"}))
