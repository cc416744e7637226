"""How a customer feels: emotion, intensity, urgency and trend, from words alone. English and Chinese, microseconds."""

from .mood import mood_of

__all__ = ["mood_of"]
