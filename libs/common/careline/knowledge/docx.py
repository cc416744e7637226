"""Word documents: headings by style or outline level, table rows as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from . import archive
from .errors import DocumentBroken
from .outline import Outline
from .sections import Place, Reading
from .tables import told

_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_TITLE_LEVEL = 0
# The level of a line that only looks like a heading.
_BOLD_LEVEL = 2
_SHORT = 120
_ENDS = tuple(".,;。，；")


def parse(file: Path) -> Reading:
    """Paragraphs are numbered as they follow each other, a table counting as one. Raises DocumentError."""
    archive.check(file, "Word", "word/document.xml")
    try:
        document = docx.Document(str(file))
        blocks = [*document.iter_inner_content()]
        given = document.core_properties.title
    except (OpcError, KeyError, ValueError, AttributeError, etree.LxmlError) as error:
        raise DocumentBroken(f"this Word document is damaged ({type(error).__name__}: {error})"[:200]) from error
    outline = Outline(Place("paragraph", 1))
    styled = any(isinstance(block, Paragraph) and _styled_level(block) is not None for block in blocks)
    for number, block in enumerate(blocks, start=1):
        place = Place("paragraph", number)
        if isinstance(block, Table):
            for row in told(_rows(block)):
                outline.paragraph(row, place)
            continue
        level = _styled_level(block) if styled else _bold_level(block)
        if level is None:
            outline.paragraph(block.text, place)
        else:
            outline.heading(level, block.text, place)
    return Reading(outline.sections(given or file.stem))


def _styled_level(paragraph: Paragraph) -> int | None:
    """The level of a heading: its style's name (the same in every language of Word), or its outline level."""
    name = (paragraph.style.name if paragraph.style is not None else None) or ""
    if name == "Title":
        return _TITLE_LEVEL
    if match := _HEADING.match(name):
        return int(match[1])
    levels = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")
    return int(levels[0]) + 1 if levels and levels[0].isdigit() and int(levels[0]) < 9 else None


def _bold_level(paragraph: Paragraph) -> int | None:
    """Many write headings as bold lines."""
    text = paragraph.text.strip()
    runs = [run for run in paragraph.runs if run.text.strip()]
    bold = bool(runs) and all(run.bold for run in runs)
    return _BOLD_LEVEL if bold and len(text) <= _SHORT and not text.endswith(_ENDS) else None


def _rows(table: Table) -> list[list[str]]:
    # Straight from the XML: the library's own cells take time that grows with the square of a table.
    return [[_text(cell) for cell in row.tc_lst] for row in table._tbl.tr_lst]


def _text(cell: Any) -> str:
    paragraphs: Iterator[Any] = cell.iter(qn("w:p"))
    return " ".join(filter(None, (Paragraph(each, None).text.strip() for each in paragraphs)))  # type: ignore[arg-type]
