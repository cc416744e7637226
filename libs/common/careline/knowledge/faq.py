"""FAQ tables: which column is what, and what a row becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .errors import DocumentBroken, DocumentTooLarge
from .outline import MAX_HEADING, cleaned
from .sections import MAX_SECTIONS, MAX_TEXT, Place, Reading, Remark, Section

QUESTION, ANSWER, ASKED, LANGUAGE, TITLE, KEY = "question", "answer", "asked", "language", "title", "id"
NAMES = {
    QUESTION: ("question", "questions", "q", "faq", "问题", "问", "提问", "标准问题", "标准问"),
    ANSWER: ("answer", "answers", "a", "reply", "response", "答案", "答", "回答", "回复", "标准答案"),
    ASKED: ("other ways to ask", "asked", "variants", "alternatives", "similar questions", "synonyms",
            "其他问法", "其它问法", "相似问法", "相似问题", "相似问", "扩展问法", "扩展问"),
    LANGUAGE: ("language", "lang", "语言", "语种"),
    TITLE: ("title", "topic", "category", "section", "标题", "主题", "分类", "类别"),
    KEY: ("id", "key", "编号", "序号"),
}  # fmt: skip
_COLUMN = {name: column for column, names in NAMES.items() for name in names}
LANGUAGES = {"english": "en", "英文": "en", "英语": "en", "chinese": "zh", "中文": "zh", "汉语": "zh", "简体中文": "zh"}
_BETWEEN = re.compile(r"[|\n;；]")

MAX_ANSWER = 20_000


@dataclass(slots=True)
class Faq:
    """Takes a table row by row, the columns' names first."""

    title: str
    sheet: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    size: int = 0

    def header(self, row: Sequence[str]) -> bool:
        """Whether `row` names the columns of a FAQ table."""
        for index, cell in enumerate(row):
            column = _COLUMN.get(cleaned(cell).casefold().replace("_", " "))
            if column is not None:
                self.columns.setdefault(column, index)
        return QUESTION in self.columns and ANSWER in self.columns

    def row(self, number: int, row: Sequence[str]) -> None:
        """Another row; `number` as a spreadsheet shows it. One that is no question with an answer is left out and
        remarked upon; an empty one is nothing. Raises DocumentTooLarge."""
        cells = {column: row[index] if index < len(row) else "" for column, index in self.columns.items()}
        question, answer = cleaned(cells[QUESTION]), _kept_lines(cells[ANSWER])
        if not any(cleaned(cell) for cell in row):
            return
        for column, wrong in ((QUESTION, _wrong_question(question)), (ANSWER, _wrong_answer(answer))):
            if wrong:
                self.remarks.append(Remark(f"the row is left out: {wrong}", self._place(number, column)))
                return
        self.size += len(question) + len(answer)
        if self.size > MAX_TEXT or len(self.sections) >= MAX_SECTIONS:
            limit = f"{MAX_SECTIONS} rows or {MAX_TEXT} characters"
            raise DocumentTooLarge(f"the table has more than {limit}; split it", self._place(number))
        language = cleaned(cells.get(LANGUAGE, "")).casefold()
        asked = tuple(filter(None, map(cleaned, _BETWEEN.split(cells.get(ASKED, "")))))
        self.sections.append(
            Section(
                path=(cleaned(cells.get(TITLE, "")) or self.title, question),
                text=answer,
                place=self._place(number),
                asked=asked,
                key=cleaned(cells.get(KEY, "")),
                language=LANGUAGES.get(language, language),
            )
        )

    def _place(self, number: int, column: str = "") -> Place:
        cell = f"{_letters(self.columns[column])}{number}" if column else ""
        return Place("" if cell else "row", 0 if cell else number, self.sheet, cell)


def no_header(found: Iterable[str], place: Place) -> DocumentBroken:
    """The error for a table whose columns have other names."""
    names = ", ".join(repr(cell[:40]) for cell in map(cleaned, found) if cell) or "nothing"
    needed = f"{QUESTION} and {ANSWER} (or {NAMES[QUESTION][3 + 1]} and {NAMES[ANSWER][5]})"
    return DocumentBroken(f"the first row has to name the columns, {needed} among them; it has {names}"[:300], place)


def _wrong_question(question: str) -> str:
    if len(question) > MAX_HEADING:
        return f"its question is longer than {MAX_HEADING} characters"
    return "" if question else "it has no question"


def _wrong_answer(answer: str) -> str:
    if len(answer) > MAX_ANSWER:
        return f"its answer is longer than {MAX_ANSWER} characters"
    return "" if answer else "it has no answer"


def _kept_lines(text: str) -> str:
    return "\n".join(filter(None, map(cleaned, text.splitlines())))


def _letters(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def reading(tables: Iterable[Faq]) -> Reading:
    """What the tables of one document hold together."""
    tables = tuple(tables)
    return Reading(
        tuple(section for table in tables for section in table.sections),
        tuple(remark for table in tables for remark in table.remarks),
    )
