"""Spans: W3C trace context in and out, export only when an endpoint is given.

Without an endpoint spans are not recorded but still have ids, which the turn log keeps and which travel in the
messages' headers; that costs a few microseconds a hop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .concealing import ConcealingExporter

Carrier = Mapping[str, str]
AttributeValue = str | int | float | bool

_W3C = TraceContextTextMapPropagator()


@dataclass(frozen=True, slots=True)
class TraceIds:
    """The current span: `trace_id` of 32 and `span_id` of 16 hexadecimal digits."""

    trace_id: str
    span_id: str


@dataclass(frozen=True, slots=True)
class Tracing:
    """The tracer of one process."""

    tracer: trace.Tracer
    _provider: TracerProvider

    @contextmanager
    def span(
        self,
        name: str,
        parent: Carrier | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        **attributes: AttributeValue,
    ) -> Iterator[Span]:
        """Run the body in a span, child of `parent` (a captured context) or of the current span.

        An error marks the span with its type only: messages may quote a customer.
        """
        context = extract(parent) if parent else None
        with self.tracer.start_as_current_span(
            name, context, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                mark_failed(span, type(error).__name__)
                raise

    def shutdown(self) -> None:
        """Export what is left. Call once, when the process ends."""
        self._provider.shutdown()


def setup_tracing(service: str, endpoint: str | None = None, exporter: SpanExporter | None = None) -> Tracing:
    """Make the process's tracer. `endpoint`: base URL of an OTLP/HTTP collector; `exporter`: for tests, synchronous."""
    processors: list[SpanProcessor] = []
    if endpoint:
        processors.append(BatchSpanProcessor(ConcealingExporter(_otlp(endpoint))))
    if exporter:
        processors.append(SimpleSpanProcessor(ConcealingExporter(exporter)))
    sampler = ParentBased(ALWAYS_ON) if processors else ALWAYS_OFF
    provider = TracerProvider(sampler=sampler, resource=Resource({SERVICE_NAME: service}), shutdown_on_exit=False)
    for processor in processors:
        provider.add_span_processor(processor)
    return Tracing(provider.get_tracer("careline"), provider)


def _otlp(endpoint: str) -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")


def current_trace() -> TraceIds | None:
    """Ids of the current span, or None outside of any."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return TraceIds(trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id))


def capture() -> dict[str, str]:
    """The current trace context as traceparent/tracestate, to be kept and taken up later; empty outside of any."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier


def extract(carrier: Carrier) -> Context:
    """The context that `carrier` (traceparent, tracestate) describes; an invalid one starts a new trace."""
    return _W3C.extract(carrier, context=Context())


def mark_failed(span: Span, error_type: str) -> None:
    """Give the span an error status that names the type of the error and quotes nothing."""
    if span.is_recording():
        span.set_status(trace.StatusCode.ERROR, error_type)
        span.set_attribute("error.type", error_type)
