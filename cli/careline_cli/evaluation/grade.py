"""Grades one step: right, or wrong with the reason. Never by wording alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Outcome
from careline.models.text import content_words

from .expected import Expected
from .observed import Observed
from .rows import unexpected_writes

# The wordings of a profile field's values, by field: {"type": ("team leader", "arbiter", ...)}.
FieldWords = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Grade:
    """`right` or not, `why` not, and whether something was written that should not have been. `aspect` is what `why` is
    about, in a word that tells nothing of the question: all that may be said of a row that nobody is to read."""

    right: bool
    why: str = ""
    wrong_write: bool = False
    aspect: str = ""


def grade(expected: Expected, observed: Observed, before: Mapping[str, object], words: FieldWords) -> Grade:
    """Grade what was observed. `before`: the business rows before this step, a list by table."""
    surplus = unexpected_writes(expected, observed.diff, before)
    if surplus.unexpected:
        return Grade(False, f"wrote what nobody asked for: {surplus.unexpected}", wrong_write=True, aspect="writes")
    for aspect, problem in (
        ("outcome", _outcome(expected, observed)),
        ("operation", _operation(expected, observed)),
        ("writes", surplus.missing and f"did not write {surplus.missing}"),
        ("look-up", _listed(expected, observed)),
        ("guide", _guide(expected, observed)),
        ("basic info", _basic_info(expected, observed, words)),
    ):
        if problem:
            return Grade(False, problem, aspect=aspect)
    return Grade(True)


def _outcome(expected: Expected, observed: Observed) -> str:
    if observed.outcome is None:
        return "no reply"
    if observed.outcome != expected.outcome:
        over = " (handed over what has an answer)" if observed.outcome is Outcome.HANDOVER else ""
        return f"outcome {observed.outcome}, not {expected.outcome}{over}"
    return ""


def _operation(expected: Expected, observed: Observed) -> str:
    if expected.operation is None:
        return f"took it for {observed.operation}" if observed.operation and expected.profile_field is None else ""
    if observed.operation != expected.operation:
        return f"operation {observed.operation}, not {expected.operation}"
    if expected.args is not None and not same_arguments(expected.args, observed.args):
        return f"arguments {observed.args}, not {expected.args}"
    if expected.missing and set(expected.missing) != set(observed.missing):
        return f"asked for {sorted(observed.missing)}, not {sorted(expected.missing)}"
    wanted = None if expected.reason == "missing_args" else expected.reason
    if (observed.reason or None) != wanted and observed.outcome is not Outcome.NEEDS_INFO:
        return f"reason {observed.reason}, not {expected.reason}"
    return ""


def same_arguments(expected: Mapping[str, JsonScalar], observed: Mapping[str, JsonScalar]) -> bool:
    """Whether two sets of arguments are the same values; text is compared without case and outer blanks."""
    return {k: _plain(v) for k, v in expected.items()} == {k: _plain(v) for k, v in observed.items() if v is not None}


def _plain(value: JsonScalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{float(value):g}"
    text = str(value).strip().casefold()
    try:
        return f"{float(text):g}" if text.replace(".", "", 1).isdigit() else text
    except ValueError:
        return text


def _listed(expected: Expected, observed: Observed) -> str:
    if expected.listed is None:
        return ""
    tokens = set(content_words(observed.reply))
    lost = [key for key in expected.listed if str(key).casefold() not in tokens]
    return f"the reply does not tell of {lost}" if lost else ""


def _guide(expected: Expected, observed: Observed) -> str:
    if not expected.passages:
        return ""
    cited = [observed.cited[p] for p in expected.passages if p in observed.cited]
    if not cited:
        return f"cites {sorted(observed.cited)}, none of {list(expected.passages)}"
    wanted = set(_words(expected.facts)) & set(_words(cited))
    told = set(content_words(observed.reply))
    if len(wanted & told) * 2 < len(wanted):
        return f"tells too little of the facts: lacks {sorted(wanted - told)}"
    return ""


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in content_words(text)]


def _basic_info(expected: Expected, observed: Observed, words: FieldWords) -> str:
    if expected.profile_field is None:
        return ""
    if observed.field != expected.profile_field:
        return f"told the field {observed.field}, not {expected.profile_field}"
    told = f" {observed.reply.casefold()} "
    for fact in expected.facts:
        # "team leader" is not told by "vice team leader": longer values that contain it do not count.
        rest = told
        for other in words.get(expected.profile_field, ()):
            if fact.casefold() in other.casefold() and other.casefold() != fact.casefold():
                rest = rest.replace(other.casefold(), " ")
        if fact.casefold() not in rest:
            return f"does not tell {fact!r}"
    return ""
