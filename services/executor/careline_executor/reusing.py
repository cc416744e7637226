"""Guide answers that a model wrote are given again where the same is asked.

`writing.Writing` asks before a model is asked, and tells what it wrote.
"""

from __future__ import annotations

from dataclasses import dataclass

from careline.contracts.draft import AnswerDraft, Draft
from careline.contracts.events import TurnGrounded

from .domain.likeness import same
from .domain.reuse import Scope, asked_alone, fitting, kept, served
from .ports import AnswerCache


@dataclass(frozen=True, slots=True)
class Reusing:
    """What is kept was not yet verified: a draft that is turned down is dropped when its turn comes back."""

    cache: AnswerCache

    async def found(self, event: TurnGrounded, scope: Scope) -> AnswerDraft | None:
        """The answer that somebody got to the same question."""
        asked = asked_alone(event)
        if asked is None:
            return None
        again = fitting(asked, await self.cache.all(scope), event.evidence.passages, scope.language)
        return None if again is None else served(again, scope.notes)

    async def wrote(self, event: TurnGrounded, scope: Scope, draft: Draft) -> None:
        """Keep a draft that a model wrote, if it could do for others."""
        asked = asked_alone(event)
        entry = None if asked is None else kept(asked, draft, scope.notes)
        if entry is not None:
            await self.cache.keep(scope, entry)

    async def turned_down(self, event: TurnGrounded, scope: Scope) -> None:
        """Drop what the first round of this turn kept or was given."""
        if not event.attempts:
            return
        first = event.model_copy(update={"attempts": ()})
        asked = asked_alone(first)
        if asked is None:
            return
        for entry in await self.cache.all(scope):
            if same(asked, entry.asked, scope.language):
                await self.cache.drop(scope, entry)
