"""turns.received and turns.rejected -> what the turn is about, on turns.classified or straight on turns.grounded."""

from __future__ import annotations

from dataclasses import dataclass

from careline.contracts.events import TurnClassified, TurnGrounded, TurnReceived, TurnRejected
from careline.contracts.seals import Checker, SealError, Signer
from careline.contracts.spent import Spent
from careline.contracts.topics import TURNS_CLASSIFIED, TURNS_GROUNDED
from careline.contracts.turn import Turn
from careline.contracts.understanding import Attempt, Understanding
from careline.llm.role import RoleModels
from careline.messaging import DeadLetter, Done, MessageContext, Outcome, Output
from careline.operations.cases import KINDS
from careline.operations.danger import alarm_of, behaviour
from careline.runtime.begun import begun
from careline.tenants.errors import PackUnreadable, UnknownTenant

from .consulting import Consultation, wanted
from .domain.understand import for_a_person, needs_retrieval, placed
from .ports import Facts, Meaning, Minds, Records
from .reading import Reader


@dataclass(frozen=True, slots=True)
class Classifier:
    """The handlers of both topics. `checker` knows the gateway's public key; `signer` seals what is to be filed as a
    case; `models` are asked where the reflex is unsure."""

    minds: Minds
    meaning: Meaning
    facts: Facts
    records: Records
    checker: Checker
    signer: Signer
    models: RoleModels | None = None

    async def receive(self, event: TurnReceived, _: MessageContext) -> Outcome:
        """A new turn."""
        return await self._classify(event, event.turn, ())

    async def repair(self, event: TurnRejected, _: MessageContext) -> Outcome:
        """A turn whose draft was turned down: what was tried is not tried again."""
        return await self._classify(event, event.turn, event.attempts)

    async def _classify(self, event: TurnReceived | TurnRejected, turn: Turn, attempts: tuple[Attempt, ...]) -> Outcome:
        try:
            self.checker.check_turn(turn)
            pack, mind = await self.minds.of(turn.ref.tenant)
        except (SealError, UnknownTenant, PackUnreadable) as error:
            return DeadLetter(str(error), type(error).__name__)
        alarm = alarm_of(pack, turn.text)
        # Asked for first and needed last: the message is encoded and read while they are on their way.
        async with begun(self.facts.of(turn.ref.tenant, pack, turn.identity.customer)) as facts:
            reader = Reader(pack, mind, self.meaning, self.records)
            said, embedded = await reader.heard(turn, attempts)
            understanding = await reader.understand(said, attempts, embedded, facts)
        spent: tuple[Spent, ...] = ()
        if alarm is not None and behaviour(pack, alarm.danger) == "hand_over":
            understanding = for_a_person(understanding, alarm.danger)
        elif self.models is not None and wanted(self.models, pack, understanding, attempts):
            consultation = Consultation(reader, self.models)
            understanding, spent = await consultation.consult(said, attempts, embedded, understanding)
        understanding = placed(understanding, turn.text, said.text)
        if understanding.route in KINDS:
            understanding = self.signer.seal_case(turn, understanding)
        return Done((_output(event, turn, understanding, attempts, spent),))


def _output(
    event: TurnReceived | TurnRejected,
    turn: Turn,
    understanding: Understanding,
    attempts: tuple[Attempt, ...],
    spent: tuple[Spent, ...],
) -> Output:
    if needs_retrieval(understanding):
        return Output(
            TURNS_CLASSIFIED,
            TurnClassified(ref=event.ref, turn=turn, understanding=understanding, attempts=attempts, spent=spent),
        )
    return Output(
        TURNS_GROUNDED,
        TurnGrounded(ref=event.ref, turn=turn, understanding=understanding, attempts=attempts, spent=spent),
    )
