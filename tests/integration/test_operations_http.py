"""Operations over HTTP against a real business system: shown first, done once or not at all, and the truth told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.fixtures.courier import READ, WRITE
from tests.fixtures.operations import NO_CONTEXT, Counter, wants
from tests.fixtures.parcels import Others, desk, others, parcel_database, servers

from careline.contracts.draft import ProposalDraft
from careline.contracts.events import OperationApproved, TurnRejected, TurnVerified
from careline.contracts.seals import diff_hash
from careline.contracts.turn import RowChange
from careline.contracts.understanding import Route, Understanding
from careline.operations.cases import OPEN_CASE, case_arguments, case_diff
from careline.operations.orders import operation_key
from careline.systems.answers import Answer
from careline_executor.adapters.tenants import PostgresTenants
from careline_executor.domain.intent import Intent
from careline_executor.domain.request import make_request
from careline_executor.ports import Order
from careline_executor.sweeping import Sweeping

pytestmark = pytest.mark.integration
__all__ = ["desk", "others", "parcel_database", "servers"]

SAID = "send PX-100 to Quay 7"
UNKNOWN = "I could not find out whether the courier has taken the new address. A colleague will tell you."


def redirect(text: str = SAID, parcel: str = "PX-100", street: str = "Quay 7") -> Understanding:
    return wants("redirect_parcel", text, parcel=parcel, street=street)


async def approved(desk: Counter, conversation: str = "c-1") -> OperationApproved:
    return await desk.approved(await desk.turn(SAID, conversation=conversation), redirect())


def order_of(desk: Counter, event: OperationApproved) -> Order:
    approval = event.approval
    request = make_request(
        event.ref, desk.pack, approval.operation, event.turn.identity, approval.arguments, "en", event.turn.received_at
    )
    return Order(request, event.turn, approval, desk.now)


def difference(event: OperationApproved) -> tuple[RowChange, ...]:
    change = RowChange(
        table="courier.parcel",
        action="update",
        key={"number": "PX-100"},
        old={"street": "Quay 1"},
        new={"street": "Quay 7"},
    )
    assert diff_hash((change,)) == event.approval.diff_hash
    return (change,)


async def written(desk: Counter) -> tuple[int, ...]:
    """Entries, refusals, intents, attempts."""
    return tuple([await counted(desk, table) for table in ("entries", "refusals", "intents", "attempts")])


async def counted(desk: Counter, table: str) -> int:
    return int(await desk.owner.fetchval(f"SELECT count(*) FROM ledger.{table} WHERE tenant = $1", desk.tenant))


async def outcome(desk: Counter) -> str:
    """The latest."""
    query = "SELECT status FROM ledger.outcomes WHERE tenant = $1 ORDER BY number DESC LIMIT 1"
    return str(await desk.owner.fetchval(query, desk.tenant))


async def test_it_is_shown_done_once_and_told(desk: Counter, others: Others) -> None:
    drafted = await desk.draft(await desk.turn(SAID), redirect())
    assert isinstance(drafted.draft, ProposalDraft)
    assert "street Quay 1 -> Quay 7" in drafted.draft.text
    assert others.courier.changes() == []
    event = await desk.judge(drafted)
    assert isinstance(event, OperationApproved)
    assert event.approval.diff_hash == drafted.draft.diff_hash
    settled = await desk.settle(event)
    reply = await desk.conclude(settled)
    assert (reply.outcome, reply.text) == ("success", "Parcel PX-100 goes to Quay 7; receipt R-1.")
    assert others.courier.done == [("/parcels/PX-100/address", event.approval.idempotency_key)]
    assert await written(desk) == (1, 0, 1, 1)
    entry = await desk.row("SELECT diff FROM ledger.entries WHERE tenant = $1", desk.tenant)
    assert '"old": {"street": "Quay 1"}' in entry["diff"]


async def test_executor_and_verifier_come_with_secrets_of_their_own(desk: Counter, others: Others) -> None:
    await desk.reply(await desk.turn(SAID), redirect())
    used = [(seen.method, seen.headers["authorization"].removeprefix("Bearer ")) for seen in others.courier.seen]
    assert used == [("GET", WRITE), ("GET", READ), ("GET", WRITE), ("PUT", WRITE)]
    # What the verifier has is of no use for a change.
    values = {"parcel": "PX-100", "customer": "M-1", "address.street": "Quay 9"}
    assert (await desk.looking.of(desk.pack, "courier").call("redirectParcel", values)).status == 401
    assert others.courier.parcels["PX-100"]["address"] == {"street": "Quay 7"}


async def test_what_is_so_already_is_not_sent(desk: Counter, others: Others) -> None:
    text = "send PX-100 to Quay 1"
    reply = await desk.reply(await desk.turn(text), redirect(text, street="Quay 1"))
    assert reply.outcome == "success"
    assert others.courier.changes() == []
    assert await written(desk) == (0, 0, 0, 0)


async def test_a_refusal_of_the_preview_is_told_in_the_packs_words(desk: Counter, others: Others) -> None:
    text = "send PX-200 to Quay 7"
    reply = await desk.reply(await desk.turn(text), redirect(text, "PX-200"))
    assert (reply.outcome, reply.reason) == ("refused", "parcel_not_found")
    assert reply.text == "I can't find parcel PX-200 among yours."
    assert others.courier.changes() == []


async def test_a_definite_no_is_told_with_its_reason_and_is_not_repeated(desk: Counter, others: Others) -> None:
    text = "send PX-300 to Quay 7"
    event = await desk.approved(await desk.turn(text), redirect(text, "PX-300"))
    settled = await desk.settle(event)
    assert (settled.status, settled.reason) == ("refused", "already_delivered")
    reply = await desk.conclude(settled)
    assert (reply.outcome, reply.text) == ("refused", "Parcel PX-300 has been delivered already.")
    assert (await desk.settle(event)) == settled
    assert len(others.courier.changes()) == 1


async def test_a_no_that_the_pack_does_not_know_has_words_too(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    others.courier.parcels["PX-100"]["customer"] = "M-2"
    others.settings["CARELINE_SYSTEM_COURIER_SECRET"] = "wrong"
    settled = await desk.outside.intents.open(order_of(desk, event), difference(event))
    assert not hasattr(settled, "status")
    verdict = await desk.outside.carry(settled)  # type: ignore[arg-type]
    assert (verdict.status, verdict.reason, verdict.text) == (
        "refused",
        "declined",
        "The courier does not take this change.",
    )


@pytest.mark.parametrize(
    ("faults", "queries", "sendings"),
    [
        (["slow"], [], 1),
        (["error_after"], [], 1),
        (["drop_after"], [], 1),
        (["wrong_json"], [], 1),
        (["garbage"], [], 1),
        (["huge"], [], 1),
        (["error_after"], ["error_after", "drop_after", "garbage"], 1),
        (["error_before"], [], 2),
        (["drop_before"], [], 2),
        (["redirect"], [], 2),
        (["busy"], [], 2),
        (["drop_before", "drop_after"], ["drop_after"], 2),
    ],
)
async def test_a_fault_is_found_out_about_and_the_change_is_made_once(
    desk: Counter, others: Others, faults: list[str], queries: list[str], sendings: int
) -> None:
    event = await approved(desk)
    others.courier.faults, others.courier.query_faults = list(faults), list(queries)
    settled = await desk.settle(event)
    assert settled.status == "committed", settled
    reply = await desk.conclude(settled)
    assert reply.text == "Parcel PX-100 goes to Quay 7; receipt R-1."
    assert len(others.courier.done) == 1
    assert len(others.courier.changes()) == sendings
    assert {seen.headers["idempotency-key"] for seen in others.courier.changes()} == {event.approval.idempotency_key}
    assert await written(desk) == (1, 0, 1, sendings)


async def test_when_nobody_knows_a_human_gets_it_and_nothing_is_claimed(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    others.courier.faults, others.courier.query_faults = ["error_after"], ["error_after"] * 20
    settled = await desk.settle(event)
    assert (settled.status, settled.reason, settled.text) == ("unsettled", "outcome_unknown", UNKNOWN)
    reply = await desk.conclude(settled)
    assert (reply.outcome, reply.reason, reply.text) == ("handover", "outcome_unknown", UNKNOWN)
    assert reply.ledger_entry is None
    # A redelivery says the same, and sends nothing.
    assert await desk.settle(event) == settled
    assert len(others.courier.changes()) == 1
    assert await written(desk) == (0, 0, 1, 1)
    # Later the system answers again: the ledger learns of it, once.
    others.courier.query_faults = []
    sweeping = Sweeping(desk.outside, desk.intents, PostgresTenants(desk.executor), older=0)
    assert await sweeping.sweep() == 1
    assert await sweeping.sweep() == 0
    assert await written(desk) == (1, 0, 1, 1)
    assert (await desk.settle(event)).status == "committed"
    assert len(others.courier.done) == 1


async def test_what_never_arrived_is_recorded_as_not_done(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    others.courier.faults, others.courier.query_faults = ["drop_before"], ["garbage"] * 20
    assert (await desk.settle(event)).reason == "outcome_unknown"
    others.courier.query_faults = []
    assert await Sweeping(desk.outside, desk.intents, PostgresTenants(desk.executor), older=0).sweep() == 1
    assert await outcome(desk) == "not_done"
    assert others.courier.done == []
    # Who asks again is told what was told then.
    assert (await desk.settle(event)).reason == "outcome_unknown"


async def test_a_system_that_is_away_is_not_a_doubt(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    intent = await desk.outside.intents.open(order_of(desk, event), difference(event))
    desk.settings["CARELINE_SYSTEM_COURIER_URL"] = "http://127.0.0.1:9"
    settled = await desk.outside.carry(intent)  # type: ignore[arg-type]
    assert (settled.status, settled.reason, settled.text) == (
        "unsettled",
        "system_away",
        "A colleague will take over.",
    )
    assert others.courier.changes() == []
    assert await outcome(desk) == "not_done"


async def test_without_a_preview_it_is_handed_to_a_human_before_anything_is_sent(desk: Counter, others: Others) -> None:
    for fault in ("error_before", "huge", "garbage", "redirect", "drop_before", "wrong_json"):
        others.courier.look_faults = [fault] * 4
        drafted = await desk.draft(await desk.turn(SAID), redirect())
        assert drafted.draft.kind == "handover", fault
        event = await desk.judge(drafted)
        assert isinstance(event, TurnVerified)
        assert event.reply.outcome == "handover"
        others.courier.look_faults = []
    assert others.courier.changes() == []


async def test_a_redirect_is_never_followed(desk: Counter, others: Others) -> None:
    others.courier.elsewhere = others.settings["CARELINE_SYSTEM_CLUB_URL"]
    event = await approved(desk)
    others.courier.faults = ["redirect"]
    await desk.settle(event)
    assert others.club.secrets == []  # nothing came there


async def test_a_draft_that_shows_another_difference_is_rejected(desk: Counter, others: Others) -> None:
    drafted = await desk.draft(await desk.turn(SAID), redirect())
    draft = drafted.draft
    assert isinstance(draft, ProposalDraft)
    change = draft.diff[0].model_copy(update={"old": {"street": "Quay 2"}})
    forged = draft.model_copy(update={"diff": (change,), "diff_hash": diff_hash((change,))})
    event = await desk.judge(drafted, forged)
    assert isinstance(event, TurnRejected)
    assert event.attempts[-1].reason == "diff"


async def test_a_change_behind_our_back_makes_the_approval_stale(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    others.courier.parcels["PX-100"]["address"] = {"street": "Quay 3"}
    settled = await desk.settle(event)
    assert settled.status == "stale"
    assert others.courier.changes() == []
    reply = await desk.conclude(settled)
    assert reply.outcome == "confirm"
    assert "Quay 3 -> Quay 7" in reply.text


async def test_a_rule_that_fails_now_refuses(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    await desk.owner.execute(
        "UPDATE biz_parcels.members SET blocked = true WHERE id = 'M-1' AND tenant = $1", desk.tenant
    )
    settled = await desk.settle(event)
    assert (settled.status, settled.reason) == ("refused", "blocked")
    assert others.courier.changes() == []


async def test_an_approval_used_again_or_too_late_sends_nothing(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    settled = await asyncio.gather(*(desk.settle(event) for _ in range(5)))
    assert {each.status for each in settled} == {"committed"}
    assert len(others.courier.done) == 1
    text = "send PX-100 to Quay 8"
    late = await desk.approved(await desk.turn(text, conversation="c-2"), redirect(text, street="Quay 8"))
    await desk.later(timedelta(minutes=2))
    assert (await desk.settle(late)).status == "stale"
    assert len(others.courier.done) == 1


def another(desk: Counter, event: OperationApproved, operation: str, **update: Any) -> OperationApproved:
    """A second approval of the verifier's for the same turn."""
    key = operation_key(event.ref, operation)
    update |= {"operation": operation, "idempotency_key": key}
    approval = desk.verifier_key.seal_approval(event.approval.model_copy(update=update))
    return event.model_copy(update={"approval": approval})


