"""safety.yaml: words that can be said, phrases that are some."""

from __future__ import annotations

from ..base import Examples
from ..problems import Path
from ..safety import Safety
from .report import Report

_SHORTEST = 2


def check_safety(report: Report, safety: Safety, given: object) -> None:
    """`given` is the file as it was read: only what a pack writes itself is looked at, defaults are ours."""
    before = given.get("before") if isinstance(given, dict) else None
    for danger, spec in safety.before.items():
        said = before.get(danger.value) if isinstance(before, dict) else None
        if not isinstance(said, dict):
            continue
        at = ("before", danger.value)
        if "say" in said:
            report.words((*at, "say"), spec.say, {})
        _phrases(report, (*at, "words"), spec.words)
        _phrases(report, (*at, "excepted"), spec.excepted)
    _phrases(report, ("after", "words"), safety.after.words)
    _phrases(report, ("after", "promises"), safety.after.promises)


def _phrases(report: Report, at: Path, phrases: Examples) -> None:
    for language, texts in phrases.items():
        if language not in report.languages:
            report.add((*at, language), f"{language!r} is not among the languages of tenant.yaml")
        for index, text in enumerate(texts):
            if len(text.strip()) < _SHORTEST:
                report.add((*at, language, index), f"{text!r} is too short: it would be found everywhere")
