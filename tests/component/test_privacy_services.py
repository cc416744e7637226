"""What a customer says about herself stays inside: no log line, span, dead letter or error text of any service has it.

Every service runs its real handlers on the broker in memory, with ports that log her words, put them on spans, and
fail with errors that quote them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from tests.component.test_executor_handlers import FakeBusiness
from tests.component.test_executor_settling import FakeLedger
from tests.component.test_insight_recording import MemoryLog
from tests.component.test_verifier_handlers import FakeRecords as VerifierRecords
from tests.fixtures.gateway_site import Site, message
from tests.fixtures.library import FixedPacks, library_pack
from tests.fixtures.messaging import until
from tests.fixtures.operations import NOW, Forgotten, a_signer, about, checker, wants
from tests.fixtures.privacy import SECRETS, TEXT, Careless, Leaving, leaked, leaving
from tests.fixtures.understanding import FakeFacts, FakeRecords, FixedMinds, LetterEncoder, says

from careline.contracts.base import Event, derive_id
from careline.contracts.draft import HandoverDraft
from careline.contracts.events import (
    OperationApproved,
    OperationSettled,
    TurnClassified,
    TurnDrafted,
    TurnGrounded,
    TurnReceived,
    TurnVerified,
)
from careline.contracts.evidence import Evidence
from careline.contracts.reply import Approval, Outcome, Reply
from careline.contracts.topics import DEAD_LETTERS, TOPICS, TURNS_VERIFIED, Topic
from careline.contracts.turn import Turn
from careline.contracts.understanding import Route, Understanding
from careline.messaging import MemoryBroker, MemoryTransport, MessagingSettings, Output, Service, Subscription, on
from careline.telemetry import setup_tracing
from careline_classifier.handlers import Classifier
from careline_executor.handlers import Drafting, Settling
from careline_executor.ports import Settlement
from careline_gateway.handlers import Conversations
from careline_insight.handlers import recorder
from careline_retrieval.handlers import Grounding
from careline_verifier.domain.judging import Judge
from careline_verifier.domain.outputs import Press
from careline_verifier.handlers import Concluding, Verifying

pytestmark = pytest.mark.component

GATEWAY, CLASSIFIER, VERIFIER = a_signer(), a_signer(), a_signer()
BY_TYPE = {topic.event: topic for topic in TOPICS if topic.event}
Failing = Callable[[str], Exception] | None


def quoting(text: str) -> Exception:
    return ValueError(f"cannot read {text!r}")


def database_says(text: str) -> Exception:
    return RuntimeError(
        'duplicate key value violates unique constraint "customers_name"\n'
        f"DETAIL:  Key (name)=(Lovelace) already exists. Failing row contains (1, Lovelace, {text})."
    )


class NoGuide:
    """Implements retrieval's `Guides` and `Guide`."""

    async def of(self, tenant: str) -> tuple[Any, NoGuide]:
        return library_pack(), self

    async def search(self, *_: object) -> tuple[()]:
        return ()


def a_turn() -> Turn:
    return GATEWAY.seal_turn(says(TEXT))


def grasp() -> Understanding:
    return wants("extend_loan", TEXT, loan="ML-1001", days=(7, "7"))


def approval() -> Approval:
    turn = a_turn()
    key = derive_id("operation", turn.ref.tenant, turn.ref.conversation, turn.ref.turn, "extend_loan")
    found = Approval(
        ref=turn.ref,
        identity=turn.identity,
        operation="extend_loan",
        arguments=grasp().arguments,
        diff_hash="0" * 64,
        expires_at=NOW,
        idempotency_key=key,
    )
    return VERIFIER.seal_approval(found)


def event_of(kind: type[Event]) -> Event:
    """An event of the customer's turn."""
    turn, guide = a_turn(), about(Route.GUIDE, intent="guide")
    shop = turn.ref.model_copy(update={"tenant": "shop"})  # a business that the gateway's rule book knows
    reply = Reply(outcome=Outcome.ANSWER, text=TEXT, language="en")
    made: dict[type[Event], Callable[[], Event]] = {
        TurnReceived: lambda: TurnReceived(ref=turn.ref, turn=turn),
        TurnClassified: lambda: TurnClassified(ref=turn.ref, turn=turn, understanding=guide),
        TurnGrounded: lambda: TurnGrounded(ref=turn.ref, turn=turn, understanding=grasp()),
        TurnDrafted: lambda: TurnDrafted(
            ref=turn.ref,
            turn=turn,
            understanding=grasp(),
            evidence=Evidence(),
            draft=HandoverDraft(reason="asked", text="A person will answer."),
        ),
        OperationApproved: lambda: OperationApproved(
            ref=turn.ref, approval=approval(), turn=turn, understanding=grasp()
        ),
        OperationSettled: lambda: OperationSettled(
            ref=turn.ref, turn=turn, understanding=grasp(), approval=approval(), status="committed", text=TEXT
        ),
        TurnVerified: lambda: VERIFIER.seal_reply(TurnVerified(ref=shop, reply=reply)),
    }
    return made[kind]()


@dataclass(frozen=True)
class Case:
    """A service's real handlers behind careless ports, and the event they get."""

    name: str
    event: type[Event]
    handlers: Callable[[Failing], Any]


def classifier(failing: Failing) -> Any:
    minds, encoder = Careless(FixedMinds(), None), Careless(LetterEncoder(), None)
    facts, records = Careless(FakeFacts(), failing), Careless(FakeRecords(), failing)
    return Classifier(minds, encoder, facts, records, checker(GATEWAY), CLASSIFIER).receive


