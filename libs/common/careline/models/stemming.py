"""A light English stemmer: one key for the forms of a word that customers use for the same thing.

In the spirit of Harman's S-stemmer (1991) and the first step of Porter's (1980), with the endings -ation, -ment
and -ery on top (cancellation, shipment, delivery). The keys need not be words; they only must agree: call, calls,
called give `cal`.
"""

_IRREGULAR = {
    "bought": "buy", "paid": "pay", "sent": "send", "lost": "lose", "broke": "break", "broken": "break",
    "went": "go", "gone": "go", "came": "come", "gave": "give", "given": "give", "took": "take", "taken": "take",
    "forgot": "forget", "forgotten": "forget", "found": "find", "made": "make", "told": "tell", "said": "say",
    "wrote": "write", "written": "write", "chose": "choose", "chosen": "choose", "kept": "keep", "sold": "sell",
    "spent": "spend", "held": "hold", "stole": "steal", "stolen": "steal", "children": "child", "men": "man",
    "women": "woman", "got": "get", "received": "receive", "knew": "know", "known": "know", "began": "begin",
}  # fmt: skip
_VOWELS = frozenset("aeiouy")
_KEEP_S = ("ss", "us", "is")
_ES = ("sses", "shes", "ches", "xes", "zes")


def stem(word: str) -> str:
    """Key of a lower-case word; words with a digit, a sign or another script come back unchanged."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    word = _IRREGULAR.get(word, word)
    word = _derivation(_past_or_ing(_plural(word)))
    return _tidy(word)


def _plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_ES):
        return word[:-2]
    if word.endswith("s") and not word.endswith(_KEEP_S) and len(word) > 3:
        return word[:-1]
    return word


def _past_or_ing(word: str) -> str:
    for ending in ("ied", "ing", "ed"):
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)]
        if ending == "ied" and len(rest) > 1:
            return rest + "y"
        if ending == "ed" and rest.endswith("e"):  # need, proceed, freed
            return word
        if len(rest) == 2 and rest[0] in _VOWELS:  # using, used; aged
            return rest + "e"
        if len(rest) > 2 and not _VOWELS.isdisjoint(rest):
            return rest
    return word


def _derivation(word: str) -> str:
    for ending, replacement, shortest in (("ation", "", 4), ("ment", "", 3), ("ery", "er", 4), ("ly", "", 4)):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= shortest:
            return rest + replacement
    return word


def _tidy(word: str) -> str:
    """Drops a last e, y becomes i, a doubled last consonant becomes one."""
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("y") and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in _VOWELS:
        word = word[:-1]
    return word
