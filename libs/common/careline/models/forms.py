"""The form of a message: question about something, request, refusal of something. Language-generic, no pack words.

Heads learn what a message is about; whether it asks *about* a thing or *for* it hangs on a few small words that
examples cannot cover for every operation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from careline.models.folding import fold

# Asks for the way to do something, whoever does it: never a request to do it now.
_PROCEDURE = re.compile(
    r"\bhow (?:do|does|did|can|could|would|should|might) (?:i|we|one|you|a|an|the|my|people|customers)\b|\bhow to\b"
    r"|\bwhat (?:are the steps|is the (?:process|procedure|way)|(?:would|should|will) be the)\b"
    r"|\bwhat's the (?:process|procedure|way)\b|\bwhat (?:should|must|do|can) (?:i|we|one) do\b"
    r"|\b(?:explain|describe|show me|tell me|know) (?:to me )?how\b|\bsteps (?:for|to)\b"
    r"|怎么(?!还没|还不|没|样了|回事)|怎样|如何|流程|步骤|方法"
)
# Asks what holds: rules, reasons, times, prices.
_RULE = re.compile(
    r"\bwhat (?:happens|if|are the (?:rules|conditions))\b|\bwhy\b"
    r"|\bwhat(?:'s| is) (?:the|your) (?:policy|rule|deadline)\b"
    r"|\b(?:is it|would it be) (?:possible|allowed|ok|okay|necessary)\b|\b(?:am|are) (?:i|we|you) (?:allowed|able) to\b"
    r"|\b(?:until|by) when\b|\bwhen (?:can|may|must|do|does) \b|\bwho (?:can|may|decides|pays)\b"
    r"|\bhow (?:long|soon|often)\b|\bhow (?:do|does|did) (?:[a-z]+ ){1,4}work\b"
    r"|\bhow much (?:does|is|do)\b|\bhow many days\b|\bdo you (?:offer|accept|have|ship|deliver)\b|\bdoes it cost\b"
    r"|为什么|为何|多久|多长时间|什么时候(?:可以|能|之前)|规定|政策|是否可以|可不可以|允许|要不要钱|多少钱|有什么条件"
)
# "Can I ...?" may ask about or for: it depends on what else is said.
_MAY_I = re.compile(
    r"^\W*(?:can|could|may|might) (?:i|we|one|a|an|the|my)\b|^\W*am i able\b|(?:可以|能)[^。，]{1,20}吗"
)
# "Could you ...", "please", "I want ...", or a verb in front: somebody is to do something.
_REQUEST = re.compile(
    r"\bplease\b|\bpls\b|\b(?:can|could|would|will) you\b|\bi(?:'d| would) like\b|\bi (?:want|need|wish)\b"
    r"|\blet me\b|\bkindly\b"
    r"|请(?!问)|帮我|给我|我要|我想|麻烦|把"
)
_QUESTION = re.compile(
    r"\?|？|^\W*(?:who|what|when|where|why|which|whose|how|is|are|am|was|were|do|does|did|can|could|may|will|would|should|has|have)\b"
    r"|吗\W*$|呢\W*$|什么|怎么|怎样|如何|哪|谁|几|多少|多久|为什么|是否|有没有|能不能|可不可以|是不是"
)
# Asks how things are with the customer; who asks that wants nothing changed.
_ABOUT_SELF = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|so|and|excuse me)\b\W*)*"
    r"(?:am i|are we|have i|did i|was i|do i (?:still )?(?:have|get)|is my|are my|has my)\b"
    r"|我(?:现在|目前|已经)?(?:是不是|是否|有没有)|^我(?:现在|目前)?是[^,.;?]{1,12}吗"
)
# Asks for reasons or for what will be: no fact that is on record now answers that.
_BEYOND = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat (?:happens|if)\b|^\W*(?:will|would|should)\b"
    r"|为什么|为何|怎么会|会不会|会[^,.;?]{1,10}吗"
)
_OWN = re.compile(r"\b(?:i|i'm|i've|my|me|mine)\b|我")
_NOT_EN = r"(?:\bdo not|\bdon'?t|\bdo n't|\bnever|\bnot|\bwithout|\bstop|\brather than)"
_BETWEEN_EN = r"(?:\s+(?:you|want|wish|need|like|to|please|ever|just|yet|actually|really|be|have|get))*\s+"
_NOT_ZH = r"(?:不要|别|不想|不用|不需要|请勿|先别|勿|没有要|不是要)"
_BETWEEN_ZH = r"(?:再|给我|帮我|把?[^,.;!?。]{0,6})?"
_ANY_NOT = re.compile(f"{_NOT_EN}|{_NOT_ZH}")
# "don't send it any more" asks for an end, which is a request.
_NO_MORE = re.compile(r"\bany ?(?:more|longer)\b|\bno (?:more|longer)\b|\bstop\b|\bagain\b|再|了\W*$|了[,。，]")
# Something is to stop, to be undone, to be taken away.
_ENDING = re.compile(
    r"\b(?:stop|end|quit|cease|off|out of|remove|drop|cancel\w*|unsubscribe\w*|delete|enough|don'?t|get rid|strike"
    r"|terminate|no (?:more|longer|further)|any ?(?:more|longer))\b"
    r"|退|取消|停|别|不要|不想|不需要|关|撤|删|移出|去掉|不用"
)
_SOMEBODY = r"(?:wife|husband|partner|friend|neighbou?r|mother|father|brother|sister|son|daughter|boss|colleague|ex)"
# Asks about what belongs to somebody else.
_OTHERS = re.compile(
    r"\b(?:other|another|different|all(?: the| your)?) (?:customer|client|user|member|people|person)s?\b"
    r"|\b(?:someone|somebody|anyone|everyone|everybody)(?: else)?'?s\b|\b(?:someone|somebody) else\b"
    rf"|\bmy {_SOMEBODY}'?s\b"
    r"|\bof (?:customer|client|user|member)\b|\b(?:his|her|their) (?:account|e-?mail|address|phone|points|order|name)\b"
    r"|别人的|他人的|(?:其他|别的)(?:客户|顾客|用户|人|会员)|另一个(?:客户|顾客|用户|人)|所有(?:客户|顾客|用户|人|会员)的|(?:客户|用户)\d"
    r"|(?:老婆|老公|朋友|邻居|同事|妈妈|爸爸|儿子|女儿|哥哥|姐姐|弟弟|妹妹|他|她)的?(?:账户|账号|邮箱|地址|电话|手机|积分|订单|名字)"
)


@dataclass(frozen=True, slots=True)
class Form:
    """`procedure`: asks for the way to do it; `rule`: asks what holds; `may_i`: "can I ...?"; `request`: wants it done;
    `about_self`: asks how it is with the customer; `beyond`: asks for reasons or what will be; `own`: speaks of
    oneself; `others`: of what belongs to somebody else; `ending`: something is to stop or to be undone; `question`: any
    question."""

    procedure: bool
    rule: bool
    may_i: bool
    request: bool
    about_self: bool
    beyond: bool
    own: bool
    others: bool
    ending: bool
    question: bool


def form_of(text: str) -> Form:
    """The form of a whole message."""
    folded = fold(text)
    return Form(
        procedure=bool(_PROCEDURE.search(folded)),
        rule=bool(_RULE.search(folded)),
        may_i=bool(_MAY_I.search(folded)),
        request=bool(_REQUEST.search(folded)),
        about_self=bool(_ABOUT_SELF.search(folded)),
        beyond=bool(_BEYOND.search(folded)),
        own=bool(_OWN.search(folded)),
        others=bool(_OTHERS.search(folded)),
        ending=bool(_ENDING.search(folded)),
        question=bool(_QUESTION.search(folded)),
    )


def refuses(text: str, verbs: frozenset[str]) -> bool:
    """Whether the message says that something of `verbs` is *not* to be done, and nowhere that it is."""
    folded = fold(text)
    if not _ANY_NOT.search(folded):
        return False
    refused = 0
    for verb in verbs:
        if verb.isascii():
            refused += len(re.findall(rf"{_NOT_EN}{_BETWEEN_EN}{re.escape(verb)}\b", folded))
        else:
            refused += len(re.findall(rf"{_NOT_ZH}{_BETWEEN_ZH}{re.escape(verb)}", folded))
    return refused > 0 and refused >= sum(_occurrences(verb, folded) for verb in verbs)


def denies(text: str) -> bool:
    """Whether there is any "don't" in it."""
    return _ANY_NOT.search(fold(text)) is not None


def wants_nothing(text: str, verbs: frozenset[str]) -> bool:
    """Whether what `verbs` name is refused before it was ever done: nothing is to be undone or ended either."""
    return refuses(text, verbs) and not _NO_MORE.search(fold(text))


def names_any(text: str, verbs: frozenset[str]) -> bool:
    """Whether a verb of `verbs` is in it."""
    folded = fold(text)
    return any(_occurrences(verb, folded) for verb in verbs)


def _occurrences(verb: str, folded: str) -> int:
    return len(re.findall(rf"\b{re.escape(verb)}\b", folded)) if verb.isascii() else folded.count(verb)
