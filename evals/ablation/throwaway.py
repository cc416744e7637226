"""The mark of a stack that is made for one evaluation and deleted after it."""

from __future__ import annotations

import sys
from pathlib import Path

MARK = "throw-away"


def require(home: Path) -> None:
    """Ends the process if the home is not marked: what stands in for a verifier must never see real customers."""
    if not (home / MARK).is_file():
        sys.exit(f"{home} is no throw-away stack: this only runs in one that `careline eval` has made")
