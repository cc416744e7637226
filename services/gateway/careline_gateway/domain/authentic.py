"""What the gateway has written about a conversation, told from what somebody else has with its database password.

Whose conversation it is and what the customer said decide what may be done, so a MAC of the gateway's goes with them.
What it does not fit is taken for the conversation of nobody known, in which nothing was said.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from careline.contracts.base import canonical
from careline.contracts.turn import Identity

from .state import Conversation

# An open question is the verifier's, and carries its seal.
PROTECTED = ("tenant", "id", "identity", "proof", "history", "waiting", "postponed", "flight")


@dataclass(frozen=True, slots=True)
class Authenticity:
    """Makes and checks the MAC (HMAC-SHA-256 over the canonical JSON of what is protected)."""

    key: bytes

    @classmethod
    def of(cls, private_key: bytes) -> Authenticity:
        """With a key derived from the gateway's own, so that there is no further secret to keep."""
        return cls(hmac.digest(private_key, b"careline conversations", "sha256"))

    def mac(self, state: Mapping[str, Any]) -> str:
        """For a conversation as JSON has it."""
        protected = {name: state[name] for name in PROTECTED if name in state}
        return hmac.digest(self.key, canonical(protected), "sha256").hex()

    def fits(self, state: Mapping[str, Any], mac: str) -> bool:
        return hmac.compare_digest(self.mac(state), mac)


def of_nobody(state: Conversation) -> Conversation:
    """What may be believed of a conversation whose MAC is missing or does not fit: that it is there."""
    nobody = Identity(visitor=f"v-{state.id}")
    return state.model_copy(
        update={
            "identity": nobody,
            "proof": None,
            "history": (),
            "waiting": (),
            "postponed": (),
            "flight": None,
            "pending": None,
        }
    )
