"""Tracing without an exporter, spans without personal data, metrics by their declarations."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from careline.telemetry import Instruments, capture, current_trace, registry, setup_tracing

pytestmark = pytest.mark.unit


def test_without_an_endpoint_spans_have_ids_and_record_nothing() -> None:
    tracing = setup_tracing("svc")
    with tracing.span("outer", route="guide") as outer:
        ids = current_trace()
        assert ids
        assert (len(ids.trace_id), len(ids.span_id)) == (32, 16)
        assert not outer.is_recording()
        with tracing.span("inner"):
            inner = current_trace()
            assert inner
            assert inner.trace_id == ids.trace_id
            assert inner.span_id != ids.span_id
    assert current_trace() is None
    assert capture() == {}


def test_a_captured_context_is_taken_up_later() -> None:
    exporter = InMemorySpanExporter()
    tracing = setup_tracing("svc", exporter=exporter)
    with tracing.span("request"):
        carrier = capture()
    with tracing.span("later", parent=carrier):
        pass
    request, later = exporter.get_finished_spans()
    assert later.parent
    assert later.parent.span_id == request.context.span_id
    assert later.resource.attributes["service.name"] == "svc"


def test_a_failed_span_names_the_error_and_quotes_nothing() -> None:
    exporter = InMemorySpanExporter()
    with pytest.raises(ValueError, match="secret"), setup_tracing("svc", exporter=exporter).span("work"):
        raise ValueError("the customer's secret")
    (span,) = exporter.get_finished_spans()
    assert span.status.description == "ValueError"
    assert "secret" not in span.to_json()


def test_an_endpoint_turns_export_on() -> None:
    tracing = setup_tracing("svc", endpoint="http://127.0.0.1:9")
    with tracing.span("work") as span:
        assert span.is_recording()


def test_metrics_are_made_once_from_their_declaration() -> None:
    instruments = Instruments()
    labels = {"service": "s", "topic": "t"}
    instruments.counter(registry.RETRIES, **labels).inc()
    instruments.counter(registry.RETRIES, **labels).inc()
    assert instruments.value("careline_retries_total", **labels) == 2
    assert b'careline_retries_total{service="s",topic="t"} 2.0' in instruments.exposition()
    with pytest.raises(TypeError, match="is a counter"):
        instruments.gauge(registry.RETRIES, **labels)
    assert Instruments().value("careline_retries_total", **labels) is None
