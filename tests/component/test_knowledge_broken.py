"""Documents that are broken, hostile or far too large: each a named error, and the next one is read."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from tests.fixtures.documents import pdf, pdf_bomb, repacked, word, workbook

from careline.knowledge import errors, sections
from careline.knowledge.reader import DocumentReader

pytestmark = pytest.mark.component

PARAGRAPH = (None, "A paragraph of some length, so that there is something to cut.")
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><d>&x;&b;</d>'
)


def cut(file: Path, share: float = 0.5) -> Path:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    return file


def written(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file


def bomb(file: Path) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w>" + b" " * 150_000_000)
    return file


def sparse(file: Path) -> Path:
    with file.open("wb") as opened:
        opened.truncate(sections.MAX_FILE_BYTES + 1)
    return file


def folder(file: Path) -> Path:
    file.mkdir()
    return file


def random(count: int) -> bytes:
    return os.urandom(count - 1) + b"\0"


Make = Callable[[Path], Path]
CASES: dict[str, tuple[str, Make, type[errors.DocumentError], str]] = {
    "truncated docx": ("a.docx", lambda f: cut(word(f, (1, "T"), PARAGRAPH)), errors.DocumentBroken, "cut off"),
    "truncated xlsx": ("a.xlsx", lambda f: cut(workbook(f, A=[("q", "a")])), errors.DocumentBroken, "cut off"),
    "truncated pdf": ("a.pdf", lambda f: cut(pdf(f, [(11, False, "Text")])), errors.DocumentBroken, "damaged"),
    "rubbish pdf": ("a.pdf", lambda f: written(f, random(5000)), errors.DocumentBroken, "damaged"),
    "rubbish docx": ("a.docx", lambda f: written(f, random(5000)), errors.DocumentBroken, "not a zip"),
    "rubbish html": ("a.html", lambda f: written(f, random(5000)), errors.WrongEncoding, "binary"),
    "rubbish csv": ("a.csv", lambda f: written(f, random(5000)), errors.WrongEncoding, "binary"),
    "a pdf called docx": ("a.docx", lambda f: pdf(f, [(11, False, "Text")]), errors.DocumentBroken, "not a zip"),
    "an xlsx called docx": ("a.docx", lambda f: workbook(f, A=[("q", "a")]), errors.DocumentBroken, "no word/document"),
    "password pdf": ("a.pdf", lambda f: pdf(f, [(11, False, "T")], password="s"), errors.DocumentLocked, "password"),
    "password docx": (
        "a.docx",
        lambda f: written(f, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)),
        errors.DocumentLocked,
        "password",
    ),
    "zip bomb": ("a.docx", bomb, errors.DocumentTooLarge, "unpacks to"),
    "pdf bomb": ("a.pdf", pdf_bomb, errors.DocumentTooLarge, "of memory"),
    "giant file": ("a.pdf", sparse, errors.DocumentTooLarge, "bytes, more than"),
    "entities": (
        "a.docx",
        lambda f: repacked(word(f, PARAGRAPH), {"word/document.xml": ENTITIES}),
        errors.DocumentBroken,
        "declares entities",
    ),
    "damaged xml": (
        "a.docx",
        lambda f: repacked(word(f, PARAGRAPH), {"word/document.xml": b"<w:document"}),
        errors.DocumentBroken,
        "damaged",
    ),
    "no text": ("a.pdf", lambda f: pdf(f, []), errors.DocumentEmpty, "scan"),
    "empty html": ("a.html", lambda f: written(f, b" \n"), errors.DocumentEmpty, "no text"),
    "empty csv": ("a.csv", lambda f: written(f, b""), errors.DocumentEmpty, "empty"),
    "latin-1 csv": (
        "a.csv",
        lambda f: written(f, "question,answer\nWie spät?,Für Öffnungszeiten fragen\n".encode("latin-1")),
        errors.WrongEncoding,
        "neither UTF-8 nor GBK",
    ),
    "other columns": ("a.csv", lambda f: written(f, b"name,price\nx,1\n"), errors.DocumentBroken, "'name', 'price'"),
    "open quote": ("a.csv", lambda f: written(f, b'q,a\n"x,1\n'), errors.DocumentBroken, "no CSV"),
    "folder": ("a.pdf", folder, errors.DocumentBroken, "no ordinary file"),
}


@pytest.fixture(scope="module")
def reader() -> object:
    with DocumentReader() as opened:
        yield opened


def slow_pdf(folder: Path) -> Path:
    return pdf(folder / "slow.pdf", *[[(11, False, "Line of text\n" * 40)]] * 60)


def workers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "careline.knowledge.worker" in p.cmdline()]


@pytest.mark.parametrize("case", CASES)
def test_a_broken_document_is_a_named_error_and_the_next_is_read(
    reader: DocumentReader, tmp_path: Path, case: str
) -> None:
    name, make, error, says = CASES[case]
    with pytest.raises(errors.DocumentError) as caught:
        reader.read(make(tmp_path / name))
    assert type(caught.value) is error, caught.value
    assert says in str(caught.value)
    good = written(tmp_path / "good.html", b"<h1>Good</h1><p>It is read.</p>")
    assert reader.read(good).sections[0].text == "It is read."


def test_the_place_of_a_wrong_byte_is_told(reader: DocumentReader, tmp_path: Path) -> None:
    with pytest.raises(errors.WrongEncoding) as caught:
        reader.read(written(tmp_path / "a.csv", b"question,answer\nfine,fine\nbad,\xff\xfe\xfa\n"))
    assert str(caught.value.place) == "line 3"


def test_html_reads_no_other_file(reader: DocumentReader, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "secret.txt">]><p>It says &x;</p><iframe src="secret.txt"></iframe>'
    reading = reader.read(written(tmp_path / "a.html", page.encode()))
    assert "the secret" not in reading.sections[0].text


def test_deeply_nested_html_is_read_or_refused(reader: DocumentReader, tmp_path: Path) -> None:
    page = written(tmp_path / "a.html", b"<div>" * 100_000 + b"deep")
    try:
        assert "deep" in reader.read(page).sections[0].text
    except errors.DocumentError as error:
        assert type(error) in (errors.DocumentBroken, errors.DocumentEmpty)


def test_a_worker_that_dies_costs_one_document(tmp_path: Path) -> None:
    good = written(tmp_path / "good.html", b"<p>Good.</p>")
    slow = slow_pdf(tmp_path)
    others = set(workers())
    with DocumentReader() as reader:
        reader.read(good)
        [worker] = set(workers()) - others
        threading.Timer(0.3, worker.kill).start()
        with pytest.raises(errors.DocumentBroken, match="ended its process"):
            reader.read(slow)
        assert reader.read(good).sections
        [worker] = set(workers()) - others
        worker.kill()
        worker.wait()
        assert reader.read(good).sections
    assert set(workers()) == others


def test_a_document_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    good = written(tmp_path / "good.html", b"<p>Good.</p>")
    slow = slow_pdf(tmp_path)
    with DocumentReader(limit_s=0.01) as reader:
        reader.read(good)  # the first may take as long as the worker needs to start
        with pytest.raises(errors.DocumentTooSlow, match="split it"):
            reader.read(slow)
        assert reader.read(good).sections
