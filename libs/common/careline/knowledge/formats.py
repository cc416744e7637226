"""Which parser reads which kind of file. A new kind is one line here and one file beside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from .errors import ParserMissing
from .sections import Reading

# The module's `parse(file) -> Reading` raises DocumentError. Modules are imported when they are needed.
FORMATS = {
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".csv": "csv_table",
    ".tsv": "csv_table",
    ".xlsx": "xlsx",
}
TABLES = (".csv", ".tsv", ".xlsx")
# What people have instead, and what to make of it.
OTHERS = {
    ".doc": "save it as .docx",
    ".odt": "save it as .docx",
    ".rtf": "save it as .docx",
    ".xls": "save it as .xlsx",
    ".ods": "save it as .xlsx",
    ".pptx": "save it as .pdf",
    ".ppt": "save it as .pdf",
    ".txt": "give it headings and save it as .md",
    ".markdown": "call it .md",
}


def parse(file: Path) -> Reading:
    """Read a file of a known kind, in this process and without bounds: see `reader`. Raises DocumentError."""
    name = FORMATS[file.suffix.lower()]
    try:
        parser = import_module(f".{name}", __package__)
    except ModuleNotFoundError as error:
        message = f"the library {error.name!r} is not installed: pip install 'careline-cli[documents]'"
        raise ParserMissing(message) from error
    found: Reading = parser.parse(file)
    return found
