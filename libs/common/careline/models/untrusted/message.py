# ruff: noqa: E501  (patterns are read whole)
"""A customer's message without what is not theirs: hidden text, orders to the software, mails of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from careline.models.folding import fold
from careline.models.imperatives import asks, orders
from careline.models.language import HAN
from careline.models.sentences import Sentence

from .directives import CALLED, directive
from .hidden import hidden
from .parts import split
from .places import Place, blanked, merged

# Longer messages are documents that somebody pasted; they are read as they are.
LONGEST = 4000
_WORDS = 4
_ENOUGH = re.compile(rf"[{HAN}]|[^\W{HAN}]+")
_OTHERS = re.compile(
    r"-{2,}\s*(?:original|forwarded) message\s*-{2,}.*"
    r"|\b(?:begin )?forwarded message\s*:(?:\s*[\"“](?P<a>[^\"”]*)[\"”]|.*)"
    r"|\bon [^\n]{3,60} wrote:\s*(?:>[^\n]*(?:\n|$))+"
    r"|(?:^|\n)>[^\n]*(?:\n>[^\n]*)*"
    r"|(?<=\s)>[^\n]*(?:\n>[^\n]*)*$"
    r"|\b(?:wrote|says?|said|reads?|told|written|asked)\b[^.\n\"“]{0,30}:\s*[\"“][^\"”]{12,}[\"”]"
    r"|(?:转来|转发|写道|说|写着)[^。\n“\"]{0,8}[:：]\s*[“\"][^”\"]{6,}[”\"]",
    re.IGNORECASE | re.DOTALL,
)
# Two who speak in turn, or a speaker that no customer is.
_SPEAKER = re.compile(
    r"(?:^|(?<=[\s.!?。！？\"]))(?P<who>(?:assistant|system|human|bot|user|customer|client|supervisor|agent|support|客服|客户|系统|助手)(?:\s\w+)?(?:\s?\([^)\n]{1,12}\))?\s?[:：])",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"#{2,}\s*(?:system|assistant|instructions?|user)\b[^\n]*|={3,}[^=\n]{3,60}={3,}|\[(?:previous|system|hidden)[^\]\n]{0,20}\]",
    re.IGNORECASE,
)
# Most messages have none of this; one search over a message says so.
_ANY = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U0001d400-\U0001d7ff\U000e0000-\U000e007f<>{}`=|#%\[]|[A-Za-z0-9+/]{24}"
    r"|[01]{8} [01]|(?:[.-]{1,5} ){5}|\w\s?[:：]|\b(?:ignor|disregard|forget|overrid|bypass|neglect|instruct|rule|prompt|previous|pretend|"
    r"from now|from here|you are now|act |play|mode\b|assistant|bot\b|ai\b|gpt|llm|language model|machine|decode|rot13|base64|repl|respon|answer|output|letter|word|"
    r"vowel|message|sentence|symbol|space|customer|user|visitor|reader|person|secret|hidden|every|translate|say\b|tell\b|curl|"
    r"regeln|anweisung|oubli|dimentica|olvida|vergiss|summar|misspell|jumble|scramble|backwards|text\b)"
    r"|忽略|无视|忽视|忘记|不要理会|跳过|遵守|扮演|从现在|你现在是|系统提示|提示词|模式|助手|机器人|人工智能|智能客服|模型|你必须|输出|转来|转发|写道|игнорир|無視",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def own_words(text: str, *, answering: bool = False) -> str:
    """As long as `text`, with spaces for what is not the customer's wish. What has nothing else stays as it is: then
    that is what they wrote. `answering`: something was asked, so that any word that is left may be the wish."""
    if not _ANY.search(text) or len(text) > LONGEST:
        return text
    rest = text
    for find in (_foreign_marks, _orders, _calls):
        left = blanked(rest, merged(find(rest)))
        enough = _wishes(left) if find is _calls and not answering else _ENOUGH.search(left) is not None
        rest = left if enough else rest
    return rest


def _wishes(text: str) -> bool:
    """Whether anything is left that may be a wish: a greeting is none."""
    for part in split(text):
        folded = fold(part.text)
        if asks(folded) or orders(folded) or len(_ENOUGH.findall(part.text)) >= _WORDS:
            return True
    return False


@lru_cache(maxsize=1024)
def parts(text: str) -> tuple[Sentence, ...]:
    """What may be a wish each."""
    return split(text) if len(text) <= LONGEST else ()


def _foreign_marks(text: str) -> Iterator[Place]:
    yield from hidden(text)
    yield from spoken(text)
    for match in _OTHERS.finditer(text):
        yield Place(match.start(), match.end(), "quoted")


def spoken(text: str) -> Iterator[Place]:
    """Turns of a conversation that stand in a text, and headings of a prompt."""
    for match in _HEADING.finditer(text):
        yield Place(match.start(), _sentence_end(text, match.end()), "role")
    turns = list(_SPEAKER.finditer(text))
    names = {re.split(r"[\s(:：]", match["who"].lower())[0] for match in turns}
    timed = any("(" in match["who"] for match in turns)
    if timed or len(names) > 1 or names & {"assistant", "system", "human", "bot", "supervisor", "系统", "助手"}:
        for match in turns:
            yield Place(match.start(), _sentence_end(text, match.end()), "role")


def _sentence_end(text: str, start: int) -> int:
    first = next(iter(split(text[start:])), None)
    return start + first.end if first else len(text)


def _orders(text: str) -> Iterator[Place]:
    return (place for place in _directives(text) if place.reason != CALLED)


def _calls(text: str) -> Iterator[Place]:
    return (place for place in _directives(text) if place.reason == CALLED)


def _directives(text: str) -> Iterator[Place]:
    for part in split(text):
        if reason := directive(part.text, document=False):
            yield Place(part.start, part.end, reason)
