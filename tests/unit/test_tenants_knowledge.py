"""What differs between two guides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.tenants.knowledge import difference, knowledge_version, with_unread
from careline.tenants.model import GuidePassage, SourcePlace

pytestmark = pytest.mark.unit


def passage(number: int, text: str, file: str = "guide/en/d.md", language: str = "en") -> GuidePassage:
    source = SourcePlace(file=file, at=f"line {number}")
    return GuidePassage(id=f"d#{number}", document="d", language=language, title="T", text=text, source=source)


def guide(*texts: str) -> tuple[GuidePassage, ...]:
    return tuple(passage(number, text) for number, text in enumerate(texts, start=1))


def test_an_inserted_passage_changes_no_other() -> None:
    found = difference(guide("a", "b", "c"), guide("a", "new", "b", "c"))
    assert [p.text for p in found.added] == ["new"] or [p.text for p in found.changed] == ["new"]
    assert (found.kept, found.moved, len(found.removed)) == (3, 2, 0)


def test_changed_added_and_removed() -> None:
    found = difference(guide("a", "b", "c"), guide("a", "other"))
    assert [p.text for p in found.changed] == ["other"]
    assert [p.text for p in found.removed] == ["c"]
    assert (found.kept, found.same) == (1, False)


def test_a_place_is_no_part_of_a_version() -> None:
    elsewhere = tuple(p.model_copy(update={"source": SourcePlace(file="x", at="line 9")}) for p in guide("a", "b"))
    assert knowledge_version(elsewhere) == knowledge_version(guide("a", "b")) != knowledge_version(guide("b", "a"))
    assert difference(guide("a", "b"), elsewhere).same


def test_the_same_text_in_another_language_is_another_passage() -> None:
    chinese = passage(1, "a", language="zh")
    found = difference(guide("a"), (chinese,))
    assert (found.added, [p.language for p in found.removed], found.kept) == ((chinese,), ["en"], 0)


def test_of_an_unread_file_the_published_passages_stay() -> None:
    before = (*guide("a"), passage(7, "from the PDF", "guide/en/terms.pdf"))
    assert with_unread(before, guide("new"), ["guide/en/terms.pdf"]) == (*guide("new"), before[1])
    assert with_unread(before, guide("new"), []) == guide("new")


TEXTS = st.lists(st.sampled_from("abcdef"), max_size=8)


@given(TEXTS, TEXTS)
def test_every_passage_is_counted_once(before: list[str], after: list[str]) -> None:
    old, new = guide(*before), guide(*after)
    found = difference(old, new)
    assert len(found.added) + len(found.changed) + found.kept == len(new)
    assert len(found.removed) + len(found.changed) + found.kept == len(old)
    assert found.same == (knowledge_version(old) == knowledge_version(new))
