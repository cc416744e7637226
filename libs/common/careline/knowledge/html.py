"""HTML: headings by their level, terms and summaries as questions, table rows as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

from .encodings import decode
from .errors import DocumentBroken, DocumentEmpty
from .outline import Outline, cleaned
from .sections import Place, Reading
from .tables import told

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_ASKED = re.compile(r"\s*asked:(.*)", re.DOTALL)
_HIDDEN = re.compile(r"(display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# No part of what an article says.
_LEFT_OUT_TAGS = "script style template noscript nav footer aside svg iframe object form button select head"
_LEFT_OUT = frozenset(_LEFT_OUT_TAGS.split())
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "dt": 7, "summary": 7}
# What closes the questions inside of it.
_LISTS = ("dl", "details")
_INLINE_TAGS = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd "
    "label mark q s samp small span strike strong sub sup time tt u var wbr img"
)
_INLINE = frozenset(_INLINE_TAGS.split())


def parse(file: Path) -> Reading:
    """The article in the page: <main> or <article> where there is one. Raises DocumentError."""
    data = file.read_bytes()
    declared = _DECLARED.search(data[:4096])
    text = decode(data, declared[1].decode() if declared else "")
    # The text is decoded; what it says of its encoding no longer holds. Nothing is fetched, no entity is resolved.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=False)
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        if not text.strip():
            raise DocumentEmpty("the document has no text") from error
        raise DocumentBroken(f"this is no HTML: {error}") from error
    walk = _Walk(Outline(Place("line", 1)))
    walk.through(_article(root))
    titles = root.xpath("//head/title")
    title = cleaned(titles[0].text_content()) if titles else ""
    return Reading(walk.outline.sections(title or file.stem))


def _article(root: Any) -> Any:
    for path in ("//main", "//*[@role='main']", "//article", "//body"):
        found = root.xpath(path)
        if len(found) == 1:
            return found[0]
    return root


class _Walk:
    """Gathers text until a block begins or ends, and hands it on as a paragraph or heading."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self._words: list[str] = []
        self._place = Place("line", 1)

    def through(self, article: Any) -> None:
        """Iterative: pages may be nested deeply."""
        events = etree.iterwalk(article, events=("start", "end", "comment"))
        for event, element in events:
            if event == "comment":
                self._comment(element)
                self._say(element.tail)
            elif event == "start":
                self._start(events, element)
            else:
                self._end(element, article)
        self._flush()

    def _start(self, events: Any, element: Any) -> None:
        tag = element.tag
        if tag in _LEFT_OUT or _is_hidden(element):
            events.skip_subtree()
        elif tag == "table":
            self._flush()
            self._table(element)
            events.skip_subtree()
        elif tag in _HEADINGS:
            self._flush()
            self.outline.heading(_HEADINGS[tag], element.text_content(), _place(element), element.get("id") or "")
            events.skip_subtree()
        else:
            if tag not in _INLINE:
                self._flush()
                self._place = _place(element)
            self._say(element.text)

    def _end(self, element: Any, article: Any) -> None:
        if element.tag not in _INLINE:
            self._flush()
        if element.tag in _LISTS:
            self.outline.leave(_HEADINGS["dt"], _place(element))
        if element is not article:
            self._say(element.tail)

    def _comment(self, element: Any) -> None:
        asked = _ASKED.match(element.text or "")
        if asked:
            self.outline.asked(*asked[1].split("|"))

    def _say(self, text: str | None) -> None:
        if text:
            self._words.append(text)

    def _flush(self) -> None:
        self.outline.paragraph("".join(self._words), self._place)
        self._words.clear()

    def _table(self, table: Any) -> None:
        rows = [row for row in table.iter("tr") if not _is_hidden(row)]
        texts = [[cleaned(cell.text_content()) for cell in _cells(row)] for row in rows]
        for row, text in zip(rows, told(texts), strict=True):
            self.outline.paragraph(text, _place(row))


def _cells(row: Any) -> Iterator[Any]:
    return (cell for cell in row if cell.tag in ("td", "th"))


def _is_hidden(element: Any) -> bool:
    """What a reader of the page does not see is not said either."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _place(element: Any) -> Place:
    return Place("line", element.sourceline or 1)
