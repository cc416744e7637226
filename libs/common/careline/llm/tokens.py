"""How many tokens a text takes, without the server's tokenizer.

Budgets need a number before the call, and every model has a tokenizer of its own. The estimate errs upwards: a prompt
that is a little too small costs nothing, one that is too large is refused by the server.
"""

from __future__ import annotations

import re
from math import ceil

# Tokenizers differ least on short English words, most on digits (one token each, or three together) and rare scripts.
_PIECE = re.compile(
    r"(?P<word>[A-Za-z]+)|(?P<digits>\d+)|(?P<blank>[ \t]+)|(?P<line>\n+)"
    r"|(?P<wide>[\u0300-\U0010ffff]+)|(?P<sign>.)",
    re.DOTALL,
)
_WORD_CHARS = 5


def estimate_tokens(text: str) -> int:
    """Upper estimate for common tokenizers: an English word is one token per 5 letters, every digit and sign is one,
    every character beyond Latin is one (an emoji two)."""
    return sum(_cost(match.lastgroup, match.group()) for match in _PIECE.finditer(text))


def _cost(kind: str | None, piece: str) -> int:
    match kind:
        case "word":
            return ceil(len(piece) / _WORD_CHARS)
        case "blank":
            return len(piece) // 8
        case "line":
            return 1
        case "wide":
            return len(piece) + sum(1 for sign in piece if sign > "\uffff")
        case _:
            return len(piece)
