"""One turn is one properly nested trace, across topics; headers follow CloudEvents; nothing personal in attributes."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from tests.fixtures.messaging import Lab, Ping, ping, service, until

from careline.messaging import Done, MessageContext, Outcome, Output, Retry, Service, on
from careline.telemetry import TraceIds, capture, current_trace, setup_tracing

pytestmark = pytest.mark.integration


def parent_of(span: ReadableSpan, spans: dict[str, ReadableSpan]) -> str | None:
    if span.parent is None:
        return None
    return next(name for name, other in spans.items() if other.context.span_id == span.parent.span_id)


async def test_two_hops_are_one_tree_from_the_first_publication_to_the_last_handler(lab: Lab) -> None:
    first, second, third = [await lab.topic(name) for name in ("first", "second", "third")]
    exporter = InMemorySpanExporter()
    done: list[MessageContext] = []

    async def hop(event: Ping, context: MessageContext) -> Outcome:
        if context.attempt == 1:
            return Retry(0.0, "Once")
        assert current_trace() == context.trace
        with a.tracing.span("work", route="guide"):
            pass
        return Done((Output(second, event), Output(third, event)))

    async def end(event: Ping, context: MessageContext) -> Outcome:
        done.append(context)
        return Done()

    def make(name: str, *subscriptions) -> Service:  # type: ignore[no-untyped-def]
        tracing = setup_tracing(name, exporter=exporter)
        return service(lab, *subscriptions, publishes=[first, second, third], name=name, tracing=tracing)

    async with make("web") as web, make("a", on(first, hop)) as a, make("b", on(second, end), on(third, end)):
        with web.tracing.span("POST"):
            await web.publish(Output(first, ping("c", 0, "my secret")))
        await until(lambda: len(done) == 2)

    finished = exporter.get_finished_spans()
    assert len({span.context.trace_id for span in finished}) == 1
    attempts = [span for span in finished if span.name == f"a {first.name}"]
    assert [span.attributes["careline.attempt"] for span in attempts if span.attributes] == [1, 2]
    spans = {span.name: span for span in finished}  # of the two attempts, the second
    tree = {name: parent_of(span, spans) for name, span in spans.items()}
    assert tree == {
        "POST": None,
        f"publish {first.name}": "POST",
        f"a {first.name}": f"publish {first.name}",
        "work": f"a {first.name}",
        f"b {second.name}": f"a {first.name}",
        f"b {third.name}": f"a {first.name}",
    }
    assert spans[f"publish {first.name}"].kind is SpanKind.PRODUCER
    assert spans[f"b {second.name}"].kind is SpanKind.CONSUMER
    assert spans[f"b {second.name}"].attributes["careline.turn"] == "c-0"  # type: ignore[index]
    assert "my secret" not in "".join(span.to_json() for span in finished)


async def test_an_output_that_waited_in_an_outbox_continues_the_trace_it_was_decided_in(lab: Lab) -> None:
    source = await lab.topic("source")
    contexts: list[MessageContext] = []

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        contexts.append(context)
        return Done()

    # Without an exporter spans are not recorded, but their ids travel.
    async with service(lab, on(source, handle)) as svc:
        with svc.tracing.span("request"):
            carrier, ids = capture(), current_trace()
        assert current_trace() is None
        await svc.publish(Output(source, ping("c", 0), trace=carrier))
        await until(lambda: contexts)
    assert isinstance(ids, TraceIds)
    assert contexts[0].trace.trace_id == ids.trace_id
    assert contexts[0].trace.span_id != ids.span_id


async def test_records_are_cloud_events_in_binary_mode(lab: Lab) -> None:
    source = await lab.topic("source")
    async with service(lab, publishes=[source], name="gateway") as svc:
        await svc.publish(Output(source, ping("c", 3)), Output(source, ping("c", 3)))
    first, second = await lab.records(source)
    headers = {name: value.decode() for name, value in first.headers}
    event = ping("c", 3)
    assert (first.key, first.value) == (b"c", event.to_bytes())
    assert headers.pop("ce_time").endswith("+00:00")
    assert headers.pop("traceparent").startswith("00-")
    assert headers == {
        "ce_specversion": "1.0",
        "ce_id": event.event_id,
        "ce_type": "careline.test.ping.v1",
        "ce_source": "/careline/gateway",
        "ce_subject": "c-3",
        "content-type": "application/json",
    }
    assert dict(second.headers)["ce_id"].decode() == event.event_id  # the same event, the same id
