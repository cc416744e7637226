"""A guide answer in a model's words: what it is asked, and what of its answer becomes a draft. Pure.

The model may only answer from passages: what it cites has to stand there, or there is no draft. Whether its words
follow from that is judged by the verifier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from careline.contracts.draft import AnswerDraft, Citation, Draft, HandoverDraft
from careline.contracts.evidence import Passage
from careline.contracts.turn import Turn
from careline.contracts.understanding import Attempt
from careline.llm.budget import Material, fit, shortened
from careline.llm.errors import PromptTooLarge
from careline.llm.marking import join, mark, trusted, unescape
from careline.llm.summary import Past
from careline.llm.tokens import estimate_tokens
from careline.models.language import Language, detect
from careline.privacy import Known, Placeholders, find, has_placeholder, mask
from careline.tenants.model import Pack

from .canned import NO_ANSWER

PROMPT_TOKENS = 1500
_HEADINGS = 70
_MOST_PASSAGES = 6
_NAMES = {"en": "English", "zh": "Chinese"}
_CODES = {Language.ENGLISH: "en", Language.CHINESE: "zh"}
CONFIDENCE: Mapping[str, float] = {"high": 0.9, "medium": 0.55, "low": 0.2}


class Cited(BaseModel):
    """A quote, and the passage by its number in the prompt."""

    model_config = ConfigDict(extra="forbid")

    passage: Literal["1", "2", "3", "4", "5", "6"]
    quote: str = Field(max_length=500)


class GuideAnswer(BaseModel):
    """What a model is asked for. The citations come first: an answer that is written after them rests on them."""

    model_config = ConfigDict(extra="forbid")

    found: bool
    citations: list[Cited] = Field(max_length=4)
    text: str = Field(max_length=900)
    confidence: Literal["high", "medium", "low"]


def sureness(answer: GuideAnswer) -> float:
    """What a model's own word for its confidence is worth before calibration."""
    return CONFIDENCE[answer.confidence]


def pack_values(pack: Pack) -> Mapping[str, object]:
    """What the template's pack section sees."""
    return {"title": trusted(pack.tenant.title.say(pack.default_language, pack.default_language))}


def nearness(draft: Draft, passages: Sequence[Passage], attempts: Sequence[Attempt]) -> float:
    """How sure the reflex's draft is, 0 to 1: how near the nearest passage that it cites is to the question. 0 if there
    is none, or if the last draft was turned down for its words."""
    if not isinstance(draft, AnswerDraft) or (attempts and attempts[-1].stage == "executor"):
        return 0.0
    cited = {citation.passage for citation in draft.citations}
    near = [max(passage.similarity, passage.score) for passage in passages if passage.id in cited]
    return max(0.0, min(1.0, max(near, default=0.0)))


def is_answer(draft: Draft) -> bool:
    """Whether the draft answers from the guide, or says that the guide does not."""
    return isinstance(draft, AnswerDraft) or (isinstance(draft, HandoverDraft) and draft.reason == NO_ANSWER)


def offered(passages: Sequence[Passage], attempts: Sequence[Attempt]) -> tuple[Passage, ...]:
    """The passages to answer from: not those that retrieval was blamed for."""
    refused = {cited for attempt in attempts if attempt.stage == "retrieval" for cited in attempt.citations}
    return tuple(passage for passage in passages if passage.id not in refused)[:_MOST_PASSAGES]


def turn_values(
    turn: Turn,
    known: Sequence[Known],
    passages: Sequence[Passage],
    attempts: Sequence[Attempt],
    language: str,
    limit: int,
) -> Mapping[str, object]:
    """What the template's turn section sees. Personal data stands there as placeholders that are never undone: no
    answer of the guide needs any. `limit` are the estimated tokens that the prefix leaves. Raises PromptTooLarge."""
    given = Placeholders()

    def hidden(text: str) -> str:
        return mask(text, find(text, known), given)

    tried = join([mark("attempt", hidden(attempt.reason)) for attempt in attempts])
    texts = tuple((str(n), f"{passage.title}\n{passage.text}") for n, passage in enumerate(passages, 1))
    history = tuple(Past(hidden(one.customer), hidden(one.reply)) for one in turn.history)
    room = limit - _HEADINGS - estimate_tokens(tried)
    # Passages are what an answer is made of: of a long message the middle is left out.
    question = shortened("customer", hidden(turn.text), room // 3)
    fitted = fit(Material(question, passages=texts, history=history), room)
    if not fitted.passages:
        raise PromptTooLarge(estimate_tokens(texts[0][1]) if texts else 0, room, "first passage")
    return {
        "question": fitted.question,
        "passages": fitted.passages,
        "history": fitted.history,
        "attempts": tried,
        "language": trusted(_NAMES.get(language, language)),
    }


def draft_of(
    answer: GuideAnswer, passages: Sequence[Passage], notes: Sequence[str], language: str
) -> AnswerDraft | None:
    """The draft, or None if nothing that it cites stands there, it says nothing, or in another language, or speaks of
    what was masked."""
    citations = tuple(_citations(answer, passages))
    text = unescape(answer.text).strip()
    if not answer.found or not text or not citations or _foreign(text, language) or has_placeholder(text):
        return None
    return AnswerDraft(text="\n".join((*notes, text)), citations=citations)


def _citations(answer: GuideAnswer, passages: Sequence[Passage]) -> list[Citation]:
    found: dict[tuple[str, str], Citation] = {}
    for cited in answer.citations:
        number = int(cited.passage) - 1
        quote = unescape(cited.quote).strip()
        if number < len(passages) and quote and quote in passages[number].text:
            passage = passages[number].id
            found[passage, quote] = Citation(passage=passage, quote=quote)
    return list(found.values())


def _foreign(text: str, language: str) -> bool:
    said = _CODES.get(detect(text))
    return language in _CODES.values() and said is not None and said != language
