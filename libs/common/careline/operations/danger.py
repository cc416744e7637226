"""What a pack says about a customer's message that shows danger. Classifier and verifier read it alike."""

from __future__ import annotations

from careline.safety import Alarm, Danger
from careline.tenants.model import Pack

from .wording import reply_text

_INTENT = "safety:"


def alarm_of(pack: Pack, text: str) -> Alarm | None:
    """The gravest danger that the message shows and that the pack looks for."""
    return pack.safety.watch.alarm(text)


def behaviour(pack: Pack, danger: Danger) -> str:
    """What is to be done: hand_over, careful, note or off."""
    return pack.safety.before[danger].do


def intent_of_danger(danger: Danger) -> str:
    """The intent, below the route "human", of a message that a person has to answer; also the handover's reason."""
    return f"{_INTENT}{danger.value}"


def danger_of(intent: str) -> Danger | None:
    """The danger that an intent or a reason names."""
    name = intent.removeprefix(_INTENT)
    return Danger(name) if intent.startswith(_INTENT) and name in set(Danger) else None


def kind_words(pack: Pack, danger: Danger, language: str) -> str:
    """What is said before a person comes."""
    return reply_text(pack, pack.safety.before[danger].say, language)
