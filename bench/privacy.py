"""What concealing costs: `python -m bench.privacy`. Microseconds for a log line, a span, and a customer's message.

Medians of many single calls in one quiet process. A guide turn logs nothing and, without an exporter, exports nothing.
"""

from __future__ import annotations

import logging
import statistics
import time
import uuid
from collections.abc import Callable

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from careline.privacy import Kind, Known, find
from careline.privacy.logs import Concealing
from careline.telemetry import setup_tracing
from careline.telemetry.concealing import ConcealingExporter

ROUNDS = 2000
LINE = "turns.received: broker unavailable (ConnectionError), trying again"
TRIED = f"conversation {uuid.UUID(int=7)}: the reply to ada@example.org came too late"
MESSAGE = (
    "Hello, my name is Ada Lovelace. Please send order LL-10023 to 14 Elm Road, Springfield, or call +49 170 1234567."
)
RECORD = [Known("Ada Lovelace", Kind.NAME), "LL-10023", "ada@example.org", "Springfield", "2450"]


def microseconds(call: Callable[[], object]) -> float:
    """Median of single calls."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - started)
    return statistics.median(times) / 1000


def line(text: str) -> Callable[[], object]:
    concealing = Concealing()
    return lambda: concealing.filter(logging.LogRecord("x", logging.WARNING, "", 0, "%s", (text,), None))


class Nowhere(SpanExporter):
    def export(self, spans: object) -> SpanExportResult:
        return SpanExportResult.SUCCESS


def a_span() -> ReadableSpan:
    """As the messaging core makes them."""
    spans = InMemorySpanExporter()
    attributes = {
        "messaging.system": "kafka",
        "messaging.destination.name": "turns.received",
        "messaging.destination.partition.id": "3",
        "messaging.kafka.offset": 12345678,
        "messaging.message.id": str(uuid.UUID(int=8)),
        "careline.turn": str(uuid.UUID(int=9)),
        "careline.attempt": 1,
    }
    with setup_tracing("bench", exporter=spans).span("classifier turns.received") as span:
        span.set_attributes(attributes)
    return spans.get_finished_spans()[0]


def main() -> None:
    span, exporter = a_span(), ConcealingExporter(Nowhere())
    rows = {
        "log line without personal data": line(LINE),
        "log line with an id and an address": line(TRIED),
        "log line of 8,000 characters": line(MESSAGE * 70),
        "span of the messaging core, at export": lambda: exporter.export([span]),
        f"customer's message of {len(MESSAGE)} characters": lambda: find(MESSAGE),
        "the same with 5 values of the record": lambda: find(MESSAGE, RECORD),
    }
    for name, call in rows.items():
        print(f"{name:45s} {microseconds(call):8.1f} us")


if __name__ == "__main__":
    main()
