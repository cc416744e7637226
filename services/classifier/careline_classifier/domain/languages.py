"""The language to understand and answer a message in."""

from __future__ import annotations

from collections.abc import Sequence

from careline.contracts.turn import Turn
from careline.models.language import Language, detect

# What the pack may call a language, by what can be told apart.
_CODES = {Language.ENGLISH: "en", Language.CHINESE: "zh", Language.MIXED: "zh"}


def language_of(turn: Turn, languages: Sequence[str]) -> str:
    """One of the pack's `languages` (the first is its default).

    What the channel declares counts; else what the message is written in; a message that does not show it ("LL-10023",
    "ok") is in the conversation's language.
    """
    return shown_language(turn, languages) or languages[0]


def shown_language(turn: Turn, languages: Sequence[str]) -> str | None:
    """The same, None where nothing shows it."""
    if turn.language is not None and turn.language in languages:
        return turn.language
    own = _code(turn.text, languages)
    if own is not None and not (_says_little(turn.text) and turn.history):
        return own
    earlier = (_code(exchange.customer, languages) for exchange in reversed(turn.history))
    return next((code for code in earlier if code is not None), None) or own


def _code(text: str, languages: Sequence[str]) -> str | None:
    """The pack's code for the language of `text`, None if it does not show or the pack has it not."""
    code = _CODES.get(detect(text))
    return code if code in languages else None


def _says_little(text: str) -> bool:
    """Words such as "ok" and "no" are used in every language."""
    return len(text.split()) <= 1 and len(text) <= 4 and text.isascii()
