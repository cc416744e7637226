"""A turn's events as stages: order, times, who is behind an event, and what it says."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from careline.testing.examples import NOW, examples, understanding
from careline_insight.domain.entry import entry_of
from careline_insight.domain.timeline import Logged, describe, spent_words, timeline

pytestmark = pytest.mark.unit


def logged(ms: int, event_type: str, round_: int = 0) -> Logged:
    event = next(e for e in examples() if event_type == e.TYPE)
    return Logged(event_type, round_, NOW + timedelta(milliseconds=ms), "t" * 32, json.loads(event.to_bytes()))


def test_stages_are_ordered_and_timed_whatever_the_order_of_arrival() -> None:
    events = [logged(9, "turn.verified"), logged(2, "turn.classified"), logged(0, "turn.received"),
              logged(3, "turn.grounded"), logged(5, "turn.drafted")]  # fmt: skip
    stages = timeline(events)
    assert [(s.service, s.start_ms, s.ms) for s in stages] == [
        ("gateway", 0, 0),
        ("classifier", 0, 2),
        ("retrieval", 2, 1),
        ("executor", 3, 2),
        ("verifier", 5, 4),
    ]


def test_events_of_the_same_millisecond_keep_the_order_of_the_flow() -> None:
    stages = timeline([logged(0, "turn.verified"), logged(0, "turn.drafted"), logged(0, "turn.received")])
    assert [s.event for s in stages] == ["turn.received", "turn.drafted", "turn.verified"]


def test_grounded_without_classified_comes_from_the_classifier() -> None:
    stages = timeline([logged(0, "turn.received"), logged(1, "turn.grounded")])
    assert stages[1].service == "classifier"


def test_a_second_round_is_told_apart() -> None:
    stages = timeline([logged(0, "turn.received"), logged(4, "turn.rejected", 1), logged(6, "turn.grounded", 1)])
    assert [(s.service, s.round) for s in stages] == [("gateway", 0), ("verifier", 1), ("classifier", 1)]


def test_every_event_says_something_an_engineer_can_read() -> None:
    for event in examples():
        assert describe(event.TYPE, json.loads(event.to_bytes())), event.TYPE
    said = describe("turn.classified", {"understanding": json.loads(understanding().model_dump_json())})
    assert said == "operation cancel_order(order=LL-10023) 0.97"


def test_the_log_keeps_the_event_without_its_embedding() -> None:
    classified = examples()[1]
    entry = entry_of(classified, "turns.classified", 1_700_000_000_123, "ab" * 16)
    assert "embedding" not in entry.body
    assert json.loads(entry.body)["understanding"]["route"] == "guide"
    assert (entry.event_id, entry.at.microsecond) == (classified.event_id, 123_000)


def test_a_stage_tells_what_it_asked_of_models() -> None:
    stages = timeline([logged(0, "turn.received"), logged(2, "turn.classified"), logged(3, "turn.grounded")])
    asked = "[small careline-small: 1 x, 840+42 tokens, 212 ms]"
    assert [asked in stage.says for stage in stages] == [False, True, False]


def test_a_model_that_failed_is_told_with_its_error() -> None:
    body = json.loads(examples()[1].to_bytes())
    body["spent"][0] |= {"outcome": "DeadlineExceeded", "completion_tokens": 0}
    assert "840+0 tokens, 212 ms, DeadlineExceeded]" in spent_words(body)
    assert spent_words({}) == ""
