"""A second opinion on a turn that the reflex is unsure of: from models, tier by tier, under the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from careline.contracts.spent import Spent
from careline.contracts.turn import Turn
from careline.contracts.understanding import Attempt, Route, Understanding
from careline.llm.role import Answered, Inquiry, RoleModels
from careline.models.encoder import Embedding
from careline.privacy import Placeholders
from careline.tenants.model import Pack

from .domain.languages import shown_language
from .domain.llm_catalogue import RouteAnswer, answer_type, sureness
from .domain.llm_reading import Second, asked_about, intent_of, quoted_arguments, second_opinion, weighed
from .domain.llm_turn import PROMPT_TOKENS, hints, placeholders_of, turn_values
from .reading import Reader

# Room for a catalogue's longest names and a dozen quotes.
_ANSWER_TOKENS = 300


def wanted(models: RoleModels, pack: Pack, reflex: Understanding, attempts: Sequence[Attempt]) -> bool:
    """Whether to ask at all. Cheap: every message passes here. What was divided was understood for sure."""
    if reflex.span is not None:
        return False
    blamed = bool(attempts) and attempts[-1].stage == "classifier"
    unsure = reflex.confidence < models.spec(pack).reflex
    return (unsure or blamed) and bool(models.tiers(pack))


@dataclass(frozen=True, slots=True)
class Consultation:
    """What there is to ask, and whom."""

    reader: Reader
    models: RoleModels

    async def consult(
        self, turn: Turn, attempts: Sequence[Attempt], embedding: Embedding, reflex: Understanding
    ) -> tuple[Understanding, tuple[Spent, ...]]:
        """The understanding to go on with, and what was spent. Raises StorageError."""
        pack, mind = self.reader.pack, self.reader.mind
        masked = mind.reflex.mask(turn.text)
        masking = placeholders_of(pack, turn, reflex.facts)

        def values(prefix_tokens: int) -> Mapping[str, object]:
            near = hints(pack, mind.reflex, masked, embedding)
            return turn_values(turn, attempts, near, masking, PROMPT_TOKENS - prefix_tokens)

        inquiry = Inquiry(
            pack=pack,
            tenant=turn.ref.tenant,
            turn=turn.ref.turn,
            seconds=self.models.seconds_left(pack, turn.received_at),
            turn_values=values,
            output=answer_type(pack),
            confidence=sureness,
            max_tokens=_ANSWER_TOKENS,
        )
        async with self.models.told(turn, "again" if attempts else "understanding"):
            answered: Answered[RouteAnswer] = await self.models.ask(inquiry)
        found = await self._understood(turn, attempts, embedding, reflex, answered, masking[0])
        return found or self._alone(reflex, answered), answered.spent

    async def _understood(
        self,
        turn: Turn,
        attempts: Sequence[Attempt],
        embedding: Embedding,
        reflex: Understanding,
        answered: Answered[RouteAnswer],
        placeholders: Placeholders,
    ) -> Understanding | None:
        if answered.value is None or answered.tier is None:
            return None
        mind, pack = self.reader.mind, self.reader.pack
        ranking = mind.reflex.read(mind.reflex.mask(turn.text), embedding).ranking
        second = second_opinion(pack, turn, answered.value, answered.confidence, reflex, ranking, attempts)
        if second is None:
            return None
        found = await self.reader.follow(turn, second.plan, embedding, reflex.facts)
        found = await self._with_quotes(turn, found, second, answered.value, placeholders)
        language = shown_language(turn, pack.tenant.languages) or answered.value.language
        return found.model_copy(update={"tier": answered.tier, "language": language})

    async def _with_quotes(
        self, turn: Turn, found: Understanding, second: Second, answer: RouteAnswer, placeholders: Placeholders
    ) -> Understanding:
        spec = self.reader.pack.operations.get(found.operation or "")
        if found.route is not Route.OPERATION or spec is None or second.plan.confirmation == "no":
            return found
        lookups = await self.reader.lookups(turn, spec, found.facts)
        zone = self.reader.pack.tenant.time_zone
        quoted = quoted_arguments(spec, answer.arguments, turn, zone, lookups, placeholders)
        arguments, contradicts = weighed(spec, found.arguments, quoted)
        confidence = asked_about(self.reader.pack, found.confidence) if contradicts else found.confidence
        return found.model_copy(update={"arguments": arguments, "confidence": confidence})

    def _alone(self, reflex: Understanding, answered: Answered[RouteAnswer]) -> Understanding:
        """No model was of help. The reflex's reading if it is sure enough for that, or a model that was unsure itself
        thought of the same; else a person."""
        second = answered.unsure.intent if answered.unsure else None
        if reflex.confidence >= self.models.spec(self.reader.pack).alone or second == intent_of(reflex).label:
            return reflex
        return reflex.model_copy(
            update={
                "route": Route.HUMAN,
                "intent": "unsure",
                "operation": None,
                "fact": None,
                "arguments": (),
                "confirmation": None,
            }
        )
