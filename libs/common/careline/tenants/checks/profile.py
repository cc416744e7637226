"""profile.yaml: queries that only read, facts that they fetch, words that can be said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..data import Data
from ..pack import GuidePassage
from ..problems import suggestion
from ..profile import Profile
from ..queries import QueryError, parse_query
from ..sealed import faults
from .report import ANYTHING, LEAF, Names, Report

NOW: Names = {"now": ANYTHING, "today": ANYTHING}


def fact_names(profile: Profile | None) -> Names | None:
    """What may follow `facts.`; ANYTHING when the queries cannot be read."""
    if profile is None:
        return ANYTHING
    names: dict[str, Any] = {"known": LEAF}
    for text in profile.queries:
        try:
            names.update(dict.fromkeys(parse_query(text).columns, LEAF))
        except QueryError:
            return ANYTHING
    return names


def check_profile(report: Report, profile: Profile, data: Data | None, guide: Iterable[GuidePassage] = ()) -> None:
    """Queries are plain SELECTs over the pack's tables; facts, expressions and words fit their columns."""
    owner: dict[str, int] = {}
    for index, text in enumerate(profile.queries):
        _check_query(report, index, text, data, owner)
    facts = fact_names(profile)
    names: Names = {"facts": facts, "customer": LEAF, **NOW}
    report.expression(("known",), profile.known, names)
    for name, fact in profile.facts.items():
        at = ("facts", name)
        if facts is not None and name not in facts:
            report.add(at, f"no query has a column {name!r}{suggestion(name, facts)}")
        report.examples((*at, "examples"), fact.examples)
        report.words((*at, "say"), fact.say, names)
        for value, words in fact.values.items():
            report.words((*at, "values", value), words, LEAF)
    report.words(("unknown",), profile.unknown, LEAF)
    for index, name in enumerate(profile.visible):
        if facts is not None and name not in facts:
            report.add(("visible", index), f"no query has a column {name!r}{suggestion(name, facts)}")
    for place, message in faults(profile, data) if data is not None else ():
        report.add(("sealed", place), message)
    for name in profile.personal:
        if facts is not None and name not in facts:
            report.add(("personal", name), f"no query has a column {name!r}{suggestion(name, facts)}")
    for index, note in enumerate(profile.guide_notes):
        report.expression(("guide_notes", index, "when"), note.when, names)
        report.words(("guide_notes", index, "say"), note.say, names)
        _check_about(report, index, note.about, guide)


def _check_about(report: Report, index: int, about: Iterable[str], guide: Iterable[GuidePassage]) -> None:
    """Names of articles and sections; a guide that lies elsewhere and is absent can't be looked into."""
    known = {name for passage in guide for name in (passage.document, passage.id)}
    for place, name in enumerate(about):
        if known and name not in known:
            what = "section" if "#" in name else "article"
            message = f"the guide has no {what} {name!r}{suggestion(name, known)}"
            report.add(("guide_notes", index, "about", place), message)


def _check_query(report: Report, index: int, text: str, data: Data | None, owner: dict[str, int]) -> None:
    at = ("queries", index)
    try:
        query = parse_query(text)
    except QueryError as error:
        report.add(at, str(error))
        return
    if "$1" not in query.sql:
        report.add(at, "the query has to ask for :customer, or it would fetch somebody else's row")
    for name in sorted(query.tables):
        if data is not None and name not in data.tables:
            report.add(at, f"unknown table {name!r}{suggestion(name, data.tables)}")
    for column in query.columns:
        if column == "known":
            report.add(at, "the name 'known' is taken: it says whether the customer is in the system")
        if owner.setdefault(column, index) != index:
            report.add(at, f"query {owner[column] + 1} has a column {column!r} already")
