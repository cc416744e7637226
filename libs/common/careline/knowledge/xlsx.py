"""FAQ tables as Excel workbooks: every visible sheet whose first row names the columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException

from . import archive
from .errors import DocumentBroken, DocumentEmpty
from .faq import Faq, no_header, reading
from .sections import MAX_SECTIONS, Place, Reading, Remark

_MAX_COLUMNS = 50
_MAX_ROWS = 2 * MAX_SECTIONS


def parse(file: Path) -> Reading:
    """Other sheets are remarked upon when one is a FAQ table, else they are the error. Raises DocumentError."""
    archive.check(file, "Excel", "xl/workbook.xml")
    try:
        # Values, not formulas; rows are read one by one, links to other workbooks are not followed.
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        return _sheets(book, file.stem)
    except (InvalidFileException, KeyError, ValueError, TypeError, ParseError, etree.LxmlError) as error:
        raise DocumentBroken(f"this Excel workbook is damaged ({type(error).__name__}: {error})"[:200]) from error


def _sheets(book: Any, stem: str) -> Reading:
    tables: list[Faq] = []
    others: list[tuple[Place, tuple[str, ...]]] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        table = Faq(stem if len(book.worksheets) == 1 else sheet.title, sheet.title)
        rows = _rows(sheet)
        header = next(rows, (1, ()))[1]
        if table.header(header):
            for number, row in rows:
                table.row(number, row)
            tables.append(table)
        elif any(header):
            others.append((Place("row", 1, sheet.title), header))
    if not tables and others:
        raise no_header(others[0][1], others[0][0])
    if not any(table.sections or table.remarks for table in tables):
        raise DocumentEmpty("the workbook has no rows under a header")
    found = reading(tables)
    skipped = tuple(Remark(f"the sheet is left out: {no_header(header, place)}", place) for place, header in others)
    return Reading(found.sections, (*found.remarks, *skipped))


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    # What a sheet says about its own size may be wrong.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=_MAX_COLUMNS, max_row=_MAX_ROWS, values_only=True), start=1):
        yield number, tuple("" if value is None else _said(value) for value in row)


def _said(value: Any) -> str:
    """A cell as a person reads it: 3.0 is 3."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