def settling(failing: Failing) -> Any:
    ledger = Careless(FakeLedger(Settlement("committed")), failing)
    gateway, verifier = checker(GATEWAY), checker(VERIFIER)
    return Settling(Careless(FixedPacks(), None), ledger, Forgotten(), gateway, verifier, lambda: NOW)


def verifying(kind: Any) -> Callable[[Failing], Any]:
    def made(failing: Failing) -> Any:
        packs, records = Careless(FixedPacks(), failing), Careless(VerifierRecords(), failing)
        judge = Judge(checker(VERIFIER), checker(CLASSIFIER))
        return kind(packs, records, checker(GATEWAY), judge, Press(VERIFIER), lambda: NOW)

    return made


def gateway(failing: Failing) -> Any:
    site = Site()
    store: Any = Careless(site.store, failing)
    rules = site.conversations.rule_book
    return Conversations(
        store, site.outbox, site.hub, rules, GATEWAY, checker(VERIFIER), setup_tracing("gateway"), lambda: NOW
    ).on_verified


CASES = [
    Case("classifier", TurnReceived, classifier),
    Case("retrieval", TurnClassified, lambda failing: Grounding(Careless(NoGuide(), failing), LetterEncoder())),
    Case("executor", TurnGrounded, lambda f: Drafting(Careless(FixedPacks(), None), Careless(FakeBusiness(), f))),
    Case("executor-settling", OperationApproved, settling),
    Case("verifier", TurnDrafted, verifying(Verifying)),
    Case("verifier-concluding", OperationSettled, verifying(Concluding)),
    Case("gateway", TurnVerified, gateway),
    Case("insight", TurnReceived, lambda failing: recorder(Careless(MemoryLog(), failing), checker(VERIFIER))),
]


async def run(case: Case, failing: Failing, out: Leaving, exporting: bool = True) -> Sequence[Any]:
    """Hand the event to the service, wait until it is finished with it, and return the dead letters."""
    broker = MemoryBroker()
    for topic in TOPICS:
        broker.create(topic.name, topic.partitions)
    source: Topic = BY_TYPE[case.event]
    subscription: Subscription = on(source, case.handlers(failing))
    settings = MessagingSettings(bootstrap_servers="memory:1", group_prefix="test", commit_interval=0.02)
    tracing = setup_tracing(case.name, exporter=out.spans if exporting else None)
    transport = MemoryTransport(broker)
    service = Service(case.name, settings, [subscription], TOPICS, transport=transport, tracing=tracing)
    async with service:
        await until(lambda: service.health().ready)
        await service.publish(Output(source, event_of(case.event)))
        await until(lambda: sum(broker.committed(source.name, service.group(source)).values()))
    return broker.records(DEAD_LETTERS.name)


@pytest.mark.parametrize("failing", [None, quoting, database_says], ids=["well", "quoting", "database"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_nothing_that_leaves_a_service_has_the_customer_s_data(case: Case, failing: Failing) -> None:
    with leaving() as out:
        dead = await run(case, failing, out)
    told = "".join(f"{name}={value.decode()}" for record in dead for name, value in record.headers)
    # The ports did tell, so that silence proves something.
    assert leaked(out.bare.getvalue()) == list(SECRETS)
    assert "customer.said" in out.text()
    assert "extend ML-1001 by 7 days" in out.text()
    assert leaked(out.text()) == []
    if failing:
        assert len(dead) == 1
        assert "dead_reason=" in told
        assert leaked(told) == []
        assert "Lovelace" not in told


async def test_a_dead_letter_says_why_without_saying_who() -> None:
    with leaving() as out:
        (dead,) = await run(CASES[1], quoting, out)
    reason = dict(dead.headers)["dead_reason"].decode()
    assert "ValueError: cannot read 'extend ML-1001 by 7 days. My name is <name>, mail <email>, phone <phone>" in reason
    assert TEXT.encode()[:60] in (dead.value or b"")  # the original stays replayable, byte for byte


async def test_the_web_api_s_errors_say_nothing() -> None:
    site = Site()
    path, token = await site.visit()
    site.conversations.store = Careless(site.store, quoting)  # type: ignore[assignment]
    with leaving() as out:
        answer = await site.http.post(
            f"{path}/messages", json=message(TEXT), headers={"Authorization": f"Bearer {token}"}
        )
    assert answer.status_code == 500
    assert leaked(answer.text) == []
    assert leaked(out.bare.getvalue()) == list(SECRETS)
    assert "unexpected error" in out.written.getvalue()
    assert leaked(out.text()) == []


async def test_a_turn_that_logs_and_exports_nothing_is_not_searched_for_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[str] = []

    def conceal(text: str) -> str:
        searched.append(text)
        return text

    for module in ("privacy.logs", "telemetry.concealing", "messaging.deadletters", "messaging.retry"):
        monkeypatch.setattr(f"careline.{module}.conceal", conceal)
    keys = (checker(GATEWAY), CLASSIFIER)
    understood = Classifier(FixedMinds(), LetterEncoder(), FakeFacts(), FakeRecords(), *keys).receive
    case = Case("classifier", TurnReceived, lambda _: understood)
    with leaving() as out:
        assert await run(case, None, out, exporting=False) == []
        assert searched == []
        await run(case, None, out)
    assert searched


def test_every_topic_with_events_of_a_turn_is_covered() -> None:
    consumed = {case.event for case in CASES}
    assert TURNS_VERIFIED.event in consumed
    assert {TurnReceived, TurnClassified, TurnGrounded, TurnDrafted, OperationApproved, OperationSettled} <= consumed