async def test_a_turn_changes_one_thing_here_or_elsewhere(desk: Counter, others: Others) -> None:
    parcel = await approved(desk)
    arguments = case_arguments(parcel.turn, Route.COMPLAINT)
    case = {"arguments": arguments, "diff_hash": diff_hash(case_diff(arguments))}
    drafted = await desk.draft(parcel.turn, wants("spend_points", "spend 5 points", points=(5, "5")))
    assert isinstance(drafted.draft, ProposalDraft)
    points = {"arguments": drafted.draft.arguments, "diff_hash": drafted.draft.diff_hash}
    await desk.outside.intents.open(order_of(desk, parcel), difference(parcel))
    for operation, update in ((OPEN_CASE, case), ("spend_points", points)):  # while the first is on its way
        assert (await desk.settle(another(desk, parcel, operation, **update))).status == "void"
    assert (await desk.settle(parcel)).status == "committed"
    assert (await desk.settle(another(desk, parcel, "spend_points", **points))).status == "void"

    filed = await desk.approved(
        await desk.turn("send PX-100 to Quay 9", conversation="c-2"), redirect("send PX-100 to Quay 9", street="Quay 9")
    )
    arguments = case_arguments(filed.turn, Route.COMPLAINT)
    case = {"arguments": arguments, "diff_hash": diff_hash(case_diff(arguments))}
    assert (await desk.settle(another(desk, filed, OPEN_CASE, **case))).status == "committed"
    assert (await desk.settle(filed)).status == "void"
    assert len(others.courier.changes()) == 1


