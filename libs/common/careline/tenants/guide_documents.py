"""Documents of a guide (HTML, PDF, DOCX, FAQ tables) as passages of a pack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from careline.knowledge.errors import DocumentError
from careline.knowledge.reader import DocumentReader
from careline.knowledge.sections import Reading, Remark, Section

from .guide_parts import Guide
from .pack import GuidePassage, SourcePlace

# More remarks on one document are told as a number.
MOST_REMARKS = 20
_KEY = re.compile(r"[^\s#]{1,60}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pack's languages, and the one of the folder: None where each row of a table says its own."""

    languages: tuple[str, ...]
    language: str | None

    def language_of(self, section: Section) -> str:
        """Empty when nobody says."""
        only = self.languages[0] if len(self.languages) == 1 else ""
        return section.language or self.language or only


def read_document(guide: Guide, reader: DocumentReader, name: str, file: Path, shelf: Shelf) -> None:
    """Adds the passages of a document; one that cannot be read is skipped."""
    try:
        reading = reader.read(file)
    except DocumentError as error:
        guide.skip(name, Remark(str(error), error.place))
        return
    remarks = [*reading.remarks, *_add(guide, name, file.name, reading, shelf)]
    for remark in remarks[:MOST_REMARKS]:
        guide.remark(name, remark)
    if len(remarks) > MOST_REMARKS:
        guide.remark(name, Remark(f"{len(remarks) - MOST_REMARKS} more parts are left out"))


def _add(guide: Guide, name: str, document: str, reading: Reading, shelf: Shelf) -> list[Remark]:
    remarks = []
    taken: set[tuple[str, str]] = set()
    for number, section in enumerate(reading.sections, start=1):
        language = shelf.language_of(section)
        if language not in shelf.languages:
            known = ", ".join(shelf.languages)
            wrong = (
                f"its language is {language!r}, not one of {known}" if language else f"no language is given ({known})"
            )
            remarks.append(Remark(f"left out: {wrong}", section.place))
            continue
        key = section.key if _KEY.fullmatch(section.key) else str(number)
        # An id that the source gives twice names the first of them; a number never is one that is taken.
        while (key, language) in taken:
            key = f"{key}-{number}"
        taken.add((key, language))
        guide.passages.append(_passage(name, document, f"{document}#{key}", language, section))
    return remarks


def _passage(name: str, document: str, identity: str, language: str, section: Section) -> GuidePassage:
    """The last heading is what the passage answers, those above it are its title."""
    above = section.path[:-1] or section.path
    return GuidePassage(
        id=identity,
        document=document,
        language=language,
        title=" – ".join(above),
        question=section.path[-1] if len(section.path) > 1 else "",
        asked=section.asked,
        text=section.text,
        path=section.path,
        source=SourcePlace(file=name, at=str(section.place)),
    )
