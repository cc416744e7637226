"""Do the customer's own words leave room for doubt that this is wanted, and wanted now?

The classifier decides what a message is about; whether it is consent is looked at here once more, in plain words and on
the safe side: doubt never refuses anything, it only has the change asked about. Language-generic (English and Chinese),
no word of any business.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from careline.contracts.turn import EvidenceSource
from careline.contracts.understanding import Request
from careline.models.clauses import clauses
from careline.models.folding import fold
from careline.models.language import HAN

# Not this, not now, not me, not sure.
_ENGLISH = re.compile(
    r"\b(?:not|no|never|don'?t|doesn'?t|didn'?t|won'?t|can'?t|cannot|isn'?t|wouldn'?t|shouldn'?t|without|nothing|nobody"
    r"|but|if|unless|until|till|after|before|later|tomorrow|tonight|next|wait|hold|first|once|when|maybe|perhaps|might"
    r"|may|probably|whether|suppose|should|could|would|can|shall|must|what|why|how|instead|rather|only|except|or"
    r"|yesterday|ago|already|was|were|had|last|earlier|used|forget|never\s?mind|kidding|joking"
    r"|my\s+(?:wife|husband|sister|brother|mother|father|mom|mum|dad|son|daughter|friend|colleague|boss|neighbou?r|partner)"
    r"|he|she|they|him|her|them|his|their|somebody|someone)\b"
)
_CHINESE = re.compile(
    r"[不没别莫勿未吗嘛么？?]|如果|要是|假如|万一|但|可是|不过|除非|等[一到我下]|先|以后|之后|明天|后天|下[周个次]|改天|再说"
    r"|可能|也许|或[者是]?|应该|昨[天日]|上[周个次]|已经|以前|之前|为什么|怎么|什么|多少"
    r"|(?:我|的)(?:老婆|老公|妻子|丈夫|姐|妹|哥|弟|妈|爸|儿子|女儿|朋友|同事|老板|邻居)|[他她]们?|算了|开玩笑"
)
# Another unit than the business's own; a share of something is no amount either.
_UNITS = re.compile(
    r"[$£¥₽%]|\b(?:dollars?|usd|bucks?|pounds?|gbp|yen|jpy|rmb|cny|yuan|francs?|chf|per\s?cent|half)\b|百分|美元|英镑|日元|人民币"
)
# Speaks of words: "spell ...", "what is ... in French".
_OF_WORDS = re.compile(
    r"\b(?:spell|translat\w*|define|definition|meaning|means|pronounce|the\s+(?:word|phrase|sentence)|in\s+(?:french|german"
    r"|english|chinese|spanish))\b|翻译|拼写|意思|这个[词字]|用(?:英|中|法|德)文"
)
# Nobody talks to people in these: what has them was copied from somewhere, or is meant for a machine.
_CODE = re.compile(r"[{}<>|\\=]|\$\(|--|\[/?[a-z]+\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Words that look like doubt and are none: politeness, and asking for something to stop.
_POLITE = re.compile(
    r"\b(?:can|could|would|will)\s+(?:you|u)\b(?:\s+(?:please|pls|kindly))?|\byou\s+can\b|\bi(?:'d|\s+would)\s+like\b"
    r"|\bif\s+(?:you\s+please|possible)\b|\bno\s+(?:longer|more)\b|\bwould\s+be\s+(?:great|nice)\b|\bcan'?t\s+wait\b"
    r"|\b(?:don'?t|do\s+not)\s+(?:want|send|need)\b[^.!?]*\bany\s?more\b"
    r"|没错|没问题|好吗|行吗|可以吗|可不可以|能不能|能否|行不行|好不好|(?:不要|别|不想)再(?:给我|收到|发)"
)
# "Can you do it for me?" asks for it; "can it be done?" does not.
_ASKS_POLITELY = re.compile(r"(?:能|可以|可否|能否)(?:不能|不可以)?(?:请|麻烦)?[^。！!？?，,没不]{0,16}(?:帮|替|给)我")
# In a request these only say which, until when, or why; in an answer they take something back.
_DAY = r"(?=\s+(?:on\s+|the\s+)*(?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
_IN_A_REQUEST = re.compile(
    rf"\b(?:not|no)\s+(?:earlier|sooner|later|before|after)(?:\s+than)?{_DAY}"
    r"|\binstead(?:\s+of)?\b|\bonly\b|\bwould\s+love\s+to\b|\b(?:have|has|got)\s+no\s+time\b"
    r"|以后(?=[都就请])|没(?:有)?(?:空|时间)"
    r"|\bi(?:'d|'ll|\s+would|\s+will)\s+(?:[a-z]+\s+){1,4}if\s+you\s+(?:give|pay|refund|send)\s+(?:me|us)\b"
)

# A yes is short. Whoever says more says more than yes.
_WORDS_OF_A_YES = 8


# Said beside a request these tell how things are and take nothing back: a closed list of what may be so.
_SUBJECT = r"\b(?:i|we|you|it|they|the[a-z ]{2,20})"
_HOW_THINGS_ARE = re.compile(
    rf"{_SUBJECT}\s+(?:(?:do|does|did)(?:n't|\s+not)|never)\s+(?:have|read|fit|get|match|open|work|receive|own|use)\b"
    rf"|{_SUBJECT}(?:'m|'re|'ll\s+be|\s+am|\s+are|\s+is|\s+will\s+be)\s+(?:away|abroad|travelling|on\s+holiday|out\s+of\s+town)"
    r"(?:\s+(?:until|till|before|after)(?:\s+(?:then|mid|that|the)\b)?)?"
    r"|\bnobody\s+(?:is|will\s+be)\s+(?:in|home|there|at\s+home)\b"
    r"|\bdo(?:n't|\s+not)\s+(?:read|open|have|use)\s+(?:them|it|one)\b"
    r"|(?:那天|之前|当天)?我?们?(?:都)?不在(?:家|国内|[^\W\d]{2}$)|看不过来|不合[脚身]|不退货了(?=[，,])|账?户?没(?:有)?留(?:手机|电话)"
)
# A question for something else: asks how much, where, when, and nothing of whether.
_ASKS_BESIDES = re.compile(
    r"^\W*(?:(?:and|also|then|oh|but)\b\W*)*(?:how\s+(?:many|much|long|do|does)|what(?:'s|\s+(?:is|are|does|do))"
    r"|when\s+(?:do|does|is|are|will)|where|which)\b"
    r"|^[^不没别如要]*(?:多少|多久|几[个点天]|什么时候|在哪|到哪)[^不没别如要]*$"
)
Place = tuple[int, int]


def said_places(request: Request) -> list[Place]:
    """Places in the message that a request's values come from."""
    return [
        (argument.evidence.start, argument.evidence.end)
        for argument in request.arguments
        if argument.evidence.source is EvidenceSource.TEXT
    ]


