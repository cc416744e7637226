"""The verifier's own look for danger in the customer's message: it can only make a reply stricter."""

from __future__ import annotations

from careline.operations.danger import alarm_of, behaviour, intent_of_danger, kind_words

from . import replies
from .inquiry import Turning
from .verdict import Accept


def in_danger(turning: Turning) -> Accept | None:
    """Kind words and a person, if that is what the pack wants for such a message; None for all others."""
    alarm = alarm_of(turning.pack, turning.turn.text)
    if alarm is None or behaviour(turning.pack, alarm.danger) != "hand_over":
        return None
    reply = replies.given_up(turning, intent_of_danger(alarm.danger))
    text = kind_words(turning.pack, alarm.danger, turning.language)
    return Accept(reply.model_copy(update={"text": text}))


def is_watched(turning: Turning) -> bool:
    """Whether every change is to be asked about first."""
    alarm = alarm_of(turning.pack, turning.turn.text)
    return alarm is not None and behaviour(turning.pack, alarm.danger) == "careful"
