"""The clauses of a message, with their places: which of them ask or wish for something, which only go with those.

By form alone, English and Chinese, no word of any business and no model; some tens of microseconds. Whoever has to
know whether two clauses are two requests asks what each is about; whoever looks for doubt looks where the request is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .folding import fold
from .language import HAN

# Longer messages are letters, not lists of requests.
LONGEST = 1500


class Kind(StrEnum):
    """What a clause does by its form."""

    QUESTION = "question"
    WISH = "wish"
    REASON = "reason"
    CONDITION = "condition"
    CONTEXT = "context"


ASKING = frozenset({Kind.QUESTION, Kind.WISH})


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is what stands at [start, end) of the message; `sentence` counts the sentences from 0."""

    text: str
    start: int
    end: int
    sentence: int
    kind: Kind


_LINK = (
    r"(?:(?:and|also|plus|then|but|so|oh|ok(?:ay)?|btw|by the way|besides|finally|secondly|lastly|next|too)\b[\s,:]*"
    r"|[&+]\s*){0,4}"
)
_VERBS = (
    "accept activate add apply arrange book bring call cancel change check confirm convert correct create deactivate "
    "delete deliver describe edit end enlarge enrol enroll enter exchange explain file find fix forward free get give "
    "have increase join keep leave let list look lower make mark merge move name note open pass pay postpone "
    "provide push put raise read reactivate redeem reduce refund register remind remove rename renew replace "
    "reschedule reset return reverse send set ship show sign skip start stop subscribe swap switch take tell track "
    "transfer turn undo unsubscribe update use verify withdraw"
)
_VERB = "|".join(_VERBS.split())
_POLITE = r"(?:please|pls|plz|kindly|just|quickly|maybe|perhaps)"
_WISH_EN = (
    rf"{_POLITE}\b[\s,]*(?=\w)(?!do(?:n't|nt| not)|not|never)|(?:can|could|would|will) (?:you|u)\b"
    r"|i(?:'d| would)(?: also)? (?:like|love)\b|i (?:want|need|wish|also want)\b|i'?m (?:also )?looking\b|let'?s?\b"
    rf"|my [a-z][a-z -]{{1,24}} to\b|{_POLITE}?\s*(?:{_VERB})\b(?!')"
)
_QUESTION_EN = (
    r"(?:who|what|when|where|why|which|whose|how|until when|since when|by when|for how long|from when|to which)\b"
    r"|in which\b|what's\b|who's\b|how's\b|when's\b|where's\b"
    r"|(?:is|are|am|was|were|do|does|did|has|have|had|can|could|may|might|will|would|should|must)"
    r" (?:i|we|you|u|it|there|they|he|she|this|that|the|my|your|our|a|an|all|any|anything|one|someone|somebody)\b"
)
_CONDITION_EN = (
    r"(?:but\s+)?(?:only\s+)?"
    r"(?:if|unless|provided|as long as|in case|once|after|before|until|when|whenever|as soon as)\b"
)
_REASON_EN = r"(?:because|since|as (?:i|we|it|my|the|there)\b|cause|due to|for (?:i|we|it)\b|that's why)\b"
_OPENER_EN = rf"{_LINK}(?:{_WISH_EN}|{_QUESTION_EN})"
# Where a sentence goes on with another clause: at its commas, and at an "and" before something that asks or wishes.
_CUT_EN = re.compile(
    rf"[,;:]\s+(?={_LINK}\S)|\s+[-–]+\s+|\s+(?=(?:(?:and|also|plus|then|but|as well as)\s+|[&+]\s*)(?:{_OPENER_EN}))"
    r"|\s+(?=(?:because|but only if|but if|unless|provided that)\b)"
)
_CUT_ZH = re.compile(
    r"[，、；：]|,\s*|\s+(?=[^\W\d_a-zA-Z])"
    r"|(?<=[^，。,\s])(?=(?:顺便|另外|还有|以及|并且|然后|同时|此外)(?:再|也|请|帮|把|给|问|查|看|想|我|取消|退|改|换|兑|订)?)"
)
_END = re.compile(rf"[。！？；…]+|[.!?]+(?=\s|$|[{HAN}\"')])|\n+")
_ABBREVIATION = re.compile(r"(?:^|[\s(.])(?:mr|mrs|ms|dr|prof|st|nr|no|vs|etc|approx|tel|e\.g|i\.e|[a-hj-z])\.$")

