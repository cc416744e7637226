"""Is an answer nothing but what the guide says?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from careline.contracts.draft import AnswerDraft
from careline.contracts.evidence import Passage
from careline.models.answering import LEADS, Verdict, said, verdict
from careline.models.text import overlap
from careline.tenants.model import GuidePassage
from careline.tenants.same import SameGuide

from ..verdict import Fault

# Share of an answer's content words that has to occur in what it cites. Extracts have all of them.
COVERED = 0.8
_YES = re.compile(
    r"\W*(?:yes|yep|sure|certainly|of course)\b|(?:可以|能|会|需要|要|有|是|对|好)(?:的)?[。，,!！]", re.IGNORECASE
)
_NO = re.compile(
    r"\W*(?:no|nope)\b(?! (?:need|matter|problem))|(?:不(?:可以|能|会|需要|要|是|行)?|没有)。", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def check_grounding(
    draft: AnswerDraft,
    question: str,
    passages: Sequence[Passage],
    guide: tuple[GuidePassage, ...],
    notes: Sequence[str],
) -> Fault | None:
    """Every citation exists, is quoted truly and stands in the pack's guide; the words of the answer come from there,
    its numbers without exception, and a yes or no in front is what the quotes decide. `notes` are what the pack wants
    said first to this
    customer; `question` is what the customer wrote."""
    if not draft.citations:
        return Fault("grounding: nothing is cited", "executor")
    known = {passage.id: passage for passage in passages}
    cited: list[str] = []
    for citation in draft.citations:
        passage = known.get(citation.passage)
        if passage is None:
            return Fault("grounding: no such passage", "executor")
        if not citation.quote or citation.quote not in passage.text:
            return Fault("grounding: not a quote", "executor")
        cited.append(f"{passage.title}\n{passage.question}\n{passage.text}")
    if not _published([known[citation.passage] for citation in draft.citations], guide):
        return Fault("grounding: not in the guide", "retrieval")
    if not all(note in draft.text for note in notes):
        return Fault("grounding: a note is missing", "executor")
    rest = _own_words(draft, notes)
    claimed = _claimed(rest)
    if claimed is not None and claimed != _decided(draft, question, known):
        return Fault("grounding: a yes or no of its own", "executor")
    if not rest or rest in LEADS:
        # Nothing but quotes and notes, and what they decide: no word is its own, and none has to be counted.
        return None
    return _check_words(draft.text, cited, notes)


def _decided(draft: AnswerDraft, question: str, known: Mapping[str, Passage]) -> bool | None:
    quotes = ((citation.quote, known[citation.passage].title) for citation in draft.citations)
    found = verdict(question, said(quotes))
    return None if found is None else found is not Verdict.NO


def _claimed(rest: str) -> bool | None:
    """Whether what is left begins with a yes or with a no."""
    if _YES.match(rest):
        return True
    return False if _NO.match(rest) else None


def _published(passages: Iterable[Passage], guide: tuple[GuidePassage, ...]) -> bool:
    wanted = {(passage.id, passage.language, passage.text) for passage in passages}
    return wanted <= _texts(SameGuide(guide))


@lru_cache(maxsize=16)
def _texts(guide: SameGuide) -> frozenset[tuple[str, str, str]]:
    return frozenset((passage.id, passage.language, passage.text) for passage in guide.passages)


def _own_words(draft: AnswerDraft, notes: Sequence[str]) -> str:
    """What is left of the answer without notes and quotes."""
    rest = draft.text
    for part in (*notes, *(citation.quote for citation in draft.citations)):
        rest = rest.replace(part, "", 1)
    return rest.strip()


def _check_words(text: str, cited: Sequence[str], notes: Sequence[str]) -> Fault | None:
    said = "\n".join((*cited, *notes))
    if not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(said)):
        return Fault("grounding: a number of its own", "executor")
    if overlap(text, said) < COVERED:
        return Fault("grounding: words of its own", "executor")
    return None
