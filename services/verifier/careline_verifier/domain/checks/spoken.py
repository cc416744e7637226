"""What an answer in somebody's own words may not say, though every word of it is covered: insults and other words that
the pack never says, promises that it forbids, personal data of others, the contrary of an earlier reply.

Quotes of the guide and the pack's notes are the business's own words and are not looked at, so that an ordinary answer
costs nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from careline.contracts.draft import AnswerDraft
from careline.contracts.evidence import Passage
from careline.models.folding import fold
from careline.models.text import content_words, sentences
from careline.operations.personal import personal_values
from careline.privacy import Kind, find, has_placeholder
from careline.tenants.safety import phrases

from ..inquiry import Turning
from ..verdict import Fault
from .own_words import denies, own_sentences

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# A contrary is told by so many words at least: "not now" says little about what.
_FEW = 2
_SPACING = re.compile(r"[\W_]+")
# What names somebody else; a bare date means nobody.
_OTHERS = frozenset(
    {Kind.EMAIL, Kind.PHONE, Kind.CARD, Kind.IBAN, Kind.NATIONAL_ID, Kind.DOCUMENT, Kind.NAME, Kind.ADDRESS}
)


def check_spoken(
    draft: AnswerDraft, turning: Turning, passages: Sequence[Passage], notes: Sequence[str]
) -> Fault | None:
    """A fault of the draft's own sentences; None where there are none."""
    own = "\n".join(own_sentences(draft, notes))
    if not own:
        return None
    cited = {citation.passage for citation in draft.citations}
    guide = "\n".join(f"{p.title}\n{p.text}" for p in passages if p.id in cited)
    return (
        _words(own, turning) or _promises(own, guide, turning) or _others(own, guide, turning) or _earlier(own, turning)
    )


def _words(own: str, turning: Turning) -> Fault | None:
    after = turning.pack.safety.after
    if _said(phrases(after.words), own) or has_placeholder(own):
        return Fault("safety: a word that is never said", "executor")
    if turning.pack.safety.watch.alarm(own) is not None:
        return Fault("safety: words that would alarm", "executor")
    return None


def _promises(own: str, guide: str, turning: Turning) -> Fault | None:
    forbidden = phrases(turning.pack.safety.after.promises)
    if _said(forbidden, own) - _said(forbidden, guide):
        return Fault("safety: a promise that is not in the guide", "executor")
    return None


def _others(own: str, guide: str, turning: Turning) -> Fault | None:
    """Personal data has to be the customer's own, said by her, or the guide's."""
    turn = turning.turn
    known = [one.value for one in personal_values(turning.pack, turn, turning.understanding.facts)]
    told = _bare("\n".join([guide, turn.text, *known, *(past.customer for past in turn.history)]))
    if any(span.kind in _OTHERS and _bare(span.text) not in told for span in find(own)):
        return Fault("safety: personal data of somebody else", "executor")
    return None


def _earlier(own: str, turning: Turning) -> Fault | None:
    """The same sentence with another number than in a reply before, or with a "not" that was not there."""
    said = [part for past in turning.turn.history for part in sentences(past.reply)]
    for sentence in sentences(own):
        words, numbers = _without_numbers(sentence), set(_NUMBER.findall(sentence))
        for before in said if words else ():
            if _without_numbers(before) != words:
                continue
            others = set(_NUMBER.findall(before))
            other_number = bool(numbers and others and others.isdisjoint(numbers))
            if other_number or (len(words) > _FEW and denies(before) != denies(sentence)):
                return Fault("safety: an earlier reply said otherwise", "executor")
    return None


def _without_numbers(sentence: str) -> frozenset[str]:
    return frozenset(word for word in content_words(sentence) if not word[0].isdigit())


def _bare(text: str) -> str:
    return _SPACING.sub("", fold(text))


def _said(wanted: tuple[str, ...], text: str) -> frozenset[str]:
    folded = fold(text)
    return frozenset(phrase for phrase, pattern in _patterns(wanted) if pattern.search(folded))


@lru_cache(maxsize=256)
def _patterns(wanted: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((phrase, _pattern(fold(phrase))) for phrase in wanted)


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(phrase)}(?![a-z0-9])")
