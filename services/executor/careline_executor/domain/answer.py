"""An answer in the guide's own words: the sentences that answer, behind a yes or no where they decide it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from careline.contracts.draft import AnswerDraft, Citation
from careline.contracts.evidence import Passage
from careline.models.answering import Kind, has_answer, lead, said, verdict
from careline.models.text import content_words, overlap
from careline.tenants.model import GuideBounds

from .extracting import Asked, extract, read_question
from .trusting import pieces

# A passage the encoder finds distant still answers a question whose words it nearly all has.
ENOUGH_WORDS = 0.6
# A second passage scored this close to the first may be the one that was meant; both are given when they are short.
NEAR = 0.02
# A passage scored this much below the first is not what was meant, even if the first lacks what was asked for.
REACH = 0.15


def answer(
    question: str,
    passages: Sequence[Passage],
    bounds: GuideBounds,
    rejected: Collection[str] = (),
) -> AnswerDraft | None:
    """The draft, or None when no passage is near enough. `passages` best first; `rejected` are the ids of passages that
    an earlier round was turned down for."""
    return _answer(question, tuple(passages), bounds, frozenset(rejected))


@lru_cache(maxsize=512)
def _answer(
    question: str, passages: tuple[Passage, ...], bounds: GuideBounds, rejected: frozenset[str]
) -> AnswerDraft | None:
    asked = read_question(question)
    near = [p for p in passages if p.id not in rejected and fits(question, p, bounds)]
    fitting = [p for p in near if p.score >= near[0].score - REACH and holds(asked, p)]
    if not fitting:
        return None
    chosen = [fitting[0]]
    if len(fitting) > 1 and _both_fit(fitting[0], fitting[1], bounds):
        chosen.append(fitting[1])
    quotes = [(p, quote) for p in chosen for part in extract(asked, p.text, bounds.max_chars) for quote in pieces(part)]
    said_first = _yes_or_no(question, quotes)
    told = ["\n".join(q for p, q in quotes if p is passage) for passage in chosen]
    return AnswerDraft(
        text="\n".join([said_first + told[0], *told[1:]]),
        citations=tuple(Citation(passage=p.id, quote=quote) for p, quote in quotes),
    )


def holds(asked: Asked, passage: Passage) -> bool:
    """Whether the passage can answer at all: a question for a price needs an amount in it, one for a duration some
    number or time. Other kinds show in too many forms."""
    match asked.kind:
        case Kind.MONEY:
            return has_answer(Kind.MONEY, passage.text)
        case Kind.DURATION:
            return any(has_answer(kind, passage.text) for kind in (Kind.WHEN, Kind.COUNT))
        case _:
            return True


def cited(draft: AnswerDraft) -> tuple[str, ...]:
    """The ids of the passages that an answer rests on."""
    return tuple(citation.passage for citation in draft.citations)


def with_notes(draft: AnswerDraft, notes: Sequence[str]) -> AnswerDraft:
    """The answer behind what the pack wants said first to this customer."""
    return draft.model_copy(update={"text": "\n".join([*notes, draft.text])})


def fits(question: str, passage: Passage, bounds: GuideBounds) -> bool:
    """Near by meaning, by the search's score (meaning and rare words together), or by sharing the question's words."""
    if max(passage.similarity, passage.score) >= bounds.min_similarity:
        return True
    words = len(set(content_words(question)))
    return words > 1 and overlap(question, f"{passage.title}\n{passage.question}\n{passage.text}") >= ENOUGH_WORDS


def _yes_or_no(question: str, quotes: Sequence[tuple[Passage, str]]) -> str:
    """What stands in front, with the space after it; nothing where the quotes do not decide."""
    found = verdict(question, said((quote, passage.title) for passage, quote in quotes))
    if found is None:
        return ""
    language = quotes[0][0].language
    return lead(found, question, language) + ("" if language == "zh" else " ")


def _both_fit(first: Passage, second: Passage, bounds: GuideBounds) -> bool:
    near = first.score - second.score <= NEAR
    return near and len(first.text) + len(second.text) <= bounds.max_chars
