"""Whether a sentence has an answer of the kind that is asked for: a price, a duration, a day, a place, somebody."""

from __future__ import annotations

import re
from functools import lru_cache

from ..folding import fold
from .kinds import Kind

_NUMBER = (
    r"(?:\d+(?:[.,]\d+)*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|hundred|half)"
)
_ZH_NUMBER = r"(?:\d+(?:[.,]\d+)*|[一二两三四五六七八九十百千半]+|几)"
_DURATION = (
    rf"\b{_NUMBER}[\s-]+(?:more |working |business |calendar )*(?:days?|weeks?|months?|years?|hours?|minutes?)\b"
    r"|\bat once\b|\bimmediately\b|\bsame (?:working )?day\b|\bnext (?:working )?day\b|\b(?:for ever|never|always)\b"
    rf"|{_ZH_NUMBER}(?:个)?(?:工作日|天|日|周|星期|个月|月|年|小时|分钟)|立即|马上|当天|永[不久]"
)
_WHEN = (
    rf"{_DURATION}|\d{{1,2}}:\d\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
    r"|\b(?:when|until|till|once|as long as|as soon as|before|after|while|today|tomorrow)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)\b|[周星期][一二三四五六日天]|之前|之后|以后|以前|时(?!间)|后"
)
_MONEY = (
    r"\b(?:eur|euros?|usd|dollars?|pounds?|gbp|chf)\b|[€$£¥]|\b(?:free|for nothing|no (?:charge|cost|fee))\b"
    r"|\bper ?cent\b|%"
    r"|欧元|元|块钱|免费|免(?:运|邮)费|包邮|免息"
)
_WHERE = (
    r"\b(?:under|in|at|on|to|from|into|via|near|nearest|by mail|e-?mail|page|checkout|basket)\b|@"
    r"|在|到|里|处|页面|邮件|网点|门店"
)
_WHO = r"\b(?:we|you|us|our|colleagues?|customers?|couriers?|carriers?|members?|everybody|nobody|anyone|team)\b"
r"|我们|您|同事|会员|客服|承运商|快递员"
_WHY = r"\bbecause\b|\bso that\b|\bsince\b|\bas (?:we|it|the)\b|\bso\b|因为|因此|以防|由于|为了"

_PATTERNS = {
    Kind.MONEY: re.compile(_MONEY),
    Kind.DURATION: re.compile(_DURATION),
    Kind.COUNT: re.compile(rf"\b(?!an?\b){_NUMBER}\b|{_ZH_NUMBER}"),
    Kind.WHEN: re.compile(_WHEN),
    Kind.WHERE: re.compile(_WHERE),
    Kind.WHO: re.compile(_WHO),
    Kind.WHY: re.compile(_WHY),
}


@lru_cache(maxsize=4096)
def has_answer(kind: Kind, sentence: str) -> bool:
    """Whether something in the sentence is of the kind; True for kinds that no form tells (how, which, yes or no)."""
    pattern = _PATTERNS.get(kind)
    return pattern is None or pattern.search(fold(sentence)) is not None
