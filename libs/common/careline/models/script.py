"""Traditional Chinese characters as the simplified ones, each where it stands: offsets stay valid.

The table is OpenCC's (character by character; its phrases, which change lengths, are not used). It is made on the first
Chinese text, in about 20 ms.
"""

from __future__ import annotations

import importlib
from functools import cache

_FIRST, _LAST = 0x4E00, 0x9FFF


def simplified(text: str) -> str:
    """As long as `text`."""
    return text if text.isascii() else text.translate(simplifying())


@cache
def simplifying() -> dict[int, str]:
    """For `str.translate`: the simplified character by the code of the traditional one."""
    signs = [chr(code) for code in range(_FIRST, _LAST + 1)]
    converted = importlib.import_module("opencc").OpenCC("t2s").convert("\n".join(signs)).split("\n")
    return {ord(sign): other for sign, other in zip(signs, converted, strict=True) if other != sign and len(other) == 1}
