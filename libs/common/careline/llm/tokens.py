"""How many tokens a text takes, without the server's tokenizer.

Budgets need a number before the call, and every model has a tokenizer of its own. The estimate errs upwards: a prompt
that is a little too small costs nothing, one that is too large is refused by the server.
"""

from __future__ import annotations

import re

# Each match is one token. Tokenizers differ least on short English words, most on digits (one each, or three together).
_TOKEN = re.compile(r"[A-Za-z]{1,5}|\n+|[ \t]{8}|[^A-Za-z \t\n]")


def estimate_tokens(text: str) -> int:
    """Upper estimate for common tokenizers: an English word is one token per 5 letters, every digit and sign is one,
    every character beyond Latin is one (an emoji two)."""
    beyond = len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)
    return len(_TOKEN.findall(text)) + beyond
