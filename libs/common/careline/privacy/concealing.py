"""What a log, a trace or a dead letter may say of a text: no personal data, and no value that an error quotes.

An error of the database or of a validation quotes the value that it complains about, which may be a name that no
pattern knows. Such quotations go as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import find
from .masking import redact
from .spans import Kind, Span, settle, span_at

_LONGEST = 20_000
# Looked at beyond the cut, so that what stands across it is known for what it is.
_BEYOND = 1_000
# One word of code, or an identifier of ours: most of what a span has, and nothing that needs a search.
_PLAIN = re.compile(r"[a-z_.]{0,80}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CUT = " ... (cut)"
_QUOTATIONS = (
    re.compile(
        r"\bKey \([^)\n]{1,200}\)=\((?P<value>[^\n]{1,2000}?)(?:\)(?= (?:already|is|conflicts|violates)|\.|$)|$)", re.M
    ),
    re.compile(r"\bFailing row contains \((?P<value>[^\n]{1,4000})"),
    re.compile(r"\binvalid (?:input (?:syntax|value)|byte sequence)[^\n:]{0,80}: \"(?P<value>[^\n]{0,2000})\""),
    re.compile(r"\binput_value=(?P<value>'[^\n]{0,2000}'|\"[^\n]{0,2000}\"|[^\n]{0,2000})(?=, input_type=)"),
    re.compile(
        r"\b(?:invalid literal for \w+\(\) with base \d+|could not convert string to float): (?P<value>[^\n]{1,2000})"
    ),
    re.compile(r"\bTime data (?P<value>[^\n]{1,2000}?) does not match", re.I),
)


def conceal(text: str) -> str:
    """`text` without personal data, cut after 20,000 characters."""
    if _PLAIN.fullmatch(text):
        return text
    seen = text[: _LONGEST + _BEYOND]
    spans = [span for span in settle([*find(seen), *_quoted(seen)]) if span.start < _LONGEST]
    if len(text) <= _LONGEST:
        return redact(text, spans) if spans else text
    end = max([_LONGEST, *(span.end for span in spans)])
    return redact(text[:end], spans) + _CUT


def _quoted(text: str) -> Iterator[Span]:
    for pattern in _QUOTATIONS:
        for match in pattern.finditer(text):
            if match["value"] not in {"", f"<{Kind.QUOTED}>"}:
                yield span_at(text, Kind.QUOTED, *match.span("value"), 0.9)
