"""Puts decision, arguments, facts and language together into an Understanding."""

from __future__ import annotations

from collections.abc import Mapping

from careline.contracts.turn import Argument, Turn
from careline.contracts.understanding import CustomerFacts, Route, Understanding
from careline.models.encoder import Embedding, to_bytes
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
    """The classifier's result for a turn."""
    route, name = made.intent.route, made.intent.name
    return Understanding(
        language=language_of(turn, pack.tenant.languages),
        route=route,
        confidence=min(1.0, max(0.0, made.confidence)),
        intent=name or route.value,
        fact=name if route is Route.BASIC_INFO else None,
        operation=name if route is Route.OPERATION else None,
        arguments=arguments,
        confirmation=made.confirmation,
        facts=facts,
        embedding=to_bytes(embedding),
    )


def complete(
    operation: Operation, given: Mapping[str, Argument], said: Mapping[str, Argument], supplied: Mapping[str, Argument]
) -> tuple[Argument, ...]:
    """What the customer says now goes before what was given earlier, and that before what records supply."""
    return merged(operation, supplied, given, said)


def needs_retrieval(understanding: Understanding) -> bool:
    """Whether the draft has to rest on the guide; every other route has what it needs."""
    return understanding.route is Route.GUIDE
