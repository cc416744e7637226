"""The advisory lock that keeps a takeover and a commit of the same conversation apart."""

from __future__ import annotations

import hashlib


def fence_key(tenant: str, conversation: str) -> int:
    """A stable key for pg_advisory_xact_lock, 0 <= key < 2**63, the same in every process and version.

    The gateway changes a conversation's epoch and turn under the exclusive lock; the executor commits under the
    shared one.
    """
    digest = hashlib.sha256(f"fence\x1f{tenant}\x1f{conversation}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
