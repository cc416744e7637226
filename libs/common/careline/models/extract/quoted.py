"""What stands in quotation marks."""

import re

from .found import Found, found_at, without_overlaps

_PAIRS = re.compile(
    r'"([^"\n]{0,500})"|“([^”\n]{0,500})”|「([^」\n]{0,500})」|『([^』\n]{0,500})』|《([^》\n]{0,500})》|«([^»\n]{0,500})»|'
    r"‘([^’\n]{0,500})’(?!\w)|(?<!\w)'([^'\n]{0,500})'(?!\w)|`([^`\n]{0,500})`"
)


def quoted(text: str) -> list[Found[str]]:
    """The contents without the marks and without surrounding spaces; apostrophes are no marks."""
    found = []
    for match in _PAIRS.finditer(text):
        start, end = match.span(match.lastindex or 0)
        inner = text[start:end]
        start, end = start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))
        if start < end:
            found.append(found_at(text, start, end, text[start:end]))
    return without_overlaps(found)
