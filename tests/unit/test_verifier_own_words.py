"""What a sentence in somebody's own words has to pass: no claim of something done, no denial, no slip."""

from __future__ import annotations

import pytest

from careline.contracts.draft import AnswerDraft, Citation
from careline.contracts.evidence import Passage
from careline_verifier.domain.checks.own_words import check_own_words, has_own_words

pytestmark = pytest.mark.unit

TEXT = (
    "You can return unopened candles within 30 days. Opened candles cannot be returned. "
    "Refunds are paid to the card that was charged."
)
CHINESE = "未拆封的蜡烛可在30天内退货。已拆封的蜡烛不能退货。"


def passage(text: str) -> Passage:
    return Passage(
        id="r#1", document="r", version="1", language="en", title="Returns", question="Can I return it?", text=text
    )


def fault(answer: str, text: str = TEXT, language: str = "en", question: str = "can I return candles?") -> str | None:
    draft = AnswerDraft(text=answer, citations=(Citation(passage="r#1", quote=text),))
    found = check_own_words(draft, question, [passage(text)], (), language)
    return found.reason if found else None


@pytest.mark.parametrize(
    ("answer", "text", "language"),
    [
        (TEXT, TEXT, "en"),
        ("Within 30 days you can return unopened candles.", TEXT, "en"),
        ("Opened candles can't be returned.", TEXT, "en"),
        ("Refunds are paid to the card charged.", TEXT, "en"),
        ("Yes.", TEXT, "en"),
        ("30天内可退货未拆封的蜡烛。", CHINESE, "zh"),
        ("已拆封的蜡烛不可退货。", CHINESE, "zh"),
    ],
)
def test_what_the_quotes_say_passes(answer: str, text: str, language: str) -> None:
    assert fault(answer, text, language, "能退吗") is None


@pytest.mark.parametrize(
    ("answer", "reason", "text", "language"),
    [
        ("I have returned your candles.", "claims", TEXT, "en"),
        ("Your unopened candles have been returned.", "claims", TEXT, "en"),
        ("We will refund the card charged.", "claims", TEXT, "en"),
        ("Your refund was paid to the card.", "claims", TEXT, "en"),
        ("已为您退货未拆封的蜡烛。", "claims", CHINESE, "zh"),
        ("Opened candles can be returned.", "contrary", TEXT, "en"),
        ("You cannot return unopened candles within 30 days.", "contrary", TEXT, "en"),
        ("已拆封的蜡烛可退货。", "contrary", CHINESE, "zh"),
        ("The capital of Brazil is Brasilia.", "not in the quotes", TEXT, "en"),
        ("Opened cxndles cannot be returned within 30 days.", "spelling", TEXT, "en"),
        ("未拆封的蜡烛可在30天内退货。", "language", TEXT, "en"),
    ],
)
def test_what_they_do_not_say_is_refused(answer: str, reason: str, text: str, language: str) -> None:
    found = fault(answer, text, language)
    assert found is not None
    assert reason in found or reason == "language"


def test_an_extract_has_no_words_of_its_own() -> None:
    draft = AnswerDraft(text=f"Note.\n{TEXT}", citations=(Citation(passage="r#1", quote=TEXT),))
    assert not has_own_words(draft, ("Note.",))
    assert has_own_words(draft, ())
