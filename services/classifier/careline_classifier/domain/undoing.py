"""Does the customer want taken back what was just done? In English and Chinese, with no word of any business.

A closed form of words: what is not plainly that is left to the pack's own examples.
"""

from __future__ import annotations

import re

from careline.models.folding import fold

_POLITE = r"(?:(?:oh|oops|no|wait|sorry|actually|please|pls|ok(?:ay)?|hmm?|and|then)\W+)*"
_ASK = (
    r"(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?"
    r"|i(?:'d|\s+would)\s+like\s+(?:you\s+)?to\s+|i\s+(?:want|need)\s+(?:you\s+)?to\s+|let'?s\s+|please\s+)?"
)
_THING = r"(?:change|thing|action|step|operation|request)"
_LAST = rf"(?:(?:the|my|your|that|this)\s+)?(?:very\s+)?(?:last|latest|previous)\s+(?:one|{_THING})"
_WHAT = (
    rf"(?:that|it|this|{_LAST}|(?:that|this|the)\s+{_THING}"
    r"|what\s+(?:you|we|i)(?:'ve)?\s+(?:have\s+)?just\s+(?:did|done|changed))"
)
_AS_BEFORE = r"(?:\s+(?:to\s+)?(?:how|what|the\s+way)\s+it\s+was)?"
_AGAIN = r"(?:[\s,]+(?:again|now|please|for\s+me|right\s+away|then))*"
_ENTRY = r"(?:\s+(?:entry\s+)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})?"
_ENGLISH = re.compile(
    rf"{_POLITE}{_ASK}(?:(?:undo|revert|reverse|roll\s?back)(?:\s+{_WHAT})?{_ENTRY}"
    rf"|(?:take|roll)\s+{_WHAT}\s+back|(?:put|set|change)\s+(?:that|it|this)\s+back{_AS_BEFORE}){_AGAIN}"
)
_WISH = r"(?:我想|我要|请|麻烦|能不能|可以|能|帮我|给我|替我|你|您|把)*"
_WHEN = r"(?:刚才|刚刚|上次|上一次|上一步|最后一次|之前|前面|这个|那个|这次|这一步|它|的)*"
_THAT = rf"{_WHEN}(?:操作|更改|修改|改动|变更|那一步|那个|一步|请求)?"
_ENDING = r"(?:回来|回去|掉|一下|吧|吗|了|好吗|可以吗|原样)*"
_CHINESE = re.compile(
    rf"{_WISH}(?:撤销|撤回|还原|回退){_THAT}{_ENDING}"
    rf"|{_WISH}{_THAT}(?:给我)?(?:撤销|撤回|恢复原样|还原|改回去|改回来|变回去|变回来){_ENDING}"
)
_EDGE = " \t\r\n.,!?;:。，！？；：~、"
# Nobody says it at such length.
_MOST = 120


def wants_undo(text: str) -> bool:
    """Whether all that the text says is to take the last change back."""
    if len(text) > _MOST:
        return False
    plain = fold(text).strip(_EDGE)
    return bool(_ENGLISH.fullmatch(plain) or _CHINESE.fullmatch(plain.replace(" ", "").replace("，", "")))
