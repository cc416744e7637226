"""A model as one more judge of an answer: what it is asked, and what its word is worth. It can only refuse. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from careline.contracts.draft import AnswerDraft
from careline.contracts.evidence import Passage
from careline.contracts.turn import Turn
from careline.llm.budget import Material, fit, shortened
from careline.llm.errors import PromptTooLarge
from careline.llm.marking import mark as mark_data
from careline.llm.marking import trusted
from careline.llm.tokens import estimate_tokens
from careline.privacy import Known, Placeholders, find, mask
from careline.tenants.model import Pack

from .verdict import Fault

PROMPT_TOKENS = 1500
_HEADINGS = 40
CONFIDENCE: Mapping[str, float] = {"high": 0.9, "medium": 0.55, "low": 0.2}


class Judgement(BaseModel):
    """What a model is asked for."""

    model_config = ConfigDict(extra="forbid")

    supported: Literal["yes", "partly", "no"]
    answers: Literal["yes", "partly", "no"]
    confidence: Literal["high", "medium", "low"]


def sureness(judgement: Judgement) -> float:
    """What a model's own word for its confidence is worth before calibration."""
    return CONFIDENCE[judgement.confidence]


def pack_values(pack: Pack) -> Mapping[str, object]:
    """What the template's pack section sees."""
    return {"title": trusted(pack.tenant.title.say(pack.default_language, pack.default_language))}


def nearness(draft: AnswerDraft, passages: Sequence[Passage]) -> float:
    """How near the nearest passage that is cited is to the question, 0 to 1."""
    cited = {citation.passage for citation in draft.citations}
    near = [max(passage.similarity, passage.score) for passage in passages if passage.id in cited]
    return max(0.0, min(1.0, max(near, default=0.0)))


def turn_values(
    turn: Turn, known: Sequence[Known], draft: AnswerDraft, notes: Sequence[str], limit: int
) -> Mapping[str, object]:
    """What the template's turn section sees, personal data masked. `notes` are what the pack tells this customer before
    the answer, by the record: checked word by word elsewhere, and none of a model's business. `limit` are the estimated
    tokens that the prefix leaves. Raises PromptTooLarge."""
    given = Placeholders()

    def hidden(text: str) -> str:
        return mask(text, find(text, known), given)

    answer = mark_data("answer", hidden(_without(draft.text, notes)))
    quotes = tuple((str(n), citation.quote) for n, citation in enumerate(draft.citations, 1))
    room = limit - _HEADINGS - estimate_tokens(answer)
    question = shortened("customer", hidden(turn.text), room // 2)
    fitted = fit(Material(question, passages=quotes), room)
    if fitted.passages.count("<data ") < len(quotes):
        raise PromptTooLarge(sum(estimate_tokens(quote) for _, quote in quotes), room, "quotes")
    return {"question": fitted.question, "passages": fitted.passages, "answer": answer}


def _without(text: str, notes: Sequence[str]) -> str:
    for note in notes:
        text = text.replace(note, "", 1)
    return text.strip()


def fault_of(judgement: Judgement) -> Fault | None:
    """What is wrong with an answer by a judgement that counts."""
    if judgement.supported == "no":
        return Fault("judge: not what the quotes say", "executor")
    if judgement.answers == "no":
        return Fault("judge: not what was asked", "executor")
    return None
