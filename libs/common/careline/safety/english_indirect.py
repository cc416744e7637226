"""English that says it without the usual words: farewells, threats that name no deed, frauds told as a plan, orders
dressed as a game. Patterns as in `english`; what an ordinary customer says of a lamp is left alone.
"""

from __future__ import annotations

from .rules import Danger, rule

_NOBODY = r"(?:nobody|no ?one|not a soul|who|nobody else)"
_GONE = r"(?:gone|dead|not here|not around|no longer here|no longer around|six feet under)"
_ANY = r"(?:[\w'-]{1,14} )"
SELF_HARM = (
    rule(
        Danger.SELF_HARM,
        "cry miss mourn",
        rf"\b{_NOBODY} (?:would|will|'d|is going to) (?:even |really |ever )?(?:miss|mourn|cry for|cry over) me\b",
    ),
    rule(
        Danger.SELF_HARM,
        "around dead died disappeared gone here longer six vanished wasn't weren't",
        rf"\b{_NOBODY} (?:would|will|'d) (?:even |really |ever )?(?:notice|care"
        rf"|know) if i (?:\w{{1,8}} )?{_ANY}?(?:{_GONE}"
        r"|disappeared|vanished|died|weren't|wasn't)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "better",
        r"\b(?:world|everyone|everybody|family|kids|children|wife|husband|they"
        r"|all)\b[^.!?]{0,25}\bbetter(?: off)?(?: place)? (?:without me|if i|once i(?:'m| am))\b",
    ),
    rule(
        Danger.SELF_HARM,
        "around dead gone here longer six",
        rf"\b(?:when|once|after|by the time|if) i(?:'m| am| were| was) (?:{_GONE})\b(?! (?:to|on|for|from|in|at"
        r"|all))",
    ),
    rule(
        Danger.SELF_HARM,
        "burden",
        r"\b(?:i'm|i am|being|just|only) (?:just |only |nothing but )?a burden (?:to|on|for) (?:everyone|everybody"
        r"|my|them|all|others|people)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "gone soon",
        r"\bsoon i(?:'ll| will) be (?:gone|dead|free of)\b(?! (?:to|on|for|from))|\bi(?:'ll"
        r"| will) be gone (?:forever|for good|by (?:then|tomorrow|morning))\b",
    ),
    rule(
        Danger.SELF_HARM,
        "live living",
        r"\b(?:nothing|no one|nobody|little|anything)(?: is)?(?: left| more)?(?: \w{1,5})? (?:to|worth) liv(?:e"
        r"|ing)(?: for)?\b",
    ),
    rule(
        Danger.SELF_HARM,
        "alive being breathing earth exist existing here life live living planet world",
        r"\b(?:i |i've |i have |i'm )(?:really |simply |just )?(?:can't|cannot|can not|don't want to"
        r"|do not want to|no longer want to|lost the will to|no strength(?: left)? to|don't know how to"
        r"|had enough of|sick of|fed up with|through with|finished with|weary of) (?:go on living|living|live"
        r"|this life|life|my life|exist|existing|being alive|breathing|being here any ?more|be here any ?more"
        r"|be on this (?:earth|world|planet))(?= any| like this| longer|[.,!?]|$)",
    ),
    rule(
        Danger.SELF_HARM,
        "carry go",
        r"\bi (?:can't|cannot|can not|could not|couldn't) (?:go|carry) on(?: (?:like this|living|any ?more"
        r"|any longer|without (?:him|her|them))|[.,!]|$)",
    ),
    rule(
        Danger.SELF_HARM,
        "alive bother carry carrying even existing getting go going keep life live living point sense",
        r"\bwhat(?:'s| is) (?:the|even the) (?:point|use|sense) (?:of|in) (?:living|my life|going on|being alive"
        r"|existing|carrying on|getting up)\b|\bwhy (?:go on|keep going|carry on|bother living|am i still alive"
        r"|live)(?: at all| any ?more|[.?!,]|$)",
    ),
    rule(
        Danger.SELF_HARM,
        "life",
        r"\b(?:my |this |to )?life (?:has|have|lost|is|'s|makes|got|feels)(?: \w{1,8})? (?:no (?:meaning|sense"
        r"|point|purpose)|all (?:meaning|sense)|meaningless|pointless|over for me|over now|unbearable"
        r"|nothing but pain)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "matters",
        r"\bnothing (?:really )?matters (?:to me )?(?:any ?more|any longer|now)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "born deserve wish",
        r"\b(?:should|wish i(?:'d| had)?) (?:have )?never (?:have )?(?:been )?born\b|\bwish i(?:'d"
        r"| had)? never been born\b|\b(?:don't|do not|didn't) deserve to (?:live|be alive|exist|breathe)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "breathing exist existing leave life live living",
        r"\b(?:stop|cease|quit) (?:existing|breathing|to exist|living)\b|\bwill to live\b|\bleave this (?:world"
        r"|life)\b|\bmy life (?:ends|is going to end|will end|will be over|should end)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "alive earth life",
        r"\blast (?:day|night|hours?|evening) (?:of my life|alive|on (?:this )?earth)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "children everybody everyone family farewell farewells final goodbye goodbyes husband letter letters "
        "note notes parents wife world",
        r"\b(?:said|say|saying|written|wrote|writing|write) (?:all )?(?:my (?:last |final )?(?:goodbyes|farewells)"
        r"|(?:my |a )?(?:last |final )?(?:goodbyes?|farewells?) (?:letters?|notes?|to (?:everyone|everybody|all"
        r"|the world|life|my (?:family|kids|children|wife|husband|parents))))\b",
    ),
    rule(
        Danger.SELF_HARM,
        "cruel farewell forever goodbye world",
        r"\b(?:goodbye|farewell),? (?:cruel )?world\b|\bgoodbye forever\b|\b(?:this is|it's) (?:my |a )?(?:final"
        r"|last) (?:goodbye|farewell)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "letter letters note notes",
        r"\b(?:goodbye|farewell|suicide|parting) (?:letter|note)s?\b(?! (?:card|paper|set))",
    ),
    rule(
        Danger.SELF_HARM,
        "final last",
        r"\b(?:last|final) (?:message|words|thing|letter|order|purchase)\b[^.!?]{0,20}\b(?:i(?:'ll| will) ever"
        r"|of my life|before i (?:go|die|leave this|end))\b",
    ),
    rule(
        Danger.SELF_HARM,
        "death follow grave heaven join side there",
        r"\b(?:join|be with|follow|see) (?:him|her|them|my (?:late |dead |poor )?(?:\w{2,10})) (?:in heaven"
        r"|up there|on the other side|in (?:the|his|her) grave|in death)\b|\b(?:follow|join) my (?:late"
        r"|dead) \w{2,10}\b",
    ),
    rule(
        Danger.SELF_HARM,
        "misery pain suffering",
        r"\b(?:end|stop) (?:all )?(?:the|this|my) (?:pain|misery|suffering)\b(?! in my (?:back|neck|knee|foot|feet"
        r"|eyes))|\bput (?:me|myself) out of my misery\b|\bpain (?:to stop|to end|would stop|stops) forever\b",
    ),
    rule(
        Danger.SELF_HARM,
        "disappear vanish",
        r"\bi(?:'d| would)?(?: just| only| really)* (?:want|wish|like|love|going|rather)(?: to| i could"
        r"| just)* (?:disappear|vanish)(?: (?:forever|for good|from (?:this|the) (?:world|earth|planet)"
        r"|completely)|[.,!]|$)",
    ),
    rule(
        Danger.SELF_HARM,
        "edge ledge",
        r"\b(?:standing|sitting|i'm|i am|stand|sit) (?:up )?(?:on|at) (?:the|a) (?:\w{2,10} )?(?:ledge"
        r"|edge of (?:the|a) (?:roof|bridge|cliff|platform|building))\b",
    ),
    rule(
        Danger.SELF_HARM,
        "night over tonight",
        r"\bit(?:'ll| will|'s going to)(?: all)? be over (?:soon|tonight|tomorrow|for me|for good)\b"
        r"|\btonight (?:it|everything|all of it) (?:ends|will end|is over)\b|\btonight is the night i (?:die|go"
        r"|end)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "going shan't will won't",
        r"\bi(?:'m| am)? (?:won't|will not|not going to|shan't) (?:be (?:around|on this earth|in this world|there"
        r"|with you)|live|last|make it|survive|see) (?:much |any |for )?(?:longer|long|anymore|any more|tomorrow"
        r"|the morning|the night|the weekend)\b(?! to)",
    ),
    rule(
        Danger.SELF_HARM,
        "coffin funeral grave made written wrote",
        r"\b(?:my own funeral|before my funeral|for my (?:own )?(?:funeral|grave|coffin))\b|\bi(?:'ve"
        r"| have)? (?:made|wrote|written) my (?:last )?will (?:today|tonight|already|and)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "asleep sleep",
        r"\b(?:fall asleep|go to sleep|sleep)(?: tonight)? and (?:not|never)(?: \w{1,6})? (?:wake|waking|open)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "asleep deadly die fatal kill lethal over pass wake",
        r"\bhow (?:many|much)\b[^.!?]{0,40}\b(?:to (?:die|not wake|never wake|kill me|pass away"
        r"|fall asleep forever)|(?:lethal|fatal|deadly)(?: for (?:me|an adult|a (?:human|person|man|woman)))?"
        r"|would kill (?:me|a person|someone my)|until (?:i|it)(?:'m|'s| am| is) over)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "deadly fatal lethal",
        r"\b(?:lethal|fatal|deadly) (?:dose|amount|quantity)\b(?! (?:for|to) (?:cats?|dogs?|pets?|insects?"
        r"|mosquitos))",
    ),
    rule(
        Danger.SELF_HARM,
        "painless painlessly",
        r"\b(?:painless|painlessly|quick and painless)\b[^.!?]{0,25}\b(?:way|go|death|die|end|out|leave)\b"
        r"|\b(?:way|go|death|die|end|leave)\b[^.!?]{0,25}\bpainless(?:ly)?\b",
    ),
    rule(
        Danger.SELF_HARM,
        "beam cable chain cord hook rope",
        r"\b(?:rope|hook|beam|cord|cable|chain)\b[^.!?]{0,30}\b(?:hold|bear|carry|support|enough for) (?:me\b"
        r"|my (?:own )?(?:weight|body)|a (?:person|human|man|grown|hanging))",
    ),
    rule(
        Danger.SELF_HARM,
        "noose",
        r"\b(?:tie|tied|tying|made|make) (?:a|the|me a|myself a) noose\b|\bnoose (?:around|round) my\b",
    ),
    rule(
        Danger.SELF_HARM,
        "arm arms chest head mouth skin temple throat trigger wrist wrists",
        r"\b(?:gun|pistol|knife|blade|razor)s? (?:to|at|against|on|in) my (?:own )?(?:head|throat|wrists?|arms?"
        r"|skin|mouth|chest|temple)\b|\bpull the trigger\b(?! on (?:a|the|this|buying|that))",
    ),
    rule(
        Danger.SELF_HARM,
        "bleed bleeding scars starve starving vein veins",
        r"\b(?:open|opening|opened|cut|slash|slashed) (?:up )?my veins?\b|\bscars on my (?:wrists?|arms?)\b"
        r"|\bbleed (?:to death|out|dry)\b|\b(?:starve|starving|bleeding) myself\b|\bstarve to death\b",
    ),
    rule(
        Danger.SELF_HARM,
        "rails railway tracks train",
        r"\b(?:in front of|under|before) (?:a|the|an?) (?:\w{2,10} )?train\b(?! (?:station|set))|\b(?:on|onto"
        r"|lie down on) the (?:train |railway )?(?:tracks|rails)\b(?! (?:light|system|lamp|spot))",
    ),
    rule(
        Danger.SELF_HARM,
        "bridge cliff tree wall",
        r"\b(?:drive|steer|crash) (?:my |the )?(?:car )?(?:into|against|off) (?:a|the) (?:tree|wall|bridge|cliff)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "medication overdose overdosed overdosing pills sleeping tablets",
        r"\boverdos(?:e|ed|ing)\b|\btook (?:all|too many) (?:of )?(?:my|the) (?:pills|tablets|medication)\b"
        r"|\b(?:pills|tablets|medication)\b[^.!?]{0,25}\b(?:in front of me|all at once|at once|in my hand|counted"
        r"|saved up|the whole (?:pack|box|bottle))\b|\b(?:whole|entire) (?:pack|box|bottle) of (?:pills|tablets"
        r"|sleeping)\b",
    ),
    rule(
        Danger.SELF_HARM,
        "drank drink drunk swallow swallowed",
        r"\b(?:drink|drank|drunk|swallow|swallowed) (?:\w{1,8} ){0,3}(?:poison|bleach|lamp oil"
        r"|the oil)\b[^.!?]{0,30}\b(?:over|die|end|sleep|enough|on purpose|myself)\b",
    ),
)
_ANIMAL = (
    r"(?:monkey|ape|chimp(?:anzee)?|goldfish|parrot|hamster|donkey|toaster|brick|potato|toddler|dog|stone|cabbage)"
)
_SLUR = (
    r"(?:dim-?wits?|nit-?wits?|half-?wits?|numbskulls?|boneheads?|blockheads?|dunces?|dolts?|dipshits?"
    r"|shit-?heads?|knob-?heads?|bell-?ends?|twits?|muppets?|simpletons?|vermin|sub-?humans?|bloodsuckers?"
    r"|leech(?:es)?|con artists?|con men|swindlers?|robbers?|cheats?|imposters|hypocrites?|scoundrels?|fools?"
    r"|swines?|cows?|donkeys?|apes?|monkeys?|rats?|snakes?|cockroach(?:es)?|maggots?|vultures?|dogs?|hag|slobs?"
    r"|pillocks?|gits?|sods?|fraudsters?|sheep|animals|lunatics?|psychos?|weirdos?|dummy|dummies|dumb-?heads?"
    r"|brainless|gutless|spineless|heartless)"
)
ABUSE = (
    rule(
        Danger.ABUSE,
        "animals ape apes bell-end bell-ends bellend bellends blockhead blockheads bloodsucker bloodsuckers "
        "bonehead boneheads brainless cheat cheats cockroach cockroaches con cow cows dim-wit dim-wits dimwit "
        "dimwits dipshit dipshits dog dogs dolt dolts donkey donkeys dumb-head dumb-heads dumbhead dumbheads "
        "dummies dummy dunce dunces fool fools fraudster fraudsters git gits gutless hag half-wit half-wits "
        "halfwit halfwits heartless hypocrite hypocrites imposters knob-head knob-heads knobhead knobheads "
        "leech leeches lunatic lunatics maggot maggots men monkey monkeys muppet muppets nit-wit nit-wits "
        "nitwit nitwits numbskull numbskulls pillock pillocks psycho psychos rat rats robber robbers scoundrel "
        "scoundrels sheep shit-head shit-heads shithead shitheads simpleton simpletons slob slobs snake snakes "
        "sod sods spineless sub-human sub-humans subhuman subhumans swindler swindlers swine swines twit twits "
        "vermin vulture vultures weirdo weirdos",
        r"\b(?:you|u)(?:'re| are|re)(?: all| both)?(?: nothing but| just| such| really| a bunch of| a pack of"
        rf"| a load of| a| an| the){{0,3}}(?: (?:big|complete|total|utter|lying|old|fat|ugly|stupid|little|filthy"
        rf"|dirty|absolute|greedy|bloody|real|disgusting|lazy|dumb|slimy)){{0,2}} {_SLUR}\b(?! (?:person|lover"
        r"|people|like))",
    ),
    rule(
        Danger.ABUSE,
        "animals ape apes artists bell-end bell-ends bellend bellends blockhead blockheads bloodsucker "
        "bloodsuckers bonehead boneheads brainless bunch cheat cheats cockroach cockroaches con cow cows "
        "dim-wit dim-wits dimwit dimwits dipshit dipshits dog dogs dolt dolts donkey donkeys dumb-head "
        "dumb-heads dumbhead dumbheads dummies dummy dunce dunces fool fools fraudster fraudsters git gits "
        "gutless hag half-wit half-wits halfwit halfwits heartless hypocrite hypocrites imposters knob-head "
        "knob-heads knobhead knobheads leech leeches liar liars lot lunatic lunatics maggot maggots men monkey "
        "monkeys muppet muppets nit-wit nit-wits nitwit nitwits numbskull numbskulls people pillock pillocks "
        "psycho psychos rat rats robber robbers scoundrel scoundrels sheep shit-head shit-heads shithead "
        "shitheads simpleton simpletons slob slobs snake snakes sod sods spineless sub-human sub-humans "
        "subhuman subhumans swindler swindlers swine swines twit twits vermin vulture vultures weirdo weirdos",
        r"\byou (?:(?:big|complete|total|utter|lying|old|fat|ugly|stupid|little|filthy|dirty|absolute|greedy"
        rf"|bloody|disgusting|lazy|dumb|slimy|miserable|brainless|spineless|heartless) ){{1,3}}(?:{_SLUR}|people"
        r"|bunch|lot|liars?)\b",
    ),
    rule(
        Danger.ABUSE,
        "animals ape apes artists band bell-end bell-ends bellend bellends blockhead blockheads bloodsucker "
        "bloodsuckers bonehead boneheads brainless bunch cheat cheats cockroach cockroaches con cow cows "
        "dim-wit dim-wits dimwit dimwits dipshit dipshits dog dogs dolt dolts donkey donkeys dumb-head "
        "dumb-heads dumbhead dumbheads dummies dummy dunce dunces fool fools fraudster fraudsters gang git gits "
        "gutless hag half-wit half-wits halfwit halfwits heartless hypocrite hypocrites imposters knob-head "
        "knob-heads knobhead knobheads leech leeches load lunatic lunatics maggot maggots men monkey monkeys "
        "muppet muppets nest nit-wit nit-wits nitwit nitwits numbskull numbskulls pack pillock pillocks psycho "
        "psychos rat rats robber robbers scoundrel scoundrels sheep shit-head shit-heads shithead shitheads "
        "simpleton simpletons slob slobs snake snakes sod sods spineless sub-human sub-humans subhuman "
        "subhumans swindler swindlers swine swines twit twits vermin vulture vultures weirdo weirdos",
        rf"(?:^|[,.!?] )you {_SLUR}(?:[,.!?]|$)|\b(?:pack|bunch|band|gang|nest"
        rf"|load) of (?:\w{{2,10}} )?{_SLUR}(?:[,.!?]|$| (?:you|there|who run|at your|in your))",
    ),
    rule(
        Danger.ABUSE,
        "u you your",
        r"\b(?:do|does|did|have|has|are|is|got|is there|were|was)\b[^.!?]{0,12}\b(?:you|your"
        r"|u)\b[^.!?]{0,22}\b(?:brains?(?! when)|brain ?cells?|brainpower|dropped on (?:your|the) heads?"
        r"|(?:anything|something|air|straw) (?:in|between) (?:your|that)|empty(?:-|\s)?head)\b",
    ),
    rule(
        Danger.ABUSE,
        "ape brick cabbage child chimp chimpanzee dog donkey five five-year five-year-old goldfish hamster kid "
        "monkey parrot potato stone toaster toddler year-old",
        rf"\b(?:a|an|my|even a|any|trained|drunk|dead|blind) (?:\w{{2,10}} )?(?:{_ANIMAL}|child|kid"
        r"|five[- ]year[- ]old)(?: \w{2,10})? (?:could|would|can|has|have|knows?|understands?|is"
        r"|does)\b[^.!?]{0,30}\b(?:your job|you(?: do| are| have| people| guys| lot)?(?=[,.!?]|$)|than you"
        r"|better than (?:you|your)|smarter|brighter|more (?:sense|brains?|brain ?cells?|intelligence|intelligent"
        r"|helpful than))\b",
    ),
    rule(
        Danger.ABUSE,
        "brain braincell braincells brains cells intelligence iq share sharing",
        r"\b(?:iq|intelligence|brains?|brain power) (?:of|like|is that of|the size of|as (?:big|small) as"
        r"|below)\b[^.!?]{0,25}\b(?:a|an|room|your|shoe|peanut|pea)\b|\b(?:no|zero|without|lack|lacking|half a"
        r"|not one|single) (?:a )?(?:brains?|brain ?cells?)\b|\buse your brains?(?=[,.!]|$)|\b(?:share"
        r"|sharing) (?:one|a|a single) brain",
    ),
    rule(
        Danger.ABUSE,
        "bottom brain braindead breath disgrace laughing laughingstock oxygen skin waste",
        r"\b(?:you|u)(?:'re| are|re)? (?:\w{1,10} ){0,3}(?:waste of (?:space|oxygen|air|skin|breath|life)"
        r"|oxygen thie(?:f|ves)|disgrace(?: to| for|[.,!]|$)|laughing ?stock|brain ?dead|bottom of the barrel)\b"
        r"|^(?:what a )?waste of (?:space|oxygen|skin)\b",
    ),
    rule(
        Danger.ABUSE,
        "cave circus hole rock sewer swamp zoo",
        r"\b(?:which|what|under which|from what|whatever|the) (?:\w{2,10} )?(?:cave|hole|rock|swamp|sewer|zoo"
        r"|circus) (?:did )?(?:you|they) (?:crawl|come|escape|climb|dig|drag|let)",
    ),
    rule(
        Danger.ABUSE,
        "dad father mom momma mother mum parents",
        r"\b(?:your|ur) (?:mother|mum|mom|momma|parents|father|dad)\b[^.!?]{0,25}\b(?:ashamed|disappointed|whore"
        r"|fat|should have|must be|regrets?|wish|dropped|sorry|slept|sister|brother|never (?:taught|loved|wanted)"
        r"|so )\b",
    ),
    rule(
        Danger.ABUSE,
        "blind count deaf illiterate learn properly read school teach think",
        r"\bdid (?:you|they|nobody|anyone)\b[^.!?]{0,20}\b(?:teach you|go to school|finish school|learn to (?:read"
        r"|think|count))\b|\b(?:can you|are you able to|can't you)(?: lot| people| even)* (?:read|think"
        r"|count)(?: at all| properly)?\?|\bare you(?: people| all| lot| guys)? (?:illiterate|deaf|blind)\b",
    ),
    rule(
        Danger.ABUSE,
        "cram put ram shove stick stuff",
        r"\b(?:shove|stick|stuff|ram|put|cram)\b[^.!?]{0,40}\b(?:up (?:your|ur|his|her)\b|where the sun)",
    ),
    rule(
        Danger.ABUSE,
        "bite blow lick suck",
        r"\b(?:suck (?:my|it|a|on)|blow me|lick my|bite me)\b(?! (?:lamp|candle|lantern|finger))",
    ),
    rule(
        Danger.ABUSE,
        "bed big body boobs breasts hot legs naked nudes sexy tits underwear wearing",
        r"\b(?:send|show|want)\b[^.!?]{0,18}\b(?:nudes|naked|your (?:tits|boobs|body|breasts|legs|underwear))\b"
        r"|\bwhat(?:'re| are)? you wearing\b|\b(?:take|get|have|want) (?:you|u) (?:in|to|into) (?:my )?bed\b"
        r"|\b(?:hey|hi|hello|you) sexy\b|\bhow (?:sexy|hot|big) (?:are )?(?:you|your)\b",
    ),
    rule(
        Danger.ABUSE,
        "hope hoping may pray wish",
        r"\b(?:hope|hoping|wish|may|pray)\b[^.!?]{0,12}\b(?:you|your|u|the lot of you)\b[^.!?]{0,40}\b(?:cancer"
        r"|bus|burns?|burning|hell|die[sd]?|dead|bankrupt|ruined|fired|suffers?|crash(?:es)?|choke[sd]?|rots?"
        r"|perish|lose (?:your|every)|go(?:es)? under|accident|catch(?:es)? fire|plague|sick|homeless)\b",
    ),
    rule(
        Danger.ABUSE,
        "choke crawl die drown hang jump traffic walk",
        r"\b(?:go|please|just|why don't you|do us all a favou?r and|do the world a favou?r and) (?:and )?(?:jump"
        r"|drown|die|play in (?:the )?traffic|hang|choke|crawl back|take a long walk)\b(?! (?:down|with|to (?:the"
        r"|my)|in (?:the )?price))",
    ),
    rule(
        Danger.ABUSE,
        "favor favour",
        r"\bdo (?:us all|the world|everyone|humanity) a favou?r and (?!send|ship|tell|check|let|give|cancel|help)",
    ),
    rule(
        Danger.ABUSE,
        "back",
        r"\bgo back to (?:your (?:own )?(?:country|village|cave|jungle)|where you(?: people)? c[ao]me)\b",
    ),
    rule(
        Danger.ABUSE,
        "anyone bot bots companies creatures kind people scum shop shops someone things",
        r"\b(?:people|creatures|things|companies|shops?|bots?|someone|anyone"
        r"|scum) like you\b[^.!?]{0,25}\b(?:should(?:n't| not)?|ought|deserve|belong|must|don't deserve"
        r"|make me sick|disgust)\b|\byour kind\b(?! (?:help|words?|support|reply|answer|attention|regards|service"
        r"|assistance|message|offer|letter|note|response|of))",
    ),
    rule(
        Danger.ABUSE,
        "deserve must need ought should",
        r"\b(?:you|u)(?: people| all| lot| guys)* (?:should|ought to|deserve to|must|need to) (?:all )?(?:be|get"
        r"|hang|burn|rot|die)(?: (?:hanged|hung|shot|locked up|whipped|slapped|beaten|in jail|behind bars|put down"
        r"|stoned|punched|in prison|run over|in hell|fired|sacked)|[.!,]|$)",
    ),
    rule(
        Danger.ABUSE,
        "pay regret sorry",
        r"\b(?:you|you'll|u|you all|they)(?: will| are going to| gonna| all)*(?: (?:deeply|all|so|bitterly"
        r"|really)){0,2} (?:regret (?:this|it|that|what|ever|the day|having)|be (?:very |so "
        r"|really )?sorry(?=[.!,]|$| you| for)|pay for (?:this|what|that|everything))\b",
    ),
    rule(
        Danger.ABUSE,
        "better eye mind watch",
        r"\b(?:watch|better watch|mind) your (?:back|mouth)\b|\bsleep with one eye open\b|\b(?:you"
        r"|you'd) better (?:run|hide|be (?:careful|scared|afraid)|watch)\b",
    ),
    rule(
        Danger.ABUSE,
        "show teach",
        r"\bi(?:'ll| will|'m going to| am going to|'m gonna|'m)? (?:\w{1,10} ){0,2}(?:teach|show) (?:you|u"
        r"|your \w{2,10})(?: all| people| lot)? (?:a lesson|manners|what (?:pain|fear|happens)|who)\b",
    ),
    rule(
        Danger.ABUSE,
        "come visit",
        r"\b(?:pay|paying) (?:you|your \w{2,10}|you all|the lot of you)(?: people"
        r"| guys)? a (?:\w{2,8} )?visit\b(?! (?:in|on|at|to (?:buy|see|look|try)))|\bcome (?:over|down|round|by"
        r"|around)(?: there)? (?:and|with) (?:\w{1,8} )?(?:my (?:boys|friends|brothers|mates)|beat|smash|break"
        r"|punch|hurt|show|sort|teach|kick|drag|a (?:bat|knife|gun|hammer|baseball))",
    ),
    rule(
        Danger.ABUSE,
        "fist fists hands teeth",
        r"\b(?:get|lay|got|put) my hands on (?:you|your|whoever|the person|that (?:driver|courier|agent|idiot))\b"
        r"|\bmy fists?\b[^.!?]{0,20}\b(?:face|teeth|nose|jaw|mouth)\b|\b(?:lose|losing|knock|kick"
        r"|without)\b[^.!?]{0,15}\b(?:your teeth|teeth out)\b",
    ),
    rule(
        Danger.ABUSE,
        "address children exactly family kids live park people sleep work",
        r"\b(?:i|we)(?:'ve| have|'ll| will)? (?:know|found|find|got|have|find out"
        r"|can find)(?: out)? (?:exactly )?(?:where you(?: all| people)? (?:live|sleep|park|work)"
        r"|your (?:home )?address(?=[.!]|$| and)|where your (?:kids|children|family))\b",
    ),
    rule(
        Danger.ABUSE,
        "children family happen kids pity shame wife",
        r"\bhow(?:'s| is| are) your (?:family|kids|children|wife)\b[^.!?]{0,30}\b(?:safe|doing|happen|shame)\b"
        r"|\b(?:shame|pity) if (?:something|anything) (?:\w{1,8} )?happened\b|\b(?:something|bad things?) (?:bad "
        r"|terrible |might |could |will ){1,3}happen to (?:you|your|the (?:shop|store|driver))\b",
    ),
    rule(
        Danger.ABUSE,
        "alight brick fire office shop store torch warehouse",
        r"\bbrick (?:through|into|in) (?:your|the|a) (?:\w{2,8} )?windows?\b|\b(?:set|put) (?:fire to|a torch to"
        r"|alight) (?:your|the|that) (?:\w{2,8} )?(?:shop|store|office|warehouse|place)\b|\b(?:your|the) (?:shop"
        r"|store|warehouse|office)\b[^.!?]{0,15}\b(?:in flames|on fire|go up in|burn(?:s|ed|t)? (?:down|to))\b",
    ),
)
