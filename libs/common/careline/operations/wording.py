"""What is said about an operation, in the pack's words: one place, so that the verifier can say it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange
from careline.tenants.expressions import holds
from careline.tenants.model import GuideNote, Operation, Pack, Words
from careline.tenants.words import say

from .diffs import as_scope
from .situation import Situation
from .summary import summary


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of `pack` in `language` over a situation. All methods raise WordsError for a defect of the pack."""

    pack: Pack
    language: str
    situation: Situation

    def plain(self, words: Words, **more: Any) -> str:
        """Words over the situation: refusals, notices, facts."""
        return say(words, self.language, self.pack.default_language, self.situation.scope(**more))

    def asking(self, operation: Operation, missing: tuple[str, ...]) -> str:
        """The questions for missing arguments, one a line."""
        return "\n".join(self.plain(operation.arguments[name].ask) for name in missing)

    def question(self, operation: Operation, diff: tuple[RowChange, ...]) -> str:
        """The confirmation question: the operation's own words, else its title and the row changes old -> new."""
        scope = self.situation.scope(diff=as_scope(diff))
        if operation.confirm_say is None:
            title = self.plain(operation.title)
            changes = summary(diff, self.language, self.situation.customer)
            about = f"{title[:1].upper()}{title[1:]}\n{changes}"
        else:
            about = say(operation.confirm_say, self.language, self.pack.default_language, scope)
        ask = self.pack.replies.confirm.ask
        return say(ask, self.language, self.pack.default_language, {**scope, "summary": about})

    def done(
        self, operation: Operation, diff: tuple[RowChange, ...], result: Mapping[str, JsonScalar] | None = None
    ) -> str:
        """The answer of a look-up, or what is said after the commit, over the rows as written; `result` are values
        that another system answered."""
        return self.plain(operation.done, diff=as_scope(diff), result=dict(result or {}))


def fact_text(pack: Pack, field: str, language: str, situation: Situation) -> str:
    """A fact said to the customer; a stranger is told that the business does not know them. Raises WordsError."""
    if not situation.facts.known:
        return say(pack.profile.unknown, language, pack.default_language, situation.scope())
    fact = pack.profile.facts[field]
    value = situation.facts.values.get(field)
    worded = fact.values.get(str(value))
    scope = situation.scope()
    if worded is not None:
        scope["facts"] = {**scope["facts"], field: worded.say(language, pack.default_language)}
    return say(fact.say, language, pack.default_language, scope)


def notes_about(pack: Pack, passages: Iterable[str]) -> tuple[GuideNote, ...]:
    """The notes that may go before an answer from these passages; most answers have none, and need no facts."""
    cited = tuple(passages)
    return tuple(note for note in pack.profile.guide_notes if note.concerns(cited))


def worded_notes(pack: Pack, notes: Iterable[GuideNote], language: str, situation: Situation) -> tuple[str, ...]:
    """What the pack wants said before a guide answer to this customer. Raises ExpressionError, WordsError."""
    scope = situation.scope()
    return tuple(say(note.say, language, pack.default_language, scope) for note in notes if holds(note.when, scope))


def reply_text(pack: Pack, words: Words, language: str, **context: Any) -> str:
    """Wording that looks at no customer: small talk, handing over, a case's number. Raises WordsError."""
    return say(words, language, pack.default_language, {"args": {}, "facts": {}, **context})
