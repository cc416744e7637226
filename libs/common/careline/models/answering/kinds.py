"""What kind of answer a question asks for: an amount, a time, a place, somebody, a way to do it, a yes or no."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from ..folding import fold
from ..sentences import sentences


class Kind(StrEnum):
    """`OTHER`: a statement, or a question that no word tells the kind of."""

    MONEY = "money"
    DURATION = "duration"
    COUNT = "count"
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    WHY = "why"
    HOW = "how"
    YES_NO = "yes_no"
    WHICH = "which"
    OTHER = "other"


_UNIT = r"(?:working |business |calendar )?(?:days?|weeks?|months?|years?|hours?|minutes?)"
_AUXILIARY = (
    r"(?:can|could|may|might|must|should|will|would|do|does|did|is|are|was|were|am|has|have|had)(?:n'?t)?"
    r"|won'?t|can'?t|cannot"
)
_SUBJECT = (
    r"(?:i|we|you|u|he|she|it|they|one|there|this|that|these|those|the|a|an|my|our|your|his|her|any|some|all|each)"
)
# In this order: "how long does it take and what does it cost" asks for both, and the first one found counts.
_ENGLISH = {
    Kind.MONEY: (
        r"\bhow (?:much|high|expensive)\b(?! (?:time|longer))|\bhow many (?:euros?|eur|dollars?)\b"
        r"|\b(?:what|which)\b[^.?!]{0,40}\b(?:costs?|prices?|charged?|fees?|surcharge|postage|amount|sum)\b"
        r"|^\W*(?:price|cost|postage|fee)s?\b|\bextra charge\b"
    ),
    Kind.DURATION: (
        rf"\bhow (?:long|soon|fast|quick(?:ly)?)\b|\b(?:how many|how much) (?:{_UNIT}|time)\b"
        r"|\bwithin (?:what|which|how)\b|\bwhat(?:'s| is) the (?:period|time limit|deadline)\b"
    ),
    Kind.COUNT: (
        r"\bhow (?:many|often|big|large|tall|wide|heavy|strong|hot|warm|far)\b"
        r"|\bwhat (?:size|temperature|number|percentage)\b"
    ),
    Kind.WHEN: (
        r"\b(?:until|by|since|from) when\b|^\W*when\b|\band when\b|\bwhen\W*$"
        r"|\bwhen (?:do|does|did|is|are|am|will|can|may|must|would|should)\b"
        r"|\b(?:what|which) (?:time|times|day|days|date|hours)\b|\bopening (?:hours|times)\b|\bat what (?:time"
        r"|point)\b"
    ),
    Kind.WHERE: r"\bwhere\b(?! (?:do|can|should) i stand)|\b(?:what|which) (?:address|place|page|site|site)\b",
    Kind.WHO: r"\bwho(?:m|se|'s)?\b(?!le)",
    Kind.WHY: r"\bwhy\b|\bhow come\b|\bwhat(?:'s| is) the reason\b",
    Kind.HOW: (
        r"\bhow (?:do|does|did|can|could|would|should|to|might|is|are)\b|\bwhat (?:should|must|do|can"
        r"|shall) (?:i|we)\b"
        r"|\bwhat (?:now|next)\b|\bwhat(?:'s| is| are) the (?:steps?|process|procedure|way)\b|\b(?:explain"
        r"|show me|tell me) how\b|\bhow \w+ works?\b|\bthe right way\b"
    ),
    Kind.YES_NO: (
        rf"(?:^|[,.;:!?-]\s*|\b(?:and|so|but|or|if|hi|hello|hey|please)\s+)(?:{_AUXILIARY}) (?:\w+ )?{_SUBJECT}\b"
        rf"|^\W*(?:{_AUXILIARY}) \w+|\byes(?:/|\s+or\s+)no\b|\b(?:ok|okay|fine|allowed|possible)\b[^.!]*\?\W*$"
        rf"|, right\W*$"
    ),
    Kind.WHICH: r"\bwhich\b|\bwhat\b",
}
_CHINESE = {
    Kind.MONEY: r"多少钱|几块钱|多少[欧元块]|多少(?:运费|邮费|费用)"
    r"|(?:运费|邮费|费用|价格|价钱|利息|要加)[^,.?，。？]{0,6}多少|什么价|怎么收费|加多少",
    Kind.DURATION: r"多久|多长(?:时间)?|几(?:个)?(?:工作日|天|周|星期|个月|月|年|小时|分钟|钟头)"
    r"|多少(?:个)?(?:工作日|天|周|月|年|小时)|几天|几年",
    Kind.COUNT: r"几[个只件级次分张条种]|多少|多大|多高|多宽|多重|几度|最多|最少",
    Kind.WHEN: r"什么时候|何时|啥时候|几点|哪天|几号|几时|什么时间|哪一天",
    Kind.WHERE: r"哪里|哪儿|在哪|上哪|什么地方|到哪",
    Kind.WHO: r"谁",
    Kind.WHY: r"为什么|为何|为啥|怎么会|怎么回事|凭什么",
    Kind.HOW: r"怎么|怎样|如何|咋|流程|步骤|怎么办",
    Kind.YES_NO: (
        r"[吗么嘛]\W*$|[吗]\b|能不能|可不可以|可否|能否|是否|是不是|有没有|要不要|会不会|用不用|行不行|(?:可以|能|会|要|有|收)[^,.?，。？]{0,12}[不没](?:\W|$)"
        r"|([能会要退赔掉])不\1|还是"
    ),
    Kind.WHICH: r"什么|哪[些种个张款]|啥",
}
_PATTERNS = {
    kind: (re.compile(_ENGLISH[kind]), re.compile(_CHINESE[kind]) if kind in _CHINESE else None) for kind in _ENGLISH
}
# More than this is no question any more; also bounds the work on a giant text.
_MOST = 2000
_MARK = re.compile(r"[?？]")


@lru_cache(maxsize=1024)
def asked(message: str) -> str:
    """The part of a message that asks: its last sentence with a question mark or, without any, with a question word;
    the whole message if nothing in it asks."""
    found = sentences(message[:_MOST])
    marked = [sentence for sentence in found if _MARK.search(sentence)]
    asking = marked or [sentence for sentence in found if kind_of(sentence) is not Kind.OTHER]
    return asking[-1] if asking else message


@lru_cache(maxsize=1024)
def kind_of(question: str) -> Kind:
    """The kind of answer that one sentence asks for."""
    folded = fold(question)
    plain = folded.isascii()
    for kind, (english, chinese) in _PATTERNS.items():
        if english.search(folded) or not (plain or chinese is None or chinese.search(folded) is None):
            return kind
    return Kind.OTHER
