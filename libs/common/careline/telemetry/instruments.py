"""Metrics of one process, made on first use from their declarations in `registry`."""

from __future__ import annotations

from typing import Literal, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics import MetricWrapperBase

from .registry import MetricSpec

M = TypeVar("M", bound=MetricWrapperBase)


class Instruments:
    """Hands out counters, gauges and histograms, with their labels bound. Bind once, outside of hot paths."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._made: dict[str, MetricWrapperBase] = {}

    def counter(self, spec: MetricSpec, **labels: str) -> Counter:
        """The counter of `spec` for these label values."""
        return _bound(self._get(spec, "counter"), Counter, labels)

    def gauge(self, spec: MetricSpec, **labels: str) -> Gauge:
        """The gauge of `spec` for these label values."""
        return _bound(self._get(spec, "gauge"), Gauge, labels)

    def histogram(self, spec: MetricSpec, **labels: str) -> Histogram:
        """The histogram of `spec` for these label values."""
        return _bound(self._get(spec, "histogram"), Histogram, labels)

    def value(self, sample: str, **labels: str) -> float | None:
        """The current value of one sample (e.g. `careline_retries_total`), or None if there is none."""
        return self._registry.get_sample_value(sample, labels)

    def exposition(self) -> bytes:
        """All metrics in the Prometheus text format."""
        return generate_latest(self._registry)

    def _get(self, spec: MetricSpec, kind: Literal["counter", "gauge", "histogram"]) -> MetricWrapperBase:
        if spec.kind != kind:
            raise TypeError(f"{spec.name} is a {spec.kind}, not a {kind}")
        made = self._made.get(spec.name)
        if made is None:
            made = self._made[spec.name] = self._make(spec)
        return made

    def _make(self, spec: MetricSpec) -> MetricWrapperBase:
        match spec.kind:
            case "counter":
                return Counter(spec.name, spec.help, spec.labels, registry=self._registry)
            case "gauge":
                return Gauge(spec.name, spec.help, spec.labels, registry=self._registry)
            case "histogram":
                return Histogram(spec.name, spec.help, spec.labels, registry=self._registry, buckets=spec.buckets)


def _bound(made: MetricWrapperBase, kind: type[M], labels: dict[str, str]) -> M:
    metric = made.labels(**labels) if labels else made
    assert isinstance(metric, kind)
    return metric
