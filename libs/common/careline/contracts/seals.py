"""Signatures: the gateway seals turns, the verifier seals confirmations, approvals and replies (Ed25519, RFC 8032).

SealError
+-- MissingSeal     nothing was signed
+-- BrokenSeal      the signature does not fit the content
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .base import canonical
from .events import TurnVerified
from .reply import Approval
from .turn import Pending, RowChange, Turn


class SealError(Exception):
    """A sealed value cannot be trusted."""


class MissingSeal(SealError):
    """The value carries no signature."""


class BrokenSeal(SealError):
    """The signature does not belong to this content and key."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with a private key of 32 bytes, given as base64."""

    key: Ed25519PrivateKey

    @classmethod
    def from_base64(cls, text: str) -> Signer:
        return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(text)))

    def seal_turn(self, turn: Turn) -> Turn:
        return turn.model_copy(update={"seal": self._sign(_turn_content(turn))})

    def seal_pending(self, conversation: str, pending: Pending) -> Pending:
        return pending.model_copy(update={"seal": self._sign(_pending_content(conversation, pending))})

    def seal_approval(self, approval: Approval) -> Approval:
        return approval.model_copy(update={"signature": self._sign(_approval_content(approval))})

    def seal_reply(self, event: TurnVerified) -> TurnVerified:
        return event.model_copy(update={"seal": self._sign(_reply_content(event))})

    def _sign(self, content: bytes) -> str:
        return base64.b64encode(self.key.sign(content)).decode()


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks signatures with a public key of 32 bytes, given as base64. Raises SealError."""

    key: Ed25519PublicKey

    @classmethod
    def from_base64(cls, text: str) -> Checker:
        return cls(Ed25519PublicKey.from_public_bytes(base64.b64decode(text)))

    def check_turn(self, turn: Turn) -> None:
        self._check(turn.seal, _turn_content(turn), "turn")

    def check_pending(self, conversation: str, pending: Pending) -> None:
        self._check(pending.seal, _pending_content(conversation, pending), "pending operation")

    def check_approval(self, approval: Approval) -> None:
        self._check(approval.signature, _approval_content(approval), "approval")

    def check_reply(self, event: TurnVerified) -> None:
        self._check(event.seal, _reply_content(event), "reply")

    def _check(self, seal: str, content: bytes, what: str) -> None:
        if not seal:
            raise MissingSeal(f"the {what} carries no signature")
        try:
            self.key.verify(base64.b64decode(seal), content)
        except (InvalidSignature, ValueError) as error:
            raise BrokenSeal(f"the signature of the {what} does not fit its content") from error


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


def _pending_content(conversation: str, pending: Pending) -> bytes:
    return b"pending\n" + conversation.encode() + b"\n" + canonical(pending.model_dump(mode="json", exclude={"seal"}))


def _approval_content(approval: Approval) -> bytes:
    return b"approval\n" + canonical(approval.model_dump(mode="json", exclude={"signature"}))


def _reply_content(event: TurnVerified) -> bytes:
    # Turn, epoch and round are in the reference, so that the same words are worth nothing anywhere else.
    return event.ce_type().encode() + b"\n" + canonical(event.model_dump(mode="json", exclude={"seal"}))
