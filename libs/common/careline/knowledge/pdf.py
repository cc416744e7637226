"""PDF: lines with the size and weight of their letters; what is larger or bolder than the text is a heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTTextContainer, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFNoValidXRef, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfminer.utils import decode_text

from .errors import DocumentBroken, DocumentEmpty, DocumentLocked, DocumentTooLarge
from .outline import Outline, cleaned
from .sections import Place, Reading

MAX_PAGES = 600
_BOLD = re.compile(r"bold|black|heavy|semibold|-bd\b", re.IGNORECASE)
# How much larger than the text a heading is at least.
_LARGER = 1.12
_LONGEST_HEADING = 150
# The share of a page's height that is margin, above and below.
_MARGIN = 0.1
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_FIGURES = re.compile(r"\d+")
_HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page (counted from 1). `size` in points, rounded to halves; `margin`: near the top or the bottom."""

    page: int
    block: int
    margin: bool
    text: str
    size: float
    bold: bool


def parse(file: Path) -> Reading:
    """Raises DocumentError."""
    try:
        title = _title(file)
        lines = [*_lines(file)]
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise DocumentLocked("the PDF has a password; save it without") from error
    except (PSException, PDFNoValidXRef, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise DocumentBroken(f"the PDF is damaged or cut off ({type(error).__name__}: {error})"[:200]) from error
    text = "".join(line.text for line in lines)
    if not text.strip():
        raise DocumentEmpty("the PDF has no text; if it is a scan, let a program recognise its text first")
    if len(_UNMAPPED.findall(text)) * 10 > len(text) / 6:
        raise DocumentBroken("the PDF does not say which characters its letters are; save it anew, or as DOCX")
    return Reading(structured(lines).sections(title or file.stem))


def structured(lines: Iterable[Line]) -> Outline:
    """Sections out of lines: without what stands at the same place of most pages, with paragraphs put together."""
    kept = _without_margins([*lines])
    sizes: Counter[float] = Counter()
    for line in kept:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    levels = {size: level for level, size in enumerate(sorted((s for s in sizes if s >= body * _LARGER), reverse=True))}
    outline = Outline(Place("page", 1))
    mostly_bold = sum(len(line.text) for line in kept if line.bold) * 2 > sum(len(line.text) for line in kept)
    for group in _groups(kept, levels, not mostly_bold):
        first, text = group[0], _joined(group)
        place = Place("page", first.page)
        level = _level(first, levels, not mostly_bold)
        if level is not None and len(text) <= _LONGEST_HEADING:
            outline.heading(level, text, place)
        else:
            outline.paragraph(text, place)
    return outline


def _level(line: Line, levels: dict[float, int], bold_is_heading: bool) -> int | None:
    """The level of a heading; bold lines of the text's size come below all sizes."""
    if line.size in levels:
        return levels[line.size]
    return len(levels) if line.bold and bold_is_heading else None


def _groups(lines: list[Line], levels: dict[float, int], bold_is_heading: bool) -> Iterator[list[Line]]:
    """Neighbours that belong together: lines of one block and of one level."""
    group: list[Line] = []
    for line in lines:
        same = group and (line.page, line.block) == (group[0].page, group[0].block)
        alike = group and _level(line, levels, bold_is_heading) == _level(group[0], levels, bold_is_heading)
        if group and not (same and alike):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _joined(lines: list[Line]) -> str:
    """Words cut at a line's end are whole again; Chinese has no blanks between lines."""
    text = ""
    for line in lines:
        following = line.text.strip()
        if text.endswith("-") and len(text) > 1 and text[-2].isalpha() and following[:1].islower():
            text = text[:-1] + following
        elif text and following and _HAN.match(text[-1]) and _HAN.match(following[0]):
            text += following
        else:
            text = f"{text} {following}" if text else following
    return text


def _without_margins(lines: list[Line]) -> list[Line]:
    """Without headers, footers and page numbers: the same but for figures in the margins of more than half of them."""
    pages = {line.page for line in lines}
    seen = Counter(text for _, text in {(line.page, _shape(line)) for line in lines if line.margin})
    often = {text for text, count in seen.items() if count >= 3 and count * 2 > len(pages)}
    return [line for line in lines if not (line.margin and (_shape(line) in often or _shape(line) == "0"))]


def _shape(line: Line) -> str:
    return _FIGURES.sub("0", line.text)


def _title(file: Path) -> str:
    with file.open("rb") as opened:
        document = PDFDocument(PDFParser(opened))
        pages = resolve1(resolve1(document.catalog.get("Pages")) or {})
        count = resolve1(pages.get("Count")) if isinstance(pages, dict) else None
        if isinstance(count, int) and count > MAX_PAGES:
            raise DocumentTooLarge(f"the PDF has {count} pages, more than {MAX_PAGES}; split it")
        given = next((info["Title"] for info in document.info if "Title" in info), b"")
        given = resolve1(given)
        title = cleaned(decode_text(given)) if isinstance(given, bytes) else ""
    return (
        "" if title.lower() in ("", "untitled", "(anonymous)") or title.lower().endswith((".doc", ".docx")) else title
    )


def _lines(file: Path) -> Iterator[Line]:
    for page, layout in enumerate(extract_pages(file, maxpages=MAX_PAGES, laparams=LAParams()), start=1):
        for block, container in enumerate(each for each in layout if isinstance(each, LTTextContainer)):
            for line in container:
                if isinstance(line, LTTextLine):
                    middle = (line.y0 + line.y1) / 2 - layout.y0
                    yield from _line(page, block, not _MARGIN < middle / (layout.height or 1) < 1 - _MARGIN, line)


def _line(page: int, block: int, margin: bool, line: LTTextLine) -> Iterator[Line]:
    letters = [each for each in line if isinstance(each, LTChar) and each.get_text().strip()]
    text = cleaned(line.get_text())
    if letters and text:
        size = Counter(round(letter.size * 2) / 2 for letter in letters).most_common(1)[0][0]
        bold = sum(bool(_BOLD.search(letter.fontname)) for letter in letters) * 10 >= 9 * len(letters)
        yield Line(page, block, margin, text, size, bold)
