"""Words that show a feeling, with how strongly. Of any business; patterns are over folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from careline.contracts.mood import Emotion

from .alternatives import quick


@dataclass(frozen=True, slots=True)
class Cue:
    """What `plain` (in any text) or `other` (in one that is not all ASCII) finds shows `emotion`; `weight` 0..1."""

    emotion: Emotion
    weight: float
    plain: re.Pattern[str] | None
    other: re.Pattern[str] | None

    def places(self, text: str) -> Iterator[int]:
        """Where it begins in a folded text."""
        for pattern in (self.plain, None if text.isascii() else self.other):
            if pattern is not None:
                yield from (match.start() for match in pattern.finditer(text))


_ANGER = {
    0.9: (
        r"\b(?:(?:this|it) is (?:pure |plain |nothing but )?(?:theft|robbery|fraud)"
        r"|lied to|lying to me|played for a fool|think i(?:'m| am) (?:stupid"
        r"|an idiot|a fool))\b"
        r"|\b(?:should|must) be fired\b|\b(?:consumer protection|small claims|court|police|ombudsman"
        r"|press charges|chargeback)\b"
        r"|\bone[- ]star\b|\bzero stars\b|\bnever again\b|\bi(?:'ve| have)? had (?:it|enough) with\b"
        r"|\bpatience is (?:at an end|gone|over|running out)\b"
        r"|\bi demand\b|\bgive me my money\b|\bdon'?t you dare\b|\bstop (?:sending|calling|lying|ignoring"
        r"|wasting)\b|\bwhat kind of (?:shop|company|service|people|joke)\b"
        r"|有病|消协|12315|曝光|报警|黑心|欺诈|诈骗|诈钱|骗我|把我当|耍人|耍我们|脸都不要|给个说法|给我个说法|叫(?:你们)?(?:经理|老板|领导)|什么态度|差到|烂成|无语|说话不算"
        r"|到底(?:管不管|想怎样|什么意思|有没有人)|不退钱|再不[^，。]{1,8}(?:就|我)|怎么(?:能|可以)这样"
        r"|\b(?:furious|outrag\w+|disgust\w+|livid|fuming|infuriat\w+|enraged|scandal\w*|scam(?:s|mers?)?|thie(?:f|ves)"
        r"|crooks?|liars?"
        r"|rip(?:ped)?[- ]?off|wtf|bullshit|bloody|damn\w*|goddamn|idiots?|incompetent|pathetic|shameless)\b"
        r"|\bsick (?:and tired|of)\b|\bfed up\b|\bhow dare\b|\bpiss(?:ed|es) (?:me )?off\b|\bhate you\b"
        r"|\bgo to hell\b"
        r"|\bmy lawyer\b|\bsue you\b|\bnever (?:buy|order|shop)\w* (?:here|from you|with you)? ?again\b"
        r"|\bdriving me (?:mad|crazy)\b"
        r"|气死|气炸|愤怒|骗子|坑人|黑店|骗钱|垃圾|混蛋|王八蛋|他妈|(?<!妈)妈的|滚|不要脸|无耻|无良|忍无可忍|受够|火大|恼火|太过分|投诉你们|举报你们|起诉"
        r"|欺负人|欺人太甚|耍我|当我是傻|再也不(?:买|来|会)|岂有此理|什么破|什么玩意|糊弄"
    ),
    0.65: (
        r"\b(?:nobody|no one|none of you) (?:\w+ )?(?:bother\w*|cares?|repl(?:y|ies)|answers?|responds?"
        r"|listens?|seems to care|does anything)\b|\b(?:ignor(?:ed|ing) (?:me|my|us|all))\b"
        r"|\bhow hard can it be\b|\bseriously\?|\bwhy can'?t you (?:just|people)\b|\byou people\b"
        r"|\byou (?:promised|said)\b[^.!?]*[!?]{2,}|\bexcuses?\b(?! me)|\bblame me\b|\bplays? dead\b|\bsick of\b"
        r"|\b(?:speak|talk) (?:to|with) (?:your|a|the) (?:manager|boss|supervisor)\b|\bi(?:'m| am) (?:so "
        r"|really |very )?mad\b|\bwhere (?:the hell )?is my [a-z ]+[!?]{3}"
        r"|催了|不负责|没有?人负责|推来推去|推卸|不理人|没人回|不回(?:复|信)|态度这么|还做什么生意|还敢|也敢卖|骂人|[两二三四五]遍了|一天改一个"
        r"|不要[^，。]{1,5}还[^，。]{1,4}|就给我这个"
        r"|\b(?:angry|mad at|annoy\w*|unacceptable|ridiculous|irritat\w+|terrible|horrible|awful|worst|useless"
        r"|nonsense|shame on"
        r"|a joke|appalling|rude|disgrace\w*|had enough|lost my patience|lose my patience|not amused|bull"
        r"|upset with)\b"
        r"|\bfor the (?:third|fourth|fifth|hundredth|\d+(?:rd|th)) time\b"
        r"|\bhow many (?:more )?times (?:must|do i (?:have|need)|should|will i)\b"
        r"|\bare you (?:kidding|serious|joking)\b"
        r"|\bwhat (?:is|the hell is) wrong with you\b|\bwaste of (?:my )?(?:time|money)\b|\bwhat the hell\b"
        r"|\bno ?one (?:ever )?(?:answers|helps|cares)\b"
        r"|\bwhy (?:on earth|the hell)\b|\b(?:simply|just) ignor\w+\b"
        r"|生气|太差|太烂|差劲|烂透|离谱|荒唐|不负责任|没人(?:管|理)|敷衍|推卸|踢皮球|什么态度|态度(?:恶劣|太差|很差)|过分|凭什么"
        r"|搞什么|搞毛|忽悠|耽误我|烦死|烦不烦|没完没了|第[三四五六]次|几次了|说了多少遍|有没有搞错|不耐烦|真恶心|恶劣|太坑"
    ),
}
_ANXIETY = {
    0.8: (
        r"\b(?:heart (?:stopped|is racing|sank)|nervous wreck|nerve-?wracking|running out of time"
        r"|time is running|in tears|please somebody|somebody (?:please )?(?:answer|help)|toxic|catch(?:es)? fire"
        r"|data (?:leak|breach)|hacked|taken over my account|scammed)\b"
        r"|求求|求你|悬着|急哭|被盗|被骗|着火|泄露|有毒|中毒|心跳|吓了?一跳|担心得|在线等|挺急|好怕|有点怕|提心吊胆|急[，。!！?？]*$|怎么办怎么办"
        r"|\b(?:panic\w*|terrified|frightened|desperate\w*|freaking out|scared|worried sick|anxious|can'?t sleep"
        r"|losing sleep|so stressed"
        r"|stressed out|at my wits'? end|emergency)\b|\bi(?:'m| am) (?:really |very "
        r"|so )?afraid\b(?! (?:that )?(?:i|you|not|so|there)\b)"
        r"|急死|急疯|吓死|吓坏|慌|害怕|焦虑|担心死|睡不着|心急如焚|坐立不安|怕死了|急坏|救急|急哭|崩溃"
    ),
    0.55: (
        r"\b(?:hope|hopefully|pray) (?:nothing|it (?:isn'?t|is not|hasn'?t|won'?t)|that nothing)\b|\b(?:lost"
        r"|gone) for good\b|\bis it (?:already )?too late\b|\bkeep checking\b|\bneed to know (?:today|now|soon)\b(?!')"
        r"|\bnever (?:come|comes|arrive|arrives) back\b|\bnot sure whether i\b|\bwill (?:it|they"
        r"|my \w+) (?:still )?(?:arrive|be here|come|make it) (?:before|in time|on time)\b|\bis my (?:card|data"
        r"|money|account)[a-z ]* safe\b"
        r"|\boh no\b|\bshould i be (?:concerned|worried)\b|\bthe (?:funeral|wedding)\b"
        r"|会不会(?:是|被|赶不上|退不|再也|联系不上|泄|着)|会有事吗|来得及吗|赶不上|追不回|追得回|追回来|找不回|退不回|一定要(?:今天|明天|赶|送到)|拜托|急用|万一|可怎么办|怎么办啊"
        r"|好担心|挺担心|点错了|心里没|安全吗"
        r"|\b(?:worr(?:y|ied|ies|ying)|nervous\w*|concerned|afraid|uneasy|stressful|stressed|hopefully nothing"
        r"|fear(?:ing)?)\b"
        r"|\bwill (?:it|i|they|my \w+) ever\b|\bwhat if\b.*\b(?:lost|late|gone|too late|never|fails?)\b"
        r"|\bplease,? please\b|\bi need help (?:fast|now|quick)"
        r"|\bdon'?t know what to do\b|\bis (?:my|the) \w+ (?:lost|gone)\b.*\?|\bam i (?:being )?(?:scammed"
        r"|hacked)\b|\bplease tell me it\b"
        r"|担心|着急|好急|很急|急急|不安|紧张|忐忑|发愁|怎么办[啊呀！!]|咋办[啊呀！!]|会不会丢|是不是丢|来不及了|怕(?!是)(?:赶不上|丢|来不及|被)|心里没底|愁"
    ),
}
_DISAPPOINTMENT = {
    0.75: (
        r"\b(?:heart-?breaking|(?:was|were|had been) (?:so |really )?looking forward|second chance|my (?:son"
        r"|daughter|kids?|child|mother|wife|husband) cried|(?:gone|going) downhill|saved for (?:months|years"
        r"|weeks))\b"
        r"|\bnot any ?more\b(?=\W*$)|\b(?:expected|hoped for|imagined) (?:something |a lot |much )?(?:better"
        r"|more|else)\b"
        r"|孩子[^，。]{0,6}哭了|白等|白高兴|凉了|拿不出手|不如从前|不如以前|大不如前|落空|太让人|毁了|一直很?期待|本来很?期待|没想到会这样"
        r"|\b(?:disappoint\w+|let (?:me|us) down|letdown|heartbroken|gutted|devastated|so sad"
        r"|expected (?:better|more)|regret (?:buying|ordering)"
        r"|not what i (?:expected|hoped|ordered for)|not worth|ruined (?:the|my|our|it|everything)"
        r"|spoil(?:ed|t) (?:the|my|our)"
        r"|lost (?:all )?(?:trust|faith))\b"
        r"|失望|心寒|心凉|伤心|难过|太可惜|后悔(?:买|下单|了)|白期待|寒心|毁了|不值|期待落空"
    ),
    0.5: (
        r"\b(?:it'?s|it is|such) a (?:shame|pity)\b|\b(?:doesn'?t|does not|didn'?t) (?:work|look|feel"
        r"|smell) (?:as|like) (?:described|expected|promised|it should|on the)\b|\bnot as (?:described|pictured"
        r"|nice|good|promised)\b"
        r"|\b(?:thinner|smaller|darker|paler|worse|weaker|shorter) than (?:i|we|expected|on|in|it)\b"
        r"|\bpromised (?:me )?more\b|\bfor this price\b|\bfeels? (?:cheap|flimsy)\b|\b(?:bland|scratchy|flimsy"
        r"|shabby)\b|\bi(?:'d| had| would have) (?:hoped|expected|thought)\b"
        r"|\bnot impressed\b|\bnot what\b|\boh well\b|\bno (?:scent|taste|smell) (?:at all|whatsoever)\b"
        r"|\bwas for nothing\b|\bused to (?:recommend|love|be)\b"
        r"|没有?想象(?:中|的)?(?:那么)?[好大厚亮]|比想象[^，。]{0,4}[小薄差暗轻]|完全不一样|不一样啊|这样的待遇|体验(?:不好|不太好|很差|差)|廉价|破破烂烂|质量一般"
        r"|不太好看|没什么(?:香味|味道)|就这[?？]|以前[^，。]{1,6}好"
        r"|\b(?:unhappy|dissatisf\w+|unfortunate\w*|sad|sadly|what a (?:pity|shame)|too bad|underwhelm\w+"
        r"|hoped for (?:more|better)|not (?:very |really |at all |too |so )?"
        r"(?:happy|satisfied|pleased|impressed|good enough|thrilled|great|nice of you)|isn'?t (?:very )?(?:good"
        r"|great)|hate the|don'?t like|didn'?t like|dislike"
        r"|poor quality|cheap quality|looks? (?:nothing like|cheap)|unlike the pictures?|used to be better)\b"
        r"|不满意|不太满意|不满|遗憾|可惜|不如预期|没想到(?:这么|会|质量)|不喜欢|跟(?:图片|照片|描述)不(?:一样|符)|差强人意|不怎么样|一般般|唉|哎|委屈|心疼|扫兴|差评"
    ),
}
_JOY = {
    0.75: (
        r"\b(?:stunning|you (?:guys )?rock|adore|relieved|impressed with|so kind|five stars|wow"
        r"|exactly what i (?:wanted|needed|was looking for)|even (?:prettier|nicer|better) than)\b"
        r"|幸福|没得挑|没话说|棒棒|爱死|好消息|一如既往|真精致|小姐姐|比(?:图片|预期|想象)(?:的|中)?还?(?:好|美|漂亮)|心情[^，。]{0,3}好|帮了(?:我)?大忙|哇"
        r"|\b(?:thrilled|delighted|overjoyed|ecstatic|amazing|awesome|fantastic|wonderful|brilliant|excellent"
        r"|superb|made my day|best (?:shop|service|team|customer service)"
        r"|over the moon|absolutely (?:love|beautiful|gorgeous|perfect)|in love with|couldn'?t be happier"
        r"|so happy|very happy|you(?:'re| are) (?:the best|great|amazing|a star|stars|lovely))\b"
        r"|(?<!no )\bi (?:really |just |absolutely )?love (?:it|them|this|these|the|your|my|how)\b"
        r"|\bthank you so (?:so )?much\b|\bmany,? many thanks\b"
        r"|太棒|太好了|好开心|真开心|很开心|太开心|超喜欢|好喜欢|爱死|惊喜|完美|太赞|点赞|最棒|给力|五星|感激不尽|太感谢|非常感谢|感动|太美|美极|超赞|绝了|爱了|高兴(?:坏|极|得)"
    ),
    0.5: (
        r"\b(?:that'?s cool|so cool|nice one|good news|very kind|generous|smells? (?:great|wonderful|lovely)"
        r"|works? (?:great|perfectly)|happy now|and happy)\b"
        r"|好[看用闻]|期待点|到货啦|真[好美棒香]|点亮了|值得"
        r"\b(?:happy (?:with|about|to see|that)|glad|pleased|great (?:job|work|service|news|stuff)|well done"
        r"|perfect|lovely|beautiful|yay|hooray|hurray|woohoo|cheers|enjoy\w*"
        r"|excited|can'?t wait|love it|nice work|good job|grateful|appreciate|thanks a (?:lot|million|bunch)"
        r"|super happy|excellent)\b"
        r"|开心|高兴|满意|喜欢|不错|好评|谢谢你们|真好|好看|漂亮|赞|棒|期待收到|迫不及待|哈哈|耶"
    ),
}
_EMOJI = {
    Emotion.ANGER: "[😠😡🤬👿💢🖕😤]",
    Emotion.ANXIETY: "[😟😰😨😱😥😧🥺😖]",
    Emotion.DISAPPOINTMENT: "[😞😔😢😭🙁☹😣😩😕💔👎]",
    Emotion.JOY: "[😊😀😃😄😁🥰😍🤩🎉❤💕👍🙌🥳💖🤗☺😘]",
}


def _compiled(emotion: Emotion, table: dict[float, str]) -> tuple[Cue, ...]:
    return tuple(Cue(emotion, weight, *quick(pattern)) for weight, pattern in table.items())


CUES: tuple[Cue, ...] = (
    *_compiled(Emotion.ANGER, _ANGER),
    *_compiled(Emotion.ANXIETY, _ANXIETY),
    *_compiled(Emotion.DISAPPOINTMENT, _DISAPPOINTMENT),
    *_compiled(Emotion.JOY, _JOY),
    *(Cue(emotion, 0.6, *quick(signs)) for emotion, signs in _EMOJI.items()),
)

# Right before a cue: it is stronger, weaker, or not so at all.
STRONGER = re.compile(
    r"(?:\b(?:very|really|so|extremely|absolutely|totally|incredibly|completely|utterly|truly|deeply|beyond"
    r"|such an?)\s+"
    r"|[太好很真超极]|非常|特别|十分|极其|实在)$"
)
WEAKER = re.compile(r"(?:\b(?:a bit|a little|slightly|somewhat|kind of|kinda|rather|a tad)\s+|有点|有些|稍微|略)$")
NEGATED = re.compile(
    r"(?:\b(?:not|no|never|isn'?t|aren'?t|wasn'?t|don'?t|doesn'?t|didn'?t|without|nothing|hardly|no need to"
    r"|won'?t)\s+"
    r"(?:\w+\s+){0,2}|(?:不是|没有|不用|不必|别|不|没|无需|并不)(?:[很太特别]|那么|什么|再)?)$"
)
# Pushed, or at ease.
URGENT = re.compile(
    r"\b(?:urgent\w*|asap|a\.s\.a\.p|emergency|right now|right away|immediately|at once|as soon as possible"
    r"|in a (?:great )?(?:hurry|rush)|no time to lose"
    r"|time is running out|last chance|before it'?s too late|every minute|within the hour|this minute|hurry up|now!+)"
    r"|\bby (?:tonight|today|tomorrow(?: morning)?|this evening)\b|\b(?:need|want|must have|leave|leaving|fly"
    r"|flying|wedding|birthday|funeral)\b[^.!?]{0,40}\b(?:today|tonight|tomorrow)\b"
    r"|紧急|急急|十万火急|加急处理|马上(?:就要|处理|解决|给我)|立刻|立即(?:处理|给我|解决)|赶紧|赶快|尽快|快点|来不及|(?:今天|今晚|明天|明早)(?:就|必须|一定|之前)|等不及"
    r"|等不了|火速|急用|急需|急死|快!"
)
RELAXED = re.compile(
    r"\b(?:no (?:rush|hurry)|not urgent|whenever (?:you|it)|when you (?:have|get) (?:time|a (?:moment|minute"
    r"|chance))|take your time|just (?:curious|wondering|asking)"
    r"|out of curiosity|at some point|by the way|one day maybe)\b"
    r"|不急|不着急|有空(?:的?时候)?|方便的?时候|慢慢来|随便问问|顺便问|好奇"
)
# It was said before and nothing came of it.
AGAIN = re.compile(
    r"\b(?:again|still (?:no|not|nothing|waiting|hasn'?t|haven'?t)|already (?:asked|wrote|told|called|said)"
    r"|(?:second|third|fourth|fifth) time|i keep (?:asking|writing|calling)|nobody answers)\b"
    r"|又|还是没|还没(?:有)?(?:人|回|解决|处理)|已经(?:问|说|写|催|打)了?|第[二三四五六]次|一直没"
)
