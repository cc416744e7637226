"""By the pack's own examples: which request do a customer's words make? Pure, and owes nothing to any model.

Words, pairs of words and Chinese characters speak for what they were seen with in the examples: naive Bayes over what
occurs, one count an example. The classifier's heads are better readers; this one is independent of them, cheap (a tenth
of a millisecond, and for operations only), and only has to tell whether a reading is borne out.
"""

from __future__ import annotations

import math
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from careline.contracts.mood import Emotion
from careline.models.folding import fold
from careline.models.forms import denies, form_of
from careline.models.language import HAN
from careline.models.moods import mood_of
from careline.models.stemming import stem
from careline.models.stopwords import ENGLISH
from careline.tenants.model import Examples, Pack

COMPLAINT, SUGGESTION = "complaint", "suggestion"
CASES = (COMPLAINT, SUGGESTION)
_UPSET = (Emotion.ANGER, Emotion.DISAPPOINTMENT, Emotion.ANXIETY)
_TALK, _GUIDE, _FACT = "talk", "guide", "fact"
_SLOT = re.compile(r"\{\w+\}")
_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
_HAN_RUN = re.compile(f"[{HAN}]+")
_UNSEEN = 0.3
# How far (in nats) another reading may lie above: of other changes, of talk and facts, of the guide and of look-ups,
# which share their words with the changes they are about. By trial on both packs' open sets.
_OF_CHANGES, _OF_OTHERS, _OF_QUESTIONS = 2.1, 1.0, 6.0
_OF_BARE = 0.5
# How far a complaint or suggestion has to lie above everything else; one that has the form of a question; one of few
# words ("I have no idea").
_OF_CASES, _ASKED_CASE, _BRIEF_CASE, _BRIEF = -2.0, 1.0, 2.0, 8
# A word stands for a wish if so much of its use is there (for a bare one, so much), in so many examples of many.
_SHARE, _BARE_SHARE, _SEEN, _MANY = 0.2, 0.35, 2, 12
# Who says that this is one files one, whatever it is about.
_ANNOUNCED = re.compile(
    r"\b(?:i|we)(?:'d like| would like| want| wish| need| have| must)(?: to)?(?: \w+){0,3} "
    r"(?:complain|complaint|suggest\w*)\b"
    r"|^\W*(?:complaint|suggestion)\b|我[要想](?:投诉|提(?:一?[个点条])?(?:建议|意见))"
)
_KEPT = 16
_LATELY = 8


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a pack's examples say about words. `seen`: by label, in how many of its examples each word is."""

    seen: Mapping[str, Counter[str]]
    sizes: Mapping[str, int]
    changes: frozenset[str]
    lookups: frozenset[str]
    bare: frozenset[str]
    _lately: dict[tuple[str, str], bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def bears_out(self, operation: str, text: str) -> bool:
        """Whether `text` reads like a request for this operation at least as well as for any other. One message is
        asked about several times."""
        asked = (operation, text)
        known = self._lately.get(asked)
        if known is None:
            if len(self._lately) >= _LATELY:
                self._lately.clear()
            known = self._lately[asked] = self._bears_out(operation, text)
        return known

    def _bears_out(self, operation: str, text: str) -> bool:
        words = self._known(text)
        if operation not in self.seen or not any(self._stands_for(word, operation) for word in words):
            return False
        scores = self._scores(words)
        bare = operation in self.bare
        return all(scores[operation] >= score - self._room(label, bare) for label, score in scores.items())

    def is_case(self, text: str) -> bool:
        """Whether `text` may be a complaint or suggestion. Those are about anything, so what is plainly something else
        is none; who asks a question files nothing, unless it is asked in anger or nearly in the examples' words."""
        form = form_of(text)
        if _ANNOUNCED.search(fold(text)) and not form.question and not denies(text):
            return True
        words = self._known(text)
        upset = mood_of(text).emotion in _UPSET
        if not upset and not any(self._stands_for(word, kind) for word in words for kind in CASES):
            return False
        scores = self._scores(words)
        above = max(scores[kind] for kind in CASES) - max(scores[label] for label in scores if label not in CASES)
        if upset:
            return above >= _OF_CASES
        asks = _ASKED_CASE if form.question else _OF_CASES
        return above >= max(asks, _BRIEF_CASE if len(words) < _BRIEF else _OF_CASES)

    def _room(self, label: str, bare: bool) -> float:
        if label == _GUIDE or label in self.lookups:
            return _OF_QUESTIONS
        if bare:
            return _OF_BARE if label in self.changes else 0.0
        return _OF_CHANGES if label in self.changes else _OF_OTHERS

    def _known(self, text: str) -> list[str]:
        return sorted(word for word in words_of(text) if any(word in seen for seen in self.seen.values()))

    def _scores(self, words: Iterable[str]) -> dict[str, float]:
        wanted = tuple(words)
        return {
            label: sum(math.log((seen[word] + _UNSEEN) / (self.sizes[label] + 1)) for word in wanted)
            for label, seen in self.seen.items()
        }

    def _stands_for(self, word: str, label: str) -> bool:
        bare = label in self.bare
        if all(part in ENGLISH for part in word.split()) or (bare and len(word) < 2):
            return False
        rates = {other: seen[word] / (self.sizes[other] + 1) for other, seen in self.seen.items()}
        return self.seen[label][word] >= _SEEN and rates[label] >= (_BARE_SHARE if bare else _SHARE) * sum(
            rates.values()
        )


@dataclass(slots=True)
class WishBook:
    """The latest packs' wishes. Making them takes 0.2 s for a hundred examples an operation, once for each version."""

    _made: OrderedDict[str, Wishes] = field(default_factory=OrderedDict)

    def has(self, pack: Pack) -> bool:
        return _key(pack) in self._made

    def of(self, pack: Pack) -> Wishes:
        key = _key(pack)
        wishes = self._made.get(key) or wishes_of(pack)
        self._made[key] = wishes
        self._made.move_to_end(key)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return wishes


def _key(pack: Pack) -> str:
    return f"{pack.name}\n{pack.version}"


def wishes_of(pack: Pack) -> Wishes:
    """From all examples of the pack."""
    seen: dict[str, Counter[str]] = {name: Counter() for name in (COMPLAINT, SUGGESTION, _TALK, _GUIDE, _FACT)}
    sizes: Counter[str] = Counter()
    for label, text in _examples(pack):
        seen.setdefault(label, Counter()).update(words_of(_SLOT.sub(" ", text)))
        sizes[label] += 1
    seen = {label: words for label, words in seen.items() if sizes[label] or label in CASES}
    own = {name: operation for name, operation in pack.operations.items() if operation.builtin is None}
    changes = frozenset(name for name, operation in own.items() if operation.effect)
    bare = frozenset(name for name in changes if not own[name].arguments)
    return Wishes(seen, {label: sizes[label] for label in seen}, changes, frozenset(own) - changes, bare)


def words_of(text: str) -> set[str]:
    """What of a text is counted: stems, pairs of words, Chinese characters and pairs of them; nothing with digits."""
    folded = fold(text)
    latin = _LATIN.findall(folded)
    found = {stem(word) for word in latin if word not in ENGLISH}
    found.update(f"{one} {other}" for one, other in pairwise(latin))
    for run in _HAN_RUN.findall(folded):
        found.update(run)
        found.update(run[place : place + 2] for place in range(len(run) - 1))
    return found


def _examples(pack: Pack) -> Iterator[tuple[str, str]]:
    for name, operation in pack.operations.items():
        if operation.builtin is not None:  # known by its form; beside a hundred examples, two words would weigh most
            continue
        yield from ((name, title) for title in operation.title.texts)
        yield from _labelled(name, operation.examples)
        yield from _labelled(_GUIDE, operation.not_examples)
    for fact in pack.profile.facts.values():
        yield from _labelled(_FACT, fact.examples)
    replies = pack.replies
    for talk in replies.small_talk.values():
        yield from _labelled(_TALK, talk.examples)
    yield from _labelled(_TALK, replies.human.examples)
    yield from _labelled(_TALK, replies.out_of_scope.examples)
    yield from _labelled(_GUIDE, replies.guide.examples)
    yield from _labelled(COMPLAINT, replies.complaint.examples)
    yield from _labelled(SUGGESTION, replies.suggestion.examples)
    for passage in pack.guide:
        yield from ((_GUIDE, question) for question in (passage.question, *passage.asked) if question)


def _labelled(label: str, examples: Examples) -> Iterator[tuple[str, str]]:
    return ((label, text) for texts in examples.values() for text in texts)
