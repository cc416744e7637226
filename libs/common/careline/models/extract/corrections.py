"""Which of several values a customer means who corrects themselves: "12, not 21", "12, sorry, 21", 不是12，是21."""

import re
from collections.abc import Sequence
from typing import TypeVar

from ..folding import fold
from .found import Found

T = TypeVar("T")

_SMALL = r"(?:the|a|an|my|to|on|in|at|for|of|number|no\.?|nr\.?|one|it's|it is|is|was|#)"
# Directly before a value, but for small words: the value is the one that is not meant.
_NEGATED = re.compile(rf"(?:\bnot|\bisn't|\bwasn't|\binstead of|\brather than|\bno longer)(?:\s+{_SMALL})*\s*[\"']?$|"
                      r"(?:不是|并非|而非|不叫|不要)\s*[\"']?$")  # fmt: skip
_NOT_ONLY = re.compile(r"\bnot (?:only|just)\b[^,.]*$|(?:是不是|不只是|不仅是)\s*$")
# Between two values: the second replaces the first.
_REPLACED = re.compile(
    r"^[\s,.;!?\"'。；、-]*(?:\b(?:no|nope|sorry|oops|wait|actually|i mean|i meant|make that|or rather|correction|"
    r"scratch that)\b|不对|错了|说错了|不好意思|应该是|我是说|哦不|不,)(?!.*\b(?:and|also)\b)"
)
_OLD = re.compile(rf"(?:\bfrom(?:\s+{_SMALL})*|从|由|把)\s*[\"']?$")
_NEW = re.compile(r"(?:\bto\b|\binto\b|改成|改为|换成|变成|改到|换到)[^,.;]{0,15}$")


def prefer_corrected(text: str, found: Sequence[Found[T]]) -> list[Found[T]]:
    """`found` without the values that the customer takes back, denies, or names only as the old one ("from 5 to 8").

    Nothing may be left: who says only "not 12" has not said what else.
    """
    folded = fold(text)
    ordered = sorted(found, key=lambda one: one.start)
    dropped: set[int] = set()
    for number, one in enumerate(ordered):
        border = ordered[number - 1].end if number else 0
        before = folded[border : one.start]
        if _NEGATED.search(before) and not _NOT_ONLY.search(before):
            dropped.add(number)
        if number and number - 1 not in dropped and number not in dropped and _REPLACED.search(before):
            dropped.add(number - 1)
        if number and _NEW.search(before) and _OLD.search(_before(folded, ordered, number - 1)):
            dropped.add(number - 1)
    kept = {(one.start, one.end) for number, one in enumerate(ordered) if number not in dropped}
    return [one for one in found if (one.start, one.end) in kept]


def _before(folded: str, ordered: Sequence[Found[T]], number: int) -> str:
    return folded[ordered[number - 1].end if number else 0 : ordered[number].start]
