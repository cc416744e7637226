"""Check digits: whether a number can be what it looks like."""

from __future__ import annotations

from datetime import date

# Lengths of the countries' account numbers (ISO 13616 register).
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
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
    if len(signs) != IBAN_LENGTHS.get(signs[:2]):
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
