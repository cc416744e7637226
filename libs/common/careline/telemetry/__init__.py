"""Tracing and metrics.

    tracing = setup_tracing("classifier", settings.otlp_endpoint)   # None: spans have ids, nothing is exported
    with tracing.span("classify", route="guide"): ...               # child of whatever span is current
    current_trace()                                  # TraceIds(trace_id, span_id) in hex, or None
    carrier = capture()                              # the current trace context, to be kept in a row (an outbox)
    with tracing.span("deliver", parent=carrier): ...

    instruments = Instruments()                      # the metrics of one process; their names are in `registry`
    instruments.histogram(registry.HANDLER_SECONDS, service="classifier", topic="turns.received").observe(0.01)
    instruments.exposition()                         # bytes for /metrics

Span attributes hold ids and route names only, never a customer's words; what is exported is concealed all the same.
"""

from .instruments import Instruments
from .registry import MetricSpec
from .tracing import Carrier, TraceIds, Tracing, capture, current_trace, setup_tracing

__all__ = [
    "Carrier",
    "Instruments",
    "MetricSpec",
    "TraceIds",
    "Tracing",
    "capture",
    "current_trace",
    "setup_tracing",
]
