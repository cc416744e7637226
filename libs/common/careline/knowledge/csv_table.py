"""FAQ tables as CSV: commas, semicolons or tabs; any encoding that a spreadsheet writes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from .encodings import decode
from .errors import DocumentBroken, DocumentEmpty
from .faq import MAX_ANSWER, Faq, no_header, reading
from .sections import Place, Reading

_BETWEEN = ",;\t"


def parse(file: Path) -> Reading:
    """Rows are counted as a spreadsheet does: a cell may have several lines. Raises DocumentError."""
    text = decode(file.read_bytes())
    first = text.partition("\n")[0]
    if not text.strip():
        raise DocumentEmpty("the table is empty")
    csv.field_size_limit(10 * MAX_ANSWER)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(_BETWEEN, key=first.count), strict=True)
    table = Faq(file.stem)
    try:
        header = next(rows)
        if not table.header(header):
            raise no_header(header, Place("row", 1))
        for number, row in enumerate(rows, start=2):
            table.row(number, row)
    except csv.Error as error:
        raise DocumentBroken(f"this is no CSV: {error}", Place("line", rows.line_num)) from error
    if not table.sections and not table.remarks:
        raise DocumentEmpty("the table has no rows under its header")
    return reading((table,))
