"""Puts decision, arguments, facts and language together into an Understanding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from careline.contracts.mood import Mood
from careline.contracts.turn import Argument, Turn
from careline.contracts.understanding import CustomerFacts, Request, Route, Span, Understanding
from careline.models.encoder import Embedding, to_bytes
from careline.operations.danger import intent_of_danger
from careline.safety import Danger
from careline.tenants.model import Operation, Pack

from .arguments import merged
from .languages import language_of
from .plans import Plan


def understood(
    pack: Pack,
    turn: Turn,
    made: Plan,
    arguments: tuple[Argument, ...],
    facts: CustomerFacts,
    embedding: Embedding,
) -> Understanding:
    """The classifier's result for a turn that asks for one thing."""
    language = language_of(turn, pack.tenant.languages)
    wanted = _wanted(made, arguments, embedding)
    return Understanding(language=language, confirmation=made.confirmation, facts=facts, **wanted)


def together(
    pack: Pack, turn: Turn, requests: Sequence[Request], later: Sequence[Span], facts: CustomerFacts
) -> Understanding:
    """The classifier's result for several requests, the main one first."""
    main, *further = requests
    wanted = {name: getattr(main, name) for name in Request.model_fields}
    language = language_of(turn, pack.tenant.languages)
    return Understanding(language=language, facts=facts, further=tuple(further), later=tuple(later), **wanted)


def request(made: Plan, arguments: tuple[Argument, ...], embedding: Embedding, place: tuple[int, int]) -> Request:
    """One request of several, said at the characters of `place`."""
    return Request(span=Span(start=place[0], end=place[1]), **_wanted(made, arguments, embedding))


def _wanted(made: Plan, arguments: tuple[Argument, ...], embedding: Embedding) -> dict[str, Any]:
    route, name = made.intent.route, made.intent.name
    return {
        "route": route,
        "confidence": min(1.0, max(0.0, made.confidence)),
        "intent": name or route.value,
        "fact": name if route is Route.BASIC_INFO else None,
        "operation": name if route is Route.OPERATION else None,
        "arguments": arguments,
        "embedding": to_bytes(embedding),
    }


def complete(
    operation: Operation, given: Mapping[str, Argument], said: Mapping[str, Argument], supplied: Mapping[str, Argument]
) -> tuple[Argument, ...]:
    """What the customer says now goes before what was given earlier, and that before what records supply."""
    return merged(operation, supplied, given, said)


def for_a_person(understanding: Understanding, danger: Danger) -> Understanding:
    """The same message read as one that only a person may answer: nothing that it asks for is done on its way there."""
    urgency = "high" if danger is Danger.SELF_HARM else understanding.mood.urgency
    return Understanding(
        route=Route.HUMAN,
        confidence=1.0,
        intent=intent_of_danger(danger),
        language=understanding.language,
        facts=understanding.facts,
        embedding=understanding.embedding,
        mood=Mood(urgency=urgency),
    )


def needs_retrieval(understanding: Understanding) -> bool:
    """Whether a draft has to rest on the guide; every other route has what it needs."""
    return any(each.route is Route.GUIDE for each in (understanding, *understanding.further))
