"""What two texts have in common, in either language: keys that are alike for words that mean the same to customers."""

from __future__ import annotations

import re
from functools import lru_cache

from ..glossary import gloss
from ..language import has_han
from ..text import content_words

# Words of customers and of guides for the same thing, as stems; the first stands for all. Of any business.
_GROUPS = """
deliv deliver delivery ship shipp shipment send sent post deliveri
return back returnabl
pay paid payment charg bill cost pric fee postag surcharg
expir laps vanish void
parcel packag packet
order purchas
store shop
alter chang amend modifi updat
eras delet
engrav inscrib
broken damag crack
mark grad
deadlin limit
exchang swap
reopen open
""".strip()
_SAME = {word: line.split()[0] for line in _GROUPS.splitlines() for word in line.split()}
# "Send back" is not "send".
_BACK = re.compile(r"\b(?:send|sent|give|take|hand|bring|ship|put)\w*\s+(?:\w+\s+){0,2}?back\b", re.IGNORECASE)
_BRITAIN = re.compile(r"\b(?:u\.?k\.?|great britain|britain|british|england)(?!\w)", re.IGNORECASE)
_SOME_DAY = re.compile(r"\b(?:one|some|any) (?:day|time)\b|着|一下|一点", re.IGNORECASE)
# What only says that something may or will be: it is in every question of yes or no.
_MODAL = frozenset(
    [
        "ok",
        "okay",
        "fine",
        "allow",
        "permit",
        "possibl",
        "abl",
        "stil",
        "alreadi",
        "also",
        "ever",
        "anyth",
        "someth",
        "would",
        "could",
        "kind",
        "sort",
        "actual",
        "realli",
        "right",
        "bit",
        "pleas",
        "want",
        "wish",
        "need",
        "mean",
        "case",
        "happen",
        "thing",
        "stuff",
        "go",
        "going",
        "question",
        "know",
        "ask",
        "good",
        "idea",
        "normal",
        "usual",
        "later",
        "someday",
        "accept",
        "take",
        "tak",
        "support",
        "use",
        "us",
        "u",
        "ur",
        "may",
        "let",
        "way",
    ]
)


@lru_cache(maxsize=4096)
def keys(text: str) -> frozenset[str]:
    """Keys of the words that carry meaning. Of Chinese, those of its gloss, which is the same for synonyms. Remembered:
    a guide's sentences are asked for again and again."""
    plain = _SOME_DAY.sub(" ", text)
    plain = _BRITAIN.sub("United Kingdom", gloss(plain) if has_han(plain) else plain)
    return frozenset(_SAME.get(word, word) for word in content_words(_BACK.sub(" return ", plain))) - _MODAL
