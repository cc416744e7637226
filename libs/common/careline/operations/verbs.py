"""The verbs of an operation: with what words a customer would have it done, or not done."""

from __future__ import annotations

import re
from collections import Counter

from careline.models.folding import fold
from careline.models.language import has_han
from careline.tenants.model import Operation

_FIRST_WORD = re.compile(r"^(?:please\s+|could you\s+|i want to\s+|i'd like to\s+)?([a-z]{3,})\b")
# First words of examples that are no verbs, or too general to be the operation's own.
_NO_VERB_WORDS = (
    "the this that what when where which who how could can may will would please not new from with for and but any "
    "have has was were are get give let make want need like should don don't doesn didn isn won there here some "
    "another my"
)
_NO_VERB = frozenset(_NO_VERB_WORDS.split())
_HAN_VERB_LENGTH = 2


def verbs_of(operation: Operation) -> frozenset[str]:
    """First words of the title, and words that begin at least two of the examples; of Chinese titles the first two
    characters."""
    firsts = Counter(
        match[1] for texts in operation.examples.values() for text in texts if (match := _FIRST_WORD.match(fold(text)))
    )
    verbs = {word for word, count in firsts.items() if count > 1}
    return frozenset((verbs | title_verbs(operation)) - _NO_VERB)


def title_verbs(operation: Operation) -> frozenset[str]:
    """The first word of each title; of Chinese titles the first two characters."""
    verbs: set[str] = set()
    for title in operation.title.texts:
        if has_han(title):
            verbs.add(title[:_HAN_VERB_LENGTH])
        elif match := _FIRST_WORD.match(fold(title)):
            verbs.add(match[1])
    return frozenset(verbs - _NO_VERB)
