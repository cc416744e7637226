"""Did the customer ask for this operation, and with these values? Read in her own words, whatever a classifier says.

What is no request at all (a question about the operation, "don't") is turned down; what is not plainly one, or has a
value that she may not have meant, is asked about before anything changes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from careline.contracts.base import JsonScalar
from careline.contracts.turn import Argument, EvidenceSource, PendingKind, Turn
from careline.models.clauses import clauses
from careline.models.extract import Found, after_cues, emails, identifiers, near_cues, prefer_corrected, quoted
from careline.models.forms import form_of, wants_nothing
from careline.operations.parsing import FREE_TYPES, values_in
from careline.operations.verbs import title_verbs, verbs_of
from careline.tenants.model import ArgumentSpec, Operation, Pack

from ..inquiry import Inquiry
from ..verdict import Fault
from ..wishes import Wishes
from .consent import doubtful_request


def check_request(inquiry: Inquiry, wishes: Wishes) -> Fault | None:
    """A question about a change, or a refusal of it, is no request for it. An answer to our own question is judged as
    that (`confirmation.py`)."""
    operation, text = inquiry.operation, inquiry.turning.turn.text
    if not operation.effect or _answers(inquiry):
        return None
    if any(wants_nothing(text, verbs) for verbs in (title_verbs(operation), verbs_of(operation))):
        return Fault("verb: it is not to be done", "classifier")
    if any(argument.evidence.source is EvidenceSource.TEXT for argument in inquiry.arguments):
        return None
    spoken = [piece for piece in _pieces(text) if wishes.bears_out(inquiry.name, piece)]
    if spoken and all(map(_only_asks, spoken)):
        return Fault("verb: only asks about it", "classifier")
    return None


def plainly_asked(inquiry: Inquiry, wishes: Wishes) -> bool:
    """Whether the customer's words ask for this operation rather than another, and for these values."""
    pack, turn = inquiry.turning.pack, inquiry.turning.turn
    said = asks_for(pack, inquiry.name, turn.text, wishes) or any(
        asks_for(pack, inquiry.name, text, wishes) and not doubtful_request(text) for text in _asked_before(inquiry)
    )
    return said and not unclear_values(inquiry)


def asks_for(pack: Pack, name: str, text: str, wishes: Wishes) -> bool:
    """By the pack's examples, of the whole message or of one of its clauses; and nothing particular is named that the
    operation could do nothing with."""
    return any(wishes.bears_out(name, piece) for piece in _pieces(text)) and not _left_over(pack, name, text)


def unclear_values(inquiry: Inquiry) -> list[str]:
    """The arguments with a value that is not the one that a plain reading of the message gives."""
    turn, operation = inquiry.turning.turn, inquiry.operation
    zone = ZoneInfo(inquiry.turning.pack.tenant.time_zone)
    return [
        argument.name
        for argument in inquiry.arguments
        if not _is_clear(argument, operation.arguments[argument.name], inquiry.arguments, turn, zone)
    ]


def _answers(inquiry: Inquiry) -> bool:
    pending = inquiry.turning.turn.pending
    return inquiry.pending_trusted and pending is not None and pending.operation == inquiry.name


def _asked_before(inquiry: Inquiry) -> Iterator[str]:
    """What the customer wrote before, as far as we have asked for what was missing ever since."""
    turn = inquiry.turning.turn
    pending = turn.pending
    if not _answers(inquiry) or pending is None or pending.kind is not PendingKind.NEEDS_INFO:
        return
    for exchange in reversed(turn.history):
        if exchange.outcome != "needs_info":
            return
        yield exchange.customer


def _pieces(text: str) -> Iterator[str]:
    found = clauses(text)
    yield text
    if len(found) > 1:
        yield from (clause.text for clause in found)


def _only_asks(piece: str) -> bool:
    form = form_of(piece)
    return (form.procedure or form.rule or form.may_i) and not form.request


def _left_over(pack: Pack, name: str, text: str) -> bool:
    """A code or an e-mail address is there, and the operation takes none like it."""
    specs = list(pack.operations[name].arguments.values())
    if emails(text) and not any(spec.type in ("email", *FREE_TYPES) for spec in specs):
        return True
    taken = {spec.pattern for spec in specs if spec.type == "identifier"}
    known = {each for operation in pack.operations.values() for each in _patterns(operation)}
    return any(identifiers(text, pattern) for pattern in known - taken)


def _patterns(operation: Operation) -> Iterator[str]:
    return (spec.pattern for spec in operation.arguments.values() if spec.type == "identifier" and spec.pattern)


def _is_clear(argument: Argument, spec: ArgumentSpec, others: Sequence[Argument], turn: Turn, zone: ZoneInfo) -> bool:
    match argument.evidence.source:
        case EvidenceSource.PENDING:
            return _was_clear(argument, spec, turn, zone)
        case EvidenceSource.HISTORY:
            return False
        case EvidenceSource.RECORD:
            return spec.type in FREE_TYPES or not _not_taken(argument, spec, others, turn, zone)
    meant = _not_taken(argument, spec, others, turn, zone)
    if spec.type == "text":
        announced = any(one.value == argument.value for one in meant)
        return announced or turn.pending is not None or _to_the_end(argument, turn)
    # An address is shown before it is used; a look-up's value is one of the records', or nothing is done.
    return spec.type in FREE_TYPES or (bool(meant) and meant[0].value == argument.value)


def _was_clear(argument: Argument, spec: ArgumentSpec, turn: Turn, zone: ZoneInfo) -> bool:
    """A value of the open question: a record's, or the one meant in one of the messages before."""
    if spec.type in FREE_TYPES:
        return True
    asked = [one for one in (turn.pending.arguments if turn.pending else ()) if one.name == argument.name]
    if asked and asked[0].evidence.source is EvidenceSource.RECORD:
        return True
    earlier = (_meant(spec, each.customer, turn, zone) for each in turn.history)
    return any(meant and meant[0].value == argument.value for meant in earlier)


def _not_taken(
    argument: Argument, spec: ArgumentSpec, others: Sequence[Argument], turn: Turn, zone: ZoneInfo
) -> list[Found[JsonScalar]]:
    """The values meant that are not the words of another argument."""
    taken = [
        (other.evidence.start, other.evidence.end)
        for other in others
        if other is not argument and other.evidence.source is EvidenceSource.TEXT
    ]
    meant = _meant(spec, turn.text, turn, zone)
    return [one for one in meant if not any(_overlap(one, place) for place in taken)]


def _to_the_end(argument: Argument, turn: Turn) -> bool:
    """Free words that nothing announces: all that the message ends with."""
    return not turn.text[argument.evidence.end :].strip(" .!?。！？")


def _meant(spec: ArgumentSpec, text: str, turn: Turn, zone: ZoneInfo) -> list[Found[JsonScalar]]:
    """The values that a message gives, the likeliest first: not taken back, near the words that announce them."""
    cues = [cue for texts in spec.cues.values() for cue in texts]
    if spec.type in FREE_TYPES:
        found = [*quoted(text), *after_cues(text, cues)]
        return [Found(one.value, one.start, one.end, one.text) for one in prefer_corrected(text, found)]
    values: Iterable[Found[JsonScalar]] = values_in(spec, text, turn.received_at, zone)
    if spec.type == "date":  # "November 11" rather than "Thursday"
        values = sorted(values, key=lambda one: not any(sign.isdigit() for sign in one.text))
    near = near_cues(text, list(values), cues) if cues else list(values)
    return prefer_corrected(text, near)


def _overlap(one: Found[JsonScalar], place: tuple[int, int]) -> bool:
    return one.start < place[1] and place[0] < one.end
