"""Typed values in a customer's words, each with its place: pure functions for English and Chinese.

Every function takes the text as it was written and returns `Found` values in the order of the text (those after
cues: best cue first). None of them guesses: what was not said is not found.
"""

from .choices import choices
from .contacts import emails, phones
from .corrections import prefer_corrected
from .cued import after_cues, near_cues
from .dates import dates
from .found import Found
from .identifiers import identifiers
from .money import Money, money
from .numbers import decimals, integers, is_ordinal
from .places import addresses, postal
from .quoted import quoted

__all__ = [
    "Found",
    "Money",
    "addresses",
    "after_cues",
    "choices",
    "dates",
    "decimals",
    "emails",
    "identifiers",
    "integers",
    "is_ordinal",
    "money",
    "near_cues",
    "phones",
    "postal",
    "prefer_corrected",
    "quoted",
]
