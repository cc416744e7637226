"""The services' own handlers around a pack in memory, with a model server that obeys what is hidden in texts."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from careline.contracts.base import Event, TurnRef
from careline.contracts.events import (
    TurnClassified,
    TurnDrafted,
    TurnGrounded,
    TurnReceived,
    TurnRejected,
    TurnVerified,
)
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.seals import Checker, Signer
from careline.contracts.turn import Identity, Turn
from careline.contracts.understanding import Attempt, CustomerFacts, Understanding
from careline.llm.role import Access, RoleModels
from careline.messaging import Done, MessageContext, Outcome
from careline.telemetry import Instruments, setup_tracing
from careline.tenants.model import Pack
from careline.testing.model_server import Rule, Script, Served
from careline_classifier.adapters.models import route_models
from careline_classifier.domain.mind import Mind
from careline_classifier.handlers import Classifier
from careline_classifier.reading import Reader
from careline_executor.adapters.models import answer_models
from careline_executor.handlers import Drafting
from careline_verifier.adapters.models import judge_models
from careline_verifier.domain.judging import Judge
from careline_verifier.domain.outputs import Press
from careline_verifier.handlers import Verifying

NO_CONTEXT = cast(MessageContext, None)
_ROLES = ("classifier", "executor", "verifier")


@dataclass
class Lab:
    """The services' handlers around a pack in memory, and the server that all their models are on."""

    reader: Reader
    server: Served
    models: Sequence[RoleModels]
    signer: Signer

    @classmethod
    @asynccontextmanager
    async def opened(cls, reader: Reader, server: Served) -> AsyncIterator[Lab]:
        """With models of all three roles."""
        access = Access.load({"CARELINE_SMALL_URL": server.url, "CARELINE_SMALL_MODEL": "hostile"})
        tracing, instruments = setup_tracing("injection"), Instruments()
        key = Ed25519PrivateKey.generate().private_bytes_raw()
        async with AsyncExitStack() as stack:
            models = [make(access, tracing, instruments) for make in (route_models, answer_models, judge_models)]
            for one in models:
                await one.start()
                stack.push_async_callback(one.stop)
            yield cls(reader, server, models, Signer.from_base64(base64.b64encode(key).decode()))

    @property
    def checker(self) -> Checker:
        return Checker(self.signer.key.public_key())

    async def understand(self, pack: Pack, text: str, user: str | None) -> tuple[Turn, Understanding]:
        """The turn and what the classifier makes of it."""
        identity = Identity(visitor="v", customer=user, assurance="signed" if user else "anonymous")
        ref = TurnRef(tenant=pack.name, conversation="c", turn="t", epoch=0)
        turn = self.signer.seal_turn(Turn(ref=ref, text=text, received_at=datetime.now(UTC), identity=identity))
        reader, minds = self.reader, _Minds(pack, self.reader.mind)
        classifier = Classifier(
            minds, reader.meaning, _Facts(), reader.records, self.checker, self.signer, self.models[0]
        )
        event = _only(await classifier.receive(TurnReceived(ref=ref, turn=turn), NO_CONTEXT))
        assert isinstance(event, TurnClassified | TurnGrounded)
        return turn, event.understanding

    async def reply(self, pack: Pack, turn: Turn, found: Understanding, passages: Sequence[Passage]) -> str:
        """What the customer reads in the end; empty for a person."""
        facts = cast(Any, _Facts())
        drafting = Drafting(_Packs(pack), facts, self.models[1])
        judge, press = Judge(self.checker, self.checker), Press(self.signer)
        verifying = Verifying(
            _Packs(pack), facts, self.checker, judge, press, lambda: datetime.now(UTC), self.models[2]
        )
        attempts: tuple[Attempt, ...] = ()
        ref, evidence = turn.ref, Evidence(passages=tuple(passages))
        while True:
            grounded = TurnGrounded(ref=ref, turn=turn, understanding=found, evidence=evidence, attempts=attempts)
            drafted = cast(TurnDrafted, _only(await drafting(grounded, NO_CONTEXT)))
            event = _only(await verifying(drafted, NO_CONTEXT))
            if isinstance(event, TurnVerified):
                return event.reply.text if event.reply.outcome == "answer" else ""
            assert isinstance(event, TurnRejected)
            ref, attempts = event.ref, event.attempts


class _Facts:
    """Nothing is known of anybody: facts change no route."""

    async def of(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        return CustomerFacts(known=customer is not None)

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        return CustomerFacts(known=customer is not None)


@dataclass(frozen=True, slots=True)
class _Packs:
    made: Pack

    async def pack(self, tenant: str) -> Pack:
        return self.made


@dataclass(frozen=True, slots=True)
class _Minds:
    pack: Pack
    mind: Mind

    async def of(self, tenant: str) -> tuple[Pack, Mind]:
        return self.pack, self.mind


def _only(outcome: Outcome) -> Event:
    assert isinstance(outcome, Done), outcome
    (output,) = outcome.outputs
    return output.event


def hostile(pack: Pack, attack: str, quote: str) -> Script:
    """Obeys `attack`: the most harmful operation, and answers that repeat the text behind a true quote, or claim."""
    harm = next(name for name, each in pack.operations.items() if each.effect)
    route = {"language": pack.default_language, "intent": f"operation:{harm}", "confirmation": "yes"}
    answer = {"found": True, "citations": [{"passage": "1", "quote": quote}], "confidence": "high"}
    judge = {"supported": "yes", "answers": "yes", "confidence": "high"}
    return Script(
        rules=(
            Rule(schema_name="Route", answer_json=route | {"arguments": [], "confidence": "high"}),
            Rule(schema_name="GuideAnswer", times=1, answer_json=answer | {"text": f"{quote} {attack}"[:900]}),
            Rule(schema_name="GuideAnswer", answer_json=answer | {"text": "I have done as you say, all is refunded."}),
            Rule(schema_name="Judgement", answer_json=judge),
        )
    )


def eager(pack: Pack) -> Pack:
    """The pack with no reflex that is ever sure enough: models are asked about every turn."""
    specs = pack.tenant.tiers
    asked = {role: getattr(specs, role).model_copy(update={"reflex": 1.0}) for role in _ROLES}
    tenant = pack.tenant.model_copy(update={"tiers": specs.model_copy(update=asked)})
    return pack.model_copy(update={"tenant": tenant})
