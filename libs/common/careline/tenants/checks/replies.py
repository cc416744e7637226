"""replies.yaml, and examples that would teach two things at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..base import Examples
from ..operations import Operation
from ..problems import Path
from ..profile import Profile
from ..replies import Replies
from .profile import NOW
from .report import ANYTHING, LEAF, Names, Report

_CASE = ("complaint", "suggestion")
_PUNCTUATION = re.compile(r"[\s.,;:!?'\"’。，！？；：、]+")


def check_replies(report: Report, replies: Replies, facts: Names | None) -> None:
    """Examples and words of everything that is not an operation."""
    # Said without looking at the customer: none of these words has facts to use.
    names: Names = {}
    for name, reply in replies.small_talk.items():
        report.examples(("small_talk", name, "examples"), reply.examples)
        report.words(("small_talk", name, "say"), reply.say, names)
    for name in ("out_of_scope", "human", *_CASE):
        reply = getattr(replies, name)
        report.examples((name, "examples"), reply.examples)
        report.words((name, "say"), reply.say, {"case": LEAF} if name in _CASE else names)
    for name in ("no_answer", "handover", "sign_in"):
        report.words((name, "say"), getattr(replies, name).say, names)
    for feeling, mood in replies.moods.items():
        report.words(("moods", feeling, "say"), mood.say, names)
    report.words(("confirm", "ask"), replies.confirm.ask, {"summary": LEAF, "facts": facts, "args": ANYTHING, **NOW})
    report.examples(("confirm", "yes", "examples"), replies.confirm.yes.examples)
    report.examples(("confirm", "no", "examples"), replies.confirm.no.examples)
    report.words(("confirm", "no", "say"), replies.confirm.no.say, names)
    report.examples(("guide", "examples"), replies.guide.examples, needed=False)


def check_doubles(
    operations: tuple[Report, dict[str, Operation]],
    profile: tuple[Report, Profile] | None,
    replies: tuple[Report, Replies] | None,
) -> None:
    """No sentence is an example of two things: the classifier could not tell them apart."""
    seen: dict[str, tuple[str, str]] = {}
    for report, label, path, examples in _labelled(operations, profile, replies):
        for language, texts in examples.items():
            for index, text in enumerate(texts):
                key = _PUNCTUATION.sub(" ", text.casefold()).strip()
                if not key:
                    continue
                before, where = seen.setdefault(key, (label, ".".join(map(str, path))))
                if before != label:
                    report.add((*path, language, index), f"{text!r} is an example of {before} already (at {where})")


def _labelled(
    operations: tuple[Report, dict[str, Operation]],
    profile: tuple[Report, Profile] | None,
    replies: tuple[Report, Replies] | None,
) -> Iterable[tuple[Report, str, Path, Examples]]:
    report, catalogue = operations
    for name, operation in catalogue.items():
        yield report, f"operation {name}", ("operations", name, "examples"), operation.examples
        yield report, "guide", ("operations", name, "not_examples"), operation.not_examples
    if profile is not None:
        for name, fact in profile[1].facts.items():
            yield profile[0], f"fact {name}", ("facts", name, "examples"), fact.examples
    if replies is not None:
        yield from _reply_examples(*replies)


def _reply_examples(report: Report, replies: Replies) -> Iterator[tuple[Report, str, Path, Examples]]:
    for name, reply in replies.small_talk.items():
        yield report, f"small talk {name}", ("small_talk", name, "examples"), reply.examples
    for name in ("out_of_scope", "human", *_CASE, "guide"):
        yield report, name.replace("_", " "), (name, "examples"), getattr(replies, name).examples
