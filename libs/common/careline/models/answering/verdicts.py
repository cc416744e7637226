"""Yes or no, where the passage decides it.

A verdict is claimed only when one sentence (with its article's title) speaks of all that the question names, has every
number of it, and says it one way: as so, or as not so. Restrictions ("only", a limit) make it a "yes, but". Everything
else is left to the reader: a wrong yes is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..folding import fold
from ..glossary import unglossed
from ..language import has_han
from ..sentences import sentences
from .keys import keys
from .kinds import Kind, asked, kind_of


class Verdict(StrEnum):
    YES = "yes"
    YES_BUT = "yes_but"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the guide, and the title of its article."""

    sentence: str
    title: str = ""


_PAY = next(iter(keys("pay")))
# So much of what the question names has to be in the sentence itself, the rest in the title.
_IN_SENTENCE = 0.5
_NEGATIVE = re.compile(
    r"\b(?:not|never|neither|nor|nobody|nothing|unable|impossible|excluded|no (?:longer|more))\b|n't\b|\bcannot\b"
    r"|不(?!过|同|限|仅|只|论|管|必|用)|没有|没(?!问题)|无法|勿|永不"
)
# Takes away the thing that follows, and nothing else: "without interest", "no prices", "free of charge".
_LACKING = re.compile(r"\b(?:no|without)\s+((?:\S+\s*){1,3})|(?:没有|无需|免|不含)(\w{1,6})")
# A negation that takes nothing back, or only beyond a limit.
_BOUND = re.compile(
    r"\b(?:not|no|never)\s+(?:only|just|before|until|matter|later|(?:more|less|longer|later|earlier|fewer)\s+than)\b"
    r"|\bneed(?:s)? not\b"
    r"|\b(?:not|never)\b[^.;]*\bfor more than\b|不超过|不少于|不必|不用|不限"
)
# What is said holds for some cases only.
_CONDITION = re.compile(
    r"\b(?:only|except|but|until|till|once|as long as|within|from \w+ on|above|over|more than|up to|at least|members?"
    r"|most|some|may|usually|instead|otherwise|other|outside|before|after|in principle|generally)\b|\d"
    r"|只|仅|如需|除了|以上|以内|之内|满|凭|会员|起|最多|至少|之前|之后|前|后|可能|多数|部分|其他|除|原则上"
)
# Not said to be so, only supposed.
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|when|in case)\b[^,;.]*(?:[,;.]|$)|(?:如果|若|如|除非|是否)[^，。；,;]*[，。；,;]?"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CLAUSE = re.compile(r"[;；,，:]|\bbut\b|\band (?=(?:is|are|can|do|does|will|may|must|cost|get|take|never|not)\b)|但")
# Asked the other way round ("can't I", "isn't it"), yes and no change their meaning.
_NEGATED_QUESTION = re.compile(
    r"\b(?:can|could|may|do|does|did|is|are|will|would|should|wo|ca)n'?t\b|\b(?:not|no|never|without)\b"
    r"|(?<![能可会是有要行用收])[不没](?!\W*$)|难道"
)
# Alternatives and open questions are not answered by yes or no.
_OPEN = re.compile(r"\bor\b|\b(?:what|when|where|who|why|which|how)\b|还是|或者|什么|怎|哪|谁|为何|多少|几")
# What it is about was said elsewhere.
_POINTING = re.compile(r"\b(?:it|its|this|that|these|those|them|they|one|ones)\b|它|这|那")
# Only from there, only to there: "returns from Germany are free".
_SOMEWHERE = re.compile(r"\b(?:from|to|in|within|inside|for)\s+(?:the\s+)?[A-Z]|从|境内|寄往|在[^，。,]{1,8}(?:内|里)")
# Chinese words that need no gloss to be understood.
_ZH_SMALL = re.compile(
    r"[的了吗呢吧啊么嘛呀呗我你您他她它们这那个在是就都也还又再很把给对和跟与被等请问咱家的话会能可以要有得地儿]+"
)
_EN_LEADS = {Verdict.YES: "Yes.", Verdict.YES_BUT: "Yes, but:", Verdict.NO: "No."}
_ZH_VERBS = ("可以", "能", "会", "需要", "要", "有", "是")
_ZH_ECHO = re.compile("|".join(_ZH_VERBS))
_ZH_NOT = {"有": "没有"}


def said(quotes: Iterable[tuple[str, str]]) -> tuple[Said, ...]:
    """The sentences of (quote, title of its article)."""
    return tuple(Said(sentence, title) for quote, title in quotes for sentence in sentences(quote))


