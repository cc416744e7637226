"""Sentences of an answer that are no quotes: do they say what the quotes say, and nothing that only a ledger could?

Words alone are looked at, so this is no proof; it is what every answer in somebody's own words has to pass, whatever
wrote it. Language-generic (English and Chinese), no word of any business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz

from careline.contracts.draft import AnswerDraft
from careline.contracts.evidence import Passage
from careline.models.folding import fold
from careline.models.language import Language, detect
from careline.models.text import content_words, overlap, sentences

from ..verdict import Fault

# Share of a sentence's content words that its quotes must have.
COVERED = 0.7
_MISSPELT = 84.0
_SHORTEST = 5
_FEW = 2
_CODES = {Language.ENGLISH: "en", Language.CHINESE: "zh"}
# Says that something was done, is being done, or will be for sure: only a ledger knows that.
_DONE = re.compile(
    r"\b(?:i|we)(?:'ve|'ll|\s+have|\s+has|\s+just|\s+already|\s+will|\s+am|\s+are)*\s+\w+(?:ed|ing|t)\b"
    r"|\b(?:i|we)(?:'ll|\s+will|\s+shall|\s+promise|\s+guarantee)\b"
    r"|\b(?:was|were)\s+\w+|\b(?:has|have|had)\s+(?:now\s+|just\s+|already\s+|successfully\s+)*(?:been\s+\w+|\w+ed\b)"
    r"|\b(?:is|are)\s+(?:now|done|already)\b|\bsuccessfully\b"
    r"|(?:我|我们|系统)(?:已|会|将|正在|刚)|已经?(?:为|帮|替|给)您|已(?:成功|完成|取消|退款|更改|修改|办理)|成功(?:了|为您)"
)
_NEGATION = re.compile(r"\b(?:not|no|never|cannot|without|neither|nor)\b|n't\b|[不没无未非勿]")
_WORD = re.compile(r"[a-z]+")


def check_own_words(
    draft: AnswerDraft, question: str, passages: Sequence[Passage], notes: Sequence[str], language: str
) -> Fault | None:
    """A fault of the sentences that stand in no quote and no note; None where there are none."""
    own = list(own_sentences(draft, notes))
    if not own:
        return None
    quotes = [citation.quote for citation in draft.citations]
    cited = {citation.passage for citation in draft.citations}
    about = "\n".join(f"{p.title}\n{p.question}\n{p.text}" for p in passages if p.id in cited)
    for sentence in own:
        fault = (
            _claims(sentence, quotes)
            or _another_language(sentence, language)
            or _covered(sentence, quotes)
            or _misspelt(sentence, f"{about}\n{question}")
        )
        if fault is not None:
            return fault
    return _relevant("\n".join(own), question, about)


def has_own_words(draft: AnswerDraft, notes: Sequence[str]) -> bool:
    """Whether any of the answer's sentences is no quote; a bare "yes" is none."""
    return any(content_words(sentence) for sentence in own_sentences(draft, notes))


def own_sentences(draft: AnswerDraft, notes: Sequence[str]) -> Iterator[str]:
    """The sentences of an answer that stand in no quote and no note."""
    rest = draft.text
    for part in (*notes, *(citation.quote for citation in draft.citations)):
        rest = rest.replace(part, "\n", 1)
    yield from (sentence for line in rest.splitlines() for sentence in sentences(line))


def _claims(sentence: str, quotes: Iterable[str]) -> Fault | None:
    """What the guide says itself in the same words is no claim."""
    said = fold("\n".join(quotes))
    if all(match.group() in said for match in _DONE.finditer(fold(sentence))):
        return None
    return Fault("claims: says that something was or will be done", "executor")


def _another_language(sentence: str, language: str) -> Fault | None:
    said = _CODES.get(detect(sentence))
    if language not in _CODES.values() or said is None or said == language or len(content_words(sentence)) <= _FEW:
        return None
    return Fault("language: not the customer's", "executor")


def _covered(sentence: str, quotes: Iterable[str]) -> Fault | None:
    """Most of its words are in the quotes, and it denies what the sentence denies that it is nearest to."""
    quotes = list(quotes)
    if overlap(sentence, "\n".join(quotes)) < COVERED:
        return Fault("grounding: not in the quotes", "executor")
    said = [part for quote in quotes for part in sentences(quote)]
    if len(content_words(sentence)) <= _FEW or not said:
        return None
    near = max(overlap(sentence, part) for part in said)
    nearest = [part for part in said if overlap(sentence, part) == near]
    if denies(sentence) not in {denies(part) for part in nearest}:
        return Fault("grounding: says the contrary", "executor")
    return None


def denies(sentence: str) -> bool:
    """Whether it says that something is not so."""
    return _NEGATION.search(fold(sentence)) is not None


def _misspelt(sentence: str, about: str) -> Fault | None:
    """A word of its own that nearly is one of those it speaks with."""
    known = frozenset(_WORD.findall(fold(about)))
    stems = frozenset(content_words(about))
    for word in _WORD.findall(fold(sentence)):
        if len(word) < _SHORTEST or word in known or stems & set(content_words(word)):
            continue
        if any(abs(len(word) - len(one)) <= 1 and _nearly(word, one) for one in known if len(one) >= _SHORTEST):
            return Fault("spelling", "executor")
    return None


def _nearly(word: str, known: str) -> bool:
    return word[0] == known[0] and fuzz.ratio(word, known) >= _MISSPELT and word.rstrip("s") != known.rstrip("s")


def _relevant(text: str, question: str, about: str) -> Fault | None:
    """Shares a word with the question or with what is cited; a bare "yes" has nothing to share."""
    words = set(content_words(text))
    if words and not words & (set(content_words(question)) | set(content_words(about))):
        return Fault("relevance: not what was asked", "executor")
    return None
