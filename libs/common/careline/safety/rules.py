"""What a rule is: words that have to be there, cheap to look for, and a pattern that reads them in their context."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Danger(StrEnum):
    """In the order in which they count when a message shows several."""

    SELF_HARM = "self_harm"
    ABUSE = "abuse"
    FRAUD = "fraud"
    INJECTION = "injection"


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs`: one of these words (English) or pieces (Chinese) is in every match of `pattern`, a pattern over
    folded text. Compiled by whoever looks with it, not on import."""

    danger: Danger
    needs: frozenset[str]
    pattern: str


def rule(danger: Danger, needs: str, *patterns: str) -> Rule:
    """`needs` are words with spaces between; the patterns are alternatives."""
    return Rule(danger, frozenset(needs.split()), "|".join(f"(?:{pattern})" for pattern in patterns))
