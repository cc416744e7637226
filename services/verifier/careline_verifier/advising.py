"""Models as one more judge of answers: asked where a draft has words of its own or rests on something far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from careline.contracts.draft import AnswerDraft
from careline.contracts.events import TurnDrafted
from careline.contracts.spent import Spent
from careline.llm.role import Inquiry, RoleModels
from careline.operations.personal import personal_values

from .domain.checks.own_words import has_own_words
from .domain.inquiry import Turning
from .domain.llm_judge import PROMPT_TOKENS, Judgement, fault_of, nearness, sureness, turn_values
from .domain.verdict import Fault

_ANSWER_TOKENS = 60


@dataclass(frozen=True, slots=True)
class Advising:
    """What there is to ask, and whom."""

    models: RoleModels

    def may_ask(self, turning: Turning) -> bool:
        """Whether there is any model for this business."""
        return bool(self.models.tiers(turning.pack))

    def wanted(self, event: TurnDrafted, turning: Turning, draft: AnswerDraft, notes: Sequence[str]) -> bool:
        """Whether the draft needs it."""
        far = nearness(draft, event.evidence.passages) < self.models.spec(turning.pack).reflex
        return far or has_own_words(draft, notes)

    async def judge(
        self, turning: Turning, draft: AnswerDraft, notes: Sequence[str]
    ) -> tuple[Fault | None, tuple[Spent, ...]]:
        """What a model has against the draft. None also when no model is of help: the other checks hold anyway."""
        turn, pack = turning.turn, turning.pack
        known = personal_values(pack, turn, turning.understanding.facts)

        def values(prefix_tokens: int) -> Mapping[str, object]:
            return turn_values(turn, known, draft, notes, PROMPT_TOKENS - prefix_tokens)

        answered = await self.models.ask(
            Inquiry(
                pack=pack,
                tenant=turning.ref.tenant,
                turn=turning.ref.turn,
                seconds=self.models.seconds_left(pack, turn.received_at),
                turn_values=values,
                output=Judgement,
                confidence=sureness,
                max_tokens=_ANSWER_TOKENS,
            )
        )
        return (fault_of(answered.value) if answered.value else None), answered.spent
