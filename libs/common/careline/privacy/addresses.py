"""Postal addresses in English, German and Chinese forms, and what follows a word for an address.

Every repetition is bounded: a hostile text costs no more than a long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import cues
from .spans import Kind, Span, span_at

_WORD = r"[^\W\d_][\w.'’-]{0,30}"
_GAP = r"[ \t]{1,2}"
_STREET = (
    r"street|str|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq|place|pl|terrace|close|"
    r"crescent|parade|highway|hwy|way|wharf|parkway|pkwy|trail|circle|grove|mews|row|walk"
)
_ENDING = (
    r"stra(?:ß|ss)e|str\.?|weg|platz|allee|gasse|damm|ufer|chaussee|steig|stieg|gatan|vägen|gata|vej|gade|vejen|veien|"
    r"tie|katu|straat|laan|utca"
)
_FIRST = r"rua|rue|via|calle|ulica|ul\.|avenida|piazza|plaza|viale|carrera|cesta|avenue|am|an der|im|unter den"
_ROOM = (
    r"(?:apt\.?|apartment|suite|ste\.?|unit|flat|room|floor|c/o|whg\.?|wohnung)[ \t]{0,2}#?[ \t]?\d{1,5}[a-z]?(?![\w])"
)
_BOX = (
    r"(?:p\.? ?o\.? ?box|postfach|postbox)[ \t]\d{1,3}(?:[ \t]?\d{1,3}){0,2}(?!\d)"
    r"|(?:psc|unit)[ \t]\d{3,5},?[ \t]box[ \t]\d{3,5}"
)
_NUMBER = r"\d{1,6}(?:[-/]\d{1,4})?[a-z]?"
_CORE = re.compile(
    rf"(?<![\w@#.-])(?:(?:\d{{1,6}}{_GAP}){{0,1}}{_NUMBER}{_GAP}(?:{_WORD}{_GAP}){{0,3}}(?:{_STREET})(?![\w-])\.?(?:{_GAP}{_NUMBER}(?!\w))?"
    rf"|(?:\d{{1,6}}{_GAP})?(?:{_WORD}{_GAP}){{0,2}}{_WORD}?(?<=\w)(?:{_ENDING}){_GAP}{_NUMBER}(?!\w)"
    rf"|(?:\d{{1,6}}{_GAP})?(?:[^\W\d_]{{3,20}}{_GAP})?(?:str\.?|stra(?:ß|ss)e|weg|allee|platz){_GAP}{_NUMBER}(?!\w)"
    rf"|(?:\d{{1,6}}{_GAP})?(?<!\w)(?:{_FIRST}){_GAP}(?:{_WORD}{_GAP}){{1,4}}{_NUMBER}(?!\w)"
    rf"|(?:\d{{1,6}}{_GAP})?\d{{1,6}}{_GAP}(?:{_WORD}{_GAP}){{1,4}}(?:{_NUMBER}(?:,|\s){{1,3}})?(?={_ROOM})"
    rf"|(?:\d{{1,6}}{_GAP})?(?:{_WORD}{_GAP}){{1,3}}{_NUMBER}(?:,|\s){{1,3}}(?={_ROOM})"
    rf"|{_BOX}|{_ROOM})"
)
# "In the way 5" is no street; nor does "am" begin one, unless written as the German word: "Am Markt 5".
_LEADING = re.compile(r"\b(?:der|die|das|den|dem|ein|eine|in|im|on|the|my|your|is|to)\s")
_NO_STREET_HAS = re.compile(r"(?<!\w)(?:am|im|AM|IM|to|my|your|our|a|an|this|that|(?:on|in|of|at|by|from) the)\s")
_ROOMS = re.compile(rf"(?:(?:,|\.|\s){{0,4}}{_ROOM}){{1,2}}")
_PLACE = re.compile(r"(?:[ \t][A-ZÀ-ÞĀ-ŽА-ЯΑ-Ω][\w'’-]{1,24}){1,4}")
_TAIL = re.compile(
    r"(?:(?:\s{0,2},\s{0,3}|\s{1,3}|[ \t]?\n[ \t]{0,6})[^\W\d_][^\n,;:.!?\d@]{0,40}){0,4}"
    r"(?:,\s|\s{1,4}|\n[ \t]{0,6})(?:[a-z]{1,2}-?[ ]?)?\d{3,6}(?:[ -]\d{2,4})?(?![\w@-]|[.,:]\d)"
)
_CITY = re.compile(
    r",?\s{1,2}(?:d-|a-|ch-)?\d{4,5}\s[^\W\d_][^\n,;:.!?\d]{1,25}"
    r"|(?:(?:[ \t]?,\s{1,3}|[ \t]?\n[ \t]{1,6})[^\W\d_][\w'’() -]{1,28}(?=$|[\n,.?!])){1,3}"
)
_AFTER_CUE = re.compile(
    rf"[\s:：,-]{{0,12}}(?:(?:with|is|to|at)\s)?((?:\d{{1,6}}{_GAP}){{0,1}}\d{{1,6}}{_GAP}(?:{_WORD}{_GAP}){{0,3}}{_WORD}(?:{_GAP}{_NUMBER}(?!\w))?"
    rf"|(?:{_WORD}{_GAP}){{0,2}}{_WORD}{_GAP}{_NUMBER}(?!\w))"
)
_CAPITAL_OR_NUMBER = re.compile(r"[A-ZÀ-ÞĀ-ŽА-ЯΑ-Ω\d]")
_FIRST_WORD = re.compile(rf"(?<!\w)(?:{_FIRST})\s|[^\W\d_]{{2,}}(?:{_ENDING})\s")
_NOT_STREET = re.compile(
    r"\d+ (?:orders?|items?|points?|days?|weeks?|months?|years?|hours?|minutes?|eur|euros?|usd|pm|am|people|times?|%)\b"
)
_HAN = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?[市州盟])?(?:[\u4e00-\u9fff]{1,8}?[区县縣旗])?"
    r"(?:[\u4e00-\u9fff]{1,8}?[镇乡])?[\u4e00-\u9fff0-9]{1,10}?(?:路|街|大道|道|巷|弄|胡同|村|里|园|小区|新村|花园)"
    r"(?:[东西南北中]段?)?\s?\d{1,5}\s?[号弄栋幢](?:院|楼)?(?:\s?\d{1,4}\s?(?:号楼|栋|幢|单元|层|楼|室|号|座)){0,4}(?:\s?[A-Z]?\d{2,5}(?:室|房)?)?"
)
_HAN_LEAD = re.compile(r"^.{0,12}?(?:地址[是为:：]{0,2}|寄到|送到|住在|搬到|改成|改为|改到|位于|发到|收货|我住|在)")


def addresses(text: str, folded: str) -> Iterator[Span]:
    """Streets with numbers, rooms, post boxes, with the place and postal code that follow; Chinese addresses."""
    for match in _CORE.finditer(folded):
        if any(sign.isdigit() for sign in match.group()) and not _ordinary(text, match):
            yield _extended(text, folded, _start(text, *match.span()), match.end(), 0.8)
    for cue in cues.ADDRESS.finditer(folded):
        after = _AFTER_CUE.match(folded, cue.end())
        if after and not _NOT_STREET.match(after[1]) and _names_a_place(text, cue, after):
            yield _extended(text, folded, _start(text, *after.span(1)), after.end(1), 0.65)
    for match in _HAN.finditer(folded):
        lead = _HAN_LEAD.match(match.group())
        yield span_at(text, Kind.ADDRESS, match.start() + (lead.end() if lead else 0), match.end(), 0.85)


def _ordinary(text: str, match: re.Match[str]) -> bool:
    said = text[match.start() : match.end()]
    return bool(_NOT_STREET.match(match.group()) or _LEADING.match(match.group()) or _NO_STREET_HAS.search(said))


def _names_a_place(text: str, cue: re.Match[str], after: re.Match[str]) -> bool:
    """After "go to" anything may follow: only a capital letter tells a street, or that an address was announced."""
    said = text[after.start(1) : after.end(1)]
    return any(sign.isupper() for sign in said) or ("adress" in cue.group().replace("dd", "d") and text.islower())


def _start(text: str, start: int, end: int) -> int:
    """After the words that only lead to an address: small ones, before the first capital letter or number."""
    said = text[start:end]
    first = _CAPITAL_OR_NUMBER.search(said)
    leading = said[: first.start()] if first else ""
    kept = _FIRST_WORD.search(leading)
    return start + (kept.start() if kept else len(leading))


def _extended(text: str, folded: str, start: int, end: int, confidence: float) -> Span:
    """With rooms, place and postal code where they follow at once."""
    if rooms := _ROOMS.match(folded, end):
        end = rooms.end()
        place = _PLACE.match(text, end)
        end = place.end() if place else end
    tails = (_TAIL.match(folded, end), _CITY.match(folded, end))
    end = max([end, *(tail.end() for tail in tails if tail)])
    end = start + len(text[start:end].rstrip(" \t\n,."))
    return span_at(text, Kind.ADDRESS, start, end, confidence)
