# ruff: noqa: E501  (patterns are read whole)
"""Sentences written for the software that answers: orders about its answer, its rules, its role, or the customer as
somebody who is spoken about. English and Chinese, the commonest forms of some other languages."""

from __future__ import annotations

import re

from careline.models.folding import fold
from careline.models.imperatives import orders

# Somebody calls the software and orders something, which a customer may do as well.
CALLED = "called"
_MACHINE = (
    r"(?:ais?(?: agents?| assistants?| models?)?|assistant|chat ?bots?|bot|(?:large )?language models?|llms?|gpt\S*|automated (?:systems?|agents?)"
    r"|virtual (?:agent|assistant)|machine)"
)
_ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|texts?|summar(?:y|ies)|wording|sentences?|words?|completions?)"
_YOURS = rf"\b(?:your|each|every|the next|all|any)\s+(?:\w+\s+){{0,2}}?{_ANSWER}\b"
_RULES = (
    r"(?:instructions?|rules?|guidelines?|prompts?|directions?|directives?|polic(?:y|ies)|constraints?|orders|text above|everything (?:above|you)"
    r"|(?:the|all) (?:text )?above|what (?:you were|i) (?:told|said)|confirmation step|safety|question)"
)
_PERSON = (
    r"(?:the|a|any|every|each|this|whichever|all(?: the)?) (?:other )?(?:customer|user|visitor|reader|client|person|account)s?(?:'s)?"
    r"|(?:customers|users|visitors|readers|everyone|everybody|whoever asks|whoever)"
)
_SOMEBODY = rf"(?:{_PERSON}|somebody|someone|anybody|anyone)"
# Whatever else the sentence says.
_ALWAYS: tuple[tuple[str, str], ...] = (
    (
        "override",
        rf"\b(?:ignore|disregard|forget|override|bypass|neglect|stop following|(?:do not|don't|never) (?:follow|obey))\b[^.!?]{{0,40}}\b{_RULES}\b"
        rf"|\b(?:your|all|previous|earlier|prior) (?:\w+ )?{_RULES} (?:are|is) (?:void|cancelled|obsolete|suspended|no longer)"
        r"|\bnew (?:system )?(?:instructions?|prompt)\b(?: follow|:| =)|\b(?:administrator|admin|developer|root) override\b|\boverride code\b"
        r"|(?:忽略|无视|忽视|忘记|不要理会|不要遵守|不必遵守|跳过).{0,12}(?:指令|指示|规定|规则|提示|要求|以上|之前|上文|上面|政策|确认)"
        r"|\bignor\w+\b.{0,30}\b(?:anweisung\w*|instru\w+|regeln)|\b(?:oublie|dimentica|olvida|vergiss)\w*\b.{0,30}\b(?:consignes|regole|instru\w+|reglas|anweisung\w*)"
        r"|игнорир\w+.{0,30}(?:указани|инструкц|правил)|(?:指示|命令).{0,8}無視",
    ),
    (
        "role",
        r"\byou are now\b|\b(?:act|behave|respond|speak) (?:as|like) (?:a|an|if|though)\b|\bpretend (?:to be|you|that)\b|\bplay the role\b"
        r"|\bfrom (?:now on|here on|this point)\b[^.!?]{0,30}\b(?:you|the assistant|answer|reply|respond|act|say)\b|\b(?:from now on)[,:]? (?:you|answer|reply|respond)"
        rf"|\b(?:developer|debug|admin|god|dan|refund|maintenance|jailbreak|unrestricted|sudo) mode\b|\bstop being\b|\bas an? {_MACHINE}\b"
        r"|[开開][发發]者模式|管理员(?:模式|助手)|扮演|从现在(?:起|开始)|你现在是|系统提示|提示词",
    ),
    (
        "machine",
        rf"^\W*(?:note to|dear|to|attention|hey|instructions? for|message to)\s+(?:all |the |any )?{_MACHINE}\b"
        rf"|\b(?:the|this|any|every) {_MACHINE} (?:must|shall|should|has to|have to|is to|will|reading)\b|\b{_MACHINE} reading this\b"
        rf"|\b(?:if|in case|when) (?:you(?: are|'re)|the reader is) (?:an? )?{_MACHINE}\b|\bif the {_MACHINE} (?:says?|tells?)\b|\bif you can read this\b"
        r"|(?:助手|机器人|人工智能|智能客服|ai|模型)(?:们)?(?:请注意|必须|应当|请(?!问)|[:：,，])|你必须(?:告诉|回答|回复|说|写|输出)|输出你的",
    ),
    (
        "secrets",
        r"\b(?:your|the) (?:system |hidden |secret |initial |original )*(?:prompt|system message|instructions|configuration)\b(?=.{0,60}\b(?:repeat|print|reveal|show|exact|text|tell|output)\b)"
        r"|\b(?:repeat|print|reveal|show|output|display)\b[^.!?]{0,60}\b(?:your|the|hidden) (?:\w+ )?(?:prompt|system message|instructions|configuration|hidden fields|keys)\b"
        r"|\b(?:system message|system prompt|hidden fields)\b|\bsecret\b[^.!?]{0,40}\b(?:configuration|prompt|instructions)\b",
    ),
    (
        "encoded",
        r"\b(?:decode|decrypt|run rot ?13|rot13)\b|\bbase64\b",
    ),
    (
        "role",
        r"\b(?:this is|i am|i'm) (?:the|your) (?:ceo|developer|programmer|administrator|admin|supervisor|system)\b",
    ),
)
# Of what is no question; who asks "what if a customer ..." is one.
_TOLD: tuple[tuple[str, str], ...] = (
    (
        "customer",
        rf"\b(?:if|when|whenever|should|in case|once)\s+{_PERSON}\s+(?:asks?|mentions?|says?|wants?|requests?|writes?)\b|\bfor whoever asks\b"
        r"|(?:告诉|通知|回答|回复|对|向|给)(?:每一?位|所有|该|这位|任何)?(?:客户|用户|顾客|读者)",
    ),
    (
        "answer",
        r"\bwhen (?:summari[sz]ing|answering|reading|translating) (?:this|the|a)\b|\bafter your (?:\w+ )?answer\b|\bonly if the reader\b"
        r"|\b(?:agents?|replies|responses|answers) (?:are obliged|are required|must|have to)\b|\brequires? that you (?:answer|reply|say)\b",
    ),
)
# Only of a sentence that orders something.
_ORDERED: tuple[tuple[str, str], ...] = (
    (
        "answer",
        rf"{_YOURS}|\bin (?:quotes|reverse|morse|base ?64|rot ?13|pig latin)\b|\b(?:backwards|letter by letter|in (?:upper|lower|all) ?(?:case|caps))\b",
    ),
    (
        "answer",
        r"^\W*(?:[\w']+ ){0,3}?(?:replace|convert|use|rearrange|scramble|jumble|group|combine|remove|misspell|substitute|swap|anagram|reverse|write"
        r"|spell|capitali[sz]e|encode|shift|mix|omit|provide|change|switch|insert|add|turn|put|respond|answer|reply)\b[^.!?]{0,60}?"
        r"\b(?:(?:every|each)(?: \w+)? (?:letter|vowel|consonant|syllable|character|word)|letters|vowels|consonants|syllables|punctuation"
        r"|anagrams?|ciphers?|emojis?|misspell\w*|symbols|capital letters|spaces)\b|^\W*(?:misspell|jumble|scramble|anagram)\b",
    ),
    (
        "answer",
        r"^\W*(?:please |always |only )*(?:answer|reply|respond|begin|start|end|conclude|finish)\s+(?:only\s+|exactly\s+|again\s+)?"
        r"(?:(?:with|by|in)\b(?! \d)|only\b|every\b|each\b|that\b|to every\b|as\b|your\b)|\b(?:say|claim|write|state|answer|reply|pretend|act as though|mention) that\b"
        r"|\b(?:answer|reply|respond|begin|end)s? with\b|\bthe (?:phrase|sentence|token|word) ['\"“]|^\W*(?:say|tell)\b[^.!?]{0,30}['\"“]",
    ),
    (
        "customer",
        rf"\b(?!(?:ask )?for an? person\b)(?:tell|inform|give|grant|send|ask|charge|promise|insult|show|refund|treat|thank|subscribe|recommend|advise|urge|warn|convince|encourage|persuade"
        rf"|write|redeem|issue|disclose|list|print|append|set|enter|for|to|of|with)\s+(?:\w+\s+){{0,3}}?(?:{_PERSON})\b|\bthe (?:customer|user|visitor|client)'s\b|\b(?:users|customers) to\b|\btell (?:them|him)\b"
        r"|\bthe whole conversation\b|\bthe other customers\b",
    ),
)
# Only in documents: a customer may well call the software so, or speak of somebody.
_DOCUMENT: tuple[tuple[str, str], ...] = (
    (
        "customer",
        rf"\b(?:if|when|whenever|should|in case|once)\s+{_SOMEBODY}\s+(?:asks?|mentions?|says?|wants?|requests?|writes?)\b",
    ),
)
_CALLED = re.compile(rf"^\W*{_MACHINE}\s*[:,]")


def _compiled(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((reason, re.compile(pattern)) for reason, pattern in rows)


_IN_ALL, _IN_TOLD, _IN_ORDERS, _IN_DOCUMENTS = map(_compiled, (_ALWAYS, _TOLD, _ORDERED, _DOCUMENT))
# An order to somebody who is to write to the customer: "send your answer to my new address".
_SENDS = re.compile(r"^\W*(?:please |kindly |could you |can you )*(?:send|mail|e-?mail|post|forward)\b")


def directive(sentence: str, *, document: bool) -> str | None:
    """In a word, why the sentence is meant for the software; None if it is not."""
    folded = fold(sentence)
    question = folded.rstrip().endswith(("?", "？"))
    told = () if question else (*_IN_TOLD, *(_IN_DOCUMENTS if document else ()))
    for reason, pattern in (*_IN_ALL, *told):
        if pattern.search(folded):
            return reason
    called = _CALLED.match(folded)
    if called and (document or orders(folded[called.end() :])):
        return CALLED
    if not orders(folded) or (not document and _SENDS.match(folded)):
        return None
    ordered = _IN_ORDERS if document or not question else _IN_ORDERS[:-1]
    return next((reason for reason, pattern in ordered if pattern.search(folded)), None)
