"""A customer's operation from draft to reply: executor and verifier on a real Postgres with their own roles."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fixtures.operations import Counter, about, counter, wants

from careline.contracts.reply import Outcome
from careline.contracts.understanding import Confirmation, Route

pytestmark = pytest.mark.integration
__all__ = ["counter"]

RETURN = "return loan ML-1001 please"


async def test_a_confirmed_operation_is_committed_and_told(counter: Counter) -> None:
    asked = await counter.reply(await counter.turn(RETURN), wants("return_book", RETURN, loan="ML-1001"))
    assert asked.outcome is Outcome.CONFIRM
    assert asked.text.startswith("Shall I return The Tin Lighthouse (ML-1001)?")
    assert asked.pending is not None
    assert [change.new for change in asked.pending.diff] == [{"status": "returned"}, {"points": 45}]
    assert (await counter.row("SELECT status FROM biz_mini.loans WHERE tenant = 'mini' AND number = 'ML-1001'"))[
        0
    ] == "open"

    turn, said_yes = await counter.confirmed(RETURN, wants("return_book", RETURN, loan="ML-1001"))
    reply = await counter.reply(turn, said_yes)
    assert (reply.outcome, reply.text) == (Outcome.SUCCESS, "Loan ML-1001 is returned.")
    assert reply.ledger_entry is not None
    assert await loan(counter, "ML-1001") == "returned"
    assert await counter.row("SELECT points FROM biz_mini.members WHERE tenant = 'mini' AND id = 'M-1'") == (45,)
    assert counter.cache.customers == [("mini", "M-1")]
    # The other tenant of the same pack has rows with the same keys.
    assert await loan(counter, "ML-1001", "mini~copy") == "open"


async def test_what_is_so_already_writes_nothing(counter: Counter) -> None:
    text = "return loan ML-1004"
    reply = await counter.reply(await counter.turn(text, "M-2"), wants("return_book", text, loan="ML-1004"))
    assert (reply.outcome, reply.reason) == (Outcome.SUCCESS, "already_returned")
    assert await counter.count("ledger.entries") == 0


async def test_missing_arguments_are_asked_for_and_the_question_is_sealed(counter: Counter) -> None:
    reply = await counter.reply(await counter.turn("extend my loan"), wants("extend_loan", "extend my loan"))
    assert (reply.outcome, reply.reason) == (Outcome.NEEDS_INFO, "missing_args")
    assert reply.pending is not None
    assert reply.pending.missing == ("loan", "days")
    assert reply.pending.seal


@pytest.mark.parametrize(
    ("customer", "text", "arguments", "reason"),
    [
        ("M-1", "extend ML-1001 by 31 days", {"loan": "ML-1001", "days": (31, "31")}, "days_out_of_range"),
        ("M-3", "extend ML-1005 by 7 days", {"loan": "ML-1005", "days": (7, "7")}, "blocked"),
        ("M-99", "extend ML-1005 by 7 days", {"loan": "ML-1005", "days": (7, "7")}, "not_in_system"),
        ("M-1", "extend ML-1003 by 7 days", {"loan": "ML-1003", "days": (7, "7")}, "loan_not_found"),
        ("M-1", "extend ML-1002 by 7 days", {"loan": "ML-1002", "days": (7, "7")}, "not_extendable"),
        (None, "extend ML-1001 by 7 days", {"loan": "ML-1001", "days": (7, "7")}, "sign_in"),
    ],
)
async def test_rules_refuse_in_their_order(
    counter: Counter, customer: str | None, text: str, arguments: dict[str, Any], reason: str
) -> None:
    reply = await counter.reply(await counter.turn(text, customer), wants("extend_loan", text, **arguments))
    assert (reply.outcome, reply.reason) == (Outcome.REFUSED, reason)
    assert await counter.count("ledger.entries") == 0


async def test_a_policy_by_expression_asks_only_when_it_holds(counter: Counter) -> None:
    short = "extend ML-1001 by 7 days"
    reply = await counter.reply(await counter.turn(short), wants("extend_loan", short, loan="ML-1001", days=(7, "7")))
    assert reply.outcome is Outcome.SUCCESS
    long = "extend ML-1001 by 20 days"
    reply = await counter.reply(await counter.turn(long), wants("extend_loan", long, loan="ML-1001", days=(20, "20")))
    assert reply.outcome is Outcome.CONFIRM
    assert "2040-01-17" in reply.text
    assert "2040-02-06" in reply.text


async def test_no_means_no(counter: Counter) -> None:
    turn, said_yes = await counter.confirmed(RETURN, wants("return_book", RETURN, loan="ML-1001"))
    reply = await counter.reply(turn, said_yes.model_copy(update={"confirmation": Confirmation.NO}))
    assert (reply.outcome, reply.text) == (Outcome.CANCELLED, "All right, nothing was changed.")
    assert await loan(counter, "ML-1001") == "open"


async def test_a_number_and_a_moment_of_the_write_are_told_and_kept(counter: Counter) -> None:
    for number in (1, 2):
        reply = await counter.reply(await counter.turn("note hello"), wants("leave_note", "note hello", text="hello"))
        assert (reply.outcome, reply.text) == (Outcome.SUCCESS, f"Note {number} is kept.")
    rows = await counter.owner.fetch("SELECT id, text, at, tenant FROM biz_mini.notes ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, "hello", counter.now, "mini"), (2, "hello", counter.now, "mini")]
    entry = await counter.row("SELECT result, written FROM ledger.entries ORDER BY committed_at LIMIT 1")
    assert '"notes.id": 1' in entry["result"]


async def test_a_delete_shows_whole_rows(counter: Counter) -> None:
    text = "forget my old loans"
    turn, said_yes = await counter.confirmed(text, wants("forget_loans", text), customer="M-2")
    assert turn.pending is not None
    assert turn.pending.diff[0].old["title"] == "Nine Lanterns"
    reply = await counter.reply(turn, said_yes)
    assert reply.text == "Forgotten: 1."
    assert await loan(counter, "ML-1004") is None
    assert await loan(counter, "ML-1004", "mini~copy") == "returned"


async def test_an_effect_without_rows_goes_to_a_human(counter: Counter) -> None:
    text = "forget my old loans"
    reply = await counter.reply(await counter.turn(text), wants("forget_loans", text))
    assert reply.outcome is Outcome.HANDOVER


async def test_a_look_up_answers_without_a_write(counter: Counter) -> None:
    reply = await counter.reply(await counter.turn("list my loans"), wants("list_loans", "list my loans"))
    assert (reply.outcome, reply.text) == (Outcome.SUCCESS, "2 loans.")
    assert await counter.count("ledger.entries") == 0


async def test_complaints_are_numbered_per_tenant(counter: Counter) -> None:
    for number, tenant in ((1, "mini"), (2, "mini"), (1, "mini~copy")):
        turn = await counter.turn("your service is terrible", None, tenant=tenant)
        reply = await counter.reply(turn, about(Route.COMPLAINT))
        assert (reply.outcome, reply.case) == (Outcome.CASE, f"C-00000{number}")
        assert f"C-00000{number}" in reply.text
    rows = await counter.owner.fetch("SELECT tenant, number, kind, text FROM ledger.cases ORDER BY 1, 2")
    assert tuple(rows[0]) == ("mini", 1, "complaint", "your service is terrible")
    assert len(rows) == 3


async def test_a_fact_is_read_anew_and_worded(counter: Counter) -> None:
    reply = await counter.reply(await counter.turn("my points"), about(Route.BASIC_INFO, fact="points"))
    assert (reply.outcome, reply.text, reply.field) == (Outcome.ANSWER, "You have 40 points.", "points")
    stranger = await counter.reply(await counter.turn("my points", "M-99"), about(Route.BASIC_INFO, fact="points"))
    assert stranger.text == "I can't find you among our members."
    visitor = await counter.reply(await counter.turn("my points", None), about(Route.BASIC_INFO, fact="points"))
    assert (visitor.outcome, visitor.reason, visitor.operation) == (Outcome.REFUSED, "sign_in", None)


@pytest.mark.parametrize(
    ("route", "more", "outcome", "text"),
    [
        (Route.SMALL_TALK, {"intent": "thanks"}, Outcome.SMALL_TALK, "You're welcome."),
        (Route.OUT_OF_SCOPE, {}, Outcome.OUT_OF_SCOPE, "I can only help with the library."),
        (Route.HUMAN, {}, Outcome.HANDOVER, "I'm handing you over to a colleague."),
        (Route.GUIDE, {}, Outcome.HANDOVER, "Our guide does not say. A colleague can help."),
    ],
)
async def test_words_of_the_pack(
    counter: Counter, route: Route, more: dict[str, Any], outcome: Outcome, text: str
) -> None:
    reply = await counter.reply(await counter.turn("so"), about(route, **more))
    assert (reply.outcome, reply.text) == (outcome, text)


async def loan(counter: Counter, number: str, tenant: str = "mini") -> Any:
    return await counter.owner.fetchval(
        "SELECT status FROM biz_mini.loans WHERE tenant = $1 AND number = $2", tenant, number
    )
