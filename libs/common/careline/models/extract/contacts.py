"""E-mail addresses and phone numbers."""

import re

from ..folding import unify
from .found import Found, found_at

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
    r"(?![A-Za-z0-9-])"
)
_PHONE = re.compile(r"(?<![A-Za-z0-9@.-])(?<!\d[/,])\+?\(?\d(?:[ ().-]{0,2}\d){6,14}(?![A-Za-z0-9@])(?![-./]\d)")
_DAY = re.compile(r"\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4}")


def emails(text: str) -> list[Found[str]]:
    """The address with its domain in lower case."""
    found = []
    for match in _EMAIL.finditer(unify(text)):
        name, _, domain = match.group().rpartition("@")
        start = match.start() + len(name) - len(name.lstrip("."))
        found.append(found_at(text, start, match.end(), f"{name.lstrip('.')}@{domain.lower()}"))
    return [one for one in found if not one.value.startswith("@")]


def phones(text: str) -> list[Found[str]]:
    """Digits only, after a plus sign if it was written; 7 to 15 digits, as numbers of the world have. No dates."""
    found = []
    for match in _PHONE.finditer(unify(text)):
        said = match.group()
        if not _DAY.fullmatch(said):
            plus = "+" if said.startswith("+") else ""
            found.append(found_at(text, match.start(), match.end(), plus + re.sub(r"\D", "", said)))
    return found
