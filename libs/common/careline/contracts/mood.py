"""How a customer feels, as far as a message shows it."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from .base import Frozen

Urgency = Literal["low", "normal", "high"]
Trend = Literal["rising", "falling", "steady"]


class Emotion(StrEnum):
    ANGER = "anger"
    ANXIETY = "anxiety"
    DISAPPOINTMENT = "disappointment"
    JOY = "joy"
    NEUTRAL = "neutral"


class Mood(Frozen):
    """`intensity` is 0 exactly for NEUTRAL; `trend` says whether what is unpleasant grows over the conversation."""

    emotion: Emotion = Emotion.NEUTRAL
    intensity: float = Field(default=0.0, ge=0, le=1)
    urgency: Urgency = "normal"
    trend: Trend = "steady"
