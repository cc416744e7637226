"""Guide answers that the reflex is unsure of, written by models from the same passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from careline.contracts.draft import Draft
from careline.contracts.events import TurnGrounded
from careline.contracts.spent import Spent
from careline.contracts.understanding import Route
from careline.llm.role import Answered, Inquiry, RoleModels
from careline.operations.personal import personal_values
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
from .domain.reuse import Scope
from .reusing import Reusing

_ANSWER_TOKENS = 400


def wanted(models: RoleModels, pack: Pack, event: TurnGrounded, draft: Draft) -> bool:
    """Whether to ask at all. Cheap: every guide answer passes here. Of several requests each is plain."""
    if event.understanding.span is not None:
        return False
    if event.understanding.route is not Route.GUIDE or not is_answer(draft):
        return False
    if not offered(event.evidence.passages, event.attempts):
        return False
    near = nearness(draft, event.evidence.passages, event.attempts)
    return near < models.spec(pack).reflex and bool(models.tiers(pack))


@dataclass(frozen=True, slots=True)
class Writing:
    """`notes` stand before every answer to this customer. With `reusing`, who asks the same gets the same answer."""

    models: RoleModels
    pack: Pack
    language: str
    notes: Sequence[str]
    reusing: Reusing | None = None

    async def write(self, event: TurnGrounded, reflex: Draft) -> tuple[Draft, tuple[Spent, ...]]:
        """The draft to go on with, and what was spent."""
        if self.reusing is None:
            return (await self._write(event, reflex))[:2]
        writer = self.models.writer(self.pack)
        scope = Scope(event.ref.tenant, self.pack.version, self.language, tuple(self.notes), writer)
        await self.reusing.turned_down(event, scope)
        again = await self.reusing.found(event, scope)
        if again is not None:
            return again, ()
        draft, spent, by_model = await self._write(event, reflex)
        if by_model:
            await self.reusing.wrote(event, scope, draft)
        return draft, spent

    async def _write(self, event: TurnGrounded, reflex: Draft) -> tuple[Draft, tuple[Spent, ...], bool]:
        """The same, and whether a model wrote it."""
        passages = offered(event.evidence.passages, event.attempts)
        known = personal_values(self.pack, event.turn, event.understanding.facts)

        def values(prefix_tokens: int) -> Mapping[str, object]:
            room = PROMPT_TOKENS - prefix_tokens
            return turn_values(event.turn, known, passages, event.attempts, self.language, room)

        inquiry = Inquiry(
            pack=self.pack,
            tenant=event.ref.tenant,
            turn=event.ref.turn,
            seconds=self.models.seconds_left(self.pack, event.turn.received_at),
            turn_values=values,
            output=GuideAnswer,
            confidence=sureness,
            max_tokens=_ANSWER_TOKENS,
        )
        async with self.models.told(event.turn, "again" if event.attempts else "looking"):
            answered: Answered[GuideAnswer] = await self.models.ask(inquiry)
        if answered.value is not None:
            if not answered.value.found:
                return canned.no_answer(self.pack, self.language), answered.spent, False
            written = draft_of(answered.value, passages, self.notes, self.language)
            if written is not None:
                return written, answered.spent, True
        near = nearness(reflex, event.evidence.passages, event.attempts)
        alone = near >= self.models.spec(self.pack).alone
        return (reflex if alone else canned.no_answer(self.pack, self.language)), answered.spent, False