@pytest.mark.parametrize("sent", [False, True])
async def test_one_key_is_not_used_for_other_values(desk: Counter, others: Others, sent: bool) -> None:
    event = await approved(desk)
    intent = await desk.outside.intents.open(order_of(desk, event), difference(event))
    assert isinstance(intent, Intent)
    if sent:
        assert await desk.outside.intents.begin(intent, 1, desk.now) == "sent"
    parcel, street = event.approval.arguments
    changes = tuple(each.model_copy(update={"new": {"street": "Quay 8"}}) for each in difference(event))
    values = (parcel, street.model_copy(update={"value": "Quay 8"}))
    other = another(desk, event, "redirect_parcel", arguments=values, diff_hash=diff_hash(changes))
    assert (await desk.settle(other)).status == "void"
    assert others.courier.changes() == []
    settled = await desk.settle(event)  # as if nothing had been
    assert settled.status == "committed"
    assert '"Quay 8"' not in str(
        await desk.owner.fetchval("SELECT diff FROM ledger.entries WHERE tenant = $1", desk.tenant)
    )


@pytest.mark.parametrize("over", [True, False])
async def test_what_another_executor_has_sent_is_not_declared_void(desk: Counter, others: Others, over: bool) -> None:
    """Two executors have the same approval; one has sent it when the turn or the approval is over for the other."""
    event = await approved(desk)
    opened = [await desk.outside.intents.open(order_of(desk, event), difference(event)) for _ in range(2)]
    one, other = (each for each in opened if isinstance(each, Intent))
    assert await desk.outside.intents.begin(one, 1, desk.now) == "sent"
    if over:
        await desk.current(event.ref.model_copy(update={"epoch": 1}))
    else:
        await desk.later(timedelta(minutes=2))
    settled = await desk.outside.carry(other)
    assert settled.status in ("void", "unsettled")
    assert (await counted(desk, "refusals"), others.courier.changes()) == (0, [])
    assert await desk.owner.fetchval("SELECT count(*) FROM ledger.outcomes WHERE status = 'void'") == 0


