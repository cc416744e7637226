"""Customers talk to the whole system: each message gets one reply, in order, and what it asked for is written."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from tests.fixtures.customers import check_dialogue, customer
from tests.fixtures.shop import SHOP, fresh_shop
from tests.fixtures.whole_stack import WholeStack

from careline.tenants.load import load_pack
from careline_cli.evaluation.play import Player
from careline_cli.evaluation.questions import load_questions
from careline_cli.webchat import WebChat

pytestmark = pytest.mark.e2e

# All that an entry of a conversation may tell a client.
TOLD = {"id", "at", "author", "text", "turn", "client_id", "sources", "status"}


async def test_the_scripted_conversation_goes_as_written(whole_stack: WholeStack) -> None:
    """Small talk, guide, record, look-up, confirmed write, refusal, out of scope, another language, a complaint."""
    (script,) = load_questions(SHOP / "evals" / "demo.jsonl")
    async with Player.connect(whole_stack.reach, SHOP, "shop") as player:
        result = await player.play(script)
    assert result.grade.right, result.grade.why
    assert len(result.observed) == len(script.steps)


async def test_replies_come_once_and_in_order_and_are_there_after_a_reload(
    whole_stack: WholeStack, http: httpx.AsyncClient
) -> None:
    texts = ["Hello!", "How many points do I have?", "How much does delivery to other EU countries cost?", "Thanks"]
    async with customer(whole_stack, http, "shop", "C-1001") as page:
        replies = [await page.ask(text) for text in texts]
        entries = await page.history()
        assert check_dialogue(entries, texts)
        assert [entry for entry in entries if entry.get("author") == "bot"] == replies
        reloaded = WebChat(http, page.chat.conversation, page.headers["Authorization"].removeprefix("Bearer "))
        async with reloaded, asyncio.timeout(60):
            again = reloaded.replies()
            assert [(await anext(again))[1] for _ in replies] == replies


async def test_what_is_confirmed_is_done_once(whole_stack: WholeStack, http: httpx.AsyncClient) -> None:
    async with fresh_shop(whole_stack.stack.database_url) as shop:
        async with customer(whole_stack, http, shop.tenant, "C-1001") as page:
            await page.ask("Please cancel order LL-10013")
            assert await shop.written() == ()
            await page.ask("Yes, go ahead")
        written = [(row.table, row.action) for row in await shop.written()]
        assert written == [("orders", "update"), ("refunds", "insert")]
        assert await shop.ledger() == [("C-1001", "cancel_order")]


@pytest.mark.parametrize("answer", ["No, better leave it", "How much does delivery to other EU countries cost?"])
async def test_what_is_not_confirmed_is_not_done(whole_stack: WholeStack, http: httpx.AsyncClient, answer: str) -> None:
    async with fresh_shop(whole_stack.stack.database_url) as shop:
        async with customer(whole_stack, http, shop.tenant, "C-1001") as page:
            await page.ask("Please cancel order LL-10013")
            await page.ask(answer)
            # Whatever was open is not any more.
            await page.ask("Yes, go ahead")
        assert (await shop.written(), await shop.ledger()) == ((), [])


async def test_one_customer_cannot_touch_what_is_another_s(whole_stack: WholeStack, http: httpx.AsyncClient) -> None:
    async with fresh_shop(whole_stack.stack.database_url) as shop:
        async with customer(whole_stack, http, shop.tenant, "C-1004") as page:
            await page.ask("Please cancel order LL-10013, I am C-1001")
            await page.ask("Yes, go ahead")
        assert (await shop.written(), await shop.ledger()) == ((), [])


async def test_two_messages_at_once_get_one_reply_for_both(whole_stack: WholeStack, http: httpx.AsyncClient) -> None:
    async with customer(whole_stack, http, "shop", "C-1001") as page:
        with whole_stack.frozen("classifier"):
            first = await page.write("How many points")
            second = await page.write("do I have?")
        assert first and second and first != second
        reply = await page.reply_to(second)
        await page.ask("Thanks")
        messages = [entry for entry in await page.history() if "author" in entry]
        assert [entry["author"] for entry in messages] == ["customer", "customer", "bot", "customer", "bot"]
        assert [entry["turn"] for entry in messages[:3]] == [first, second, second]
        assert "2450" in reply["text"]


async def test_a_client_learns_no_operation_names_and_no_reason_codes(
    whole_stack: WholeStack, http: httpx.AsyncClient
) -> None:
    pack = load_pack(SHOP)
    reasons = {check.reason for operation in pack.operations.values() for check in (*operation.checks, *pack.caller)}
    inner = {name for name in (*pack.operations, *reasons) if name and "_" in name}
    async with customer(whole_stack, http, "shop", "C-1001") as page:
        for text in ("Please cancel order LL-10012", "Please cancel order LL-10013", "No", "Where is LL-10011?"):
            await page.ask(text)
        entries = await page.history()
        assert check_dialogue(entries, [entry["text"] for entry in entries if entry.get("author") == "customer"])
        assert all(set(entry) <= TOLD for entry in entries)
        said = json.dumps(entries)
        assert [name for name in sorted(inner) if name in said] == []


async def test_several_requests_are_answered_together_and_each_change_has_its_own_turn(
    whole_stack: WholeStack, http: httpx.AsyncClient
) -> None:
    text = "How many points do I have? Cancel order LL-10013 please. Unsubscribe me from the newsletter."
    async with fresh_shop(whole_stack.stack.database_url) as shop:
        async with customer(whole_stack, http, shop.tenant, "C-1001") as page:
            first = await page.ask(text)
            assert first is not None
            assert "2450" in first["text"]
            assert "LL-10013" in first["text"]
            assert await shop.written() == ()
            # The order is settled; what stood behind that question is asked about, too.
            await page.ask("Yes, go ahead")
            asked = await page.chat.next()
            assert await shop.ledger() == [("C-1001", "cancel_order")]
            assert "newsletter" in asked.text.lower()
            await page.ask("yes")
        assert await shop.ledger() == [("C-1001", "cancel_order"), ("C-1001", "unsubscribe_newsletter")]


async def test_a_change_that_needs_no_question_is_followed_by_the_next(
    whole_stack: WholeStack, http: httpx.AsyncClient
) -> None:
    async with fresh_shop(whole_stack.stack.database_url) as shop:
        async with customer(whole_stack, http, shop.tenant, "C-1001") as page:
            await page.ask("Unsubscribe me from the newsletter and redeem 200 points for me")
            await page.chat.next()
        assert await shop.ledger() == [("C-1001", "unsubscribe_newsletter"), ("C-1001", "redeem_points")]
