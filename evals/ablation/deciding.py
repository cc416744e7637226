"""In the classifier's place: `python -m evals.ablation.deciding nearest|flat`. Every turn goes through retrieval.

`nearest` asks no model, whatever servers there are: there is no classifier. `flat` asks them where the classifier
would, in the same words: what a model chooses from is one list of everything on either number of levels.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial

from careline.contracts.events import TurnClassified, TurnReceived, TurnRejected
from careline.contracts.seals import Checker, Signer
from careline.contracts.spent import Spent
from careline.contracts.topics import TURNS_CLASSIFIED, TURNS_RECEIVED, TURNS_REJECTED
from careline.llm.role import Access, RoleModels
from careline.llm.telling import RedisTeller
from careline.messaging import Done, MessageContext, MessagingSettings, Outcome, Output, Service, Transport, on
from careline.models.component import EncoderPart
from careline.operations.cases import KINDS
from careline.runtime import Application, Component, Consuming, run
from careline.storage import Database
from careline.telemetry import Instruments, setup_tracing
from careline_classifier.adapters.facts import CachedFacts, redis_client
from careline_classifier.adapters.minds import prepared_minds
from careline_classifier.adapters.models import route_models
from careline_classifier.adapters.near import NearFacts
from careline_classifier.adapters.records import PostgresRecords
from careline_classifier.consulting import Consultation, wanted
from careline_classifier.domain.understand import placed
from careline_classifier.handlers import begun
from careline_classifier.ports import Facts, Meaning, Minds, Records
from careline_classifier.reading import Reader
from careline_classifier.settings import Settings

from .readers import READERS, NearestReader
from .throwaway import require


@dataclass(frozen=True, slots=True)
class Deciding:
    """turns.received and turns.rejected -> turns.classified."""

    minds: Minds
    meaning: Meaning
    facts: Facts
    records: Records
    checker: Checker
    signer: Signer
    reader: type[Reader]
    models: RoleModels | None = None

    async def __call__(self, event: TurnReceived | TurnRejected, context: MessageContext) -> Outcome:
        turn, attempts = event.turn, event.attempts if isinstance(event, TurnRejected) else ()
        self.checker.check_turn(turn)
        pack, mind = await self.minds.of(turn.ref.tenant)
        async with begun(self.facts.of(turn.ref.tenant, pack, turn.identity.customer)) as facts:
            reader = self.reader(pack, mind, self.meaning, self.records)
            said, embedded = await reader.heard(turn, attempts)
            understanding = await reader.understand(said, attempts, embedded, facts)
        spent: tuple[Spent, ...] = ()
        if self.models is not None and wanted(self.models, pack, understanding, attempts):
            asked = Consultation(reader, self.models)
            understanding, spent = await asked.consult(said, attempts, embedded, understanding)
        understanding = placed(understanding, turn.text, said.text)
        if understanding.route in KINDS:
            understanding = self.signer.seal_case(turn, understanding)
        made = TurnClassified(ref=event.ref, turn=turn, understanding=understanding, attempts=attempts, spent=spent)
        return Done((Output(TURNS_CLASSIFIED, made),))


def create_app(reader: type[Reader], settings: Settings, transport: Transport | None = None) -> Application:
    """As the classifier's, with another decision."""
    require(settings.home)
    encoder = EncoderPart(settings.encoder)
    claims = settings.claims("classifier")
    database = Database(
        settings.database.get_secret_value(), application="classifier", max_size=settings.pool_size, claims=claims
    )
    redis = redis_client(settings.redis.get_secret_value())
    facts = NearFacts(CachedFacts(database, redis, settings.facts_seconds), redis)
    minds = prepared_minds(database, encoder, settings.home / "heads")
    gateway = Checker.from_base64(settings.gateway_key)
    signer = Signer.from_base64(settings.private_key.get_secret_value())
    tracing, instruments = setup_tracing("classifier", settings.otlp_endpoint), Instruments()
    models = route_models(Access.load(os.environ), tracing, instruments, RedisTeller(redis))
    asked = None if reader is NearestReader else models
    deciding = Deciding(minds, encoder, facts, PostgresRecords(database), gateway, signer, reader, asked)
    service = Service(
        "classifier",
        MessagingSettings(bootstrap_servers=settings.kafka, concurrency=settings.concurrency),
        [on(TURNS_RECEIVED, deciding), on(TURNS_REJECTED, deciding)],
        publishes=[TURNS_CLASSIFIED],
        transport=transport,
    )
    parts: dict[str, Component] = {
        "encoder": encoder, "database": database, "facts": facts, "minds": minds,
        "models": models, "messaging": Consuming(service),
    }  # fmt: skip
    return Application("classifier", parts)


if __name__ == "__main__":
    run("classifier", Settings, partial(create_app, READERS[sys.argv[1]]))
