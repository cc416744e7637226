"""`careline inbox`: the human's side of conversations."""

from __future__ import annotations

import getpass
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from careline_cli.inbox_api import InboxApi
from careline_cli.ledger.interrupted import in_doubt, under_way
from careline_cli.reach import Reach

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Conversations that wait for a person.")

Conversation = Annotated[str, typer.Argument(help="A conversation's id, or its beginning.")]
Tenant = Annotated[str, typer.Option("--tenant", "-t", help="Its business, if it is not in the list.")]
Agent = Annotated[str, typer.Option("--as", help="Who you are.", envvar="CARELINE_AGENT")]
Url = Annotated[str | None, typer.Option(help="A gateway's address; without: the running stack's.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
ME = getpass.getuser

_COLOURS = {"waiting": "yellow", "human": "cyan", "bot": "green", "closed": "dim"}


@app.command("list")
def list_(as_json: Json = False, url: Url = None) -> None:
    """Who waits for a person, or has one; the urgent first, then the longest waiting."""
    with _api(url) as api:
        rows = api.list()
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = Table("conversation", "tenant", "status", "urgency", "agent", "since", box=None, header_style="bold")
    for row in rows:
        status = f"[{_COLOURS[row['status']]}]{row['status']}[/]"
        since = row["since"][:19].replace("T", " ")
        table.add_row(
            row["conversation"], escape(row["tenant"]), status, row["urgency"], escape(row["agent"] or "-"), since
        )
    Console().print(table if rows else "Nobody waits for a person.")


@app.command()
def show(conversation: Conversation, tenant: Tenant = "shop", as_json: Json = False, url: Url = None) -> None:
    """What was said, what was open, and what is unanswered."""
    with _api(url) as api:
        case = api.show(*api.resolve(conversation, tenant))
    if as_json:
        typer.echo(json.dumps(case, indent=2, ensure_ascii=False))
    else:
        _draw(case, Console(highlight=False))


@app.command()
def take(conversation: Conversation, tenant: Tenant = "shop", agent: Agent = "", url: Url = None) -> None:
    """From now on you answer; what the bot was doing is void."""
    _act("take", conversation, tenant, agent, url, {})


@app.command()
def answer(
    conversation: Conversation,
    text: Annotated[str, typer.Argument(help="What the customer reads.")],
    tenant: Tenant = "shop",
    agent: Agent = "",
    url: Url = None,
) -> None:
    """Write to the customer."""
    _act("answer", conversation, tenant, agent, url, {"text": text})


@app.command()
def resolve(conversation: Conversation, tenant: Tenant = "shop", agent: Agent = "", url: Url = None) -> None:
    """Done; what the customer writes next begins afresh with the bot."""
    _act("resolve", conversation, tenant, agent, url, {})


@app.command("hand-back")
def hand_back(conversation: Conversation, tenant: Tenant = "shop", agent: Agent = "", url: Url = None) -> None:
    """The bot answers again, beginning with what is unanswered."""
    _act("hand-back", conversation, tenant, agent, url, {})


def _act(action: str, conversation: str, tenant: str, agent: str, url: str | None, body: dict[str, str]) -> None:
    with _api(url) as api:
        of, found = api.resolve(conversation, tenant)
        status = api.act(action, of, found, {"agent": agent or ME()} | body)
    Console(highlight=False).print(f"{found} is now [{_COLOURS[status]}]{status}[/]")


def _api(url: str | None) -> InboxApi:
    reach = Reach.find(url)
    return InboxApi(reach.gateway, reach.agents_token())


def _draw(case: dict[str, Any], console: Console) -> None:
    who = case["customer"] or "visitor"
    status = case["status"]
    console.print(
        f"[bold]{case['conversation']}[/bold]  {escape(case['tenant'])} · {escape(who)} ({case['assurance']})"
    )
    has = f" · {escape(case['agent'])}" if case["agent"] else ""
    console.print(f"[{_COLOURS[status]}]{status}[/]{has} · epoch {case['epoch']}")
    for line in (*in_doubt(case), *under_way(case)):
        console.print(escape(line))
    console.print()
    for entry in case["entries"]:
        at = entry["at"][11:19]
        if "status" in entry:
            console.print(f"[dim]{at}  -- {entry['status']} --[/dim]")
        else:
            colour = {"customer": "bold", "agent": "cyan"}.get(entry["author"], "green")
            console.print(f"[dim]{at}[/dim]  [{colour}]{entry['author']:<8}[/]  {escape(entry['text'])}")
    for text in case["unanswered"]:
        console.print(f"\n[yellow]unanswered:[/yellow] {escape(text)}")
