"""English number words as numbers: "twenty-one", "two hundred and five", "the eighth"."""

import re
from collections.abc import Iterator

from .found import Found, found_at

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_MISSPELT = {
    "thre": 3, "fourty": 40, "fiveteen": 15, "fiften": 15, "fivety": 50, "eigth": 8, "eigthth": 8, "eigthy": 80,
    "nineth": 9, "ninty": 90, "tweleve": 12, "twelv": 12, "twelveth": 12, "thirten": 13, "forteen": 14, "sevn": 7,
    "twenti": 20, "twety": 20, "thrity": 30,
}  # fmt: skip
_UNITS = {word: value for value, word in enumerate(_SMALL.split())}
_ROUND = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
_PLACES = {word: value for value, word in enumerate(_ORDINALS.split())} | {"thirtieth": 30}
_VALUES = _UNITS | _ROUND | _PLACES | _MISSPELT | {"dozen": 12}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_WORD = "|".join(sorted([*_VALUES, *_SCALES], key=len, reverse=True))
_PHRASE = re.compile(rf"\b(?:{_WORD})(?:(?:\s+and\s+|\s*-\s*|\s+)(?:{_WORD}))*\b")
_TOKEN = re.compile(_WORD)
# "this one", "no one", "wait a second", "first of all": not numbers.
_PRONOUN = re.compile(
    r"\b(?:this|that|the|which|any|no|some|every|another|each|other|new|old|wrong|right|only|last|next|good|same)\s+$"
)
# "every third letter" counts nothing and names nothing.
_EVERY = re.compile(r"\b(?:every|each)\s+$")
_FIRSTLY = re.compile(r"\s*(?:of all|name|come|,|time)")


def english_integers(folded: str) -> Iterator[Found[int]]:
    """For text in lower case (see `folding.fold`)."""
    for match in _PHRASE.finditer(folded):
        words = _TOKEN.findall(match.group())
        if not _is_idiom(folded, match, words):
            yield from _numbers(folded, match, words)


def _is_idiom(folded: str, match: re.Match[str], words: list[str]) -> bool:
    if words[-1] in _PLACES and _EVERY.search(folded[max(0, match.start() - 12) : match.start()]):
        return True
    before, after = folded[max(0, match.start() - 12) : match.start()], folded[match.end() : match.end() + 8]
    if words == ["one"]:
        return bool(_PRONOUN.search(before)) or after.startswith((" of", "'"))
    if words == ["second"]:
        return not re.search(r"\b(?:the|my|number)\s+$", before)
    return words == ["first"] and (bool(_FIRSTLY.match(after)) or not before.rstrip().endswith(("the", "my", "number")))


def _numbers(folded: str, match: re.Match[str], words: list[str]) -> Iterator[Found[int]]:
    """One number, or several that stand beside each other ("two three")."""
    total, current, last = 0, 0, ""
    start = end = match.start()
    for token in _TOKEN.finditer(folded, match.start(), match.end()):
        word = token.group()
        if word == "one" and token.start() > match.start() and last in _PLACES:  # "the eighth one"
            continue
        if word in _SCALES or word == "dozen":
            factor = _SCALES.get(word, 12)
            current = max(current, 1) * factor
            if factor >= 1000:
                total, current = total + current, 0
        else:
            value = _VALUES[word]
            fits = (
                not (total or current) or last in _SCALES or (_VALUES.get(last) in _ROUND.values() and 0 < value < 10)
            )
            if not fits:
                yield found_at(folded, start, end, total + current)
                total, current, start = 0, 0, token.start()
            current += value
        last = word
        end = token.end()
    yield found_at(folded, start, end, total + current)
