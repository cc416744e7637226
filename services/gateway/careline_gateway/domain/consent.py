"""What customers say to the use of their words for training, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it is put now: the version of its wording, and the words by language."""

    wording: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A customer's answer, or its withdrawal, to a wording; the newest holds."""

    given: bool
    wording: str
    language: str
    at: datetime
