"""`careline chat`, `token` and `inbox` against a running gateway."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer.main
from click.testing import CliRunner, Result
from tests.fixtures.gateway import AGENT_TOKEN, CUSTOMER_SECRET, PATIENCE, Gateway, Lab, lab, until

from careline.contracts.events import TurnReceived
from careline.contracts.reply import Outcome, Reply
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.publish import publish
from careline_cli import webchat
from careline_cli.app import app
from careline_cli.errors import CommandError
from careline_cli.tenants.customers import stranger_note
from careline_cli.webchat import ChatError, WebChat

pytestmark = pytest.mark.integration
__all__ = ["lab"]

ENV = {"CARELINE_CUSTOMER_SECRET": CUSTOMER_SECRET, "CARELINE_AGENT_TOKEN": AGENT_TOKEN, "COLUMNS": "160"}


async def careline(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    """Exit code, output and error of a command, called as the entry point calls it."""

    def call() -> Result:
        return CliRunner().invoke(typer.main.get_command(app), list(arguments), input=stdin, env=ENV)

    result = await asyncio.to_thread(call)
    if isinstance(result.exception, CommandError):
        return 2, result.stdout, result.exception.message
    return result.exit_code, result.stdout, result.stderr


async def ok(*arguments: str) -> str:
    code, out, err = await careline(*arguments)
    assert code == 0, err
    return out


async def inbox(gateway: Gateway, *arguments: str) -> str:
    return await ok("inbox", *arguments, "--url", gateway.url)


async def test_lines_in_are_replies_out(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        code, out, err = await careline("chat", "-c", "C-7", "--json", "--url", gateway.url, stdin="hi\n\nthere\n")
    assert (code, err) == (0, "")
    first, second = (json.loads(line) for line in out.splitlines())
    assert (first["text"], second["text"]) == ("You said: hi", "You said: there")
    assert [first["turn"], second["turn"]] == [event.ref.turn for event in lab.received]
    assert first["ms"] > 0
    assert lab.received[0].turn.identity.customer == "C-7"


async def test_ctrl_c_ends_a_chat_without_a_traceback(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder():
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "careline_cli", "chat", "--json", "--url", gateway.url)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=os.environ | ENV
        )
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"hi\n")
        async with asyncio.timeout(PATIENCE):
            await process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


async def test_a_signed_token_opens_the_customers_chat(lab: Lab) -> None:
    token = (await ok("token", "--customer", "C-9", "--tenant", "bank")).strip()
    async with lab.gateway() as gateway, lab.responder():
        visitor = await gateway.visit("bank", token=token)
        await visitor.say("hello")
        await visitor.until_said("You said: hello")
    assert lab.received[0].turn.identity.customer == "C-9"


async def test_an_unknown_business_and_a_dead_gateway_are_said_in_a_line(lab: Lab) -> None:
    async with lab.gateway() as gateway:
        code, _, err = await careline("chat", "-t", "nobody", "--json", "--url", gateway.url)
        assert code == 2
        assert "nobody" in err
        url = gateway.url
    code, _, err = await careline("inbox", "list", "--url", url)
    assert code == 2
    assert "does not answer" in err


async def test_a_refusal_is_a_sentence_with_what_to_do(lab: Lab) -> None:
    async with lab.gateway() as gateway:
        with pytest.raises(ChatError) as refused:
            async with httpx.AsyncClient(base_url=gateway.url) as http:
                await WebChat.open(http, "nobody", None, "")
        assert refused.value.message == (
            "The gateway refused: no business 'nobody' is served here (404 unknown_tenant)."
        )
        assert "careline tenant list" in refused.value.hint
        with pytest.raises(ChatError) as refused:
            async with httpx.AsyncClient(base_url=f"{gateway.url}/nowhere") as http:
                await WebChat.open(http, "shop", None, "")
        assert "{" not in refused.value.message
        code, _, err = await careline("chat", "-c", " ", "--url", gateway.url)
        assert (code, err) == (2, "The customer's name is empty.")
        code, _, err = await careline("chat", "-c", "C-1", "--url", "localhost:80")
        assert (code, err) == (2, "'localhost:80' is no address of a gateway.")


async def test_a_gateway_that_restarts_mid_chat_is_told_and_found_again(lab: Lab) -> None:
    links: list[bool] = []
    async with lab.responder():
        async with lab.gateway() as gateway:
            port = int(gateway.url.rpartition(":")[2])
            http = httpx.AsyncClient(base_url=gateway.url, timeout=30)
            chat = await WebChat.open(http, "shop", None, "")
            chat.on_link = links.append
            await chat.__aenter__()
            assert (await chat.ask("before")).text == "You said: before"
        await until(lambda: _is(links == [False]))
        asked = asyncio.create_task(chat.ask("meanwhile"))
        async with lab.gateway(CARELINE_HTTP_PORT=port):
            assert (await asked).text == "You said: meanwhile"
            await until(lambda: _is(links == [False, True]))
            await chat.__aexit__()
    await http.aclose()


async def test_a_gateway_that_stays_away_ends_a_chat_with_a_sentence(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webchat, "_AWAY_S", 0.5)
    async with lab.gateway() as gateway:
        http = httpx.AsyncClient(base_url=gateway.url, timeout=30)
        chat = await (await WebChat.open(http, "shop", None, "")).__aenter__()
    with pytest.raises(ChatError, match="does not answer"):
        await chat.ask("anybody there?")
    await chat.__aexit__()
    await http.aclose()


async def test_a_customer_whom_nobody_knows_is_noted(lab: Lab) -> None:
    mini = Path(__file__).parents[1] / "data" / "packs" / "mini"
    async with lab.owner() as connection:
        await publish(load_pack(mini, {}), connection, rows=RowOptions(folder=mini, customers=5, environ={}))
    assert await stranger_note(lab.owner_url, "mini", "M-1") is None
    note = await stranger_note(lab.owner_url, "mini", "NOBODY")
    assert note is not None
    assert "'NOBODY'" in note
    assert "M-1, M-2, M-3" in note
    assert await stranger_note(lab.owner_url, "no-such-business", "M-1") is None
    assert await stranger_note("postgresql://127.0.0.1:1/none", "mini", "M-1") is None


@pytest.mark.parametrize("turn", ["abc", "", "..", "00000000-0000"])
async def test_what_is_no_turns_id_is_told_before_anybody_is_asked(turn: str) -> None:
    code, _, err = await careline("trace", turn)
    assert (code, "is no turn's id: one looks like " in err) == (2, True)


async def _is(true: bool) -> bool:
    return true


def hand_over(event: TurnReceived) -> Reply:
    return Reply(outcome=Outcome.HANDOVER, text="Somebody will write.", language="en", reason="asked")


async def test_a_person_answers_from_the_inbox_and_hands_back(lab: Lab) -> None:
    async with lab.gateway() as gateway, lab.responder(hand_over):
        visitor = await gateway.visit(customer="C-1")
        await visitor.say("a person please")
        await visitor.until_said("Somebody will write.")
        await visitor.say("my parcel is broken")
        rows: list[dict[str, Any]] = json.loads(await inbox(gateway, "list", "--json"))
        assert [(row["conversation"], row["status"]) for row in rows] == [(visitor.conversation, "waiting")]
        short = visitor.conversation[:8]
        assert visitor.conversation in await inbox(gateway, "list")
        assert "unanswered: my parcel is broken" in await inbox(gateway, "show", short)
        assert "human" in await inbox(gateway, "take", short, "--as", "Ada")
        code, _, err = await careline("inbox", "answer", short, "hi", "--as", "Bob", "--url", gateway.url)
        assert (code, "Ada has this conversation" in err) == (2, True)
        await inbox(gateway, "answer", short, "A new one is on its way.", "--as", "Ada")
        history = await visitor.until_said("A new one is on its way.")
        assert history[-1]["author"] == "agent"
        await inbox(gateway, "hand-back", short, "--as", "Ada")
        assert json.loads(await inbox(gateway, "list", "--json")) == []
        await inbox(gateway, "take", visitor.conversation, "--as", "Ada")
        await inbox(gateway, "resolve", visitor.conversation, "--as", "Ada")

        async def closed() -> bool:
            return (await visitor.history())[-1].get("status") == "closed"

        await until(closed)
