"""A pack's guide made of documents: what becomes of them, and what becomes of those that cannot be read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.fixtures.documents import pdf, word

from careline.tenants.load import load_pack, read_folder

pytestmark = pytest.mark.component

PACKS = Path(__file__).parents[1] / "data" / "packs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "papers"
    shutil.copytree(PACKS / "papers", copied)
    return copied


def test_documents_become_passages_with_headings_and_places(folder: Path) -> None:
    loaded = read_folder(folder, {})
    assert loaded.pack is not None, loaded.problems
    assert loaded.notes == ()
    found = {(p.language, p.id): p for p in loaded.pack.guide}
    dog = found["en", "visit.html#4"]
    assert dog.path == ("Visit us", "How do I get there?", "May I bring my dog?")
    assert (dog.title, dog.question) == ("Visit us – How do I get there?", "May I bring my dog?")
    assert str(dog.source) == "guide/en/visit.html, line 19"
    assert found["en", "workshop.docx#3"].path == ("Workshop rules", "Children", "Age")
    assert found["zh", "questions.csv#photos"].asked == ("能不能照相", "允许摄影吗")
    assert str(found["zh", "questions.csv#photos"].source) == "guide/questions.csv, row 3"
    assert load_pack(folder, {}).version == loaded.pack.version


def test_an_article_knows_its_place_too() -> None:
    first = load_pack(PACKS / "mini", {}).guide[0]
    assert first.path == ("Borrowing books", "How long may I keep a book?")
    assert str(first.source) == "guide/en/lending.md, line 3"


def test_what_cannot_be_read_is_named_and_the_rest_is_served(folder: Path) -> None:
    whole = load_pack(folder, {}).guide
    english, chinese = folder / "guide" / "en", folder / "guide" / "zh"
    chinese.mkdir(exist_ok=True)
    (english / "cut.pdf").write_bytes(pdf(english / "cut.pdf", [(11, False, "Text")]).read_bytes()[:400])
    (english / "old.doc").write_bytes(b"anything")
    (english / "~$workshop.docx").write_bytes(b"what Word leaves behind")
    (chinese / "rubbish.md").write_bytes(b"# \x00\xff")
    word(folder / "guide" / "lost.docx", (None, "Text"))
    (folder / "guide" / "fr").mkdir()
    (folder / "guide" / "fr" / "page.html").write_text("<p>Bonjour</p>")
    loaded = read_folder(folder, {})
    assert loaded.pack is not None, loaded.problems
    assert loaded.pack.guide == whole
    said = {note.partition(":")[0]: note for note in loaded.notes}
    assert set(said) == {
        "guide/en/cut.pdf",
        "guide/en/old.doc",
        "guide/zh/rubbish.md, line 1",
        "guide/lost.docx",
        "guide/fr",
    }
    assert "save it as .docx" in said["guide/en/old.doc"]
    assert "guide/en/" in said["guide/lost.docx"]


def test_an_unreadable_article_is_not_held_against_its_translation(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(PACKS / "mini", tmp_path / "mini")
    (tmp_path / "mini" / "guide" / "zh" / "lending.md").write_bytes(b"\xff\xfe\x00\x00\xff")
    loaded = read_folder(tmp_path / "mini", {})
    assert loaded.pack is not None, loaded.problems
    assert "guide/zh/lending.md" in loaded.notes[0]
    assert {p.id for p in loaded.pack.guide if p.language == "zh"} == {"opening#1"}


def test_rows_of_a_common_table_have_to_say_their_language(folder: Path) -> None:
    table = folder / "guide" / "questions.csv"
    table.write_text("question,answer,language\nA?,One.,en\nB?,Two.,\nC?,Three.,fr\nD?,Vier.,EN\n")
    loaded = read_folder(folder, {})
    assert loaded.pack is not None, loaded.problems
    assert [p.question for p in loaded.pack.guide if p.document == "questions.csv"] == ["A?", "D?"]
    assert [note.partition(": ")[2] for note in loaded.notes] == [
        "left out: no language is given (en, zh)",
        "left out: its language is 'fr', not one of en, zh",
    ]


def test_an_id_that_is_given_twice_stays_unique(folder: Path) -> None:
    table = folder / "guide" / "en" / "twice.csv"
    table.write_text("id,question,answer\nx,A?,One.\nx,B?,Two.\n2,C?,Three.\n")
    loaded = read_folder(folder, {})
    assert loaded.pack is not None, loaded.problems
    identities = [p.id for p in loaded.pack.guide if p.document == "twice.csv"]
    assert len(set(identities)) == 3
    assert identities[0] == "twice.csv#x"
