"""Which guide answers may be given again, and to whom. Pure.

Only what a model wrote for a message that stands alone is kept: without history, a pending question, or anything
personal in it. What the pack says first to a customer (its guide notes, the facts that shape an answer) is part of what
an answer is kept under, and no part of what is kept. Operations are never kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from careline.contracts.draft import AnswerDraft, Draft
from careline.contracts.events import TurnGrounded
from careline.contracts.evidence import Passage
from careline.contracts.understanding import Route
from careline.models.encoder import from_bytes
from careline.privacy import find

from .likeness import Question, question, same

_LONGEST = 400  # characters of a question


@dataclass(frozen=True, slots=True)
class Scope:
    """Answers are given again within the same of all these: another version of the pack (so of its guide) has none of
    the answers before. `writer` is what wrote them: model and prompt."""

    tenant: str
    version: str
    language: str
    notes: tuple[str, ...]
    writer: str

    @property
    def name(self) -> str:
        """Readable as far as it is no customer's, the rest as a digest."""
        digest = hashlib.sha256(orjson.dumps((self.notes, self.writer))).hexdigest()[:16]
        return f"{self.tenant}:{self.version}:{self.language}:{digest}"


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, without the notes before it, and the question it was written for."""

    asked: Question
    answer: AnswerDraft


def asked_alone(event: TurnGrounded) -> Question | None:
    """The question of a guide turn if its answer could do for others; None for all other turns."""
    turn, understanding = event.turn, event.understanding
    alone = not (turn.history or turn.pending or event.attempts)
    if understanding.route is not Route.GUIDE or not alone or not understanding.embedding:
        return None
    known = tuple(value for value in understanding.facts.values.values() if isinstance(value, str) and value)
    if len(turn.text) > _LONGEST or find(turn.text, known):
        return None
    return question(turn.text, from_bytes(understanding.embedding))


def kept(asked: Question, draft: Draft, notes: Sequence[str]) -> Kept | None:
    """What is to be kept of a draft that a model wrote; None unless it is an answer that begins with `notes`."""
    before = "".join(f"{note}\n" for note in notes)
    if not isinstance(draft, AnswerDraft) or not draft.text.startswith(before):
        return None
    return Kept(asked, draft.model_copy(update={"text": draft.text[len(before) :]}))


def served(found: Kept, notes: Sequence[str]) -> AnswerDraft:
    """The draft for this customer."""
    return found.answer.model_copy(update={"text": "\n".join((*notes, found.answer.text))})


def fitting(asked: Question, every: Iterable[Kept], passages: Sequence[Passage], language: str) -> Kept | None:
    """The kept answer to `asked`, equal questions before like ones. All that it cites has to be in this turn's
    evidence, and the nearest passage there among it: questions that find different passages are not the same."""
    like = [each for each in every if same(asked, each.asked, language) and _supported(each.answer, passages)]
    like.sort(key=lambda each: (each.asked.plain != asked.plain, -float(each.asked.vector @ asked.vector)))
    return like[0] if like else None


def _supported(answer: AnswerDraft, passages: Sequence[Passage]) -> bool:
    texts = {passage.id: passage.text for passage in passages}
    cited = {citation.passage for citation in answer.citations}
    quoted = all(citation.quote in texts.get(citation.passage, "") for citation in answer.citations)
    return quoted and bool(passages) and passages[0].id in cited