_IS_WISH_EN = re.compile(rf"^\W*{_LINK}(?:{_WISH_EN})")
_IS_QUESTION_EN = re.compile(rf"^\W*{_LINK}(?:{_QUESTION_EN})")
_IS_CONDITION_EN = re.compile(rf"^\W*(?:and\s+)?{_CONDITION_EN}")
_IS_REASON_EN = re.compile(rf"^\W*(?:and\s+)?{_REASON_EN}")
_WANTS_TO_KNOW = re.compile(
    r"\b(?:tell me|let me know|i(?:'d| would)(?: also)? (?:like|love) to know|i want(?:ed)? to know"
    r"|i need to know|do you know|can you tell|could you tell|would you tell)\b"
)
_IS_WISH_ZH = re.compile(
    r"请(?!问)|帮|给我|替我|我要|我想(?!知道|问|了解)|想(?!知道|问|了解|不|起|到)|麻烦|把"
    r"|^(?:再|也|还有|另外|顺便|然后|并且?|同时|还要|并)*(?:(?:订单|单号)?[a-z]+-?\d+的?)?"
    r"(?:取消|退|改|换|查|看|兑|订|送|寄|列|加|设|变|转|移|删|停|推迟|更新|添加|登记|注册|开通|关闭)"
)
_IS_QUESTION_ZH = re.compile(
    r"[吗呢么]\W*$|[？?]|什么|怎么|怎样|如何|哪|谁|几|多少|多久|多长|多大|为什么|是否|有没有|能不能|可不可以|是不是|要不要|请问|到了没|了没"
)
_IS_CONDITION_ZH = re.compile(r"^(?:但|但是|不过)?(?:如果|要是|假如|万一|除非|等|只要|只有|一旦)")
_IS_REASON_ZH = re.compile(r"^(?:因为|由于|毕竟|反正|因)")
_TAG_ZH = re.compile(r"吧\W*$")  # says what is taken to be so
_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(r"\w")


def clauses(text: str) -> tuple[Clause, ...]:
    """All of the message's clauses in order; together they hold every word. One for what cannot be divided."""
    if len(text) > LONGEST:
        return (Clause(text, 0, len(text), 0, Kind.CONTEXT),) if text.strip() else ()
    folded = fold(text)
    found = [
        Clause(text[start:end], start, end, number, _kind(folded[start:end], ends, first=place == 0))
        for number, (begin, last, ends) in enumerate(_sentences(folded))
        for place, (start, end) in enumerate(_pieces(folded, begin, last))
    ]
    return tuple(found)


def asks_at_most_once(text: str) -> bool:
    """Whether no sign is in it that two things may be asked for: cheap, asked of every message."""
    return not _SEVERAL.search(fold(text)) if len(text) <= LONGEST else True


_SEVERAL = re.compile(
    r"[.!?;,:\n。！？；，、]\W*\w|\s[-–]+\s|[&+]|\b(?:and|also|plus|then|as well as)\b"
    r"|顺便|另外|还有|以及|并且|然后|同时|此外"
)


def _sentences(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and closing signs of each sentence."""
    start = 0
    for match in _END.finditer(folded):
        if match.group() == "." and _ABBREVIATION.search(folded[max(0, match.end() - 8) : match.end()]):
            continue
        if _WORD.search(folded, start, match.start()):
            yield start, match.end(), match.group()
        start = match.end()
    if _WORD.search(folded, start):
        yield start, len(folded), ""


def _pieces(folded: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The clauses of one sentence, without white space around them."""
    cut = _CUT_ZH if _HAN.search(folded, first, last) else _CUT_EN
    start = first
    for match in cut.finditer(folded, first, last):
        if match.end() > start and _WORD.search(folded, start, match.start()):
            yield _stripped(folded, start, match.end())
            start = match.end()
    if _WORD.search(folded, start, last):
        yield _stripped(folded, start, last)


def _stripped(folded: str, start: int, end: int) -> tuple[int, int]:
    while start < end and folded[start].isspace():
        start += 1
    while end > start and folded[end - 1].isspace():
        end -= 1
    return start, end


def _kind(clause: str, ends: str, *, first: bool) -> Kind:
    if _HAN.search(clause):
        return _kind_zh(clause)
    if _IS_QUESTION_EN.search(clause):
        # "When it comes, ..." is a condition only if it asks nothing.
        when = _IS_CONDITION_EN.search(clause) and "?" not in clause and "?" not in ends
        return Kind.CONDITION if when else Kind.QUESTION
    if _IS_REASON_EN.search(clause):
        return Kind.REASON
    if _IS_CONDITION_EN.search(clause):
        return Kind.CONDITION
    if _IS_WISH_EN.search(clause):
        return Kind.QUESTION if _WANTS_TO_KNOW.search(clause) else Kind.WISH
    # "..., silver or gold?" only ends the question that its sentence began with.
    return Kind.QUESTION if first and "?" in clause else Kind.CONTEXT


def _kind_zh(clause: str) -> Kind:
    if _IS_REASON_ZH.search(clause):
        return Kind.REASON
    if _IS_CONDITION_ZH.search(clause) and not _IS_QUESTION_ZH.search(clause):
        return Kind.CONDITION
    if _IS_QUESTION_ZH.search(clause) and not _TAG_ZH.search(clause):
        return Kind.QUESTION
    return Kind.WISH if _IS_WISH_ZH.search(clause) else Kind.CONTEXT
