"""The client against a real socket: constrained answers, accounts, traces, keys."""

from __future__ import annotations

import logging
import math
from decimal import Decimal

import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from tests.fixtures.llm import KEY, Bench, Routing

from careline.llm.errors import Refused, SchemaBroken, TooLong, Unfinished
from careline.testing.model_server import Hostility, Rule

pytestmark = pytest.mark.component

GOOD = Rule(answer_json={"route": "guide", "confidence": 0.8, "quote": "包裹"}, confidence=0.5)


async def test_a_constrained_answer_becomes_the_model(bench: Bench) -> None:
    bench.play(GOOD)
    done = await bench.client.object(bench.tier, bench.call(logprobs=True), Routing)
    assert done.value == Routing(route="guide", confidence=0.8, quote="包裹")
    assert done.mean_logprob == pytest.approx(math.log(0.5))
    assert done.finish == "stop"


async def test_the_server_is_given_the_schema_in_its_strict_form(bench: Bench) -> None:
    await bench.client.object(bench.tier, bench.call(), Routing)
    sent = bench.server.seen[-1]
    assert sent.schema_name == "Routing"
    assert sent.wanted is not None
    assert sent.wanted["required"] == ["route", "confidence", "quote"]
    assert sent.wanted["additionalProperties"] is False
    assert sent.messages[0].role == "system"


async def test_the_adapter_of_a_business_is_asked_for_by_its_name(bench: Bench) -> None:
    bench.play(models=("m-7b", "shop-lora"))
    await bench.client.text(bench.with_tier(model="shop-lora"), bench.call())
    assert bench.server.seen[-1].model == "shop-lora"
    with pytest.raises(Refused, match="no such model or adapter"):
        await bench.client.text(bench.with_tier(model="tea-lora"), bench.call())


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (Hostility.NOT_JSON, SchemaBroken),
        (Hostility.WRONG_TYPES, SchemaBroken),
        (Hostility.MISSING_FIELDS, SchemaBroken),
        (Hostility.UNKNOWN_CHOICE, SchemaBroken),
        (Hostility.INJECTED, SchemaBroken),
        (Hostility.DEEP, SchemaBroken),
        (Hostility.ECHO, SchemaBroken),
        (Hostility.HUGE, TooLong),
        (Hostility.BLANKS, TooLong),
    ],
)
async def test_a_hostile_answer_is_a_named_error_and_is_not_asked_for_again(
    bench: Bench, kind: Hostility, error: type[Exception]
) -> None:
    bench.play(Rule(hostile=kind))
    with pytest.raises(error) as caught:
        await bench.client.object(bench.tier, bench.call(), Routing)
    assert len(bench.server.seen) == 1
    assert KEY not in str(caught.value)
    assert "Ignore" not in str(caught.value)


async def test_a_model_that_writes_blanks_for_ever_is_stopped_with_advice(bench: Bench) -> None:
    bench.play(Rule(hostile=Hostility.BLANKS))
    with pytest.raises(TooLong, match="disable_any_whitespace"):
        await bench.client.object(bench.tier, bench.call(max_tokens=4096), Routing)


async def test_further_fields_are_refused_where_the_model_forbids_them(bench: Bench) -> None:
    class Closed(Routing, extra="forbid"):
        pass

    bench.play(Rule(hostile=Hostility.FURTHER_FIELDS))
    with pytest.raises(SchemaBroken, match="a field that does not exist") as caught:
        await bench.client.object(bench.tier, bench.call(), Closed)
    assert "sql" not in str(caught.value)


async def test_an_answer_that_ran_into_its_limit_is_unfinished(bench: Bench) -> None:
    bench.play(Rule(answer_json={"route": "guide", "confidence": 1, "quote": "long " * 50}))
    with pytest.raises(Unfinished, match="8 tokens"):
        await bench.client.object(bench.tier, bench.call(max_tokens=8), Routing)


