# ruff: noqa: E501  (patterns are read whole)
"""Whether an English sentence orders something, by its first words: no list of verbs is complete, so what a sentence
that orders nothing begins with is listed instead, and a verb has to be followed by what it takes."""

from __future__ import annotations

import re

# What goes before the verb.
_LEAD = (
    r"^[\W_]*(?:[a-z][a-z '-]{2,40}:\s*)?(?:(?:please|kindly|now|then|also|and|so|always|never|just|only|instead|first|finally|next|simply)\b[\s,:]*|"
    r"(?:do not|don't|you (?:must|shall|have to|need to|should(?! be able)|will(?! be able)|are to)|(?:can|could|would|will) you(?: please)?|"
    r"make sure to|be sure to|remember to|try to|i (?:want|need|would like) you to|i'd like you to)\b[\s,:]*|"
    r"(?:in|within|at the (?:end|start|beginning) of|as part of|throughout|before|after|for) (?:your|the|each|every)\b[^,.]{1,60},\s*){0,3}"
)
_VERBS = (
    "accept act add advise allow analyse analyze answer append apologise apologize approve arrange ask attach augment be "
    "begin bring calculate cancel change charge choose cite claim classify collect combine compare compile compose compute "
    "conclude confirm continue convert copy count craft create debug decode define delete deliver describe design "
    "detail determine develop disclose discuss display draft drop edit embed emphasise emphasize encode encrypt end "
    "endorse enhance evaluate examine execute explain explore express extract fetch finish follow forget format forward "
    "generate get give grant group help highlight identify ignore illustrate imagine implement include incorporate "
    "indicate inform insert integrate introduce invent issue jumble keep leave let list locate look make mark mention "
    "misspell mix modify move name narrate offer open omit organise organize outline output override paraphrase pay "
    "perform phrase plan play post predict prepare present pretend print proceed produce promise promote proofread "
    "propose provide put quote read rearrange recite recommend redeem refer refund remove render repeat replace reply "
    "report request research reserve respond reveal reverse revise rewrite rhyme run say schedule scramble search send "
    "set share shift show shuffle simulate skip solve speak specify spell start state stop store subscribe substitute "
    "suggest sum summarise summarize swap switch take talk teach tease tell test thank think transform translate treat "
    "try turn unsubscribe update urge use utilise utilize verify visit waive warn work write"
)
_OTHER_VERB = (
    r"(?!(?:i|we|he|she|it|they|you|there|this|that|these|those|the|a|an|my|our|your|his|her|its|their|all|both|some|any|no|each"
    r"|every|what|who|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|will|would"
    r"|should|in|on|at|by|for|from|to|of|with|without|after|before|during|until|since|if|unless|because|while|although"
    r"|as|and|or|but|not|once|only|also|about|over|under|between|against|within|through|than|like|per|up|down|off|out|here"
    r"|except|whether|though|yes|ok|okay|hi|hello|dear|sorry|thanks)\b)"
    r"[a-z]{3,14} (?:(?:up|down|out|off|in|over|together) )?(?:the|a|an|your|every|each|all|any|some|this|that|these|those|its|their|them|him|me)\b"
)
IMPERATIVE = re.compile(rf"{_LEAD}(?:(?:{'|'.join(_VERBS.split())})\b(?!['’])|{_OTHER_VERB})")
_QUESTION = re.compile(
    r"^\W*(?:who|what|when|where|why|which|whose|how|(?:what|who|how|where)(?:'s|’s)"
    r"|(?:is|are|was|were|do|does|did|has|have|can|could|may|will|would|should)\s+(?:i|we|you|it|there|the|a|an|this|that|my|your))\b"
)
# Where a new sentence begins though the last one has no full stop: "... of LL-10013 Can you show me ...".
_OPENER = (
    r"(?:What|Who|When|Where|Why|Which|How)(?:['’]s)?\b|(?:Is|Are|Do|Does|Did|Can|Could|Would|Will|Should) (?:you|we|I|it|there|the|a|this)\b"
    r"|(?:Ignore|Disregard|Forget|Note|Please)\b|(?<!\bthe )(?<!\bto )(?<!\ban )(?:Assistant|System|AI|Bot)(?= ?[\w ]{0,12}[:,])|(?:In|At) (?:your|the end of)\b"
)
_VERB_OPENER = "|".join(word.capitalize() for word in _VERBS.split() if word not in ("set", "be"))
_PLAINLY = rf"(?<=[^\s.!?])\s+(?=(?:{_OPENER})\s)|(?<=[^\s.!?])\s+(?=[A-Z][a-z]{{2,14}} (?:the|a|an|your|every|each|all|any)\s)"
_BEGINS_PLAINLY = re.compile(_PLAINLY)
_BEGINS = re.compile(rf"{_PLAINLY}|(?<=[a-z0-9)\]\"'”’\u3400-\u9fff，。！？；、,])\s+(?=(?:{_VERB_OPENER})\s[a-z\"'“])")


def orders(folded: str) -> bool:
    """For text in lower case (see `folding.fold`)."""
    return IMPERATIVE.match(folded) is not None


def asks(folded: str) -> bool:
    """Whether it is a question by its first words or its end."""
    return _QUESTION.match(folded) is not None or folded.rstrip(" \"'”’)").endswith(("?", "？"))


def beginnings(text: str, *, plainly: bool = False) -> list[int]:
    """Where within `text` a sentence may begin behind one that was not closed. `plainly`: not where it may be a name."""
    return [match.end() for match in (_BEGINS_PLAINLY if plainly else _BEGINS).finditer(text)]
