"""Puts headings and paragraphs, as a parser meets them, together into sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .errors import DocumentEmpty, DocumentTooLarge
from .sections import LONG, MAX_SECTIONS, MAX_TEXT, Place, Section

_BLANKS = re.compile(r"[^\S\n]+")
# Characters that nobody sees, and that would make equal words differ.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MAX_HEADING = 300


def cleaned(text: str) -> str:
    """One line: invisible characters are gone, runs of blanks are one."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text.replace("\n", " "))).strip()


@dataclass(slots=True)
class _Part:
    """What stands under one heading. `depth` is the heading's level, 0 for the beginning of the document."""

    path: tuple[tuple[int, str], ...]
    place: Place
    key: str = ""
    asked: list[str] = field(default_factory=list)
    paragraphs: list[tuple[str, Place]] = field(default_factory=list)


class Outline:
    """Grows by `heading` and `paragraph`, in the document's order. Raises DocumentTooLarge."""

    def __init__(self, start: Place) -> None:
        self._stack: list[tuple[int, str]] = []
        self._parts = [_Part((), start)]
        self._size = 0

    def heading(self, level: int, text: str, place: Place, key: str = "") -> None:
        """A heading; what follows stands under it until the next of its level or above. Empty ones are ignored."""
        text = cleaned(text)
        if not text:
            return
        if len(text) > MAX_HEADING:
            self.paragraph(text, place)
            return
        self._count(text)
        self._stack = [each for each in self._stack if each[0] < level]
        self._stack.append((level, text))
        self._begin(place, key)

    def leave(self, level: int, place: Place) -> None:
        """What follows no longer stands under headings of `level` or below."""
        kept = [each for each in self._stack if each[0] < level]
        if kept != self._stack:
            self._stack = kept
            self._begin(place, "")

    def paragraph(self, text: str, place: Place) -> None:
        """A paragraph, a list item, a table's row."""
        text = cleaned(text)
        if text:
            self._count(text)
            self._parts[-1].paragraphs.append((text, place))

    def asked(self, *ways: str) -> None:
        """Other ways to ask for what stands under the present heading."""
        self._parts[-1].asked.extend(way for way in map(cleaned, ways) if way)

    def sections(self, title: str) -> tuple[Section, ...]:
        """All of it. A first heading that is the only one of its level is the document's title, else `title` is.
        Raises DocumentEmpty."""
        title, top = self._title(title)
        found = [
            Section((title, *(text for level, text in part.path if level != top)), text, place, asked, key)
            for part in self._parts
            for text, place, asked, key in _chunks(part)
        ]
        if not found:
            raise DocumentEmpty("the document has no text")
        return tuple(found)

    def _title(self, given: str) -> tuple[str, int]:
        """The title, and the level of the heading that it was (-1: none)."""
        headings = [part.path[-1] for part in self._parts if part.path]
        first = next((part for part in self._parts if part.paragraphs or part.path), None)
        if headings and first is not None and first.path:
            level, text = first.path[-1]
            if sum(each[0] <= level for each in headings) == 1:
                return text, level
        return cleaned(given), -1

    def _begin(self, place: Place, key: str) -> None:
        if len(self._parts) > MAX_SECTIONS:
            raise DocumentTooLarge(f"the document has more than {MAX_SECTIONS} sections; split it", place)
        self._parts.append(_Part(tuple(self._stack), place, key))

    def _count(self, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_TEXT:
            raise DocumentTooLarge(f"the document has more than {MAX_TEXT} characters of text; split it")


def _chunks(part: _Part) -> Iterator[tuple[str, Place, tuple[str, ...], str]]:
    """The part's text as one piece, or as several of about LONG characters, cut between paragraphs."""
    pieces: list[list[tuple[str, Place]]] = []
    size = 0
    for text, place in ((piece, place) for whole, place in part.paragraphs for piece in _cut(whole)):
        if not pieces or size + len(text) > LONG:
            pieces.append([])
            size = 0
        pieces[-1].append((text, place))
        size += len(text)
    for number, piece in enumerate(pieces):
        # One that stands under its heading begins there.
        place = part.place if number == 0 and part.path else piece[0][1]
        key = part.key if number == 0 else f"{part.key}-{number + 1}" if part.key else ""
        yield "\n".join(text for text, _ in piece), place, tuple(part.asked), key


def _cut(text: str) -> Iterator[str]:
    """A paragraph of more than LONG characters is cut after sentences, or where it must be."""
    while len(text) > LONG:
        ends = [match.end() for match in re.finditer(r"[.!?;]\s|[。！？；]", text[:LONG])]
        end = ends[-1] if ends and ends[-1] > LONG // 4 else LONG
        yield text[:end].strip()
        text = text[end:].strip()
    if text:
        yield text
