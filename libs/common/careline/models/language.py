"""Which language a message is in, by script and a few function words: pure, microseconds, no model."""

import re
from enum import StrEnum

from .folding import fold


class Language(StrEnum):
    """What the services can tell apart."""

    ENGLISH = "en"
    CHINESE = "zh"
    MIXED = "mixed"
    OTHER = "other"


HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef"
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3040-\u30ff]")
# Scripts of neither language: Greek, Cyrillic, Hebrew, Arabic, the Indic ones, Thai, Hangul.
_FOREIGN_SCRIPT = re.compile("[\u0370-\u05ff\u0600-\u077f\u0900-\u0eff\u1100-\u11ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]+(?:'[a-z]+)?")
# Names of things say nothing about the language around them.
_IDENTIFIER = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\b[\w-]*\d[\w-]*\b", re.ASCII)
_ACCENT = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")

_ENGLISH_WORDS = (
    "the a an i you he she it we they my your his her our their this that is are was were be been am do does did "
    "have has had will would can could should may of to in on at for from with by and or but not what when where "
    "who why how which if me there please thanks thank hello hi yes want need get just about any some"
)
# Function words of languages with Latin script, without those that are English words too.
_FOREIGN_WORDS = (
    "el la los las un una de del que y en por para con mi su es esta donde cuando como quiero pedido hola gracias "
    "le les des du et est une je tu nous vous mon ma mes votre pour avec dans sur pas ou commande bonjour merci "
    "der das den dem ein eine einen ist sind und ich du wir sie mein meine nicht mit von zu auf wo wann wie hallo "
    "il lo gli di che sono mio mia per non dove quando grazie ciao o os um uma e meu minha com eu onde obrigado "
    "het een ik je mijn niet van waar wanneer bedankt saya anda yang dan di ke untuk dengan apa tidak bir ve bu "
    "nerede siparisim"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN = frozenset(_FOREIGN_WORDS.split())
# A word says about as much as this many Chinese characters.
_CHARACTERS_PER_WORD = 1.5
_MIXED_SHARE = (0.3, 0.85)
# Characters to judge by; also bounds the work on a giant text.
_ENOUGH = 1000


def detect(text: str, default: Language = Language.OTHER) -> Language:
    """The language of `text`; `default` (say, the conversation's) if it holds nothing to judge by, as "A-17 ?"."""
    folded = _IDENTIFIER.sub(" ", fold(text[:_ENOUGH]))
    han, kana = len(_HAN.findall(folded)), len(_KANA.findall(folded))
    words = _LATIN_WORD.findall(folded)
    foreign = len(_FOREIGN_SCRIPT.findall(folded)) + (kana if kana > 1 else 0)
    if not han + len(words) + foreign:
        return default
    if foreign > 0.15 * han and foreign > len("".join(words)):
        return Language.OTHER
    if not han:
        return Language.ENGLISH if _looks_english(words) else Language.OTHER
    return _by_share(han, words)


def has_han(text: str) -> bool:
    """Whether a Chinese character is in it."""
    return _HAN.search(text) is not None


def _by_share(han: int, words: list[str]) -> Language:
    weight = _CHARACTERS_PER_WORD * len(words)
    share = weight / (weight + han)
    low, high = _MIXED_SHARE
    if share < low or len(words) < 2 or not any(word in _ENGLISH for word in words):
        return Language.CHINESE
    return Language.MIXED if share <= high else Language.ENGLISH


def _looks_english(words: list[str]) -> bool:
    """Short and misspelt texts count as English unless something speaks for another language."""
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words) + sum(_ACCENT.search(word) is not None for word in words)
    return foreign <= english
