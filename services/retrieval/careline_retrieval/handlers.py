"""turns.classified -> turns.grounded: the evidence for a guide question."""

from __future__ import annotations

from careline.contracts.events import TurnClassified, TurnGrounded
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.topics import TURNS_GROUNDED
from careline.contracts.understanding import Request, Route, said_in
from careline.messaging import Done, MessageContext, Outcome, Output
from careline.models.courtesy import hushed
from careline.models.encoder import from_bytes
from careline.tenants.model import Pack

from .domain.index import terms_of
from .domain.question import passages_wanted, words_to_search
from .ports import Guides, TextEncoder


class Grounding:
    """The handler: each request that needs the guide is searched for by itself. The embeddings came along; one is
    computed here only when it did not."""

    def __init__(self, guides: Guides, encoder: TextEncoder) -> None:
        self._guides = guides
        self._encoder = encoder

    async def __call__(self, event: TurnClassified, context: MessageContext) -> Outcome:
        pack, guide = await self._guides.of(event.ref.tenant)
        turn, understanding = event.turn, event.understanding

        async def passages(request: Request) -> tuple[Passage, ...]:
            if request.route is not Route.GUIDE:
                return ()
            words = said_in(turn.text, request.span)
            earlier = terms_of(turn.history[-1].customer) if turn.history else ()
            terms = words_to_search(turn, terms_of(hushed(words)), earlier)
            vector = request.embedding
            embedding = from_bytes(vector) if vector else await self._encoder.encode_async(words)
            wanted = passages_wanted(pack.tenant.guide.passages, event.attempts, request.span)
            return await guide.search(understanding.language, embedding, sorted(set(terms)), wanted)

        further = [await passages(request) for request in understanding.further]
        evidence = Evidence(
            passages=await passages(understanding),
            operations=_applicable(pack, event),
            further=tuple(further) if any(further) else (),
        )
        grounded = TurnGrounded(
            ref=event.ref, turn=turn, understanding=understanding, evidence=evidence, attempts=event.attempts
        )
        return Done((Output(TURNS_GROUNDED, grounded),))


def _applicable(pack: Pack, event: TurnClassified) -> tuple[str, ...]:
    """The operations that this caller may ask for at all."""
    signed = event.turn.identity.assurance != "anonymous"
    return tuple(name for name, operation in pack.operations.items() if signed or operation.assurance == "anonymous")
