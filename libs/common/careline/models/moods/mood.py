"""Emotion, intensity, urgency and trend of a message within its conversation.

Cues are added up by emotion (noisy or: two weak ones are a strong one, none makes more than 1); what stands right
before a cue strengthens, weakens or cancels it; signs and capitals strengthen what is there. Nothing is read into a
message without a cue: most are neutral.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from careline.contracts.mood import Emotion, Mood, Trend, Urgency

from ..folding import fold
from .cues import AGAIN, CUES, NEGATED, RELAXED, STRONGER, URGENT, WEAKER

NEUTRAL_BELOW = 0.3
# How much an exclamation, capitals and a second complaint add to what is there.
_EXCLAIMED, _SHOUTED, _REPEATED = 0.12, 0.15, 0.2
_TURNS, _STEP = 3, 0.2
_WINDOW = 24
# More tells no more about a mood, and bounds the work on a giant text.
_MOST = 2000
_UNPLEASANT = (Emotion.ANGER, Emotion.ANXIETY, Emotion.DISAPPOINTMENT)
_EXCLAMATIONS = re.compile(r"[!！]{2,}|[!！?？]{3,}|[!！].*[!！]")
_WORD = re.compile(r"[A-Za-z]{3,}")
_HIGH = 0.7


def mood_of(text: str, earlier: Sequence[str] = ()) -> Mood:
    """`earlier`: the customer's messages before, oldest first."""
    emotions: Mapping[Emotion, float] = _emotions_of(text)
    if emotions and _repeats(text, earlier):
        emotions = {e: _more(w, _REPEATED) if e in _UNPLEASANT else w for e, w in emotions.items()}
    emotion = max(emotions, key=lambda each: emotions[each], default=Emotion.NEUTRAL)
    intensity = round(emotions.get(emotion, 0.0), 2)
    if intensity < NEUTRAL_BELOW:
        emotion, intensity = Emotion.NEUTRAL, 0.0
    trend = _trend(_load(emotions), [_load_of(each[:_MOST]) for each in earlier[-_TURNS:]])
    return Mood(emotion=emotion, intensity=intensity, urgency=_urgency(text, emotion, intensity, trend), trend=trend)


@lru_cache(maxsize=2048)
def _emotions_of(text: str) -> Mapping[Emotion, float]:
    """Asked again with every turn while the message is among the last ones."""
    return emotions_of(text)


def emotions_of(text: str) -> dict[Emotion, float]:
    """How strongly a text shows each feeling that it shows at all, 0..1."""
    folded = fold(text[:_MOST])
    found: dict[Emotion, float] = {}
    for cue in CUES:
        for place in cue.places(folded):
            before = folded[max(0, place - _WINDOW) : place]
            if NEGATED.search(before):
                continue
            weight = cue.weight * (0.6 if WEAKER.search(before) else 1.0)
            weight = _more(weight, 0.3) if STRONGER.search(before) else weight
            found[cue.emotion] = _more(found.get(cue.emotion, 0.0), weight)
    louder = (_EXCLAIMED if _EXCLAMATIONS.search(folded) else 0.0) + (_SHOUTED if _shouted(text) else 0.0)
    return {emotion: _more(weight, louder) for emotion, weight in found.items()}


def _more(weight: float, other: float) -> float:
    return 1.0 - (1.0 - weight) * (1.0 - other)


def _shouted(text: str) -> bool:
    """Most words in capitals; codes are no words."""
    words = _WORD.findall(text[:_MOST])
    return len(words) > 2 and sum(word.isupper() for word in words) > 0.6 * len(words)


def _repeats(text: str, earlier: Sequence[str]) -> bool:
    plain = _plain(text)
    return AGAIN.search(fold(text)) is not None or any(_plain(each) == plain for each in earlier)


def _plain(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())


def _load_of(text: str) -> float:
    return _load(_emotions_of(text))


def _load(emotions: Mapping[Emotion, float]) -> float:
    return max((emotions.get(each, 0.0) for each in _UNPLEASANT), default=0.0)


def _trend(now: float, before: Sequence[float]) -> Trend:
    if not before:
        return "steady"
    change = now - sum(before) / len(before)
    return "rising" if change >= _STEP else "falling" if change <= -_STEP else "steady"


def _urgency(text: str, emotion: Emotion, intensity: float, trend: Trend) -> Urgency:
    folded = fold(text[:_MOST])
    heated = emotion in (Emotion.ANGER, Emotion.ANXIETY) and (
        intensity >= _HIGH or (trend == "rising" and intensity >= NEUTRAL_BELOW)
    )
    relaxed = RELAXED.search(folded)
    if heated or (URGENT.search(folded) and not relaxed):
        return "high"
    return "low" if relaxed else "normal"