async def test_a_takeover_before_the_intent_and_one_after_it_both_void_it(desk: Counter, others: Others) -> None:
    before = await approved(desk)
    await desk.current(before.ref.model_copy(update={"epoch": 1}))
    assert (await desk.settle(before)).status == "void"
    after = await approved(desk, "c-2")
    intent = await desk.outside.intents.open(order_of(desk, after), difference(after))
    await desk.current(after.ref.model_copy(update={"epoch": 1}))
    settled = await desk.outside.carry(intent)  # type: ignore[arg-type]
    assert settled.status == "void"
    assert (await desk.settle(after)).status == "void"
    assert others.courier.changes() == []
    assert (await desk.concluding(await desk.settle(after), NO_CONTEXT)).outputs == ()  # type: ignore[union-attr]


class Crash(BaseException):
    """The process is gone."""


class Crashing:
    """The systems, but the executor dies at the first change: before the call leaves, or when it was done."""

    def __init__(self, systems: Any, when: str) -> None:
        self.systems, self.when = systems, when

    def of(self, pack: Any, name: str) -> Any:
        self.system = self.systems.of(pack, name)
        return self

    def check(self, call: str, values: Any) -> None:
        self.system.check(call, values)

    async def call(self, call: str, values: Any, key: Any = None) -> Answer:
        if key is None or self.when == "":
            return await self.system.call(call, values, key)  # type: ignore[no-any-return]
        if self.when == "after":
            await self.system.call(call, values, key)
        raise Crash