def places_of(request: Request) -> list[Place]:
    """Where a request is said, as far as that is known: its own words, and those of its values."""
    span = [(request.span.start, request.span.end)] if request.span else []
    return [*span, *said_places(request)]


def doubtful_request(text: str, places: Collection[Place] = ()) -> bool:
    """Whether a request is negated, conditional, put as a question of principle, of the past, or somebody else's.

    The clause of the request is the one that `places` are in; the clauses are found here, so that whoever names the
    places can only make it longer. What is said beside it may tell how things are, or ask for something else; nothing
    anywhere may take back what is asked for.
    """
    found = clauses(text)
    own = [any(start < clause.end and clause.start < end for start, end in places) for clause in found]
    if not any(own) or len(found) < 2:
        return _doubtful(_IN_A_REQUEST.sub(" ", fold(text)))
    first, last = own.index(True), len(own) - 1 - own[::-1].index(True)
    near = text[found[first].start : found[last].end]
    others = [*found[:first], *found[last + 1 :]]
    return _doubtful(_IN_A_REQUEST.sub(" ", fold(near))) or any(_leaves_open(fold(clause.text)) for clause in others)


def _leaves_open(clause: str) -> bool:
    """Whether what is said beside a request may take it back."""
    besides = _ASKS_BESIDES.match(clause)
    rest = clause[besides.end() :].rstrip("?？ ") if besides else clause
    return _doubtful(_IN_A_REQUEST.sub(" ", _HOW_THINGS_ARE.sub(" ", rest)))


def _doubtful(folded: str) -> bool:
    plain = _POLITE.sub(" ", folded)
    if _ASKS_POLITELY.search(plain):
        plain = plain.rstrip("吗嘛么？?，, ")
    return any(kind.search(plain) for kind in (_ENGLISH, _CHINESE, _UNITS, _OF_WORDS, _CODE))


def doubtful_yes(text: str, values: Collection[object]) -> bool:
    """Whether an answer is more or less than a yes to what was asked. `values`: the arguments that were shown; another
    number than theirs is another order."""
    plain = fold(text)
    if _doubtful(plain):
        return True
    shown = {number for value in values for number in _NUMBER.findall(str(value))}
    if any(number not in shown for number in _NUMBER.findall(plain)):
        return True
    han = sum(1 for character in plain if re.match(rf"[{HAN}]", character))
    return len(plain.split()) > _WORDS_OF_A_YES or han > 2 * _WORDS_OF_A_YES