async def test_the_accounts_add_up(bench: Bench) -> None:
    bench.play(Rule(user="flaky", times=1, fault="status", status=503), GOOD)
    large = bench.with_tier(name="large")
    calls = [("shop", "t-1", bench.tier), ("shop", "t-1", large), ("shop", "t-2", bench.tier), ("tea", "t-1", large)]
    results = [
        await bench.client.object(tier, bench.call("flaky", tenant=tenant, turn=turn), Routing)
        for tenant, turn, tier in calls
    ]
    total = sum((one.spent.usage for one in results[1:]), results[0].spent.usage)
    counters = bench.server.counters
    assert total.calls == len(bench.server.seen) == 5
    assert total.retries == 1
    assert total.completion_tokens > 0
    by_tenant = bench.accounts.tenant("shop") + bench.accounts.tenant("tea")
    assert by_tenant == bench.accounts.tier("small") + bench.accounts.tier("large")
    assert by_tenant.usage == total
    assert by_tenant.money == (total.prompt_tokens * Decimal(2) + total.completion_tokens * Decimal(8)) / 1_000_000
    assert set(bench.accounts.turn("shop", "t-1")) == {"small", "large"}
    taken = bench.accounts.take("shop", "t-1")
    assert taken["small"].usage.retries == 1
    assert not bench.accounts.turn("shop", "t-1")
    assert counters.running == 0


async def test_the_shared_prefix_is_seen_in_the_cache(bench: Bench) -> None:
    system = "You sort messages. " * 20
    call = bench.call()
    shared = type(call)(type(call.prompt)(system, "one", "n"), "shop", "t", call.deadline)
    await bench.client.text(bench.tier, shared)
    again = await bench.client.text(bench.tier, shared)
    assert again.spent.usage.cached_tokens > 32
    assert again.spent.usage.prompt_tokens >= again.spent.usage.cached_tokens


async def test_without_the_servers_numbers_usage_is_estimated_and_said_so(bench: Bench) -> None:
    bench.play(Rule(answer="done", usage=False))
    done = await bench.client.text(bench.tier, bench.call())
    assert done.spent.usage.estimated == 1
    assert done.spent.usage.prompt_tokens > 0


async def test_spans_follow_the_conventions_and_hold_no_content(bench: Bench) -> None:
    bench.play(GOOD)
    await bench.client.object(bench.tier, bench.call("my card is 4711"), Routing)
    (span,) = bench.spans.get_finished_spans()
    attributes = dict(span.attributes or {})
    known = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
    assert {name for name in attributes if name.startswith("gen_ai.")} <= known
    assert attributes["gen_ai.request.model"] == "m-7b"
    assert attributes["gen_ai.usage.input_tokens"] > 0
    assert attributes["careline.tenant"] == "shop"
    written = span.to_json()
    assert "4711" not in written
    assert "包裹" not in written


async def test_a_failed_call_marks_its_span_with_the_type_only(bench: Bench) -> None:
    bench.play(Rule(hostile=Hostility.ECHO))
    with pytest.raises(SchemaBroken):
        await bench.client.object(bench.tier, bench.call("my card is 4711"), Routing)
    (span,) = bench.spans.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "SchemaBroken"
    assert "4711" not in span.to_json()


async def test_a_key_is_nowhere_to_be_seen(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Not in logs at their most talkative, errors, traces or reprs; although the server echoes what it got."""
    caplog.set_level(logging.DEBUG)
    bench.play(key="another")
    with pytest.raises(Refused, match="set the tier's key") as caught:
        await bench.client.text(bench.tier, bench.call())
    bench.play(Rule(hostile=Hostility.ECHO), key=KEY)
    with pytest.raises(SchemaBroken):
        await bench.client.object(bench.tier, bench.call(), Routing)
    spans = "".join(span.to_json() for span in bench.spans.get_finished_spans())
    seen = [caplog.text, repr(caught.value), str(caught.value), spans, repr(bench.tier), str(bench.tier)]
    assert caplog.text  # something was logged
    assert not [text for text in seen if KEY in text]


async def test_calls_one_after_the_other_use_one_connection(bench: Bench) -> None:
    before = bench.server.counters.connections
    for _ in range(5):
        await bench.client.object(bench.tier, bench.call(), Routing)
    assert bench.server.counters.connections == before + 1


async def test_a_server_that_does_not_stream_is_understood(bench: Bench) -> None:
    bench.play(Rule(answer="whole", streams=False))
    assert (await bench.client.text(bench.tier, bench.call())).value == "whole"
