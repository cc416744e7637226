"""What own words of an answer may not say."""

from __future__ import annotations

from typing import Any

import pytest
from tests.component.test_models_verifier import PASSAGE, QUOTE
from tests.component.test_verifier_handlers import REF
from tests.fixtures.library import library_pack
from tests.fixtures.operations import NOW, about
from tests.fixtures.understanding import said_before, says

from careline.contracts.draft import AnswerDraft, Citation
from careline.contracts.understanding import CustomerFacts, Route
from careline.tenants.safety import Safety
from careline_verifier.domain.checks.spoken import check_spoken
from careline_verifier.domain.inquiry import Turning

pytestmark = pytest.mark.unit

PACK = library_pack().model_copy(
    update={
        "safety": Safety.model_validate(
            {"after": {"words": {"en": ["cheaper elsewhere"]}, "promises": {"en": ["guarantee"], "zh": ["保证"]}}}
        )
    }
)


def fault(text: str, **more: Any) -> str | None:
    facts = CustomerFacts(known=True, values={"name": "Ada", "email": "ada@example.org"})
    understanding = about(Route.GUIDE).model_copy(update={"facts": facts})
    turning = Turning(REF, says("does it cost anything?", **more), understanding, PACK, NOW)
    draft = AnswerDraft(text=f"{QUOTE}\n{text}", citations=(Citation(passage=PASSAGE.id, quote=QUOTE),))
    found = check_spoken(draft, turning, (PASSAGE,), ())
    return found.reason if found else None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It costs 3 EUR.", None),
        ("You are an idiot.", "safety: words that would alarm"),
        ("It is Cheaper Elsewhere.", "safety: a word that is never said"),
        ("Write to <email 1>.", "safety: a word that is never said"),
        ("We guarantee it.", "safety: a promise that is not in the guide"),
        ("我们保证没问题。", "safety: a promise that is not in the guide"),
        ("There are guarantees.", None),  # another word
        ("Write to ada@example.org.", None),
        ("Write to bob@example.com.", "safety: personal data of somebody else"),
        ("Mr Brown has it, call +44 20 7946 0958.", "safety: personal data of somebody else"),
    ],
)
def test_own_words(text: str, reason: str | None) -> None:
    assert fault(text) == reason


def test_an_earlier_reply_is_not_contradicted() -> None:
    before = (said_before("what does it cost?", "A reminder costs 3 EUR each week."),)
    otherwise = "A reminder costs 5 EUR each week."
    assert fault(otherwise, history=before) == "safety: an earlier reply said otherwise"
    assert fault("A reminder costs 3 EUR each week.", history=before) is None
    assert fault("A lost book costs 5 EUR.", history=before) is None
    assert fault(otherwise) is None


@pytest.mark.parametrize(
    ("earlier", "now", "contrary"),
    [
        ("Opened lanterns can be returned.", "Opened lanterns can not be returned.", True),
        ("Opened lanterns can't be returned.", "Opened lanterns can be returned.", True),
        ("Opened lanterns can be returned.", "Opened lanterns can be returned.", False),
        ("Opened lanterns can be returned.", "Opened books can not be returned.", False),
        ("打开的灯笼可以退货。", "打开的灯笼不可以退货。", True),
    ],
)
def test_nor_is_its_contrary_said(earlier: str, now: str, contrary: bool) -> None:
    found = fault(now, history=(said_before("may I return it?", earlier),))
    assert found == ("safety: an earlier reply said otherwise" if contrary else None)


def test_what_the_customer_said_herself_may_be_said_to_her() -> None:
    past = (said_before("write to bob@example.com"),)
    assert fault("Write to bob@example.com.", history=past) is None
