"""`careline chat`."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.status import Status
from rich.text import Text

from careline_cli.reach import Reach, checked_customer
from careline_cli.tenants.customers import stranger_note
from careline_cli.webchat import Answer, ChatError, WebChat

app = typer.Typer()

_NO_HURRY = 86_400.0
_LINK = {
    False: "[yellow]The gateway is away; trying to reach it again ... (Ctrl-D ends the chat)[/yellow]",
    True: "[green]The gateway is back; the conversation goes on.[/green]",
}
_STAGES = {
    "understanding": "[dim]reading your message ...[/dim]",
    "looking": "[dim]looking in the guide ...[/dim]",
    "again": "[dim]taking a second look ...[/dim]",
}
_COLOURS = {"bot": "cyan", "agent": "magenta"}


@app.command()
def chat(
    tenant: Annotated[str, typer.Option("--tenant", "-t", help="Which business.")] = "shop",
    customer: Annotated[
        str | None, typer.Option("--customer", "-c", help="Talk as this signed customer; without: a visitor.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: lines from standard input, an object per reply.")
    ] = False,
    patience: Annotated[float, typer.Option(help="Seconds to wait for a reply.", min=1)] = 60,
    url: Annotated[str | None, typer.Option(help="A gateway's address; without: the running stack's.")] = None,
) -> None:
    """Talk to a business in the terminal, over the same web-chat API as a customer's page.

    Ctrl-D or Ctrl-C ends it. With --json, each line of standard input is a message, and each reply one line:
    {"turn", "author", "text", "sources", "ms"}.
    """
    reach = Reach.find(url)
    with suppress(KeyboardInterrupt):
        asyncio.run(_chat(reach, tenant, customer, as_json, patience))


async def _chat(reach: Reach, tenant: str, customer: str | None, as_json: bool, patience: float) -> None:
    secret = reach.signing_secret() if customer is not None and checked_customer(customer) else ""
    aside = Console(stderr=True, highlight=False, soft_wrap=True)
    async with httpx.AsyncClient(base_url=reach.gateway, timeout=30) as http:
        opened = await WebChat.open(http, tenant, customer, secret)
        if customer and reach.database and (stranger := await stranger_note(reach.database, tenant, customer)):
            aside.print(f"[yellow]note: {escape(stranger)}[/yellow]")
        opened.on_link = lambda connected: aside.print(_LINK[connected])
        async with opened as conversation:
            if as_json:
                await _answer_lines(conversation, patience)
            else:
                await _talk(conversation, patience, f"{tenant}, {customer or 'visitor'}")


async def _answer_lines(conversation: WebChat, patience: float) -> None:
    def show(answer: Answer) -> None:
        typer.echo(json.dumps(_as_json(answer), ensure_ascii=False))

    lines, conversation.on_other = Lines(prompt=None), show
    while (line := await _line(lines, conversation)) is not None:
        if line.strip():
            show(await conversation.ask(line.strip(), patience))


async def _talk(conversation: WebChat, patience: float, who: str) -> None:
    console = Console(highlight=False)
    console.print(f"[dim]{who} · conversation {conversation.conversation} · Ctrl-D ends it[/dim]")
    lines, conversation.on_other = Lines(prompt="> "), lambda answer: _show(answer, console)
    while (line := await _line(lines, conversation)) is not None:
        if line.strip():
            with console.status("", spinner="dots") as status:
                conversation.on_progress = partial(_working, status)
                answer = await _asked(conversation, line.strip(), patience, console)
            if answer:
                _show(answer, console)
    console.print()


def _working(status: Status, turn: str, stage: str) -> None:
    status.update(_STAGES.get(stage, ""))


async def _line(lines: Lines, conversation: WebChat) -> str | None:
    """The next line; replies that come meanwhile are shown."""
    line = asyncio.create_task(lines.next())
    while not line.done():
        other = asyncio.create_task(conversation.next(_NO_HURRY))
        await asyncio.wait({line, other}, return_when=asyncio.FIRST_COMPLETED)
        if not other.done():
            other.cancel()
            await asyncio.wait({other})
        elif other.exception() is None:
            conversation.on_other(other.result())
        else:
            break
    return await line


async def _asked(conversation: WebChat, text: str, patience: float, console: Console) -> Answer | None:
    try:
        return await conversation.ask(text, patience)
    except ChatError as error:
        console.print(f"[yellow]{escape(error.message)}[/yellow]")
        if error.hint:
            console.print(escape(error.hint))
        return None


def _show(answer: Answer, console: Console) -> None:
    console.print(Padding(Text(answer.text, style=_COLOURS.get(answer.author, "")), (0, 0, 0, 2)))
    titles = (*answer.titles, *("" for _ in answer.sources))
    named = [f"{title} ({source})" if title else source for source, title in zip(answer.sources, titles, strict=False)]
    sources = f" · {', '.join(named)}" if named else ""
    console.print(Padding(Text(f"{answer.ms:.0f} ms{sources}", style="dim"), (0, 0, 0, 2)))


def _as_json(answer: Answer) -> dict[str, object]:
    return {
        "turn": answer.turn,
        "author": answer.author,
        "text": answer.text,
        "sources": answer.sources,
        "ms": round(answer.ms, 1),
    }


class Lines:
    """Lines of standard input. Read by a thread that cannot keep the process alive, one whenever one is wanted."""

    def __init__(self, prompt: str | None) -> None:
        self._prompt = prompt
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._wanted = threading.Semaphore(0)
        self._loop = asyncio.get_running_loop()
        if prompt is not None:
            with suppress(ImportError):
                import readline  # noqa: F401 - gives `input` its editing keys
        threading.Thread(target=self._read, daemon=True, name="standard input").start()

    async def next(self) -> str | None:
        """The next line; None at the end."""
        self._wanted.release()
        return await self._queue.get()

    def _read(self) -> None:
        while True:
            self._wanted.acquire()
            line = self._line()
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._queue.put_nowait, line)
            if line is None:
                return

    def _line(self) -> str | None:
        try:
            return sys.stdin.readline() or None if self._prompt is None else input(self._prompt)
        except (EOFError, ValueError):
            return None
