"""Each check of the verifier by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.fixtures.library import library_pack
from tests.fixtures.operations import NOW, a_signer, checker, yes

from careline.contracts.base import TurnRef
from careline.contracts.draft import AnswerDraft, AskDraft, Citation, ProposalDraft, RefusalDraft
from careline.contracts.evidence import Passage
from careline.contracts.seals import diff_hash
from careline.contracts.turn import (
    Argument,
    ArgumentEvidence,
    EvidenceSource,
    Identity,
    Pending,
    PendingKind,
    RowChange,
    Turn,
)
from careline.contracts.understanding import Route, Understanding
from careline.operations.cases import case_arguments, case_diff
from careline.tenants.model import GuidePassage
from careline_verifier.domain.checks.cases import check_case
from careline_verifier.domain.checks.confirmation import check_answer, is_confirmed
from careline_verifier.domain.checks.grounding import check_grounding
from careline_verifier.domain.checks.policy import OperationDraft, check_policy
from careline_verifier.domain.checks.seal import ForgedTurn, check_turn
from careline_verifier.domain.reading import Change, Impossible, Question, Reading, Refusal, Success
from careline_verifier.domain.rounds import attempts_after, has_round_left
from careline_verifier.domain.verdict import Fault
from careline_verifier.domain.wishes import wishes_of

pytestmark = pytest.mark.unit

REF = TurnRef(tenant="mini", conversation="c-1", turn="t-1", epoch=0)
LOAN = Argument(name="loan", value="ML-1", evidence=ArgumentEvidence(source=EvidenceSource.TEXT, quote="ML-1"))
DIFF = (RowChange(table="loans", action="update", key={"number": "ML-1"}, old={"a": 1}, new={"a": 2}),)
OTHER = (RowChange(table="loans", action="update", key={"number": "ML-2"}, old={"a": 1}, new={"a": 2}),)
PROPOSAL = ProposalDraft(text="Shall I?", operation="o", arguments=(LOAN,), diff=DIFF, diff_hash=diff_hash(DIFF))
EMPTY = PROPOSAL.model_copy(update={"diff": (), "diff_hash": diff_hash(()), "text": "It is so."})
ASK = AskDraft(text="Which?", operation="o", arguments=(), missing=("loan",))
REFUSAL = RefusalDraft(text="No.", operation="o", arguments=(), reason="blocked")
VERIFIER = a_signer()


def turn(text: str = "yes", pending: Pending | None = None) -> Turn:
    return Turn(ref=REF, text=text, received_at=NOW, identity=Identity(visitor="v"), pending=pending)


@pytest.mark.parametrize(
    ("draft", "reading", "reason"),
    [
        (REFUSAL, Refusal("blocked", "No."), None),
        (REFUSAL, Refusal("other", "No."), "policy"),
        (REFUSAL, Refusal("blocked", "Not today."), "words"),
        (PROPOSAL, Refusal("blocked", "No."), "policy"),
        (EMPTY, Success("It is so."), None),
        (EMPTY, Success("It is so.", "already"), "policy"),
        (EMPTY, Success("It is not so."), "words"),
        (PROPOSAL, Success("It is so."), "policy"),
        (ASK, Question(("loan",), "Which?"), None),
        (ASK, Question(("loan", "days"), "Which?"), "policy"),
        (ASK, Question(("loan",), "Who?"), "words"),
        (PROPOSAL, Question(("loan",), "Which?"), "policy"),
        (PROPOSAL, Change(DIFF, "Shall I?", True), None),
        (PROPOSAL, Change(OTHER, "Shall I?", True), "diff"),
        (PROPOSAL, Change((*DIFF, *OTHER), "Shall I?", True), "diff"),
        (PROPOSAL, Change(DIFF, "Shall I really?", True), "words"),
        (PROPOSAL.model_copy(update={"diff_hash": diff_hash(OTHER)}), Change(DIFF, "Shall I?", True), "diff"),
        (EMPTY, Change(DIFF, "Shall I?", True), "diff"),
        (REFUSAL, Change(DIFF, "Shall I?", True), "policy"),
        (ASK, Change(DIFF, "Shall I?", True), "policy"),
        (PROPOSAL, Impossible(), "effect_without_rows"),
    ],
)
def test_a_draft_has_to_agree_with_the_verifiers_reading(
    draft: OperationDraft, reading: Reading, reason: str | None
) -> None:
    fault = check_policy(draft, reading)
    assert (fault is None) if reason is None else (fault is not None and reason in fault.reason)


GUIDE = GuidePassage(
    id="d#1",
    document="d",
    language="en",
    title="Delivery",
    text="Delivery takes 2 to 4 working days. Sundays are free.",
)
PASSAGE = Passage(id="d#1", document="d", version="1", language="en", title="Delivery", text=GUIDE.text)
GOOD = Citation(passage="d#1", quote="Delivery takes 2 to 4 working days.")


@pytest.mark.parametrize(
    ("text", "citations", "reason"),
    [
        (GOOD.quote, (GOOD,), None),
        ("Working days delivery takes: 2 to 4.", (GOOD,), None),
        (GOOD.quote, (), "nothing is cited"),
        (GOOD.quote, (GOOD.model_copy(update={"passage": "d#2"}),), "no such passage"),
        (GOOD.quote, (GOOD.model_copy(update={"quote": "Delivery takes 1 day."}),), "not a quote"),
        (GOOD.quote, (GOOD.model_copy(update={"quote": ""}),), "not a quote"),
        ("Delivery takes 2 to 5 working days.", (GOOD,), "a number of its own"),
        ("Your neighbour collects every parcel from our friendly robots.", (GOOD,), "words of its own"),
    ],
)
def test_an_answer_is_what_the_guide_says(text: str, citations: tuple[Citation, ...], reason: str | None) -> None:
    fault = check_grounding(AnswerDraft(text=text, citations=citations), "", [PASSAGE], [GUIDE], ())
    assert (fault is None) if reason is None else (fault is not None and reason in fault.reason)


def test_evidence_that_the_guide_does_not_have_is_retrievals_fault() -> None:
    forged = PASSAGE.model_copy(update={"text": "Everything is free."})
    draft = AnswerDraft(text=forged.text, citations=(Citation(passage="d#1", quote=forged.text),))
    assert check_grounding(draft, "", [forged], [GUIDE], ()) == Fault("grounding: not in the guide", "retrieval")


def test_the_packs_notes_may_not_be_left_out_and_count_as_said() -> None:
    with_note = AnswerDraft(text=f"Card 7 is blocked.\n{GOOD.quote}", citations=(GOOD,))
    assert check_grounding(with_note, "", [PASSAGE], [GUIDE], ("Card 7 is blocked.",)) is None
    without = AnswerDraft(text=GOOD.quote, citations=(GOOD,))
    fault = check_grounding(without, "", [PASSAGE], [GUIDE], ("Card 7 is blocked.",))
    assert fault is not None


@pytest.mark.parametrize(
    ("text", "asked", "wrong"),
    [
        ("Yes. Sundays are free.", "Are Sundays free?", False),
        ("Sundays are free.", "Are Sundays free?", False),
        ("No. Sundays are free.", "Are Sundays free?", True),
        ("Yes. Sundays are free.", "Are Mondays free?", True),
        ("Yes. Sundays are free.", "", True),
        ("不是。Sundays are free.", "Are Sundays free?", True),
        ("No, working days are free, Sundays 2 to 4.", "Are Sundays free?", True),  # its own words, and a wrong no
    ],
)
def test_a_yes_or_no_is_what_the_quotes_decide(text: str, asked: str, wrong: bool) -> None:
    quote = Citation(passage="d#1", quote="Sundays are free.")
    fault = check_grounding(AnswerDraft(text=text, citations=(quote, GOOD)), asked, [PASSAGE], [GUIDE], ())
    assert (fault == Fault("grounding: a yes or no of its own", "executor")) is wrong
    assert wrong or fault is None


def question(**update: Any) -> Pending:
    pending = Pending(
        kind=PendingKind.CONFIRM,
        operation="o",
        arguments=(LOAN,),
        asked_in="t-0",
        diff=DIFF,
        diff_hash=diff_hash(DIFF),
        expires_at=NOW + timedelta(minutes=10),
    )
    return VERIFIER.seal_pending("c-1", pending.model_copy(update=update))


@pytest.mark.parametrize(
    ("pending", "confirmed"),
    [
        (question(), True),
        (question(kind=PendingKind.NEEDS_INFO), False),
        (question(operation="p"), False),
        (question(arguments=()), False),
        (question(arguments=(LOAN.model_copy(update={"value": "ML-2"}),)), False),
        (question(diff_hash=diff_hash(OTHER)), False),
        (question(expires_at=NOW), False),
        (question().model_copy(update={"diff_hash": diff_hash(DIFF), "expires_at": NOW + timedelta(days=1)}), False),
        (question().model_copy(update={"seal": ""}), False),
        (a_signer().seal_pending("c-1", question()), False),
        (VERIFIER.seal_pending("c-2", question()), False),
        (None, False),
    ],
)
def test_only_a_yes_to_exactly_this_counts(pending: Pending | None, confirmed: bool) -> None:
    said_yes = yes(pending or question())
    assert is_confirmed(turn("yes", pending), said_yes, PROPOSAL, checker(VERIFIER), library_pack()) is confirmed


def test_without_a_yes_nothing_is_confirmed() -> None:
    silent = yes(question()).model_copy(update={"confirmation": None})
    assert not is_confirmed(turn("yes", question()), silent, PROPOSAL, checker(VERIFIER), library_pack())


@pytest.mark.parametrize(
    ("text", "fine"),
    [("yes", True), ("Leave it!", False), ("NO.", False), ("不要。", False), ("no problem, do it", True)],
)
def test_a_plain_no_is_never_read_as_yes(text: str, fine: bool) -> None:
    assert (check_answer(turn(text), yes(question()), library_pack()) is None) is fine


def test_a_case_is_about_the_whole_message() -> None:
    wishes = wishes_of(library_pack())
    asked = turn("terrible service")
    understanding = Understanding(language="en", route=Route.COMPLAINT, confidence=1)
    arguments = case_arguments(asked, Route.COMPLAINT)
    diff = case_diff(arguments)
    good = ProposalDraft(text="", operation="open_case", arguments=arguments, diff=diff, diff_hash=diff_hash(diff))
    assert check_case(good, asked, understanding, wishes) is None
    assert check_case(good, turn("lovely service"), understanding, wishes) is not None
    assert check_case(good, asked, understanding.model_copy(update={"route": Route.SUGGESTION}), wishes) is not None
    assert check_case(good, asked, understanding.model_copy(update={"route": Route.GUIDE}), wishes) is not None
    assert check_case(good.model_copy(update={"diff": DIFF}), asked, understanding, wishes) is not None


def test_an_event_has_to_be_about_its_turn() -> None:
    gateway = a_signer()
    sealed = gateway.seal_turn(turn())
    check_turn(REF.next_round(), sealed, checker(gateway))
    for update in ({"turn": "t-2"}, {"epoch": 1}, {"tenant": "shop"}, {"conversation": "c-2"}):
        with pytest.raises(ForgedTurn):
            check_turn(REF.model_copy(update=update), sealed, checker(gateway))
    with pytest.raises(ForgedTurn):
        check_turn(REF, turn(), checker(gateway))


def test_rounds_end_and_every_attempt_is_kept() -> None:
    assert [has_round_left(number, 2) for number in range(4)] == [True, True, False, False]
    understanding = Understanding(language="en", route=Route.GUIDE, confidence=1)
    draft = AnswerDraft(text="x", citations=(GOOD,))
    first = attempts_after((), 0, Fault("a", "executor"), understanding, draft)
    both = attempts_after(first, 1, Fault("b", "retrieval"), understanding, draft)
    assert [(attempt.round, attempt.stage, attempt.reason) for attempt in both] == [
        (0, "executor", "a"),
        (1, "retrieval", "b"),
    ]
    assert both[1].citations == ("d#1",)
