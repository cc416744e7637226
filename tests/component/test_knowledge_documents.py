"""Real documents through the reader and its worker process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fixtures.documents import pdf, word, workbook

from careline.knowledge.reader import DocumentReader
from careline.knowledge.sections import LONG, Reading

pytestmark = pytest.mark.component


PAGE = """<html><head><title>Help | House</title></head><body><nav>Home</nav><main>
<h1>Help</h1>
<p>We are <b>near</b>.</p>
<h2 id="fees">Fees</h2><!-- asked: costs | price -->
<p>Five<br>euros.</p><p style="display: none">secret</p>
<script>alert(1)</script><ul><li>Children: free.</li></ul>
<dl><dt>Dogs?</dt><dd>No.</dd></dl><p>Bye.</p>
<table><tr><th>Day</th><th>Opens</th></tr><tr><td>Monday</td><td>10:00</td></tr></table></main></body></html>"""


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with DocumentReader() as opened:
        yield opened


def told(reading: Reading) -> list[tuple[tuple[str, ...], str, str]]:
    return [(section.path, section.text, str(section.place)) for section in reading.sections]


def test_html_is_read_as_a_person_sees_it(reader: DocumentReader, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    reading = reader.read(page)
    assert told(reading) == [
        (("Help",), "We are near.", "line 2"),
        (("Help", "Fees"), "Five\neuros.\nChildren: free.", "line 4"),
        (("Help", "Fees", "Dogs?"), "No.", "line 7"),
        (("Help", "Fees"), "Bye.\nDay: Monday; Opens: 10:00", "line 7"),
    ]
    assert reading.sections[1].asked == ("costs", "price")
    assert reading.sections[1].key == "fees"


def test_a_pdf_has_headings_by_size_and_weight_and_no_margins(reader: DocumentReader, tmp_path: Path) -> None:
    body = "A ticket is valid for the whole day, in the even-\ning too. Keep it."
    pages = [
        [
            (18.0, False, f"Chapter {letter}"),
            (11.0, False, body),
            (11.0, True, "Exceptions"),
            (11.0, False, f"None for {letter}."),
        ]
        for letter in "ABCD"
    ]
    file = pdf(tmp_path / "terms.pdf", *pages, title="Terms of use", margins=True)
    reading = reader.read(file)
    assert told(reading)[2:4] == [
        (("Terms of use", "Chapter B"), "A ticket is valid for the whole day, in the evening too. Keep it.", "page 2"),
        (("Terms of use", "Chapter B", "Exceptions"), "None for B.", "page 2"),
    ]
    assert len(reading.sections) == 8


def test_a_chinese_pdf_is_read(reader: DocumentReader, tmp_path: Path) -> None:
    file = pdf(tmp_path / "规则.pdf", [(18.0, False, "退货规则"), (11.0, False, "收到商品后十四天内\n可以退货。")])
    assert told(reader.read(file)) == [(("退货规则",), "收到商品后十四天内可以退货。", "page 1")]


def test_word_headings_make_the_path_and_long_sections_are_cut(reader: DocumentReader, tmp_path: Path) -> None:
    long = [(None, f"Sentence {n} says something about the rules of the house.") for n in range(60)]
    file = word(
        tmp_path / "rules.docx", (0, "Rules"), (1, "Loans"), (2, "Books"), (None, "28 days."), (1, "Long"), *long
    )
    reading = reader.read(file)
    assert told(reading)[0] == (("Rules", "Loans", "Books"), "28 days.", "paragraph 3")
    cut = [section for section in reading.sections if section.path == ("Rules", "Long")]
    assert len(cut) == 3
    assert all(len(section.text) <= LONG + 60 for section in cut)
    assert "\n".join(section.text for section in cut).split("\n") == [text for _, text in long]


def test_a_workbook_says_which_rows_and_sheets_are_left_out(reader: DocumentReader, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "faq.xlsx",
        FAQ=[
            ("问题", "答案", "其他问法", "语言", "分类", "编号"),
            ("几点开门？", "十点。", "什么时候开门|营业时间", "中文", "开放时间", "hours"),
            ("没有答案", None),
            (None, None),
            ("How many?", 3.0, "", "English", "", 7),
        ],
        Notes=[("to do", "who"), ("x", "y")],
    )
    reading = reader.read(file)
    first, last = reading.sections
    assert (first.path, first.text, str(first.place)) == (("开放时间", "几点开门？"), "十点。", "sheet 'FAQ', row 2")
    assert (first.asked, first.language, first.key) == (("什么时候开门", "营业时间"), "zh", "hours")
    assert (last.path, last.text, last.key) == (("FAQ", "How many?"), "3", "7")
    assert [(str(remark.place), remark.message.partition(":")[0]) for remark in reading.remarks] == [
        ("sheet 'FAQ', cell B3", "the row is left out"),
        ("sheet 'Notes', row 1", "the sheet is left out"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_csv_in_any_encoding_that_a_spreadsheet_writes(
    reader: DocumentReader, tmp_path: Path, encoding: str, between: str
) -> None:
    file = tmp_path / "faq.csv"
    rows = (("question", "answer"), ("可以退货吗", '"可以。\n十四天内。"'), ("How long?", "Two days"))
    file.write_bytes("\r\n".join(between.join(row) for row in rows).encode(encoding))
    assert told(reader.read(file)) == [
        (("faq", "可以退货吗"), "可以。\n十四天内。", "row 2"),
        (("faq", "How long?"), "Two days", "row 3"),
    ]
