"""Guide answers that the reflex is unsure of, written by models from the same passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from careline.contracts.draft import Draft
from careline.contracts.events import TurnGrounded
from careline.contracts.spent import Spent
from careline.contracts.understanding import Route
from careline.llm.role import Answered, Inquiry, RoleModels
from careline.tenants.model import Pack

from .domain import canned
from .domain.llm_answer import (
    PROMPT_TOKENS,
    GuideAnswer,
    draft_of,
    is_answer,
    nearness,
    offered,
    sureness,
    turn_values,
)

_ANSWER_TOKENS = 400


def wanted(models: RoleModels, pack: Pack, event: TurnGrounded, draft: Draft) -> bool:
    """Whether to ask at all. Cheap: every guide answer passes here."""
    if event.understanding.route is not Route.GUIDE or not is_answer(draft):
        return False
    if not offered(event.evidence.passages, event.attempts):
        return False
    near = nearness(draft, event.evidence.passages, event.attempts)
    return near < models.spec(pack).reflex and bool(models.tiers(pack))


@dataclass(frozen=True, slots=True)
class Writing:
    """`notes` stand before every answer to this customer."""

    models: RoleModels
    pack: Pack
    language: str
    notes: Sequence[str]

    async def write(self, event: TurnGrounded, reflex: Draft) -> tuple[Draft, tuple[Spent, ...]]:
        """The draft to go on with, and what was spent."""
        passages = offered(event.evidence.passages, event.attempts)

        def values(prefix_tokens: int) -> Mapping[str, object]:
            room = PROMPT_TOKENS - prefix_tokens
            return turn_values(event.turn, event.understanding.facts, passages, event.attempts, self.language, room)

        answered: Answered[GuideAnswer] = await self.models.ask(
            Inquiry(
                pack=self.pack,
                tenant=event.ref.tenant,
                turn=event.ref.turn,
                seconds=self.models.seconds_left(self.pack, event.turn.received_at),
                turn_values=values,
                output=GuideAnswer,
                confidence=sureness,
                max_tokens=_ANSWER_TOKENS,
            )
        )
        if answered.value is not None:
            if not answered.value.found:
                return canned.no_answer(self.pack, self.language), answered.spent
            written = draft_of(answered.value, passages, self.notes, self.language)
            if written is not None:
                return written, answered.spent
        near = nearness(reflex, event.evidence.passages, event.attempts)
        alone = near >= self.models.spec(self.pack).alone
        return (reflex if alone else canned.no_answer(self.pack, self.language)), answered.spent
