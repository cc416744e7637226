"""Check digits: whether a number can be what it looks like."""

from __future__ import annotations

from datetime import date

# Lengths of the countries' account numbers (ISO 13616 register); others are accepted from 15 to 34 signs.
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26,
}  # fmt: skip
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_SIGNS = "10X98765432"


def luhn(digits: str) -> bool:
    """Whether the last of `digits` is their Luhn check digit (ISO/IEC 7812-1); not all zeros."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and digits.strip("0") != ""


def iban(signs: str) -> bool:
    """Whether `signs` (upper case, no spaces) has its country's length and the check digits of ISO 7064 mod 97-10."""
    expected = IBAN_LENGTHS.get(signs[:2])
    if len(signs) != expected if expected else not 15 <= len(signs) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def resident_id(signs: str) -> bool:
    """Whether 18 `signs` are a Chinese resident identity number (GB 11643): a day of birth and the check sign."""
    try:
        born = date(int(signs[6:10]), int(signs[10:12]), int(signs[12:14]))
    except ValueError:
        return False
    total = sum(int(sign) * weight for sign, weight in zip(signs, _RESIDENT_WEIGHTS, strict=False))
    return born.year >= 1900 and _RESIDENT_SIGNS[total % 11] == signs[17].upper()


def social_security(area: str, group: str, serial: str) -> bool:
    """Whether a US social security number has parts that are given out."""
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"
