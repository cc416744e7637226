"""Arguments with their evidence: from the message, the open question, earlier messages, the customer's records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from careline.contracts.base import JsonScalar
from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource, Exchange, Pending, Turn
from careline.models.folding import fold
from careline.tenants.model import ArgumentSpec, FromRecord, Operation

from .values import Looked, Strength, Value, find, find_any, narrowness, takes_names

# "it", "that order", "the same one": what was spoken of before is meant.
_POINTS_BACK = re.compile(
    r"\b(?:it|that|this|them|those|these|same|one)\b|它|这个|那个|这单|那单|该订单|刚才|上面|同一"
)
# How many exchanges back a particular thing may have been named.
_HISTORY = 3


def in_order(operation: Operation) -> list[tuple[str, ArgumentSpec]]:
    """The arguments as they are looked for: narrow forms first."""
    return sorted(operation.arguments.items(), key=lambda item: narrowness(item[1]))


def find_all(
    specs: Mapping[str, ArgumentSpec], looked: Mapping[str, Looked], known: Mapping[str, Value]
) -> dict[str, Value]:
    """The values of an operation's arguments in one text. `known` are those that announce themselves by their form.

    What a cue announces goes before what only looks like a name; a name is taken only when a single argument is left
    that it could be for.
    """
    found = dict(known)
    for strength in (Strength.CUED, Strength.NAMED, Strength.WHOLE):
        left = [name for name in specs if name not in found]
        open_to_names = [name for name in left if takes_names(specs[name])]
        if strength is not Strength.CUED and len(open_to_names) > 1:
            left = [name for name in left if name not in open_to_names or looked[name].answer]
        for name in left:
            value = find(specs[name], looked[name], strength, list(found.values()))
            if value is not None:
                found[name] = value
    return found


def from_text(name: str, value: Value, turn: Turn) -> Argument:
    """With the place in the message as evidence."""
    evidence = ArgumentEvidence(
        source=EvidenceSource.TEXT, quote=value.text, turn=turn.ref.turn, start=value.start, end=value.end
    )
    return Argument(name=name, value=value.value, evidence=evidence)


def from_pending(pending: Pending) -> tuple[Argument, ...]:
    """What was given before, in the question that this message answers."""
    return tuple(
        argument.model_copy(
            update={
                "evidence": ArgumentEvidence(
                    source=EvidenceSource.PENDING, quote=argument.evidence.quote, turn=pending.asked_in
                )
            }
        )
        for argument in pending.arguments
    )


def from_history(name: str, spec: ArgumentSpec, looked: Looked, history: Sequence[Exchange]) -> Argument | None:
    """An identifier that the customer named lately; only identifiers are plain enough to be taken over."""
    if spec.type != "identifier":
        return None
    for exchange in reversed(history[-_HISTORY:]):
        earlier = replace(looked, text=exchange.customer, names=(), answer=False)
        value = find_any(spec, earlier)
        if value is not None:
            evidence = ArgumentEvidence(
                source=EvidenceSource.HISTORY, quote=value.text, turn=exchange.turn, start=value.start, end=value.end
            )
            return Argument(name=name, value=value.value, evidence=evidence)
    return None


def from_message(name: str, spec: ArgumentSpec, looked: Looked, message: Turn) -> Argument | None:
    """An identifier that another request of the same message names."""
    value = find_any(spec, replace(looked, answer=False)) if spec.type == "identifier" else None
    # Its place is counted as in a part that begins where the message does: `moved` leaves it.
    return None if value is None else from_text(name, value, message)


def moved(arguments: Sequence[Argument], by: int, message: Turn) -> tuple[Argument, ...]:
    """Arguments of a part of `message` that begins at `by`, with their places in the whole."""
    return tuple(_moved(argument, by, message.text) for argument in arguments)


def _moved(argument: Argument, by: int, text: str) -> Argument:
    place = argument.evidence
    if place.source is not EvidenceSource.TEXT:
        return argument
    start, end = place.start + by, place.end + by
    if text[start:end] != place.quote:  # found in the whole message, not in the part
        return argument
    return argument.model_copy(update={"evidence": place.model_copy(update={"start": start, "end": end})})


def points_back(text: str) -> bool:
    """Whether the message speaks of something named before."""
    return bool(_POINTS_BACK.search(fold(text)))


def from_record(name: str, source: FromRecord, values: Sequence[JsonScalar]) -> Argument | None:
    """The value of the only matching row."""
    if len(values) != 1 or values[0] is None:
        return None
    return _recorded(name, values[0], f"{source.table}.{source.column}")


def default_of(name: str, spec: ArgumentSpec) -> Argument | None:
    """The pack's own value for an argument that was not given."""
    return None if spec.default is None else _recorded(name, spec.default, "pack.default")


def merged(operation: Operation, *layers: Mapping[str, Argument]) -> tuple[Argument, ...]:
    """Later layers replace earlier ones; in the order of the declaration."""
    together: dict[str, Argument] = {}
    for layer in layers:
        together |= layer
    return tuple(together[name] for name in operation.arguments if name in together)


def by_name(arguments: Sequence[Argument]) -> dict[str, Argument]:
    """The arguments by their names."""
    return {argument.name: argument for argument in arguments}


def changed(found: Sequence[Argument], given: Sequence[Argument]) -> bool:
    """Whether any value found differs from the one given before, or is new."""
    before = {argument.name: argument.value for argument in given}
    return any(argument.name not in before or before[argument.name] != argument.value for argument in found)


def _recorded(name: str, value: JsonScalar, record: str) -> Argument:
    evidence = ArgumentEvidence(source=EvidenceSource.RECORD, quote=str(value), record=record)
    return Argument(name=name, value=value, evidence=evidence)
