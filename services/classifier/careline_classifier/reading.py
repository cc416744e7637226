"""Reads one turn: asks the domain what it means, and the ports for what the domain needs to know."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from careline.contracts.turn import Argument, Turn
from careline.contracts.understanding import Attempt, CustomerFacts, Request, Route, Span, Understanding
from careline.models.courtesy import hushed
from careline.models.encoder import Embedding
from careline.models.forms import form_of
from careline.models.moods import mood_of
from careline.models.untrusted import blanked, own_words, parts
from careline.operations.situation import Situation, situation, typed
from careline.tenants.model import UNDO, ArgumentSpec, Operation, Pack

from .dividing import Part, divide
from .domain import arguments as args
from .domain.choice import Choice, Said, changing, choose
from .domain.focus import candidates, foreign
from .domain.intents import operation as intent_of_operation
from .domain.mind import Mind
from .domain.plans import Heard, Plan, plan
from .domain.several import Read, order, pieces, principal
from .domain.understand import complete, request, together, understood
from .domain.undoing import wants_undo
from .domain.values import Looked, Strength, Value, find, types_in
from .ports import Meaning, Records

# How sure a closed form of words is.
_PLAIN = 0.97


@dataclass(frozen=True, slots=True)
class Reader:
    """Everything needed to read a turn of one pack."""

    pack: Pack
    mind: Mind
    meaning: Meaning
    records: Records

    async def heard(self, turn: Turn, attempts: Sequence[Attempt]) -> tuple[Turn, Embedding]:
        """The turn with the customer's own wish alone, every character at its place, and the encoder's vector for it.
        What is hidden in a message, meant for software, or none of the business's beside a request that is, is not
        read (unless it is all there is)."""
        text = own_words(turn.text, answering=turn.pending is not None)
        said = turn if text == turn.text else turn.model_copy(update={"text": text})
        # A courtesy is no request of its own, beside which another would be none of the business's.
        found = parts(hushed(text)) if turn.pending is None else ()
        if candidates(found) and (out := foreign(found, [(await self._reads(said, part.text))[0] for part in found])):
            whole, _ = await self._reads(said, text)
            if not await self._divide(_quiet(said), whole, attempts):
                said = turn.model_copy(update={"text": blanked(text, out)})
        return said, await self.meaning.encode_async(self.mind.reflex.mask(said.text))

    async def understand(
        self, turn: Turn, attempts: Sequence[Attempt], embedding: Embedding, coming: Awaitable[CustomerFacts]
    ) -> Understanding:
        """`embedding` is the encoder's for the masked text; the facts are waited for when they are needed. Raises
        StorageError."""
        found = await self._understand(_quiet(turn), attempts, embedding, coming)
        mood = mood_of(turn.text, [exchange.customer for exchange in turn.history])
        return found.model_copy(update={"mood": mood})

    async def _understand(
        self, turn: Turn, attempts: Sequence[Attempt], embedding: Embedding, coming: Awaitable[CustomerFacts]
    ) -> Understanding:
        whole = self._read(turn, turn.text, embedding, attempts)
        facts = await coming
        heard = await self._hear(turn, attempts, whole.choice, facts)
        made = plan(turn.pending if not attempts else None, heard)
        if made.pending is None and (divided := await self._divide(turn, whole, attempts)):
            return await self._several(turn, divided, attempts, facts)
        return await self.follow(turn, made, embedding, facts)

    async def follow(self, turn: Turn, made: Plan, embedding: Embedding, facts: CustomerFacts) -> Understanding:
        """A plan with the arguments that it needs. Raises StorageError."""
        given = args.from_pending(made.pending) if made.pending else ()
        arguments = await self._arguments(turn, made, given, facts)
        return understood(self.pack, turn, made, arguments, facts, embedding)

    async def lookups(self, turn: Turn, operation: Operation, facts: CustomerFacts) -> dict[str, tuple[str, ...]]:
        """The values that an operation's look-ups may have, by argument. Raises StorageError."""
        now = self._situation(turn, facts, operation)
        specs = operation.arguments.items()
        return {name: tuple(await self._known(turn, spec, now)) for name, spec in specs if spec.type == "lookup"}

    async def _divide(self, turn: Turn, whole: Read, attempts: Sequence[Attempt]) -> Sequence[Part]:
        """The requests of a message that has several. What was tried before does not change where it is divided."""
        if attempts and pieces(turn.text):
            whole, _ = await self._reads(turn, turn.text)
        return await divide(turn.text, whole, lambda text: self._reads(turn, text))

    async def _reads(self, turn: Turn, text: str) -> tuple[Read, Embedding]:
        """A part of the turn by itself."""
        embedding = await self.meaning.encode_async(self.mind.reflex.mask(text))
        return self._read(turn, text, embedding, ()), embedding

    async def _several(
        self, turn: Turn, parts: Sequence[Part], attempts: Sequence[Attempt], facts: CustomerFacts
    ) -> Understanding:
        """One request to be carried out at most, others to be answered beside it, the rest to wait."""
        read = [self._again(turn, part, attempts) for part in parts]
        changes = [each.changes for each in read]
        main = principal(read, changes)
        beside, later = order(len(parts), main, changes)
        requests = [await self._request(turn, parts[number], read[number].choice, facts) for number in (main, *beside)]
        spans = [Span(start=parts[number].piece.start, end=parts[number].piece.end) for number in later]
        return together(self.pack, turn, requests, spans, facts)

    def _again(self, turn: Turn, part: Part, attempts: Sequence[Attempt]) -> Read:
        tried = [attempt for attempt in attempts if attempt.start == part.piece.start]
        return self._read(turn, part.piece.text, part.embedding, tried) if tried else part.read

    async def _request(self, turn: Turn, part: Part, choice: Choice, facts: CustomerFacts) -> Request:
        piece = part.piece
        made = Plan(choice.intent, choice.confidence)
        own = turn.model_copy(update={"text": piece.text})
        arguments = await self._arguments(own, made, (), facts, turn)
        return request(made, args.moved(arguments, piece.start, turn), part.embedding, (piece.start, piece.end))

    async def _hear(self, turn: Turn, attempts: Sequence[Attempt], choice: Choice, facts: CustomerFacts) -> Heard:
        words = len(turn.text.split()) if turn.text.isascii() else max(1, len(turn.text) // 2)
        question = form_of(turn.text).question
        pending = turn.pending
        if pending is None or attempts or pending.operation not in self.pack.operations:
            return Heard(choice, words, question=question)
        answers = self.mind.answers
        exact = answers.exact(turn.text)
        leading, remainder = answers.leading(turn.text) or (None, "")
        rest = None
        if remainder:
            masked = self.mind.reflex.mask(remainder)
            rest = self._choose(turn, remainder, await self.meaning.encode_async(masked), ())
        found = await self._found(turn, self.pack.operations[pending.operation], pending.missing, facts)
        meant = answers.read(turn.text, await self.meaning.encode_async(turn.text)) if exact is None else exact
        return Heard(choice, words, question, tuple(found.values()), exact, leading, meant, rest)

    def _choose(self, turn: Turn, text: str, embedding: Embedding, attempts: Sequence[Attempt]) -> Choice:
        return self._read(turn, text, embedding, attempts).choice

    def _read(self, turn: Turn, text: str, embedding: Embedding, attempts: Sequence[Attempt]) -> Read:
        """`embedding` is the encoder's for the masked text, so that it adds nothing to what is remembered by."""
        zone = ZoneInfo(self.pack.tenant.time_zone)
        if attempts:
            return self._read_anew(turn, text, embedding, attempts, zone)
        today = turn.received_at.astimezone(zone).date()
        return self.mind.readings.of((text, today), lambda: self._read_anew(turn, text, embedding, (), zone))

    def _read_anew(
        self, turn: Turn, text: str, embedding: Embedding, attempts: Sequence[Attempt], zone: ZoneInfo
    ) -> Read:
        masked = self.mind.reflex.mask(text)
        particular = bool(self.mind.reflex.names(text)) or any(sign.isdigit() for sign in text)
        types = types_in(text, turn.received_at, zone)
        form = form_of(text)
        habits = self.mind.habits.factors(form, text)
        said = Said(text, form, particular, self.mind.verbs, types, self.mind.reflex.coded(text), habits)
        reading = self.mind.reflex.read(masked, embedding)
        choice = self._undo(text, attempts) or choose(self.pack, reading, said, attempts)
        near, codes = reading.similarity(choice.intent), self.mind.reflex.codes(text)
        return Read(choice, reading.passage, near, codes, changing(self.pack, choice.intent))

    def _undo(self, text: str, attempts: Sequence[Attempt]) -> Choice | None:
        """What is built in has no examples: its words are the same in every business."""
        known = UNDO in self.pack.operations and all(attempt.operation != UNDO for attempt in attempts)
        return Choice(intent_of_operation(UNDO), _PLAIN) if known and wants_undo(text) else None

    async def _arguments(
        self,
        turn: Turn,
        made: Plan,
        given: Sequence[Argument],
        facts: CustomerFacts,
        message: Turn | None = None,
    ) -> tuple[Argument, ...]:
        """`message` is the whole of which `turn` has a part."""
        if made.intent.route is not Route.OPERATION:
            return ()
        operation = self.pack.operations[made.intent.name]
        if made.confirmation is not None and not _edits(made):
            return tuple(given)
        missing = made.pending.missing if made.pending else ()
        said = await self._found(turn, operation, missing, facts)
        before = args.by_name(given)
        rest = await self._supplied(turn, operation, before | said, facts, message)
        return complete(operation, before, said, rest)

    async def _found(
        self, turn: Turn, operation: Operation, asked: Collection[str], facts: CustomerFacts
    ) -> dict[str, Argument]:
        """Arguments in the message itself; `asked` are those that the last reply asked for."""
        looked: dict[str, Looked] = {}
        known: dict[str, Value] = {}
        now = self._situation(turn, facts, operation)
        for name, spec in args.in_order(operation):
            looked[name] = self._look(turn, await self._known(turn, spec, now), name in asked)
            value = find(spec, looked[name], Strength.KNOWN, list(known.values()))
            if value is not None:
                known[name] = value
                now = _with(now, spec, args.from_text(name, value, turn))
        found = args.find_all(dict(args.in_order(operation)), looked, known)
        return {name: args.from_text(name, value, turn) for name, value in found.items()}

    async def _supplied(
        self,
        turn: Turn,
        operation: Operation,
        have: dict[str, Argument],
        facts: CustomerFacts,
        message: Turn | None,
    ) -> dict[str, Argument]:
        """Arguments that the customer need not say: spoken of before, in the only matching record, or by default."""
        supplied: dict[str, Argument] = {}
        now = self._situation(turn, facts, operation)
        for name, spec in operation.arguments.items():
            if name in have:
                now = _with(now, spec, have[name])
                continue
            argument = await self._supply(turn, name, spec, now, message)
            if argument is not None:
                supplied[name] = argument
                now = _with(now, spec, argument)
        return supplied

    async def _supply(
        self, turn: Turn, name: str, spec: ArgumentSpec, now: Situation, message: Turn | None
    ) -> Argument | None:
        if message is not None and args.points_back(turn.text):
            elsewhere = args.from_message(name, spec, self._look(message, (), asked=False), message)
            if elsewhere is not None:
                return elsewhere
        spoken = args.from_history(name, spec, self._look(turn, (), asked=False), turn.history)
        if spoken is not None and args.points_back(turn.text):
            return spoken
        if spec.from_record is not None and turn.identity.customer is not None:
            values = await self.records.recorded(turn.ref.tenant, self.pack, spec.from_record, now)
            if (recorded := args.from_record(name, spec.from_record, values)) is not None:
                return recorded
        return spoken or args.default_of(name, spec)

    async def _known(self, turn: Turn, spec: ArgumentSpec, now: Situation) -> Sequence[str]:
        if spec.type != "lookup":
            return ()
        return await self.records.known(turn.ref.tenant, self.pack, spec, now)

    def _look(self, turn: Turn, known: Sequence[str], asked: bool) -> Looked:
        names = tuple(self.mind.reflex.names(turn.text))
        zone = ZoneInfo(self.pack.tenant.time_zone)
        return Looked(turn.text, turn.received_at, zone, names, tuple(known), self.mind.reflex.common, asked)

    def _situation(self, turn: Turn, facts: CustomerFacts, operation: Operation) -> Situation:
        """No argument is known yet: what depends on one that stays so has no value."""
        before = situation(self.pack, turn.received_at, turn.identity.customer, facts)
        return replace(before, args=dict.fromkeys(operation.arguments))


def _quiet(turn: Turn) -> Turn:
    """Without the courtesies around the request; "thanks" may be the answer to an open question, so those stay."""
    return turn if turn.pending is not None else turn.model_copy(update={"text": hushed(turn.text)})


def _edits(made: Plan) -> bool:
    return made.confirmation == "edit"


def _with(now: Situation, spec: ArgumentSpec, argument: Argument) -> Situation:
    try:
        value = typed(spec, argument.value)
    except (ValueError, TypeError, ArithmeticError):
        return now
    return replace(now, args={**now.args, argument.name: value})
