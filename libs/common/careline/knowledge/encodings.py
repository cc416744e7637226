"""Text files as businesses have them: UTF-8 with or without a mark, UTF-16 as Excel writes it, GBK."""

from __future__ import annotations

import codecs

from .errors import WrongEncoding
from .sections import Place

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GBK gives meaning to nearly all pairs of bytes. In real Chinese text nearly all are of its oldest part, GB 2312.
_USUAL_SHARE = 0.9
_UTF8_NAMES = ("utf-8", "utf8", "ascii", "us-ascii")
_OLDER_CHINESE = ("gb2312", "gbk", "x-gbk")


def decode(data: bytes, declared: str = "") -> str:
    """The text of a file; `declared` is the encoding that it says it has. Raises WrongEncoding with the line."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\x00" in data:
        place = _line(data, data.index(b"\x00"))
        raise WrongEncoding("this is a binary file, not a text", place)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = error.start
    if declared and declared.lower() not in _UTF8_NAMES:
        return _strict(data, "gb18030" if declared.lower() in _OLDER_CHINESE else declared)
    text = _gbk(data)
    if text is None:
        raise WrongEncoding("this is a text in neither UTF-8 nor GBK; save it as UTF-8", _line(data, wrong))
    return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise WrongEncoding(f"there is no encoding {encoding!r}; save the file as UTF-8") from None
    except UnicodeDecodeError as error:
        message = f"this is no text in {encoding.upper()}, though the file says so; save it as UTF-8"
        raise WrongEncoding(message, _line(data, error.start)) from None


def _gbk(data: bytes) -> str | None:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [character for character in text if character > "\x7f"]
    usual = sum(bool(character.encode("gb2312", "ignore")) for character in foreign)
    return text if foreign and usual >= _USUAL_SHARE * len(foreign) else None


def _line(data: bytes, offset: int) -> Place:
    return Place("line", data.count(b"\n", 0, offset) + 1)
