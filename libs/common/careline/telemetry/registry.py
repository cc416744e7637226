"""Every metric's name, kind, labels and meaning. A dashboard rename is one edit here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Seconds. Fine where a reflex answer lives, coarse where a language model does.
LATENCY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What a metric is called and what it means. `buckets` (upper bounds, in the metric's unit) for histograms."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = LATENCY_BUCKETS


_HANDLER = ("service", "topic")

HANDLER_SECONDS = MetricSpec(
    "careline_handler_seconds",
    "histogram",
    "One attempt, from its start to its outputs' acknowledgement",
    _HANDLER,
)
HANDLED = MetricSpec(
    "careline_handled_total",
    "counter",
    "Records by how they ended: done, dead_letter, discarded (the partitions had moved)",
    (*_HANDLER, "outcome"),
)
IN_FLIGHT = MetricSpec("careline_in_flight", "gauge", "Records being handled now", _HANDLER)
RETRIES = MetricSpec("careline_retries_total", "counter", "Attempts that will be repeated", _HANDLER)
DEAD_LETTERS = MetricSpec(
    "careline_dead_letters_total", "counter", "Records given up, by error type", (*_HANDLER, "error")
)
COMMIT_LAG = MetricSpec("careline_commit_lag", "gauge", "Records taken from the broker and not yet committed", _HANDLER)
BREAKER_OPEN = MetricSpec(
    "careline_breaker_open",
    "gauge",
    "1 while too many records failed and the consumer stands still",
    _HANDLER,
)
PUBLISHED = MetricSpec("careline_published_total", "counter", "Records acknowledged by the broker", _HANDLER)

_MODEL = ("tenant", "tier")

MODEL_CALLS = MetricSpec("careline_model_calls_total", "counter", "Requests sent to language models", _MODEL)
MODEL_RETRIES = MetricSpec("careline_model_retries_total", "counter", "Those of them that repeated another", _MODEL)
MODEL_MONEY = MetricSpec(
    "careline_model_money_total", "counter", "Their price, in the currency of the tier's prices", _MODEL
)
MODEL_AMOUNTS = MetricSpec(
    "careline_model_amounts_total",
    "counter",
    "Tokens and characters, by kind: prompt_tokens, cached_tokens, completion_tokens, prompt_chars, completion_chars",
    (*_MODEL, "kind"),
)

PURGES = MetricSpec(
    "careline_purges_total",
    "counter",
    "Businesses looked at for what is old, by how it ended: done, rested (not due), busy (another one purges), failed",
    ("outcome",),
)
PURGED = MetricSpec("careline_purged_rows_total", "counter", "Rows deleted because they were old, by kind", ("kind",))
