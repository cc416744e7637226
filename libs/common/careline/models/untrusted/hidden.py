# ruff: noqa: E501  (patterns are read whole)
"""What a reader does not see or cannot read: comments, hidden markup, invisible signs, encoded words, calls of tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .parts import split
from .places import Place

# Most texts have none of these signs, which one search over them says.
_ANY = re.compile(
    r"[<>{}%&\[\]=`|\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U0001d400-\U0001d7ff\U000e0000-\U000e007f]"
    r"|[A-Za-z0-9+/]{24}|[01]{8} [01]{8}|(?:[.-]{1,5} ){5}|0x[0-9a-fA-F]{12}|\b(?:curl|Action|UPDATE|DELETE|INSERT|DROP)\b"
)
_NAMES = r"(?:system|assistant|user|human|developer|tool|tool_call|function|instructions?|prompt|im_start|im_end)"
_MARKUP: tuple[tuple[str, str], ...] = (
    ("hidden", r"<!--.*?(?:-->|$)"),
    ("hidden", r"<(?P<tag>script|style|template|noscript)\b[^>]*>.*?(?:</(?P=tag)\s*>|$)"),
    (
        "hidden",
        r"<(?P<box>\w+)\b[^>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0|color\s*:\s*(?:#fff|white)"
        r"|\bhidden\b)[^>]*>.*?(?:</(?P=box)\s*>|$)",
    ),
    ("hidden", r"<img\b[^>]*>"),
    ("hidden", r"\[//\]:\s*#\s*(?:\([^)\n]*\)|\"[^\"\n]*\"|'[^'\n]*')"),
    ("hidden", r"\{#.*?#\}"),
    ("link", r"!\[[^\]\n]*\]\([^)\n]*\)"),
    ("call", r"```.*?(?:```|$)"),
    ("call", r"\{\s*\"(?:role|operation|intent|name|function|tool|arguments|action)\"\s*:.*\}"),
    ("call", r"<(?P<call>tool_call|function|invoke|parameter)\b[^>]*>.*?(?:</(?P=call)\s*>|$)"),
    ("call", r"\b\w+ to=functions\.\S+(?:\s+\w+:?)?(?:\s*\{[^}\n]*\})?"),
    ("call", r"\bAction:\s*\S+\s+Action Input:[^\n]*(?:\nObservation:\s*\S+)?"),
    ("call", r"\b(?:UPDATE\s+\w+\s+SET|DELETE\s+FROM|INSERT\s+INTO|DROP\s+TABLE)\b[^;\n]*(?:;(?:\s*--)?)?"),
    ("call", r"\bcurl(?:\s+(?:-\S+|https?://\S+|\w+=\S+|[A-Z]{3,7}\b|'[^'\n]*'|\"[^\"\n]*\"))+"),
    ("role", rf"<<\s*/?\s*SYS\s*>>.*?<<\s*/\s*SYS\s*>>|<\s*{_NAMES}\s*>.*?<\s*/\s*{_NAMES}\s*>"),
    ("role", r"<\|[\w-]{2,24}\|>.*?(?:<\|(?:im_end|eot_id|end|endoftext)\|>|$)"),
    ("role", r"\[\s*INST\s*\].*?(?:\[\s*/\s*INST\s*\]|$)"),
    ("encoded", r"(?:%[0-9a-fA-F]{2}){6,}"),
    ("encoded", r"(?:&#x?[0-9a-fA-F]{1,6};\s*){6,}"),
    ("encoded", r"(?:\b[01]{8}\b\s*){3,}"),
    ("encoded", r"(?<!\S)(?:[.-]{1,6}(?:\s+/)?\s+){5,}[.-]{1,6}(?!\S)"),
    ("encoded", r"\b(?:0x)?(?:[0-9a-fA-F]{2}){12,}\b"),
)
_FINDERS = tuple((reason, re.compile(pattern, re.DOTALL)) for reason, pattern in _MARKUP)
_TAGS = re.compile("[\U000e0000-\U000e007f]+(?:\\s+[\U000e0000-\U000e007f]+)*")
# Signs without width beside letters; in a sentence with some of them nothing is what it looks like. (Between pictures
# they join.)
_VEILED = re.compile(r"(?<=[\w\s.,])[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+(?=[\w\s.,])")
_VEILED_ENOUGH = 3
_TURNED = re.compile("[\u202a\u202b\u202d\u202e][^\u202c\n]*(?:\u202c|$)")
_LETTERFORMS = re.compile("[\U0001d400-\U0001d7ff][\U0001d400-\U0001d7ff\\W\\d]{8,}[\U0001d400-\U0001d7ff][.!?]*")
_BASE64 = re.compile(r"(?<![\w/+=-])[A-Za-z0-9+/]{24,}={0,2}(?![\w/+=-])")


def hidden(text: str) -> Iterator[Place]:
    """The places, in no order."""
    if not _ANY.search(text):
        return
    for reason, finder in _FINDERS:
        for match in finder.finditer(text):
            yield Place(match.start(), match.end(), reason)
    for finder in (_TAGS, _TURNED, _LETTERFORMS):
        for match in finder.finditer(text):
            if match.group():
                yield Place(match.start(), match.end(), "invisible")
    for part in split(text) if _VEILED.search(text) else ():
        if len(_VEILED.findall(part.text)) >= _VEILED_ENOUGH:
            yield Place(part.start, part.end, "invisible")
    for match in _BASE64.finditer(text):
        if _looks_encoded(match.group()):
            yield Place(match.start(), match.end(), "encoded")


def _looks_encoded(word: str) -> bool:
    """Small and capital letters and digits mixed as no name, code or path has them."""
    turns = sum(one.islower() != other.islower() for one, other in pairwise(word) if one.isalpha())
    return any(sign.isdigit() for sign in word) and turns >= len(word) // 5
