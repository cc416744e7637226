"""One example of every event, for tests: a customer asks, is asked to confirm, and an order is cancelled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from careline.contracts.base import Event, TurnRef, derive_id
from careline.contracts.draft import AnswerDraft, Citation, ProposalDraft
from careline.contracts.events import (
    ConversationChanged,
    OperationApproved,
    OperationSettled,
    TurnClassified,
    TurnDrafted,
    TurnGrounded,
    TurnReceived,
    TurnRejected,
    TurnVerified,
)
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.mood import Emotion, Mood
from careline.contracts.reply import Approval, Outcome, Reply, Told
from careline.contracts.seals import Checker, Signer, diff_hash
from careline.contracts.spent import Spent
from careline.contracts.turn import (
    Argument,
    ArgumentEvidence,
    EvidenceSource,
    Exchange,
    Identity,
    Pending,
    PendingKind,
    RowChange,
    Turn,
)
from careline.contracts.understanding import Attempt, Confirmation, CustomerFacts, Request, Route, Span, Understanding

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
# Known to everybody: it seals examples, nothing else.
VERIFIER = Signer(Ed25519PrivateKey.from_private_bytes(b"k" * 32))
VERIFIED_BY = Checker(VERIFIER.key.public_key())
REF = TurnRef(tenant="shop", conversation="c-1", turn=derive_id("turn", "shop", "c-1", 2), epoch=0)
CUSTOMER = Identity(visitor="v-1", customer="C-1001", assurance="signed")
TEXT = "Please cancel order LL-10023"
ORDER = Argument(
    name="order",
    value="LL-10023",
    evidence=ArgumentEvidence(source=EvidenceSource.TEXT, quote="LL-10023", turn=REF.turn, start=20, end=28),
)
DIFF = (
    RowChange(
        table="orders",
        action="update",
        key={"number": "LL-10023"},
        old={"status": "placed"},
        new={"status": "cancelled"},
    ),
)
PASSAGE = Passage(
    id="delivery#1",
    document="delivery",
    version="1f0c",
    language="en",
    title="Delivery",
    question="How long does delivery take?",
    text="Delivery takes two to four working days.",
    score=0.031,
    similarity=0.82,
)


def turn(text: str = TEXT, ref: TurnRef = REF, pending: Pending | None = None) -> Turn:
    """A turn of a signed customer, unsealed."""
    return Turn(
        ref=ref,
        text=text,
        received_at=NOW,
        identity=CUSTOMER,
        history=(
            Exchange(turn=derive_id("turn", "shop", "c-1", 1), customer="Hello", reply="Hi!", outcome="small_talk"),
        ),
        pending=pending,
    )


def pending() -> Pending:
    """An open confirmation question, unsealed."""
    return Pending(
        kind=PendingKind.CONFIRM,
        operation="cancel_order",
        arguments=(ORDER,),
        asked_in=REF.turn,
        diff=DIFF,
        diff_hash=diff_hash(DIFF),
        expires_at=NOW + timedelta(minutes=10),
    )


def understanding() -> Understanding:
    """A request to cancel an order."""
    return Understanding(
        language="en",
        route=Route.OPERATION,
        confidence=0.97,
        intent="cancel_order",
        operation="cancel_order",
        arguments=(ORDER,),
        facts=CustomerFacts(known=True, values={"name": "Ada", "points": 120}),
        mood=Mood(emotion=Emotion.ANXIETY, intensity=0.55, urgency="high", trend="rising"),
        embedding=b"\x00\x3c" * 4,
    )


def approval() -> Approval:
    """The permission to cancel it, unsigned."""
    return Approval(
        ref=REF,
        identity=CUSTOMER,
        operation="cancel_order",
        arguments=(ORDER,),
        diff_hash=diff_hash(DIFF),
        expires_at=NOW + timedelta(minutes=1),
        idempotency_key=derive_id("operation", "shop", "c-1", REF.turn, "cancel_order"),
    )


def spent(role: Literal["classifier", "executor", "verifier"]) -> tuple[Spent, ...]:
    """The small tier asked once."""
    one = Spent(
        role=role,
        tier="small",
        model="careline-small",
        calls=1,
        prompt_tokens=840,
        cached_tokens=608,
        completion_tokens=42,
        prompt_chars=3120,
        completion_chars=160,
        money=0.0002,
        ms=212.5,
    )
    return (one,)


def examples() -> tuple[Event, ...]:
    """One of each event type, in the order of a turn."""
    asked, grasp = turn(), understanding()
    guide = grasp.model_copy(update={"route": Route.GUIDE, "operation": None, "arguments": (), "intent": "guide"})
    evidence = Evidence(passages=(PASSAGE,), operations=("cancel_order",))
    answer = AnswerDraft(text=PASSAGE.text, citations=(Citation(passage=PASSAGE.id, quote=PASSAGE.text),))
    proposal = ProposalDraft(
        text="Shall I cancel order LL-10023?",
        operation="cancel_order",
        arguments=(ORDER,),
        diff=DIFF,
        diff_hash=diff_hash(DIFF),
        confirm=True,
    )
    confirmed = grasp.model_copy(update={"confirmation": Confirmation.YES})
    attempt = Attempt(round=0, stage="executor", reason="quote_not_in_passage", route=Route.GUIDE)
    question = Reply(
        outcome=Outcome.CONFIRM,
        text=proposal.text,
        language="en",
        operation="cancel_order",
        arguments=(ORDER,),
        pending=pending(),
        urgency="high",
    )
    return (
        TurnReceived(ref=REF, turn=asked),
        TurnClassified(ref=REF, turn=asked, understanding=guide, spent=spent("classifier")),
        TurnGrounded(ref=REF, turn=asked, understanding=guide, evidence=evidence),
        TurnDrafted(ref=REF, turn=asked, understanding=guide, evidence=evidence, draft=answer, spent=spent("executor")),
        TurnDrafted(ref=REF, turn=asked, understanding=grasp, evidence=Evidence(), draft=proposal),
        TurnRejected(ref=REF.next_round(), turn=asked, attempts=(attempt,), spent=spent("verifier")),
        VERIFIER.seal_reply(TurnVerified(ref=REF, reply=question, spent=spent("verifier"))),
        OperationApproved(ref=REF, approval=approval(), turn=asked, understanding=confirmed),
        OperationSettled(
            ref=REF,
            turn=asked,
            understanding=confirmed,
            approval=approval(),
            status="committed",
            text="Order LL-10023 is cancelled.",
            diff=DIFF,
            ledger_entry=approval().idempotency_key,
        ),
        OperationSettled(
            ref=REF,
            turn=asked,
            understanding=confirmed,
            approval=approval(),
            status="unsettled",
            reason="outcome_unknown",
            text="I could not find out whether it was done. A colleague will tell you.",
        ),
        ConversationChanged(ref=REF, change="delivered", at=NOW, detail={"offset": 2}),
        *_several(),
    )


def _several() -> tuple[Event, ...]:
    """An order is to be cancelled, a question answered beside it, and an address waits for a turn of its own."""
    text = "Please cancel order LL-10023. How long does delivery take? And send LL-10024 to Berlin."
    asked = turn(text)
    question, other = Span(start=30, end=58), Span(start=59, end=len(text))
    guide = Request(route=Route.GUIDE, confidence=0.9, intent="guide", span=question, embedding=b"\x00\x3c" * 4)
    grasp = understanding().model_copy(
        update={"arguments": (ORDER,), "span": Span(start=0, end=29), "further": (guide,), "later": (other,)}
    )
    citation = Citation(passage=PASSAGE.id, quote=PASSAGE.text)
    proposal = ProposalDraft(
        text="Shall I cancel order LL-10023?",
        operation="cancel_order",
        arguments=(ORDER,),
        diff=DIFF,
        diff_hash=diff_hash(DIFF),
        confirm=True,
    )
    told = Told(outcome=Outcome.ANSWER, text=PASSAGE.text, span=question, citations=(citation,))
    reply = Reply(
        outcome=Outcome.CONFIRM,
        text=f"{PASSAGE.text}\n\n{proposal.text}",
        language="en",
        operation="cancel_order",
        arguments=(ORDER,),
        pending=pending(),
        beside=(told,),
        later=(other,),
    )
    return (
        TurnDrafted(
            ref=REF,
            turn=asked,
            understanding=grasp,
            evidence=Evidence(further=((PASSAGE,),)),
            draft=proposal,
            further=(AnswerDraft(text=PASSAGE.text, citations=(citation,)),),
        ),
        VERIFIER.seal_reply(TurnVerified(ref=REF, reply=reply)),
    )
