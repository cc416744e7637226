"""Makes a turn fit a token budget. Pure.

Kept always, whole: the question, the customer's facts, the pending operation. Then, while there is room: passages in
the order they come in (the surest first), and the history: the latest exchange and those that bear on the question word
for word, the others by their telling sentences (`summary.py`), the oldest least. What is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .errors import PromptTooLarge
from .marking import Marked, join, mark
from .summary import Past, Question, telling
from .tokens import estimate_tokens

# The history gets at least this share of what the kept parts leave, if it needs it; passages may have the rest.
_HISTORY_SHARE = 0.4
# Below this share of common words an exchange is summarised, but for the latest: "it" and "that" refer to it.
_RELEVANT = 0.2
# Characters; less of a message says nothing.
_WORD = 16


@dataclass(frozen=True, slots=True)
class Material:
    """What a prompt may hold of one turn, as it was written. `passages` are (id, text); `history` oldest first."""

    question: str
    facts: Mapping[str, str] = field(default_factory=dict)
    pending: str = ""
    passages: tuple[tuple[str, str], ...] = ()
    history: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """The same, marked and within the budget; empty where there is nothing. `tokens` is the estimate of all of it."""

    question: Marked
    facts: Marked
    pending: Marked
    passages: Marked
    history: Marked
    tokens: int
    verbatim: int
    summarised: int
    left_out: int

    def variables(self) -> dict[str, Marked]:
        """For a template's `turn`."""
        return {name: getattr(self, name) for name in ("question", "facts", "pending", "passages", "history")}


def fit(material: Material, limit: int) -> Fitted:
    """Within `limit` estimated tokens. Raises PromptTooLarge when not even the kept parts fit."""
    question = mark("customer", material.question)
    facts = join([mark("fact", value, name=name) for name, value in material.facts.items()])
    pending = mark("pending", material.pending) if material.pending else Marked("")
    costs = {"question": estimate_tokens(question), "facts": estimate_tokens(facts), "open": estimate_tokens(pending)}
    room = limit - sum(costs.values())
    if room < 0:
        raise PromptTooLarge(limit - room, limit, max(costs, key=costs.__getitem__))
    wanted = sum(_cost(_verbatim(past)) for past in material.history)
    passages = _passages(material.passages, room - min(wanted, int(room * _HISTORY_SHARE)))
    told = _history(material.history, Question(material.question), room - estimate_tokens(passages))
    history = join([marked for marked, _ in told if marked])
    verbatim = sum(whole for marked, whole in told if marked)
    summarised = sum(not whole for marked, whole in told if marked)
    return Fitted(
        question=question,
        facts=facts,
        pending=pending,
        passages=passages,
        history=history,
        tokens=limit - room + estimate_tokens(passages) + estimate_tokens(history),
        verbatim=verbatim,
        summarised=summarised,
        left_out=len(material.history) - verbatim - summarised,
    )


def shortened(kind: str, text: str, limit: int) -> str:
    """`text` itself if it takes at most `limit` estimated tokens as data of that kind; else its beginning and its end,
    where requests stand, with a sign for what is left out between. Empty if there is no room for a word."""
    whole = len(text)
    kept, made = whole, text
    while (cost := estimate_tokens(mark(kind, made))) > limit:
        # Never more than nine tenths of the last attempt, so that this ends.
        kept = min(int(kept * max(0.0, limit / cost)), kept * 9 // 10)
        if kept < _WORD:
            return ""
        made = f"{text[: kept // 2]} … {text[whole - kept // 2 :]}"
    return made


def _cost(marked: Marked) -> int:
    """With the line break after it."""
    return estimate_tokens(marked) + 1


def _passages(passages: tuple[tuple[str, str], ...], room: int) -> Marked:
    taken: list[Marked] = []
    for name, text in passages:
        marked = mark("passage", text, id=name)
        room -= _cost(marked)
        if room < 0:
            break  # a later one, though shorter, is less sure
        taken.append(marked)
    return join(taken)


def _history(history: tuple[Past, ...], question: Question, room: int) -> list[tuple[Marked, bool]]:
    """One mark per exchange, oldest first, empty where it is left out; and whether it is word for word."""
    told = [(Marked(""), False)] * len(history)
    near = {n for n, past in enumerate(history) if question.relevance(past) >= _RELEVANT}
    near |= {len(history) - 1}
    # Those near the question first; among equals the latest.
    for n in sorted(range(len(history)), key=lambda n: (n not in near, -n)):
        for marked, whole in _forms(history[n], question, n in near):
            cost = _cost(marked)
            if cost <= room:
                told[n] = (marked, whole)
                room -= cost
                break
    return told


def _forms(past: Past, question: Question, near: bool) -> Iterator[tuple[Marked, bool]]:
    """In how many words it may be told, the preferred ones first. A summary that saves nothing is none."""
    whole = _verbatim(past)
    if near:
        yield whole, True
    brief = mark("earlier_summary", telling(past, question))
    if _cost(brief) < _cost(whole):
        yield brief, False
    elif not near:
        yield whole, True


def _verbatim(past: Past) -> Marked:
    return join([mark("earlier_customer", past.customer), mark("earlier_reply", past.reply)])
