"""Is an answer nothing but what the guide says?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from careline.contracts.draft import AnswerDraft
from careline.contracts.evidence import Passage
from careline.models.text import overlap
from careline.tenants.model import GuidePassage

from ..verdict import Fault

# Share of an answer's content words that has to occur in what it cites. Extracts have all of them.
COVERED = 0.8
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def check_grounding(
    draft: AnswerDraft, passages: Sequence[Passage], guide: Iterable[GuidePassage], notes: Sequence[str]
) -> Fault | None:
    """Every citation exists, is quoted truly and stands in the pack's guide; the words of the answer come from there,
    its numbers without exception. `notes` are what the pack wants said first to this customer."""
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
    if _is_extract(draft, notes):
        return None
    return _check_words(draft.text, cited, notes)


def _published(passages: Iterable[Passage], guide: Iterable[GuidePassage]) -> bool:
    wanted = {(passage.id, passage.language, passage.text) for passage in passages}
    return wanted <= {(passage.id, passage.language, passage.text) for passage in guide}


def _is_extract(draft: AnswerDraft, notes: Sequence[str]) -> bool:
    """Nothing but quotes and notes: no word is its own, and none has to be counted."""
    rest = draft.text
    for part in (*notes, *(citation.quote for citation in draft.citations)):
        rest = rest.replace(part, "", 1)
    return not rest.strip()


def _check_words(text: str, cited: Sequence[str], notes: Sequence[str]) -> Fault | None:
    said = "\n".join((*cited, *notes))
    if not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(said)):
        return Fault("grounding: a number of its own", "executor")
    if overlap(text, said) < COVERED:
        return Fault("grounding: words of its own", "executor")
    return None