def verdict(message: str, told: Iterable[Said]) -> Verdict | None:
    """What the sentences say to the message's question; None where they do not decide it, or contradict each other."""
    question = asked(message)
    folded = fold(question)
    if kind_of(question) is not Kind.YES_NO or _NEGATED_QUESTION.search(folded) or _OPEN.search(folded):
        return None
    if _ZH_SMALL.sub("", unglossed(question)):
        return None  # a word that is not understood may be the one that matters
    wanted = keys(question)
    if len(wanted) < 2 and _POINTING.search(folded):
        return None
    numbers = set(_NUMBER.findall(folded))
    found = {_polarity(one, wanted) for one in told if _speaks_of(one, wanted, numbers)}
    return found.pop() if len(found) == 1 else None


def lead(verdict: Verdict, message: str, language: str) -> str:
    """The words in front of an answer, none of which has a content of its own; Chinese repeats the question's verb."""
    if language != "zh":
        return _EN_LEADS[verdict]
    found = _ZH_ECHO.search(fold(asked(message))) if has_han(message) else None
    verb = found.group() if found else ""
    return _zh_lead(verdict, verb)


def _zh_lead(verdict: Verdict, verb: str) -> str:
    if verdict is Verdict.NO:
        return f"{_ZH_NOT.get(verb, f'不{verb}')}。"
    return f"{verb or '是'}{'。' if verdict is Verdict.YES else '，不过：'}"


# All that `lead` may say.
LEADS = frozenset(_EN_LEADS.values()) | {_zh_lead(each, verb) for each in Verdict for verb in ("", *_ZH_VERBS)}


def _speaks_of(one: Said, wanted: frozenset[str], numbers: set[str]) -> bool:
    supposed_away = _SUPPOSED.sub(" ", fold(one.sentence))
    inside = wanted & keys(supposed_away)
    if _is_free(one.sentence, wanted):
        inside |= {_PAY}
    everything = wanted <= inside | keys(one.title)
    return (
        bool(inside)
        and len(inside) >= _IN_SENTENCE * len(wanted)
        and everything
        and numbers <= set(_NUMBER.findall(fold(one.sentence)))
    )


def _is_free(sentence: str, wanted: frozenset[str]) -> bool:
    """Whether the question is what it costs, and the sentence says that it costs nothing."""
    said = keys(sentence)
    return _PAY in wanted and _PAY not in said and "free" in said and "free" not in wanted


def _polarity(one: Said, wanted: frozenset[str]) -> Verdict | None:
    sentence, folded = one.sentence, fold(one.sentence)
    supposed = _SUPPOSED.search(folded)
    conditional = any((supposed, _CONDITION.search(folded), _SOMEWHERE.search(sentence)))
    plain = _SUPPOSED.sub(" ", folded)
    if _BOUND.search(plain):
        return None
    if _is_free(plain, wanted):
        return None if conditional or _NEGATIVE.search(plain) else Verdict.NO
    if any(wanted & keys(match[1] or match[2]) for match in _LACKING.finditer(plain)):
        return Verdict.NO
    if _NEGATIVE.search(plain) is None:
        return Verdict.YES_BUT if conditional else Verdict.YES
    if _lists(plain):
        return Verdict.NO
    return _of_clauses(plain, wanted - keys(one.title) or wanted, supposed=supposed is not None)


def _of_clauses(plain: str, wanted: frozenset[str], *, supposed: bool) -> Verdict | None:
    """A sentence that denies something: it is what is asked about only if no other clause speaks of it."""
    touched = {_NEGATIVE.search(clause) is not None for clause in _CLAUSE.split(plain) if wanted & keys(clause)}
    if touched == {True}:
        return None if supposed else Verdict.NO
    return Verdict.YES_BUT if touched == {False} else None


# "A, b and c can't be ...": what is listed belongs to the verb that ends it.
_LISTING = re.compile(
    r"^(?:[^,;:]*,)+[^,;:]*\b(?:can't|cannot|can not|are not|is not|aren't|isn't|will not|won't|must not|do not"
    r"|don't)\b"
)
_VERB = re.compile(
    r"\b(?:can|could|may|will|must|do|does|takes?|costs?|goes|pays?|come|get|gets|works?|need|choose|tell|is"
    r"|are)\b(?!n't)"
)


def _lists(folded: str) -> bool:
    match = _LISTING.match(folded)
    if match is None:
        return False
    head = re.sub(r"\b(?:that|which) (?:have|has|had|are|is|were|was)\b", " ", folded[: match.end()])
    head = re.sub(
        r"\b(?:can't|cannot|can not|are not|is not|aren't|isn't|will not|won't|must not|do not|don't)\b", " ", head
    )
    return _VERB.search(head) is None and "." not in folded[match.end() :].rstrip(" .")
