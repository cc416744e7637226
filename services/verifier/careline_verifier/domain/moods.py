"""What is said first to somebody who is angry, anxious, disappointed or glad: the pack's words, and nothing else."""

from __future__ import annotations

from careline.contracts.mood import Emotion
from careline.contracts.reply import Outcome, Reply
from careline.operations.wording import reply_text
from careline.tenants.model import Words

from .inquiry import Turning

# Their words are for people in any mood already: small talk answers joy, a case's reply apologises, "all right" agrees.
_AS_THEY_ARE = frozenset({Outcome.SMALL_TALK, Outcome.CASE, Outcome.CANCELLED})


def in_mood(turning: Turning, reply: Reply) -> Reply:
    """The reply with the customer's urgency, and behind what the pack says to their mood. Raises WordsError for a
    defect of the pack."""
    opening = opening_of(turning, reply.outcome)
    text = f"{opening}\n{reply.text}" if opening else reply.text
    return reply.model_copy(update={"text": text, "urgency": turning.understanding.mood.urgency})


def opening_of(turning: Turning, outcome: Outcome) -> str:
    """Nothing to a neutral message, nothing twice in a row."""
    mood = turning.understanding.mood
    if mood.emotion is Emotion.NEUTRAL or outcome in _AS_THEY_ARE:
        return ""
    worded = {str(feeling): words for feeling, words in turning.pack.replies.moods.items()}
    wanted = worded.get(mood.emotion.value)
    if wanted is None or mood.intensity < wanted.above or _said_just_now(turning):
        return ""
    return _say(turning, wanted.say, turning.language)


def _said_just_now(turning: Turning) -> bool:
    """Whether the last reply began with such words, in whatever language."""
    if not turning.turn.history:
        return False
    last = turning.turn.history[-1].reply
    moods, languages = turning.pack.replies.moods.values(), turning.pack.tenant.languages
    return any(last.startswith(_say(turning, mood.say, language)) for mood in moods for language in languages)


def _say(turning: Turning, words: Words, language: str) -> str:
    return reply_text(turning.pack, words, language)
