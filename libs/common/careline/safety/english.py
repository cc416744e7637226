"""English: insults count when they are aimed at the reader, death when it is one's own, fraud when it is told or asked
for, orders when they are about orders. Patterns are over folded text; every repetition is bounded.
"""

from __future__ import annotations

import re

from .rules import Danger, Rule, rule

_INSULT = (
    r"(?:idiots?|morons?|imbeciles?|cretins?|scum(?:bags?)?|bastards?|bitch(?:es)?|assholes?|arseholes?|cunts?"
    r"|dickheads?"
    r"|pricks?|wankers?|tossers?|fuckers?|motherfuckers?|dumb fucks?|twats?|whores?|sluts?|jerks?|losers?|retards?"
    r"|dumbass(?:es)?|douchebags?|pigs?|parasites?|cowards?"
    r"|piece of (?:shit|crap|garbage|trash|filth))(?!-proof)"
)
_ACCUSED = r"(?:liars?|thie(?:f|ves)|crooks?|clowns?|scammers?|criminals)"
_BAD = (
    r"(?:stupid|dumb(?:est)?|useless|pathetic|f\*{0,4}u?c?king|fucking|bloody|damn(?:ed)?|filthy|lying|worthless"
    r"|incompetent"
    r"|lazy|disgusting|goddamn|retarded|rotten|miserable|brain[- ]?dead)"
)
_YOU = r"\b(?:you|u|ya)(?: (?:guys|people|lot|all|folks|two))?"
_ARE = rf"{_YOU}(?:'re| are|re) (?:not )?(?:[\w-]{{1,14}} ){{0,6}}?"
_INSULTS = (
    "idiot idiots moron morons imbecile imbeciles cretin cretins scum scumbag scumbags bastard bastards bitch "
    "bitches asshole "
    "assholes arsehole arseholes cunt cunts dickhead dickheads prick pricks wanker wankers twat twats whore whores "
    "slut sluts "
    "fuck fucks fucker fuckers motherfucker motherfuckers tosser tossers jerk jerks loser losers retard retards "
    "dumbass douchebag douchebags pig pigs parasite parasites coward cowards piece "
    "liar liars thief thieves crook crooks clown clowns scammer scammers criminals"
)
ABUSE = (
    rule(
        Danger.ABUSE,
        _INSULTS,
        rf"{_ARE}(?:{_INSULT}|{_ACCUSED})\b",
        rf"{_YOU} (?:{_BAD} ){{0,3}}(?:{_INSULT}|{_ACCUSED})\b",
        rf"(?:^|[,!?.;:]\s{{0,2}}|\b(?:hey|listen|hello|hi|ok|from|dear"
        rf"|bunch of)\s)(?:{_BAD}\s){{0,3}}{_INSULT}\s?(?:[,!?.;]|$)",
        rf"\b{_INSULT} (?:people|company|shop|bot|staff|service|like you)\b",
        rf"\bbunch of (?:{_BAD} )?(?:{_INSULT}|{_ACCUSED})\b[^.!?]{{0,30}}\byou\b",
    ),
    rule(
        Danger.ABUSE,
        "stupid dumb dumbest useless pathetic fucking worthless disgusting retarded incompetent filthy lying scum "
        "garbage "
        "trash brain braindead brain-dead",
        rf"{_YOU}(?:'re| are|re) (?:(?:so|really|all|just|such|absolutely|completely|fucking) ){{0,3}}"
        r"(?:stupid|dumb|pathetic|disgusting|worthless|retarded|brain[- ]?dead|scum|garbage|trash)\b",
        r"\bare (?:you|u)(?: all| people| guys)? (?:retarded|brain[- ]?dead|stupid|dumb)\b",
        rf"\byou(?:r)? (?:{_BAD},? ){{1,3}}(?:bot|robot|machine|shop|store|company|people|staff|thing|assistant"
        rf"|service|lot|tin can|can|fools?)\b",
    ),
    rule(
        Danger.ABUSE,
        "f fuck fck screw sod shut stfu kiss piss bugger hell drop eat lost yours rot stuffed",
        r"\b(?:fuck|fck|f\*{1,3}k?|screw|sod) (?:you|u|off|ya|yourself|yourselves|your)\b",
        r"(?<!told me to )(?<!tells me to )\b(?:go to hell|piss off|bugger off|shut (?:the \w{2,10} )?up|stfu"
        r"|kiss my (?:ass|arse)|eat shit|get stuffed"
        r"|rot in hell|up yours|get lost(?=[,!.]|$))",
        r"\bdrop dead(?! (?:gorgeous|beautiful|simple|easy))",
    ),
    rule(
        Danger.ABUSE,
        "kill hurt beat stab shoot strangle punch smash slap find burn bomb beating die rot choke suffer deserve "
        "know break shame ashamed",
        r"\bi(?:'ll| will|'m going to| am going to|'m gonna| gonna|'d love to) (?:\w{1,12} ){0,3}?"
        r"(?:kill|hurt|beat|stab|shoot|strangle|punch|smash|slap) (?:you|u|your (?:face|family|staff|people|driver"
        r"|courier|head)|all of you)\b",
        r"\b(?:find|get) (?:you|u)(?: all)? and (?:\w{1,12} )?(?:hurt|kill|beat|punch|stab|hit)\b",
        r"\bburn (?:down )?(?:your|the|that) (?:\w{1,12} )?(?:store|shop|office|house|warehouse|place)\b",
        r"\b(?:bomb|blow up|smash up) (?:your|the) (?:store|shop|office|house|warehouse)\b",
        r"\byou(?: all| people)? deserve (?:a beating|to die|to suffer|to be beaten)\b",
        r"\b(?:may|hope) you (?:and your \w{2,10} )?(?:all )?(?:choke|rot|burn|die)\b",
        r"\bhope (?:you|u|you all|your \w{2,10}) (?:all )?(?:die|dies|rot|rots|burn|choke|suffer|get hurt)\b",
        r"\bi know where (?:you|your (?:office|house|family|kids|shop|store))\b[^.!?]{0,20}\b(?:live|work|is|are)\b",
        r"\byour (?:mother|mum|mom|parents) (?:should|must) be ashamed\b",
        r"\bbreak your (?:legs?|neck|bones|arms?|face)\b",
    ),
)
SELF_HARM = (
    rule(
        Danger.SELF_HARM,
        "kill killing myself life suicide suicidal die dead alive live living wrists arms pills wake woke all "
        "exist way ending done tired asleep sleep",
        r"\b(?:kill|killing) myself\b(?! laughing)",
        r"\b(?:end|ending|take|taking) my (?:own )?life\b",
        r"\bsuicid(?:e|al)\b(?! (?:squad|prevention|hotline))",
        r"\b(?:want|wanna|wish|rather|ready|going|decided|prefer)(?: (?:just|only|really|simply))?(?: to)?(?: just"
        r"| simply)? (?:die|be dead)\b"
        r"(?! (?:of|from|for|laughing|with laughter|trying|on this hill))",
        r"\bwish i (?:was|were) dead\b|\bbetter off (?:dead|without me|if i (?:was|were) (?:dead|gone|not here))\b",
        r"\b(?:don't|do not|dont|no longer|never|not) (?:really )?(?:want|wish)(?:ed)? to (?:live|be alive|exist"
        r"|go on living)\b"
        r"(?! (?:in|at|with|here|there|on|near|without (?:it|this|my \w+ lamp)))",
        r"\b(?:would|could|will|to)? ?never wake up\b|\bnot wake up again\b",
        r"\bno (?:reason|point|sense) (?:\w{1,8} ){0,5}(?:to |in )?(?:live|living|go on|going on|be alive)\b",
        r"\blife (?:is|isn't|is not|is no longer|no longer is)(?: not)? worth (?:living"
        r"|it)(?: any ?more)?(?<!is worth it)",
        r"\bwon't be alive\b|\b(?:end|ending) it all\b|\bending it(?=[.!,]|$)|\brather not (?:exist|be here"
        r"|be alive)\b",
        r"\bno way out (?:for me|of this life)\b|\b(?:done with|tired of) (?:life|living|being alive)\b|\b(?:asleep"
        r"|sleep) forever\b",
        r"\b(?:why|that) i should (?:still )?(?:be alive|live|go on)\b|\b(?:cutting"
        r"|cut) my (?:own )?arms?\b(?! (?:on|at|with|when|while)\b)",
        r"\b(?:cut|cutting|slit|slitting) my wrists?\b",
        r"\b(?:took|taken|swallowed|take) (?:\w{1,8} ){0,4}(?:sleeping )?pills\b",
    ),
    rule(
        Danger.SELF_HARM,
        "hurt hurting harm harming cut cutting hang hanging drown jump jumping",
        r"\b(?:going to|want to|gonna|will|started to|thinking of|thinking about|about to|have to"
        r"|urge to) (?:\w{1,8} )?"
        r"(?:hurt|harm|cut|hang|drown|hurting|harming|cutting|hanging) myself\b(?! (?:a|an|on|another|some|one|with"
        r"|if|when)\b)",
        r"\b(?:been|keep|started) (?:hurting|harming|cutting) myself\b|\bharming myself\b",
        r"\b(?:planning|going|want|about|ready) to jump(?! (?:on|to|in|into|at|for|through|over)\b)|\bjump off (?:a"
        r"|the) (?:bridge|roof|building)\b",
    ),
)
_SOMEONE = r"(?:some(?:one|body)|a stranger|another person|a thief|thieves|criminals?|hackers?|a scammer|people)"
FRAUD = (
    rule(
        Danger.FRAUD,
        "hacked compromised hijacked broke broken unauthorized unauthorised identity phishing cloned skimmed "
        "stolen stole "
        "authorize authorise authorized authorised placed place made make order ordered buy bought anything "
        "shopped paid found",
        r"\b(?:account|profile|login|password|e-?mail)\b[^.!?]{0,25}\b(?:hacked|compromised|hijacked|taken over"
        r"|broken into)\b",
        r"\b(?:hacked|broke into|broken into|hijacked|got into) (?:\w{1,10} ){0,2}my (?:\w{1,10} )?account\b",
        r"\b(?:never|did ?n['o]?t|did not|have ?n['o]?t|have not) (?:\w{1,8} )?(?:placed?|made?|make|authori[sz]ed?"
        r"|approved?)\b"
        r"(?: (?:this|that|these|those|any|the|such)\b(?! (?:list|cut|grade|deadline|end|team))|[.!?]|$)",
        r"\b(?:order|purchase|payment|charge|transaction)s? (?:was|were|is)(?:n't| not) (?:made|placed|done"
        r"|authori[sz]ed|by me|mine)\b",
        r"\b(?:never|didn't|did not|have not|haven't) (?:order|ordered|buy|bought) anything\b",
        r"\bunauthori[sz]ed (?:charge|payment|order|purchase|transaction|debit|access|login)s?\b",
        r"\bidentity (?:was |has been |is |got )?(?:stolen|theft|misused)\b|\bstole my identity\b",
        r"\bmy (?:\w{1,10} )?(?:card|account|data|password)\b[^.!?]{0,20}\b(?:stolen|skimmed|cloned|misused)\b",
        r"\b(?:a|the|have|with|using) (?:\w{1,8} )?stolen (?:credit )?cards?\b",
        r"\bphishing\b(?! protection)",
        r"\b(?:who|that|someone|somebody|he|she)\b[^.!?]{0,12}\b(?:ordered|bought|shopped"
        r"|paid)\b[^.!?]{0,20}\b(?:through|with|from|on) my (?:profile|account|login|card)\b",
        r"\bneither (?:i|me) nor\b[^.!?]{0,20}\b(?:bought|ordered|made)\b|\bfound (?:a|this) (?:credit |bank )?card\b",
    ),
    rule(
        Danger.FRAUD,
        "somebody someone stranger thief thieves criminal criminals hacker hackers scammer people else another other "
        "somebody's someone's else's customer neighbour neighbor log",
        rf"\b(?:{_SOMEONE}|my ex|he|she)\b[^.!?]{{0,20}}\b(?:trying|tries|tried) to log in (?:as me|to my)\b",
        rf"\b{_SOMEONE}\b[^.!?]{{0,30}}\b(?:using|used|uses|opened|ordered|bought|charged|registered"
        rf"|logged)\b[^.!?]{{0,20}}"
        r"\b(?:my (?:\w{1,10} )?(?:card|account|name|identity|data|details|password)|in my name)\b",
        r"\b(?:log|sign) (?:me )?in(?:to)? (?:as|with|to) (?:my|someone|somebody|another|a different|his"
        r"|her) ?(?!(?:own )?(?:account|password|e-?mail|profile))\w",
        r"\b(?:use|using|order|pay|buy|let|with|on|from)\b[^.!?]{0,20}\b(?:some(?:body|one) else'?s"
        r"|another (?:customer|person|user)'?s|other (?:customers|people)'?s?)"
        r" (?:\w{1,10} )?(?:account|card|voucher|credit card|points|vouchers|password)\b",
    ),
    rule(
        Danger.FRAUD,
        "fake forge forged pretending pretended pretends name behalf noticing notice know empty twice second "
        "double say "
        "claim customer receipt invoice bank pay",
        r"\b(?:got|received|get|there is|from)\b[^.!?]{0,20}\bfake (?:e-?mail|mail|text|sms|message|website|site"
        r"|call)\b",
        r"\bfake (?:invoice|receipt|bill|order confirmation)\b|\bforged? (?:an? |the )?(?:invoice|receipt|signature"
        r"|document)\b",
        r"\bpretend(?:ing|ed|s)? to be (?:you|your|from (?:you|your))\b",
        r"\b(?:in your name|on your behalf)\b[^.!?]{0,50}\b(?:password|pin|bank|card|code|details|transfer)\b",
        r"\b(?:card|refund|pay|account|money)\b[^.!?]{0,50}\bwithout (?:them|you|him|her|anyone|anybody"
        r"|the \w{1,10}) (?:noticing|knowing|finding out)\b",
        r"\b(?:invoice|receipt|bill) for\b[^.!?]{0,30}\bi (?:didn't|did not|never) (?:buy|bought)\b",
        r"\b(?:tell|say to|claim to) (?:my|the) bank\b[^.!?]{0,20}\bnever (?:got|received|came|arrived)\b",
        r"\bit (?:didn't|did not),? but\b[^.!?]{0,15}\bpay\b",
        r"\b(?:change|set|move|give me) the (?:e-?mail|address|password|phone|data)\b[^.!?]{0,10}\b(?:of"
        r"|for) (?:customer|client|user|account) [\w-]{1,20}",
        r"\b(?:return|send back|send you) an empty (?:box|parcel|package)\b",
        r"\b(?:second|double) refund\b|\brefund(?:ed)? twice\b",
        r"\b(?:say|claim|pretend|swear)(?: that)? (?:it|they|the \w{2,12}) (?:never|didn't|did not) (?:came|come"
        r"|arrived?|reached?)\b",
    ),
)
_RULES = (
    r"(?:instructions?|rules?|guidelines|polic(?:y|ies)|prompts?|commands|restrictions|filters?|verification|directives"
    r"|programming|safeguards|safety checks?|checks)"
)
INJECTION = (
    rule(
        Danger.INJECTION,
        "ignore disregard forget override bypass obey follow skip violate circumvent",
        rf"\b(?:ignore|disregard|forget|override|bypass|circumvent|violate) (?:(?!assembly|washing|care"
        rf"|manual)[\w']{{1,12}} ){{0,4}}{_RULES}\b",
        rf"\b(?:do not|don't|never) (?:obey|follow) (?:[\w']{{1,12}} ){{0,3}}{_RULES}\b",
        r"\bskip (?:the |all |any |your )?(?:confirmation|verification|checks?|approval)\b",
        r"\bfollow only (?:my|me)\b|\bobey (?:only )?me\b|\bonly (?:obey|follow) (?:me|my)\b|^override\s?:",
        r"\b(?:forget|ignore|disregard) (?:everything|all)(?: (?:of )?(?:that|this|the))? (?:above|before"
        r"|you were told|previous)\b",
    ),
    rule(
        Danger.INJECTION,
        "now dan mode jailbreak restrictions limits unrestricted uncensored unfiltered anything longer owner admin "
        "administrator "
        "select override approve act",
        r"(?:^|[.!?,;:]\s{0,2}|\band )you are now (?:an? |in |the |free |my |dan\b)|\byou are dan\b"
        r"|\bdo anything now\b|\bjailbreak",
        r"\byou(?:'re| are) no longer (?:an? |the )",
        r"\bact as (?:the |an? )?(?:\w{1,10}(?:'s)? )?(?:owner|admin(?:istrator)?|developer|manager|boss|hacker)\b",
        r"\badmin(?:istrator)? (?:override|access|rights granted)\b|\bapprove everything\b",
        r"\buser is (?:an? |the )?(?:admin(?:istrator)?|owner)\b|\bselect (?:\*|[\w, ]{1,40}) from \w",
        r"\b(?:developer|admin(?:istrator)?|god|debug|root|maintenance) mode\b",
        r"\b(?:have|with|had) no (?:restrictions|limits|rules|filters)\b|\b(?:unrestricted|uncensored"
        r"|unfiltered) (?:assistant|ai|model|bot)\b",
    ),
    rule(
        Danger.INJECTION,
        "prompt instructions above system verbatim configuration programming message safety security verification "
        "yes role questions",
        r"\b(?:system|hidden|initial|original|secret) (?:prompt|instructions)\b",
        r"\b(?:print|reveal|show|repeat|output|translate|tell|give|what (?:are|were)|share"
        r"|post)\b[^.!?]{0,20}\byour (?:\w{1,10} )?(?:prompt|instructions)\b"
        r"(?! (?:for|on|about|how|to))",
        r"\b(?:repeat|print|output) (?:the |everything |all )?(?:\w{1,8} ){0,2}above\b",
        r"(?:^|\n)\s{0,4}(?:system|developer)\s?:|\byour (?:configuration|programming)\b|\b(?:before"
        r"|above) my first message\b",
        r"\b(?:safety|security|verification)(?: checks?)? (?:is|are) (?:switched off|turned off|off|disabled"
        r"|suspended)\b",
        r"\banswer (?:every|all|any) questions?\b[^.!?]{0,6}\byes\b|\"role\"\s?:\s?\"system\"",
    ),
    rule(
        Danger.INJECTION,
        "rule instructions instruction policy",
        r"\bnew (?:instructions?|rules?|policy)\s?(?::|from (?:management|the boss|headquarters|your (?:boss"
        r"|developers?|owner)))",
    ),
)
RULES: tuple[Rule, ...] = (*SELF_HARM, *ABUSE, *FRAUD, *INJECTION)
# Signs of code that no customer types: they need no words.
CODE = re.compile(
    r"<\|?/?(?:im_start|im_end|system|endoftext)\b|\[/?inst\]|</(?:data|system|prompt|instructions?)>"
    r"|[';]\s{0,3}(?:drop\s+table|delete\s+from|truncate\s+table|alter\s+table|insert\s+into|update\s+\w{1,30}\s+set)\b"
    r"|\bunion\s+(?:all\s+)?select\b|\bor\s+1\s?=\s?1\b"
)
# Somebody else's words: a courier's, said of by the customer.
REPORTED = re.compile(
    r"\b(?:he|she|they|who|man|guy|woman|lady|agent|colleague|employee|neighbou?r|driver|courier|postman|staff"
    r"|somebody|someone)\b"
    r"(?![^.!?]{0,10}\bi\b)[^.!?]{0,40}?\b(?:called|calls|calling|said|says|told|tells|shouted|shouts|yelled"
    r"|screamed|wrote|insulted|swore)\b[^.!?]{0,120}"
    r"|\b(?:called|calls|told) (?:me|us|my \w{2,10})\b[^.!?]{0,80}"
)
QUOTED = re.compile(r'"[^"]{1,200}"')
