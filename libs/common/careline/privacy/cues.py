"""Words that announce personal data: what stands shortly after one (or before some) is surer to be it."""

from __future__ import annotations

import re

REACH = 32  # characters between a cue and what it announces


def _words(*english: str, chinese: str = "") -> re.Pattern[str]:
    plain = rf"(?<![a-z])(?:{'|'.join(english)})(?![a-z])"
    return re.compile(f"{plain}|{chinese}" if chinese else plain)


CARD = _words(
    "cards?", "visa", "mastercard", "amex", "maestro", "kreditkarte", "karte", "kartennummer", "credit",
    chinese="卡号|信用卡|银行卡|储蓄卡",
)  # fmt: skip
PHONE = _words(
    "phones?", "telephone", "tel", "mobile", "mobil", "cell", "fax", "desk", "office", "call", "called", "calling",
    "whatsapp", "sms", "text me", "messages", "handy", "telefon", "rufnummer", "answering", "reach", "dial", "number",
    "nummer", "contact",
    chinese="电话|手机|号码|联系|微信|致电|打给|拨打|传真",
)  # fmt: skip
PHONE_AFTER = re.compile(r"\s{0,3}\(?(?:office|fax|mobile|cell|desk|home|work)\b")
NOT_PHONE = _words(
    "order number", "orders?", "invoice", "ticket", "tracking", "reference", "ref", "case", "serial", "article",
    "bestellnummer", "bestellung", "rechnung", "card", "zip", "iban", "id", "version", "offset",
    chinese="订单|单号|编号|发票|运单|快递",
)  # fmt: skip
SOCIAL = _words("ssn", "social security", "social security number")
DOCUMENT = _words(
    "passport", "passport number", "passport no", "reisepass", "reisepassnummer", "personalausweis", "ausweisnummer",
    "ausweis", "id card", "identity card", "driver'?s? licen[cs]e", "driving licen[cs]e", "licen[cs]e number",
    "führerschein", "führerscheinnummer",
    chinese="护照号?|身份证号?|驾驶证号?|驾照号?|通行证号?",
)  # fmt: skip
BIRTH = _words(
    "born", "birthday", "birthdate", "birth date", "date of birth", "dob", "geboren", "geb", "geburtsdatum",
    "geburtstag", chinese="出生日期|出生于|出生|生日|生于",
)  # fmt: skip
ADDRESS = _words(
    "address", "addresses", "adress", "lives? (?:at|on|in)", "living (?:at|on|in)", "based (?:at|in|on)", "moved to",
    "located at", "(?:send|sent|deliver|delivered|delivery|ship|shipped|return|one|taxi) to", "meet (?:me|you) at",
    "is at", "office is at", "adresse", "anschrift", "wohne(?:n)?", "wohnhaft", "lieferadresse",
)  # fmt: skip


def before(folded: str, start: int, cue: re.Pattern[str], reach: int = REACH) -> int | None:
    """Distance in characters from the nearest `cue` that ends before `start` to it, or None if none is in reach."""
    nearest = None
    for match in cue.finditer(folded, max(0, start - reach - 24), start):
        if start - match.end() <= reach:
            nearest = start - match.end()
    return nearest
