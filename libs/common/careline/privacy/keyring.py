"""AES-256-GCM under keys that have ids, so that they can be changed while older values stay readable.

PrivacyError
└── VaultError
    ├── BadKeyRing    the ring's text cannot be used; says where, never what
    ├── MissingKey    sealed under a key that this ring does not have
    ├── Tampered      the bytes, their context or the key do not belong together
    └── Erased        the customer's key was destroyed (`vault`)
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .masking import PrivacyError

KEY_BYTES = 32
_NONCE_BYTES, _TAG_BYTES = 12, 16
_FORMAT = b"\x01"


class VaultError(PrivacyError):
    """Root of what can go wrong with sealed values."""


class BadKeyRing(VaultError):
    """A line of the ring is no key."""


class MissingKey(VaultError):
    """The ring has no key of this id."""


class Tampered(VaultError):
    """Nothing could be read; which of bytes, context and key is wrong cannot be told."""


class Erased(VaultError):
    """What was sealed for this customer cannot be read any more, by anybody."""


def seal(key: bytes, plain: bytes, *context: str) -> bytes:
    """Format, nonce, ciphertext and tag: 29 bytes longer than `plain`. It opens only with the same `context` (whose it
    is, which field), so that nobody can move it elsewhere. A key seals at most 2**32 values."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, _bound(context))


def unseal(key: bytes, sealed: bytes, *context: str) -> bytes:
    """What was sealed. Raises Tampered."""
    if sealed[:1] != _FORMAT or len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES:
        raise Tampered("not a sealed value")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, _bound(context))
    except InvalidTag:
        raise Tampered("a sealed value does not open here") from None


def _bound(context: tuple[str, ...]) -> bytes:
    # With their lengths: ("ab", "c") and ("a", "bc") are two contexts.
    parts = [part.encode() for part in context]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key, sealed under the ring's key `under`."""

    under: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys that wrap data keys, by id (32 bytes each). New data keys are wrapped by `current`."""

    keys: Mapping[str, bytes] = field(repr=False)
    current: str

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """From lines (or words) `id:base64`; the first is the current key. Raises BadKeyRing."""
        keys: dict[str, bytes] = {}
        for number, word in enumerate(text.split(), 1):
            name, _, value = word.partition(":")
            try:
                key = base64.b64decode(value, validate=True)
            except ValueError:
                raise BadKeyRing(f"key {number} is not base64") from None
            if not name or len(key) != KEY_BYTES or name in keys:
                raise BadKeyRing(f"key {number} needs an id of its own and {KEY_BYTES} bytes")
            keys[name] = key
        if not keys:
            raise BadKeyRing("there is no key")
        return cls(keys, next(iter(keys)))

    @classmethod
    def load(cls, environment: Mapping[str, str]) -> KeyRing:
        """From the file that CARELINE_DATA_KEYS_FILE names (a mounted secret), else from CARELINE_DATA_KEYS.

        Raises BadKeyRing, OSError.
        """
        file = environment.get("CARELINE_DATA_KEYS_FILE")
        return cls.parse(Path(file).read_text("utf-8") if file else environment.get("CARELINE_DATA_KEYS", ""))

    def wrap(self, data_key: bytes, *context: str) -> Wrapped:
        """The data key under the current key."""
        return Wrapped(self.current, seal(self.keys[self.current], data_key, self.current, *context))

    def unwrap(self, wrapped: Wrapped, *context: str) -> bytes:
        """The data key. Raises MissingKey, Tampered."""
        if wrapped.under not in self.keys:
            raise MissingKey(f"no key {wrapped.under!r} in the ring")
        return unseal(self.keys[wrapped.under], wrapped.sealed, wrapped.under, *context)

    def rewrap(self, wrapped: Wrapped, *context: str) -> Wrapped:
        """The same data key under the current key; what it sealed stays as it is. Raises MissingKey, Tampered."""
        return wrapped if wrapped.under == self.current else self.wrap(self.unwrap(wrapped, *context), *context)
