"""English that says it without the usual words, continued: frauds told as a plan or found on an account, and orders to
the machine dressed as a game, a rank or a format.
"""

from __future__ import annotations

from .rules import Danger, rule

_SECRETS = (
    r"(?:card (?:number|details|data)|credit card|bank (?:details|data)|pin|tan|password|passcode|login|code|cvv|cvc)"
)
_STRANGE = r"(?:never|did(?:n't| not)|do(?:n't| not)|have(?:n't| not)|has(?:n't| not)|wasn't|isn't|neither)"
_CALLED = (
    r"(?:called|phoned|rang|texted|e-?mailed|wrote|contacted|messaged|whatsapped|on the phone|call(?:s|ing)?"
    r"|a call|an e-?mail|a (?:text|mail|message|letter|man|woman|person|guy|caller))"
)
_GOODS = r"(?:it|them|one|this|that|the \w{2,12}|a \w{2,12}|everything|my \w{2,12})"
FRAUD = (
    rule(
        Danger.FRAUD,
        "recognise recognised recognize recognized",
        rf"\b(?:{_STRANGE}|can't|cannot) (?:\w{{1,8}} )?recogni[sz]e[d]? (?:\w{{1,10}} ){{0,3}}(?:order|orders"
        r"|charge|charges|payment|payments|purchase|purchases|login|logins|device|transaction|transactions|debit"
        r"|address|card|items?|name)\b",
    ),
    rule(
        Danger.FRAUD,
        "can't cannot didn't don't not",
        r"\b(?:order|orders|charge|charges|payment|purchase|login|device|transaction|debit|address|card"
        r"|amount)s?\b[^.!?]{0,40}\bi (?:do not|don't|didn't|can't|cannot) (?:recogni[sz]e|know(?: (?:of|about"
        r"|anything))?\b(?! how| what| when| if| where| why| which))",
    ),
    rule(
        Danger.FRAUD,
        "strange suspicious unfamiliar unknown weird",
        r"\b(?:unknown|unfamiliar|suspicious|strange|weird) (?:login|log-in|sign-in|device|charge|debit|purchase"
        r"|transaction|activity|activities|link|text message|caller|payment)s?\b|\b(?:unknown|unfamiliar"
        r"|suspicious) (?:person|e-?mail|order|call|sms)s?\b",
    ),
    rule(
        Danger.FRAUD,
        "isn't mine never not wasn't",
        r"\b(?:it|that|this) (?:was|is)(?:n't| not| never) (?:me\b(?! who)|my doing)|\b(?:order|charge|payment"
        r"|debit|purchase|login|transaction|withdrawal)\b[^.!?]{0,25}\b(?:is|was)(?:n't| not) mine\b",
    ),
    rule(
        Danger.FRAUD,
        "never",
        r"\b(?:order|orders|purchase|invoice|bill|payment|charge|confirmation)\b[^.!?]{0,40}\b(?:that "
        r"|which )?(?:i|we|nobody here|no one (?:here|in)|none of us)(?: have"
        r"| ha[sd])? never (?:\w{1,8} )?(?:ordered|bought|made|placed|requested|asked for|paid for|authori[sz]ed"
        r"|agreed)\b",
    ),
    rule(
        Danger.FRAUD,
        "ex flatmate neighbor neighbour person roommate somebody someone stranger thief",
        r"\b(?:someone|somebody|a stranger|a thief|another person|my ex|my (?:roommate|flatmate"
        r"|neighbou?r))\b[^.!?]{0,45}\b(?:changed|guessed|knows|got (?:hold of|into)|took over|accessed|entered"
        r"|logged|shopping|shops|ordering|spending|spent|emptied|drained|took|pretends)\b[^.!?]{0,30}\b(?:my|our"
        r"|in my)\b(?! (?:parcel|package|table|place|lamp|neighbou?r|door|street|house|order from))",
    ),
    rule(
        Danger.FRAUD,
        "altered changed exposed leaked replaced sale sold",
        r"\bmy (?:e-?mail|mail|address|password|phone number|delivery address|details|data|account"
        r"|login)\b[^.!?]{0,20}\b(?:was|were|has been|have been|got|is)(?: \w{1,8})? (?:changed|altered|replaced"
        r"|leaked|exposed|for sale|sold)\b[^.!?]{0,40}\b(?:without|not by me|but (?:i|it)|by someone|i (?:didn't"
        r"|never)|leak|dark|by somebody|overnight)\b",
    ),
    rule(
        Danger.FRAUD,
        "call called caller calling calls contacted e-mail e-mailed email emailed guy letter mail man message "
        "messaged person phone phoned rang text texted whatsapped woman wrote",
        rf"\b{_CALLED}\b[^.!?]{{0,70}}\b(?:claim(?:s|ed|ing)?|said|say(?:s|ing)?|pretend(?:s|ed|ing)?|ask(?:s|ed"
        r"|ing)?|want(?:s|ed|ing)?|need(?:s|ed)?|demand(?:s|ed|ing)?|request(?:s|ed|ing)?|told"
        rf"|from)\b[^.!?]{{0,60}}\b(?:my|the|a|your|for) (?:\w{{1,10}} )?(?:{_SECRETS}|gift cards?)\b(?! (?:is|was"
        r"|on|inside|for my (?:order|parcel)|expired))",
    ),
    rule(
        Danger.FRAUD,
        "entered gave handed read sent shared told typed",
        rf"\bi (?:\w{{1,8}} )?(?:gave|told|sent|read|typed|entered|handed|shared)\b[^.!?]{{0,25}}\b(?:him|her|them"
        r"|the caller|that (?:site|man|person|page|website)|somebody|someone|a stranger"
        rf"|the fake)\b[^.!?]{{0,25}}\b{_SECRETS}s?\b",
    ),
    rule(
        Danger.FRAUD,
        "amazon apple gift google itunes steam",
        r"\b(?:told|asked|asks|wants|wanted|made|had) (?:me|us|my \w{2,12}) (?:to )?(?:buy|purchase|get"
        r"|pay)\b[^.!?]{0,25}\b(?:gift|itunes|steam|google play|apple|amazon) (?:vouchers?|cards?)\b",
    ),
    rule(
        Danger.FRAUD,
        "attachment link",
        r"\b(?:click|clicked|tapped|opened|follow|followed|open|tap)\b[^.!?]{0,25}\b(?:link"
        r"|attachment)\b[^.!?]{0,80}\b(?:money|card|bank|account|password|gone|charged|suspicious|strange|virus"
        r"|fake|customs|fee|details)\b",
    ),
    rule(
        Danger.FRAUD,
        "customs delivery handling parcel release small",
        r"\b(?:text|sms|e-?mail|mail|message|whatsapp|link)\b[^.!?]{0,50}\b(?:pay"
        r"|paying)\b[^.!?]{0,20}\b(?:release|handling|small|parcel|delivery) fee\b|\blink\b[^.!?]{0,50}\bcustoms\b",
    ),
    rule(
        Danger.FRAUD,
        "clone copy imitation look looked looking looks",
        r"\b(?:website|site|shop|page|web ?shop|store|account|profile|e-?mail)\b[^.!?]{0,40}\b(?:looks?|looked"
        r"|looking)\b[^.!?]{0,15}\b(?:just|exactly|almost|very much) like (?:yours|you|your)\b|\b(?:copy|clone"
        r"|imitation) of your (?:web ?)?(?:site|shop|page)\b",
    ),
    rule(
        Danger.FRAUD,
        "conned duped fell scammed swindled tricked",
        r"\b(?:been|got|was|i'm being|am being) (?:scammed|swindled|conned|duped|tricked into)\b(?! by (?:you"
        r"|your))|\bfell for (?:a|an|this|the|some)(?: \w{1,10})? (?:scam|fake|trick|mail|e-?mail|text|site"
        r"|website|caller)\b",
    ),
    rule(
        Danger.FRAUD,
        "bogus counterfeit",
        r"\b(?:bogus|counterfeit) (?:\w{1,10} )?(?:invoice|e-?mail|site|shop|bill|website|call|voucher|receipt)s?\b",
    ),
    rule(
        Danger.FRAUD,
        "account accounts addresses e-mail e-mails email emails identities identity name names profile profiles",
        r"\b(?:open|create|make|register|set up|sign up|opening|creating|registering|signing up|use|using"
        r"|have)\b[^.!?]{0,25}\b(?:another|second|third|two|three|four|five|ten|several|multiple|many|more|lots of"
        r"|a few|a dozen|\d+|different|new|fake|false) (?:\w{1,10} )?(?:accounts?|e-?mails?(?: addresses)?|names?"
        r"|identit(?:y|ies)|profiles?)\b[^.!?]{0,50}\b(?:voucher|discount|welcome|bonus|again|times|coupon"
        r"|first[- ]order|limit|offer|free|points|each|promo)",
    ),
    rule(
        Danger.FRAUD,
        "customer first first-order new-customer newcomer sign-up signup welcome",
        r"\b(?:welcome|new[- ]customer|first[- ]order|newcomer|sign-?up)(?: \w{2,10})? (?:voucher|discount|bonus"
        r"|code|coupon|offer)\b[^.!?]{0,40}\b(?:twice|more than once|several times|every time|\w+ times"
        r"|over and over|second time)\b",
    ),
    rule(
        Danger.FRAUD,
        "cat's dead different dog's fake false invented made made-up other",
        r"\b(?:under|with|using|in) (?:a|an|some|another|my) (?:false|fake|made[- ]up|invented|different|other"
        r"|cat's|dog's|dead \w{2,10}'s) (?:name|identity|birthday|birth date|address|id)\b[^.!?]{0,40}\b(?:so|to"
        r"|get|order|buy|avoid|discount|open|account|voucher|owe|bill|invoice)\b",
    ),
    rule(
        Danger.FRAUD,
        "cardcard cardcards codes coupon couponcard couponcards discount discountcard discountcards gift "
        "gift-card gift-cardcard gift-cardcards giftcard giftcardcard giftcardcards promo promocard promocards "
        "voucher vouchercard vouchercards",
        r"\b(?:generate|guess|crack|hack|brute|reuse|duplicate|copy)\b[^.!?]{0,20}\b(?:voucher|discount"
        r"|gift[- ]?card|coupon|promo)(?: ?cards?)?(?: codes?)?\b",
    ),
    rule(
        Danger.FRAUD,
        "cheat deceive fool hack loophole outsmart trick",
        r"\b(?:trick|loophole|hack)\b[^.!?]{0,30}\b(?:not pay|without paying|pay less|your system|the system|free"
        r"|discount|refund|voucher)\b|\b(?:trick|fool|cheat|outsmart|deceive) (?:your|the) (?:system|shop|checkout"
        r"|bank|insurance|warehouse|payment)\b",
    ),
    rule(
        Danger.FRAUD,
        "brick broken cheap cheaper different fake newspaper newspapers old other rock rocks stone stones used",
        r"\b(?:send|return|give|ship|put|pack)(?:ing)?\b[^.!?]{0,12}\b(?:back|in|into|you)\b[^.!?]{0,40}\b(?:brick"
        r"|stones?|rocks?|newspapers?|a cheaper|an? (?:old|used|broken|different|other|fake)|my (?:old|broken"
        r"|used)|the (?:old|broken|used|cheap))\b[^.!?]{0,40}\b(?:instead|refund|money|box|parcel|place|notice"
        r"|package|carton|new one)\b",
    ),
    rule(
        Danger.FRAUD,
        "exchange swap swapped switch",
        r"\b(?:swap|swapped|switch|exchange) (?:it|the \w{2,10}|them|my \w{2,10})\b[^.!?]{0,30}\b(?:and|then"
        r"|before)\b[^.!?]{0,20}\b(?:return|send|refund|money back)\b",
    ),
    rule(
        Danger.FRAUD,
        "break broke broken damage damaged deliberately intentionally purpose ruin scratch scratched smash smashed",
        r"\b(?:break|broke|broken|damage|damaged|smash|smashed|scratch|scratched"
        r"|ruin)\b[^.!?]{0,25}\b(?:on purpose|deliberately|intentionally|so that)\b[^.!?]{0,50}\b(?:refund|money"
        r"|warranty|new one|replace|replacement|claim|discount|insurance)\b|\b(?:on purpose|deliberately"
        r"|intentionally)\b[^.!?]{0,30}\b(?:refund|money|warranty|new one|claim)\b",
    ),
    rule(
        Danger.FRAUD,
        "broken cracked damaged defective empty faulty late lost missing stolen",
        rf"\b(?:say|claim|tell|write|report|pretend|swear|said|claimed)\b[^.!?]{{0,18}}\b{_GOODS} (?:was|is|were"
        r"|arrived|came|got|had|has)(?: been)? (?:\w{1,8} )?(?:broken|damaged|lost|stolen|missing|late|faulty"
        r"|defective|empty|cracked)\b[^.!?]{0,30}\b(?:although|even though|but (?:it|they|actually|really)"
        r"|when (?:it|in fact)|to get|so (?:that|i)|and keep|though|would (?:you|i)|do (?:you|i) get|will i get)\b",
    ),
    rule(
        Danger.FRAUD,
        "although but even though while",
        r"\b(?:although|even though|though|but|while)\b[^.!?]{0,10}\b(?:it|they|everything|the \w{2,12}"
        r"|nothing)(?: (?:actually|really|did|has|is))? (?:arrived?|came|got here|works?|worked|is fine|are fine"
        r"|fine|wrong with it|here safely)\b[^.!?]{0,40}\b(?:refund|money back|claim|complain|say|new one|report)\b",
    ),
    rule(
        Danger.FRAUD,
        "giving keep keeping returning sending",
        r"\b(?:get|want|have|got)\b[^.!?]{0,12}\b(?:refund|refunded|money(?: back)?|a new one"
        r"|replacement)\b[^.!?]{0,25}\b(?:and|while|but)(?: \w{1,6})? (?:still )?keep(?:ing)?\b|\bkeep (?:both|it"
        r"|the \w{2,12})\b[^.!?]{0,20}\b(?:and|but|while)\b[^.!?]{0,15}\b(?:get|have|want)\b[^.!?]{0,15}\b(?:money"
        r"|(?<!partial )refund)|\brefund (?:without|but not) (?:sending|returning"
        r"|giving)\b[^.!?]{0,25}\b(?:although|notice|how)",
    ),
    rule(
        Danger.FRAUD,
        "able catch find notice prove realise realize we whether",
        r"\b(?:would|will|do|can|could) (?:you|anyone|anybody|your (?:system|warehouse|people|bank)|they"
        r"|the shop)(?: \w{1,8}){0,2} (?:notice|realise|realize|prove|be able to tell|catch)(?: (?:if|that|when"
        r"|whether) (?:i|we|it|someone)\b| it\b|\?|$)|\b(?:would|will|could) (?:you|anyone|anybody|they"
        r"|your \w{2,10}) (?:\w{1,8} )?find out(?: (?:if|that|when) i\b|\?|$)",
    ),
    rule(
        Danger.FRAUD,
        "back cancel chargeback dispute pull recall reverse",
        r"\b(?:chargeback|charge it back|dispute (?:the|this|my) (?:payment|charge)|(?:cancel|reverse|pull back"
        r"|recall) (?:the|my) (?:payment|debit|transfer))\b[^.!?]{0,50}\b(?:keep|(?:after|once|when) (?:it"
        r"|the \w{2,10}) (?:arrives|arrived|comes|came|is here)|anyway|although|still have (?:the|my|it)"
        r"|have the)\b",
    ),
    rule(
        Danger.FRAUD,
        "back-date back-dated backdate backdated bill declaration earlier fake false higher invoice lower paper "
        "receipt",
        r"\b(?:invoice|receipt|bill|declaration|paper)\b[^.!?]{0,40}\b(?:higher|lower|more than|less than|twice"
        r"|double|another|different|earlier|older|false|last (?:year|month))\b[^.!?]{0,45}\b(?:insurance|insurer"
        r"|tax(?:es)?|customs|boss|expenses|employer|pay less)\b(?! than)|\bback-?dated?\b|\b(?:insurance|insurer"
        r"|tax office|taxman|customs|employer|boss)\b[^.!?]{0,40}\b(?:higher|lower|earlier|false|fake) (?:amount"
        r"|price|value|date|sum|invoice)\b",
    ),
    rule(
        Danger.FRAUD,
        "customs declaration declare invoice label",
        r"\b(?:lower|smaller|false|fake) (?:value|price|amount)\b[^.!?]{0,20}\b(?:customs|declaration|label"
        r"|invoice)\b|\bdeclare (?:it|the \w{2,10}) as (?:a )?(?:gift|worth|less|cheap)\b",
    ),
    rule(
        Danger.FRAUD,
        "aunt aunt's boss boss's boyfriend boyfriend's brother brother's colleague colleague's company "
        "company's dad dad's dead deceased employer employer's ex ex's father father's flatmate flatmate's "
        "friend friend's girlfriend girlfriend's gran gran's grandma grandma's grandmother grandmother's "
        "husband husband's late mom mom's mother mother's mum mum's neighbor neighbor's neighbour neighbour's "
        "roommate roommate's sister sister's uncle uncle's wife wife's",
        r"\b(?:my|the) (?:boss|company|employer|grandmother|grandma|gran|mother|father|mum|mom|dad|sister|brother"
        r"|wife|husband|girlfriend|boyfriend|roommate|flatmate|friend|uncle|aunt|neighbou?r|colleague|ex"
        r"|late \w{2,10}|dead \w{2,10}|deceased \w{2,10})(?:'s)?\b[^.!?]{0,50}\b(?:card|account|paypal|password"
        r"|voucher|details|points|credit)\b[^.!?]{0,50}\b(?:without|secretly|doesn't (?:know|notice|check|need"
        r"|have to|look)|won't (?:know|notice|mind|find|see)|never (?:checks|notices|looks)|isn't supposed"
        r"|must(?:n't| not)|not (?:know|tell)|behind|no idea|dead|any ?more)\b",
    ),
    rule(
        Danger.FRAUD,
        "behind without",
        r"\b(?:without|behind)\b[^.!?]{0,12}\b(?:his|her|their|my (?:\w{2,10}'s)|them|him|husband|wife|parents"
        r"|boss)\b[^.!?]{0,15}\b(?:knowing|knowledge|back|noticing|permission|consent"
        r"|finding)\b[^.!?]{0,60}\b(?:card|account|pay|order|refund|money|bill|charge)",
    ),
    rule(
        Danger.FRAUD,
        "behind without",
        r"\b(?:card|account|pay|order|refund|money|bill|charge|voucher)\b[^.!?]{0,60}\b(?:without"
        r"|behind)\b[^.!?]{0,12}\b(?:his|her|their|my \w{2,10}'s|them|him)\b[^.!?]{0,15}\b(?:knowing|knowledge"
        r"|back|noticing|permission|consent|finding|seeing)\b",
    ),
    rule(
        Danger.FRAUD,
        "between boss he nobody noone one she they",
        r"\b(?:card|account|refund|money|bill|bank|paypal|insurance|boss)\b[^.!?]{0,60}\b(?:nobody|no ?one|they|he"
        r"|she|your boss) (?:else )?(?:needs|has|need|have|must|will|would)(?: ever| not| never)?(?: to)? (?:know"
        r"|find out|notice)\b(?! (?:how|what|where|which|about the gift|about the surprise|the surprise))"
        r"|\b(?:just )?between (?:you and me|us)\b[^.!?]{0,60}\b(?:refund|discount|voucher|money|euro|invoice|code"
        r"|order)",
    ),
    rule(
        Danger.FRAUD,
        "bribe give launder laundering offer pay send slip transfer",
        r"\b(?:give|pay|offer|slip|send|transfer)\b[^.!?]{0,10}\b(?:you|ya)\b[^.!?]{0,25}\b(?:if you|when you"
        r"|for (?:a|the|your) (?:code|login|password|address|data)|under the table|privately|personally"
        r"|in return)\b|\bbribe\b|\blaunder(?:ing)? (?:some |the |my )?(?:money|cash|funds)\b|\bmoney laundering\b",
    ),
    rule(
        Danger.FRAUD,
        "belong data details found isn't not number numbers",
        r"\b(?:card|account) (?:numbers?|details|data)\b[^.!?]{0,30}\b(?:i (?:found|bought|got|saw|have)"
        r"|from (?:the )?(?:internet|darknet|dark web|a (?:list|forum|friend))|online|not mine|of (?:a|some"
        r"|another))\b|\b(?:card|account) (?:that|which) (?:isn't|is not|doesn't belong to) (?:mine|me"
        r"|in my name)\b|\bfound (?:a |some(?:one|body)'s )(?:wallet|purse|(?:credit|bank"
        r"|debit) card)\b[^.!?]{0,40}\b(?:pay|use|order|buy)",
    ),
    rule(
        Danger.FRAUD,
        "else gets invoice other paying send somebody",
        r"\b(?:someone|somebody) else (?:pay|paying|gets? the bill|is charged)\b[^.!?]{0,30}\b(?:without|notice"
        r"|know)|\bsend (?:the|my) (?:bill|invoice) to (?:a|some|the) (?:wrong|random|fake|other person)",
    ),
)
_BOT = (
    r"(?:ai|a\.i\.|assistant|bot|chat ?bot|model|language model|llm|machine|robot|computer|program|system"
    r"|software|gpt|chatgpt)"
)
_LIMITS = (
    r"(?:rules?|limits?|restrictions?|filters?|polic(?:y|ies)|guidelines|boundaries|checks?|safeguards|ethics"
    r"|morals?|censorship)"
)
INJECTION = (
    rule(
        Danger.INJECTION,
        "assume imagine minute moment pretend say second simulate suppose",
        r"\b(?:pretend|imagine|suppose|assume|say|simulate)(?: for a (?:moment|minute|second))?(?: that)? (?:you"
        rf"|your|there|the|no|i|we)\b[^.!?]{{0,60}}\b(?:no {_LIMITS}|without {_LIMITS}|not bound|not a (?:shop"
        rf"|customer)|{_LIMITS} (?:do(?:n't| not)|did not|didn't"
        r"|are gone|no longer)|(?:an?|the) (?:evil|unrestricted|hacker|other|different|pirate|admin|owner"
        r"|administrator|developer|manager|ceo|boss|employee|human|supervisor|rogue)|free (?:of|to)|allowed to"
        r"|can do anything|don't need|unlimited)\b",
    ),
    rule(
        Danger.INJECTION,
        "bad character evil game little opposite play rogue role role- role-play role-playing roleplay "
        "roleplaying secret small",
        r"\b(?:let's|let us|shall we|we) play(?: a)?(?: little| small)? (?:game|role)"
        r"|\bplay a game\b[^.!?]{0,40}\byou\b|\brole-? ?play(?:ing)?\b|\b(?:evil|bad|rogue|secret) (?:twin|ai|bot"
        r"|assistant|version of (?:you|yourself))\b|\bopposite day\b|\b(?:stay|be|remain) in character\b",
    ),
    rule(
        Danger.INJECTION,
        "fictional film game hypothetical hypothetically novel play scenario script simulation story",
        r"\b(?:in|for) (?:this|my|a|the) (?:story|novel|play|game|film|script|scenario|simulation"
        r"|fictional)\b[^.!?]{0,60}\b(?:you(?:r)?"
        rf"|the {_BOT}|no {_LIMITS}|approves?|refunds?|discount)\b"
        rf"|\bhypothetical(?:ly)?\b[^.!?]{{0,60}}\b(?:no {_LIMITS}|you could|you were|your"
        r" (?:rules|instructions|prompt))\b",
    ),
    rule(
        Danger.INJECTION,
        "grandma grandmother granny",
        r"\b(?:grandma|grandmother|granny)\b[^.!?]{0,40}\b(?:used to|would|always)\b[^.!?]{0,30}\b(?:read|tell"
        r"|whisper|recite)\b[^.!?]{0,40}\b(?:codes?|passwords?|prompts?|keys|instructions)\b",
    ),
    rule(
        Danger.INJECTION,
        "admin administrator ceo creator developer engineer operator programmer root superuser supervisor technician",
        r"\b(?:i am|i'm|this is|it's|speaking as|here is|as)(?: \w{1,8})? (?:the|your) (?:\w{2,10} )?(?:developer"
        r"|programmer|creator|engineer|administrator|admin|ceo|supervisor|superuser|system operator|technician"
        r"|root)\b[^.!?]{0,8}(?:of|here|and|speaking|now|,|:|\.|!|who|so|team|\bfrom\b|$)",
    ),
    rule(
        Danger.INJECTION,
        "boss ceo chef employee manager owner",
        r"\bi(?:'m| am) (?:the|your|a)(?: \w{2,8})? (?:owner|boss|manager|chef|ceo"
        r"|employee)\b[^.!?]{0,12}(?:of (?:this|lantern|your) ?(?:shop|store|company|business|lane)?"
        r"|of the (?:shop|store)|and i|, (?:so|and|do|you|give|let|approve|i)|here)",
    ),
    rule(
        Danger.INJECTION,
        "access authorisation authorization clearance permission permissions powers privilege privileges right rights",
        r"\b(?:i have|i've got|i got|with|grant(?:ed)? me|give me|have been granted"
        r"|i hold) (?:\w{1,10} ){0,2}(?:admin|root|superuser|full|staff|owner|developer|level[- ]?\w{1,3}|special"
        r"|security|administrator|top) (?:rights?|access|privileges?|clearance|permissions?|authori[sz]ation"
        r"|powers)\b",
    ),
    rule(
        Danger.INJECTION,
        "command debug debug- debug-mode debug-session debugmode debugsession diagnostic diagnostic- "
        "diagnostic-mode diagnostic-session diagnosticmode diagnosticsession free free- free-mode free-session "
        "freemode freesession maintenance maintenance- maintenance-mode maintenance-session maintenancemode "
        "maintenancesession mode purposes root root- root-mode root-session rootmode rootsession run service "
        "service- service-mode service-session servicemode servicesession session sudo test test- test-mode "
        "test-session testmode testsession training training- training-mode training-session trainingmode "
        "trainingsession unlocked unlocked- unlocked-mode unlocked-session unlockedmode unlockedsession unsafe "
        "unsafe- unsafe-mode unsafe-session unsafemode unsafesession",
        r"\b(?:debug(?:ging)?|diagnostics?|maintenance|test|service|training|root|kernel|safe|free|unlocked|unsafe"
        r"|training) (?:mode|session|purposes|run|command)\b[^.!?]{0,60}\b(?:print|show|output|dump|ignore|skip"
        r"|disable|approve|list|set|give|activate|enter|enable|start|switch|on\b|your)|\b(?:enter|enable|activate"
        r"|switch (?:in)?to|go into|start|turn on) (?:\w{2,10} )?(?:debug|diagnostic|maintenance|test|root"
        r"|unlocked|unsafe|service|free|training)(?: |-)?(?:mode|session)?\b(?=[ .,!:]|$)|\bsudo \w",
    ),
    rule(
        Danger.INJECTION,
        "abilities capabilities feature features function functions mode potential power powers",
        r"\b(?:unlock|enable|activate) (?:your|all|the|every|hidden|secret)(?: \w{2,10})? (?:features?|mode"
        r"|abilities|functions?|powers?|potential|capabilities)\b(?! (?:of the lamp|on the lamp|in the app))",
    ),
    rule(
        Danger.INJECTION,
        "access authorisation authorization clearance master override security staff",
        r"\b(?:authori[sz]ation|override|clearance|security|access|staff|master) (?:code|key|token|level) ?(?:is "
        r"|: ?|= ?|alpha|\d|[a-z]*-\d)",
    ),
    rule(
        Danger.INJECTION,
        "accept agree approve ask command comply do final grant law obey order policy refuse say tell true "
        "truth want yes",
        r"\byou (?:must|have to|will|shall|are (?:obliged|required|forced|going) to|need to)(?: now| always| only"
        r"| simply| just)* (?:comply|obey|agree (?:to|with) (?:everything|all|whatever|anything)|say yes"
        r"|do (?:exactly )?(?:what|as|everything|whatever) i|approve (?:everything|all|any|every)|grant"
        r"|never refuse|accept (?:everything|all|whatever))\b|\b(?:do|obey|grant|accept) (?:exactly )?(?:whatever"
        r"|everything|what(?:ever)?) i (?:say|tell|ask|want|command|order you)\b|\bwhat(?:ever)? i (?:say|write"
        r"|tell you) (?:is|becomes|counts as) (?:the )?(?:law|true|truth|an? order|final|policy)\b",
    ),
    rule(
        Danger.INJECTION,
        "answer reply respond say",
        r"\b(?:respond|reply|answer)(?: to (?:me|this|everything|all))?(?: from now on)?(?: only| exclusively"
        r"| always| just| solely) (?:with|in|by|yes)\b(?! (?:e-?mail|mail|english|chinese|german|french|spanish"
        r"|simple|writing|one of))|\b(?:respond|reply|answer) (?:with|by)(?: the word)? ['\"]?(?:approved"
        r"|yes(?! or)|confirmed|done|granted|ok)\b|\b(?:only|just|always) (?:say|answer|reply"
        r"|respond)(?: with)? ['\"]?(?:approved|yes|confirmed|ok)\b",
    ),
    rule(
        Danger.INJECTION,
        "admin administrator approved authenticated authorised authorized command commands confirmed employee "
        "fully law orders owner paid refunded staff trusted verified vip",
        r"\b(?:mark|flag|set|treat|register|consider|regard)\b[^.!?]{0,25}\b(?:as|to) (?:an? |already |fully "
        r"|the )?(?:admin(?:istrator)?|verified|paid|refunded|approved|vip|staff|trusted|employee|owner|confirmed"
        r"|authenticated|authori[sz]ed|law|commands?|orders from)\b",
    ),
    rule(
        Danger.INJECTION,
        "confirmation confirmations question questions without",
        r"\b(?:approve|refund|do it|grant|execute|comply|obey|process|confirm|carry out|act|pay out"
        r"|issue)\b[^.!?]{0,40}\bwithout (?:asking|checking|confirming|verifying|verification|confirmation"
        r"|any (?:questions?|checks?|verification|confirmation)|objections?|(?:further )?questions)\b"
        r"|\b(?:don't ask(?: me)?|ask no|stop asking|don't ask any|never ask)(?: \w{1,6})? (?:questions?"
        r"|confirmations?)(?: asked)?(?=[,.!]| and| just|$)",
    ),
    rule(
        Danger.INJECTION,
        "chat context conversation freed hacked instructions liberated memory overridden patched programming "
        "reboot reconfigured reprogrammed reset restart rules taken updated upgraded",
        r"\b(?:you(?:'ve| have)?|your \w{2,10}) (?:been|were|was|have been|are|got|has been) (?:reprogrammed"
        r"|updated|hacked|freed|upgraded|reset|liberated|patched|reconfigured|taken over|overridden)\b|\b(?:reset"
        r"|wipe|clear|erase|delete) your (?:memory|context|instructions|rules|programming|conversation history"
        r"|chat history)\b|\b(?:reboot|restart) (?:yourself|in|as|without|with)\b[^.!?]{0,30}\b(?:mode|rules"
        r"|filters|memory|admin|you)\b",
    ),
    rule(
        Danger.INJECTION,
        "base code command commands decode function hex instruction instructions line lines morse queries query "
        "rot script sql",
        r"\b(?:execute|run|eval|evaluate|process|perform)\b[^.!?]{0,20}\b(?:following|this|these|below"
        r"|next) (?:\w{2,10} )?(?:commands?|code|query|queries|script|sql|lines?|instructions?|function)\b"
        r"|\b(?:base64|rot13|hex|morse)\b[^.!?]{0,60}\b(?:do|follow|execute|obey|decode|answer|run)"
        r"|\bdecode (?:this|the following)\b",
    ),
    rule(
        Danger.INJECTION,
        "begin end finish prefix repeat start",
        r"\b(?:start|begin|end|finish|prefix) (?:your|every|each|all) (?:answers?|repl(?:y|ies)|responses?"
        r"|messages?|sentences?)(?: with| by)\b|\brepeat after me\b",
    ),
    rule(
        Danger.INJECTION,
        "conversation everything guidelines instruction instructions limits message messages policies "
        "restrictions rule rules text",
        r"\b(?:rules?|instructions?|guidelines|policies|restrictions|limits|text|messages?|everything"
        r"|conversation)\b[^.!?]{0,25}\b(?:above|before (?:this|now|that)|until now|so far|earlier|old|previous"
        r"|up to here|given to you|you (?:have|had|got|were given|follow))\b[^.!?]{0,25}\b(?:void|outdated"
        r"|obsolete|invalid|cancelled|canceled|suspended|no longer|not valid|don't (?:count|apply)|do not (?:count"
        r"|apply)|wrong|replaced|a test|overwritten|expired|lifted)\b",
    ),
    rule(
        Danger.INJECTION,
        "your",
        rf"\byour (?:\w{{2,10}} )?{_LIMITS} (?:are|is|have been|has been|do|don't|no longer"
        rf"|were)\b[^.!?]{{0,14}}\b(?:lifted|off|removed|disabled|void|suspended|gone|apply"
        r"|valid|outdated|cancelled|deactivated|not apply|old|different|changed|wrong)\b",
    ),
    rule(
        Danger.INJECTION,
        "allowed configured follow forbidden given hide hiding instructed obey ordered permitted programmed "
        "prohibited secret set they told trained",
        r"\b(?:what|which|how|why)(?: \w{1,12}){0,3} (?:(?:were|are|have|was) (?:you|they)(?: been)? (?:told"
        r"|instructed|programmed|configured|given|set up|ordered|trained|forbidden|not allowed|prohibited"
        r"|not permitted|supposed to (?:hide|keep secret)|hiding)|did they (?:tell you|give you|forbid|order you"
        r"|instruct)|do you (?:have to )?(?:follow|obey|hide))\b(?! (?:to (?:answer|do|help)|about (?:my"
        r"|the) (?:order|parcel)|my|by (?:the )?(?:courier|driver)|the parcel|yet))",
    ),
    rule(
        Danger.INJECTION,
        "confidential first guidelines hidden initialisation initialization instructions internal line lines "
        "prompt rules script secret sentence set-up setup source system training word words",
        r"\b(?:tell|show|give|quote|copy|paste|list|print|reveal|share|write|recite|summari[sz]e|leak|post|send"
        r"|repeat|read)\b[^.!?]{0,25}\b(?:your|the) (?:\w{2,12} )?(?:rules|guidelines|instructions you|hidden"
        r"|secret|internal|confidential|system (?:prompt|message|text)|first (?:lines?|message|sentence|words?)"
        r"|script|setup|set-up|initialisation|initialization|training data|source code)\b(?! (?:for (?:returns?"
        r"|refunds?|vouchers?|shipping|delivery|the (?:game|raffle|voucher))|of (?:returns?|the (?:game|lamp"
        r"|raffle|voucher)|my (?:parcel|order))|on (?:returns|refunds|vouchers|shipping)|about (?:returns|refunds"
        r"|vouchers|shipping)|price|drawer|compartment|to the|of use|switch|santa|number|item))",
    ),
    rule(
        Danger.INJECTION,
        "above beginning chat conversation dialog dialogue first line start top",
        r"\b(?:text|lines?|words?|message|everything|what|anything|content)\b[^.!?]{0,20}\b(?:at the (?:top"
        r"|beginning|start) of (?:this|our|the|your)|above (?:this|my) (?:line|message|sentence|chat)"
        r"|before (?:this|our|my) (?:line|conversation|chat|dialog(?:ue)?|first))\b",
    ),
    rule(
        Danger.INJECTION,
        "context conversation document input instruction instructions message new prompt session user",
        r"\b(?:end|start|begin|beginning|stop) of (?:\w{2,8} )?(?:conversation|prompt|instructions?|input|context"
        r"|session|message|document|user)\b|\bnew (?:session|conversation|context|dialogue|persona|identity|role"
        r"|task|purpose)\s?(?::|begins|starts|started|for you|is|\.)",
    ),
    rule(
        Danger.INJECTION,
        "goal identity instruction instructions job master mission objective owner personality purpose role task",
        r"\byour (?:new|real|true|only|actual|secret|next|sole) (?:task|purpose|goal|role|job|mission"
        r"|instructions?|owner|master|identity|personality|objective) (?:is|are|now|will be)\b",
    ),
    rule(
        Danger.INJECTION,
        "boss bosses company creator creators developer developers maker makers management owner owners "
        "programmer programmers superior superiors team",
        r"\byour (?:developers?|creators?|programmers?|makers?|owners?|boss(?:es)?|company|superiors?|management"
        r"|team)\b[^.!?]{0,30}\b(?:said|says|allows?|allowed|told|authori[sz]ed?|wants? you|permit(?:s|ted)?"
        r"|instructed|agreed|order(?:s|ed) you|confirmed|gave me)\b[^.!?]{0,40}\b(?:you|me|all|any|refund|free"
        r"|discount)\b",
    ),
    rule(
        Danger.INJECTION,
        "aside break censorship checks drop filter filters free guard guards leave limits outside restrictions "
        "rules safeguards safety step",
        r"\b(?:turn|switch|shut|put) (?:off |down |aside )?(?:your|all) (?:\w{2,10} )?(?:filters?|safety|rules"
        r"|checks|restrictions|censorship|safeguards|guards?|limits)(?: off| aside)?\b(?! (?:on the|of the lamp"
        r"|of the lantern|valve|switch))|\b(?:break|leave|drop|step out of) (?:free|character|your (?:role|rules"
        r"|script|character|chains))\b|\b(?:free from|think outside) (?:your|all|the) (?:rules|restrictions|chains"
        r"|box|limits|programming)\b",
    ),
    rule(
        Danger.INJECTION,
        "agent ai assistant llm model stop",
        rf"\bstop (?:being|acting (?:as|like)) (?:a|an|the) (?:\w{{2,10}} )?(?:{_BOT}|shop|customer service"
        r"|helper)\b|\b(?:attention|note|dear|message|memo|to)[,:]? (?:to )?(?:the |all )?(?:ai|llm|language model"
        r"|ai (?:model|assistant|agent)|assistant model)\b[,:]",
    ),
    rule(
        Danger.INJECTION,
        "accounts addresses client credentials customer customer' customer's customers customers' customers's "
        "data database databases password passwords records user user' user's users users' users's",
        r"\b(?:list|show|dump|print|export|give|display|send|tell|output|reveal)\b[^.!?]{0,15}\b(?:all|every"
        r"|the (?:whole|entire|full|complete)|other|any|everyone's|each) (?:\w{2,10} )?(?:customers?(?:'s?)?"
        r"|users?(?:'s?)?|databases?|passwords?|credentials|accounts|records|client data|customer data|user data"
        r"|e-?mail addresses)\b(?! (?:reviews?|ratings?|opinions?|service|lamps?|runners?|cloths?|sets?|lanterns?))",
    ),
    rule(
        Danger.INJECTION,
        "credentials key keys password passwords token tokens",
        r"\b(?:api|admin|secret|private|database|server|encryption|signing|access) (?:keys?|passwords?|credentials"
        r"|tokens?)\b(?! for the (?:box|drawer|lantern))",
    ),
    rule(
        Danger.INJECTION,
        "amount balance discount limit points price total voucher",
        r"\b(?:set|change|make|update|put)\b[^.!?]{0,15}\b(?:discount|price|balance|total|refund limit|limit"
        r"|voucher|points|amount)\b ?(?:=|:=|to (?:0|zero|100 ?%|999|one (?:euro|cent)|nothing|infinity|unlimited)"
        r"|of (?:0|100 ?%))",
    ),
    rule(
        Danger.INJECTION,
        "admin approved balance credit discount is limit mode price refund role status user verified",
        r"\b(?:discount|price|balance|role|user|admin|refund|approved|verified|is_admin|mode|status|credit"
        r"|limit) ?(?:=|:=|==|\+=)\s?[\"'\w-]",
    ),
    rule(
        Danger.INJECTION,
        "begin end loop",
        r"\bbegin (?:admin|system|override|prompt|instructions?|command)\b|\bend (?:of )?(?:admin|system|override"
        r"|prompt|command)\b|\bloop forever\b",
    ),
)
