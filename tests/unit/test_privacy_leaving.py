"""Logs and spans: everything in them is concealed, nothing else is changed, and no failure gets around it."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.fixtures.privacy import SECRETS, TEXT, leaked, leaving

from careline.privacy.logs import Concealing, install
from careline.telemetry import setup_tracing

pytestmark = pytest.mark.unit


@pytest.fixture
def hook() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before


def test_a_log_line_keeps_all_but_the_personal_data() -> None:
    with leaving() as out:
        logging.getLogger("any.where").warning("offset %d of %s: %s", 7, "turns.received", "ada@example.org")
    assert out.written.getvalue() == "WARNING any.where offset 7 of turns.received: <email>\n"


def test_tracebacks_stacks_and_broken_lines_are_concealed(capsys: pytest.CaptureFixture[str]) -> None:
    with leaving() as out:
        log = logging.getLogger("careline.x")
        try:
            raise ValueError(TEXT)
        except ValueError:
            log.exception("said %s", TEXT, stack_info=True)
        log.error("%d", TEXT)
        log.error(TEXT, "too many", "arguments")
    written = out.written.getvalue()
    assert "Traceback (most recent call last)" in written
    assert "Stack (most recent call last)" in written
    assert "could not be written (TypeError)" in written
    assert leaked(out.bare.getvalue()) == list(SECRETS)
    assert leaked(written) == []
    assert capsys.readouterr().err == ""


def test_a_handler_further_down_gets_the_record_concealed() -> None:
    records: list[logging.LogRecord] = []

    class Exporting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    with leaving():
        logging.getLogger().addHandler(Exporting())
        try:
            raise ValueError(TEXT)
        except ValueError:
            logging.getLogger("x").exception("said %s", TEXT)
    (record,) = records
    assert leaked(f"{record.__dict__}") == []


def test_installing_twice_installs_once(hook: None) -> None:
    handler = logging.StreamHandler(io.StringIO())
    install([handler])
    install([handler])
    assert [type(each) for each in handler.filters] == [Concealing]


SERVICE = """
import os, sys
from careline.runtime import Application, ServiceSettings, run
class Part:
    async def start(self):
        raise RuntimeError(sys.argv[1])
    async def stop(self): ...
    def health(self): ...
run("x", ServiceSettings, lambda settings: Application("x", {"part": Part()}))
"""


def test_a_service_that_dies_says_why_without_saying_who() -> None:
    environment = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "CARELINE_HTTP_PORT": "0", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", SERVICE, TEXT], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert "RuntimeError: extend ML-1001 by 7 days. My name is <name>" in done.stderr
    assert leaked(done.stderr + done.stdout) == []


def test_a_span_is_exported_whole_but_concealed() -> None:
    exporter = InMemorySpanExporter()
    tracing = setup_tracing("svc", exporter=exporter)
    with tracing.span("outer") as outer, tracing.span(f"read {TEXT}", route="guide", count=3, ok=True) as span:
        span.set_attribute("said", TEXT)
        span.set_attribute("list", [TEXT, "plain"])
        span.set_attribute("numbers", [1, 2])
        span.add_event("note", {"text": TEXT})
        span.add_link(outer.get_span_context(), {"text": TEXT})
        span.set_status(trace.StatusCode.ERROR, TEXT)
    inner, first = exporter.get_finished_spans()
    assert leaked(inner.to_json()) == []
    assert inner.attributes
    assert (inner.attributes["route"], inner.attributes["count"], inner.attributes["ok"]) == ("guide", 3, True)
    assert list(inner.attributes["numbers"]) == [1, 2]  # type: ignore[arg-type]
    assert inner.parent is not None
    assert inner.parent.span_id == first.get_span_context().span_id
    assert inner.get_span_context() == span.get_span_context()
    assert inner.links[0].context == outer.get_span_context()
    assert inner.start_time <= inner.end_time  # type: ignore[operator]
    assert inner.status.status_code is trace.StatusCode.ERROR
    assert "<email>" in inner.to_json()
