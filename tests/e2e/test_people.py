"""A person takes over from the bot, answers, and gives the conversation back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.fixtures.customers import Customer, customer
from tests.fixtures.shop import fresh_shop
from tests.fixtures.whole_stack import WholeStack

from careline_cli.inbox_api import InboxApi

pytestmark = pytest.mark.e2e

AGENT = {"agent": "ada"}


@pytest.fixture
def inbox(whole_stack: WholeStack) -> Iterator[InboxApi]:
    with InboxApi(whole_stack.reach.gateway, whole_stack.reach.agent_token) as api:
        yield api


def statuses(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["status"] for entry in entries if "status" in entry]


async def answered_by(page: Customer, author: str) -> str:
    """The next text of that author on the stream."""
    async with asyncio.timeout(60):
        async for _, entry in page.chat.replies():
            if entry["author"] == author:
                return str(entry["text"])
    raise AssertionError("the stream ended")


async def test_a_person_answers_and_hands_back(
    whole_stack: WholeStack, http: httpx.AsyncClient, inbox: InboxApi
) -> None:
    async with customer(whole_stack, http, "shop", "C-1001") as page:
        where = ("shop", page.chat.conversation)
        assert await page.ask("I want to talk to a human")
        assert statuses(await page.history()) == ["waiting"]
        assert where[1] in [row["conversation"] for row in inbox.list()]
        # While a person has it, nobody else answers.
        assert inbox.act("take", *where, AGENT) == "human"
        assert await page.write("My lantern flickers. Is it broken?") is None
        assert inbox.show(*where)["unanswered"] == ["My lantern flickers. Is it broken?"]
        inbox.act("answer", *where, AGENT | {"text": "Try another bulb first."})
        assert await answered_by(page, "agent") == "Try another bulb first."
        # What is unanswered at the hand-back is the bot's first turn.
        assert await page.write("How many points do I have?") is None
        assert inbox.act("hand-back", *where, AGENT) == "bot"
        assert "2450" in await answered_by(page, "bot")
        assert await page.ask("Thank you, bye")
        authors = [entry["author"] for entry in await page.history() if "author" in entry]
        assert authors == ["customer", "bot", "customer", "agent", "customer", "bot", "customer", "bot"]
        assert statuses(await page.history()) == ["waiting", "human", "bot"]


async def test_what_was_to_be_confirmed_is_void_after_a_takeover(
    whole_stack: WholeStack, http: httpx.AsyncClient, inbox: InboxApi
) -> None:
    async with fresh_shop(whole_stack.stack.database_url) as shop:
        async with customer(whole_stack, http, shop.tenant, "C-1001") as page:
            await page.ask("Please cancel order LL-10013")
            where = (shop.tenant, page.chat.conversation)
            inbox.act("take", *where, AGENT)
            inbox.act("hand-back", *where, AGENT)
            assert await page.ask("Yes, go ahead")
        assert (await shop.written(), await shop.ledger()) == ((), [])
