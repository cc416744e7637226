"""What every parser makes of its document: sections with their headings and places, and remarks."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FILE_BYTES = 32_000_000
MAX_TEXT = 2_000_000  # characters of a whole document
MAX_SECTIONS = 5_000
# A passage is searched and cited as a whole: longer ones are cut between paragraphs. Characters.
LONG = 1_600


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document, counted from 1: a page, line, paragraph or row. `unit` is empty for the whole document."""

    unit: str = ""
    number: int = 0
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        sheet = f"sheet {self.sheet!r}" if self.sheet else ""
        where = f"{self.unit} {self.number}" if self.unit else ""
        cell = f"cell {self.cell}" if self.cell else ""
        return ", ".join(part for part in (sheet, where, cell) if part)


WHOLE = Place()


@dataclass(frozen=True, slots=True)
class Section:
    """A chunk. `path` are its headings, the document's title first. `asked`: other ways to ask. `key` is the id that
    the source itself gives (an anchor, a column), `language` what a table's row says; both may be empty."""

    path: tuple[str, ...]
    text: str
    place: Place
    asked: tuple[str, ...] = ()
    key: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A part that was left out, and why."""

    message: str
    place: Place = WHOLE


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read."""

    sections: tuple[Section, ...]
    remarks: tuple[Remark, ...] = ()