@pytest.mark.parametrize(("when", "sendings"), [("before", 1), ("after", 1)])
async def test_an_executor_that_died_is_taken_up_by_the_next(
    desk: Counter, others: Others, when: str, sendings: int
) -> None:
    event = await approved(desk)
    object.__setattr__(desk.outside, "systems", Crashing(desk.systems, when))
    with pytest.raises(Crash):
        await desk.settle(event)
    assert len(others.courier.done) == (1 if when == "after" else 0)
    object.__setattr__(desk.outside, "systems", desk.systems)
    settled = await desk.settle(event)
    assert settled.status == "committed"
    assert (await desk.conclude(settled)).outcome == "success"
    assert len(others.courier.done) == 1
    assert len(others.courier.changes()) == sendings
    assert await written(desk) == (1, 0, 1, 2 if when == "before" else 1)


async def test_one_that_died_and_came_back_after_the_takeover_sends_nothing(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    object.__setattr__(desk.outside, "systems", Crashing(desk.systems, "before"))
    with pytest.raises(Crash):
        await desk.settle(event)
    object.__setattr__(desk.outside, "systems", desk.systems)
    await desk.current(event.ref.model_copy(update={"epoch": 1}))
    assert (await desk.settle(event)).status == "void"
    assert others.courier.changes() == []


async def test_without_key_and_query_it_is_sent_once_and_a_doubt_goes_to_a_human(desk: Counter, others: Others) -> None:
    text = "2 pieces of PX-100 are broken"
    understanding = wants("report_damage", text, parcel="PX-100", pieces=(2, "2"))
    turn, said_yes = await desk.confirmed(text, understanding)
    event = await desk.approved(turn, said_yes)
    others.courier.faults = ["error_after"]
    settled = await desk.settle(event)
    assert (settled.status, settled.reason) == ("unsettled", "outcome_unknown")
    assert await desk.settle(event) == settled
    assert [seen.body for seen in others.courier.changes()] == [
        {"customer": "M-1", "parcel": "PX-100", "pieces": 2, "kind": "broken"}
    ]
    assert others.courier.changes()[0].headers["x-channel"] == "chat"
    assert "idempotency-key" not in others.courier.changes()[0].headers


async def test_what_is_in_doubt_is_not_done_on_top_by_asking_again(desk: Counter, others: Others) -> None:
    text = "2 pieces of PX-100 are broken"
    understanding = wants("report_damage", text, parcel="PX-100", pieces=(2, "2"))
    others.courier.faults = ["drop_after"]
    assert (await desk.reply(*await desk.confirmed(text, understanding))).reason == "outcome_unknown"
    again = await desk.reply(*await desk.confirmed(text, understanding, conversation="c-2"))
    assert (again.outcome, again.reason) == ("handover", "outcome_unknown")
    assert len(others.courier.changes()) == 1
    other = "3 pieces of PX-100 are broken"
    understanding = wants("report_damage", other, parcel="PX-100", pieces=(3, "3"))
    assert (await desk.reply(*await desk.confirmed(other, understanding, conversation="c-3"))).outcome == "success"
    # Whoever knows says so, and it may be asked for again.
    await desk.owner.execute(
        """
        INSERT INTO ledger.outcomes (tenant, id, conversation, turn, status, source, actor, why)
        SELECT tenant, id, conversation, turn, 'not_done', 'human', 'ada', 'asked them' FROM ledger.attempts
        WHERE tenant = $1 AND conversation = 'c-1'
        """,
        desk.tenant,
    )
    understanding = wants("report_damage", text, parcel="PX-100", pieces=(2, "2"))
    last = await desk.reply(*await desk.confirmed(text, understanding, conversation="c-4"))
    assert last.outcome == "success"


async def test_without_a_preview_its_arguments_are_shown_and_confirmed(desk: Counter, others: Others) -> None:
    text = "2 pieces of PX-100 are broken"
    reply = await desk.reply(await desk.turn(text), wants("report_damage", text, parcel="PX-100", pieces=(2, "2")))
    assert reply.outcome == "confirm"
    assert reply.pending is not None
    assert reply.pending.diff[0].new == {
        "customer": "M-1", "parcel": "PX-100", "pieces": 2, "kind": "broken", "X-Channel": "chat",
    }  # fmt: skip
    assert others.courier.seen == []


HOSTILE = [
    "../PX-200",
    "..",
    ".",
    "PX-100/address",
    "PX-100\\..",
    "PX-100?customer=M-2",
    "PX-100#x",
    "PX-100%2F..%2FPX-200",
    "PX-100&customer=M-2",
    "PX-100;customer=M-2",
    "PX-100 HTTP/1.1",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("value", HOSTILE)
async def test_a_hostile_value_stays_a_value(desk: Counter, others: Others, value: str) -> None:
    text = f"send {value} to Quay 7"
    drafted = await desk.draft(await desk.turn(text), redirect(text, value))
    assert drafted.draft.kind in ("refusal", "handover")
    for seen in others.courier.seen:
        path, _, query = seen.target.partition("?")
        assert path.startswith("/parcels/")
        assert path.count("/") == 2
        assert query == "customer=M-1"
    assert others.courier.changes() == []


async def test_a_hostile_body_stays_a_field(desk: Counter, others: Others) -> None:
    street = '7", "customer": "M-2'
    text = f"send PX-100 to {street}"
    reply = await desk.reply(await desk.turn(text), redirect(text, street=street))
    assert reply.outcome == "success"
    assert others.courier.changes()[0].body == {"customer": "M-1", "address": {"street": street}}


async def test_a_value_that_the_description_does_not_take_is_not_sent(desk: Counter, others: Others) -> None:
    street = "Quay " + "7" * 100  # the courier takes 80
    text = f"send PX-100 to {street}"
    drafted = await desk.draft(await desk.turn(text), redirect(text, street=street))
    assert drafted.draft.kind == "handover"
    assert others.courier.changes() == []


async def test_nobody_can_change_what_was_recorded(desk: Counter, others: Others) -> None:
    await desk.settle(await approved(desk))
    for table in ("intents", "attempts", "outcomes"):
        for statement in (f"DELETE FROM ledger.{table}", f"UPDATE ledger.{table} SET turn = 'x'"):
            with pytest.raises(Exception, match=r"append-only|permission denied"):
                async with desk.executor.tenant(desk.tenant) as connection:
                    await connection.execute(statement)
            with pytest.raises(Exception, match="append-only"):
                await desk.owner.execute(statement)
        async with desk.executor.tenant("parcels") as connection:
            assert await connection.fetchval(f"SELECT count(*) FROM ledger.{table}") == 0
