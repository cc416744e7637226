"""Spans leave the process without personal data, whoever set their attributes.

Done when a batch is exported (in the exporter's own thread), not when a span ends: a turn never waits for it, and
without an exporter it costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import Attributes

from careline.privacy import conceal

# Set by this library from names and numbers of its own, five times a turn: never a customer's words.
_OURS = frozenset({"messaging.system", "messaging.destination.name", "messaging.destination.partition.id"})


class ConcealingExporter(SpanExporter):
    """Hands spans on to `inner` with every text in them concealed: names, attributes, events, links, statuses."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As the inner exporter says."""
        return self._inner.export([_concealed(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _concealed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=_name(span.name),
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=_attributes(span.attributes),
        events=[Event(conceal(event.name), _attributes(event.attributes), event.timestamp) for event in span.events],
        links=[Link(link.context, _attributes(link.attributes)) for link in span.links],
        kind=span.kind,
        status=_status(span.status),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


@lru_cache(maxsize=256)
def _name(name: str) -> str:
    """There are few of them, said over and over."""
    return conceal(name)


def _attributes(attributes: Attributes) -> Attributes:
    return {name: value if name in _OURS else _value(value) for name, value in (attributes or {}).items()}


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return conceal(value)
    return [_value(each) for each in value] if isinstance(value, Sequence) and not isinstance(value, bytes) else value


def _status(status: Status) -> Status:
    return Status(status.status_code, conceal(status.description)) if status.description else status
