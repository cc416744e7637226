"""An answer in the guide's own words: the best passage whole when it is short, else the sentences that fit best."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from careline.contracts.draft import AnswerDraft, Citation
from careline.contracts.evidence import Passage
from careline.models.text import Sentence, content_words, overlap, split_sentences
from careline.tenants.model import GuideBounds

# A passage the encoder finds distant still answers a question whose words it nearly all has.
ENOUGH_WORDS = 0.6
# A second passage scored this close to the first may be the one that was meant; both are given when they are short.
NEAR = 0.02


def answer(
    question: str,
    passages: Sequence[Passage],
    bounds: GuideBounds,
    notes: Sequence[str],
    rejected: Collection[str] = (),
) -> AnswerDraft | None:
    """The draft, or None when no passage is near enough. `passages` best first; `notes` are put before the answer;
    `rejected` are the ids of passages that an earlier round was turned down for."""
    fitting = [p for p in passages if p.id not in rejected and fits(question, p, bounds)]
    if not fitting:
        return None
    chosen = [fitting[0]]
    if len(fitting) > 1 and _both_fit(fitting[0], fitting[1], bounds):
        chosen.append(fitting[1])
    quotes = [(p, quote) for p in chosen for quote in extract(question, p.text, bounds.max_chars)]
    parts = [*notes, *("\n".join(q for p, q in quotes if p is passage) for passage in chosen)]
    return AnswerDraft(
        text="\n".join(parts), citations=tuple(Citation(passage=p.id, quote=quote) for p, quote in quotes)
    )


def fits(question: str, passage: Passage, bounds: GuideBounds) -> bool:
    """Near by meaning, by the search's score (meaning and rare words together), or by sharing the question's words."""
    if max(passage.similarity, passage.score) >= bounds.min_similarity:
        return True
    words = len(set(content_words(question)))
    return words > 1 and overlap(question, f"{passage.title}\n{passage.question}\n{passage.text}") >= ENOUGH_WORDS


def extract(question: str, text: str, max_chars: int) -> list[str]:
    """Quotes from `text` in its order, together no longer than `max_chars` (a single long sentence stays whole)."""
    if len(text) <= max_chars:
        return [text]
    sentences = split_sentences(text)
    wanted = set(content_words(question))
    shared = [len(wanted & set(content_words(sentence.text))) for sentence in sentences]
    best = shared.index(max(shared))
    # What room is left goes to the neighbours of the best sentence: they are its context.
    nearest = sorted(range(len(sentences)), key=lambda i: (-shared[i], abs(i - best), i))
    chosen: set[int] = set()
    length = 0
    for index in nearest:
        length += len(sentences[index].text) + 1
        if chosen and length > max_chars:
            break
        chosen.add(index)
    return list(_runs(text, sentences, sorted(chosen)))


def _runs(text: str, sentences: Sequence[Sentence], chosen: Sequence[int]) -> Iterator[str]:
    """Neighbouring sentences as one quote, exactly as they stand in the text."""
    start = 0
    for position, index in enumerate(chosen):
        if position and index != chosen[position - 1] + 1:
            yield text[sentences[chosen[start]].start : sentences[chosen[position - 1]].end]
            start = position
    yield text[sentences[chosen[start]].start : sentences[chosen[-1]].end]


def _both_fit(first: Passage, second: Passage, bounds: GuideBounds) -> bool:
    near = first.score - second.score <= NEAR
    return near and len(first.text) + len(second.text) <= bounds.max_chars
