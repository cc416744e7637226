"""`careline ledger`: what was done for customers, and why it was allowed."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from careline_cli.commands.migrate import owner_url
from careline_cli.errors import CommandError
from careline_cli.inbox_api import InboxApi, InboxError
from careline_cli.ledger.opening import opened
from careline_cli.ledger.playing import undo_entry
from careline_cli.ledger.settling import Doubt, Finding, find_doubt, settle, worded
from careline_cli.ledger.show import draw, draw_doubt, listed
from careline_cli.ledger.telling import tell
from careline_cli.reach import Reach, sealing
from careline_cli.since import since_of
from careline_cli.tenants.publishing import guarded

app = typer.Typer(add_completion=False, help="What was done, for whom, in whose words, and by whose leave.")

Tenant = Annotated[str, typer.Option("--tenant", "-t", help="Which business.")]
Url = Annotated[str | None, typer.Option(help="A gateway's address; without: the running stack's.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show personal data, too; the audit keeps who saw it.")]
Agent = Annotated[str, typer.Option("--as", help="Who you are, for the audit.", envvar="CARELINE_AGENT")]
EntryId = Annotated[str, typer.Argument(help="An entry's id, or its beginning.")]


@app.callback(invoke_without_command=True)
def ledger(
    context: typer.Context,
    tenant: Tenant = "shop",
    customer: Annotated[str, typer.Option("--customer", "-c", help="Only this customer's.")] = "",
    conversation: Annotated[str, typer.Option("--conversation", help="Only of this conversation.")] = "",
    operation: Annotated[str, typer.Option("--operation", "-o", help="Only this operation.")] = "",
    since: Annotated[str, typer.Option("--since", help="A day, a moment (ISO 8601), or how long ago: 2h, 3d.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500)] = 20,
    reveal: Reveal = False,
    agent: Agent = "",
    as_json: Json = False,
    url: Url = None,
) -> None:
    """List entries, newest first: who asked, what changed (old -> new), the verdict, what came of it."""
    if context.invoked_subcommand is not None:
        return
    wanted = {"customer": customer, "conversation": conversation, "operation": operation, "limit": str(limit)}
    wanted["since"] = since_of(since, datetime.now(UTC)).isoformat() if since else ""
    if reveal:
        wanted |= {"reveal": "true", "agent": agent or getpass.getuser()}
    with _api(url) as api:
        entries = api.ledger(tenant, {name: value for name, value in wanted.items() if value})
    if reveal:
        entries = opened(tenant, entries)
    if as_json:
        typer.echo(json.dumps(entries, indent=2, ensure_ascii=False))
    else:
        Console(highlight=False).print(listed(entries) if entries else "The ledger has no such entry.")


@app.command()
def show(
    entry: EntryId,
    tenant: Tenant = "shop",
    reveal: Reveal = False,
    agent: Agent = "",
    as_json: Json = False,
    url: Url = None,
) -> None:
    """One entry whole: the customer's words, the change, the approval with its key, what was told, what undid it."""
    with _api(url) as api:
        found = _only(api, tenant, entry, reveal=(agent or getpass.getuser()) if reveal else "")
    if reveal:
        found = opened(tenant, found)
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        draw(found, Console(highlight=False))


@app.command()
def undo(
    entry: EntryId,
    tenant: Tenant = "shop",
    agent: Annotated[str, typer.Option("--as", help="Who you are.", envvar="CARELINE_AGENT")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: write back what is shown.")] = False,
    url: Url = None,
) -> None:
    """Take an entry back: what would be written is shown first. Exit 1 if it is refused, or you say no."""
    console = Console(highlight=False)
    with _api(url) as api:
        found = _only(api, tenant, entry, reveal="")
        done = undo_entry(api, tenant, found["entry"], agent or getpass.getuser(), console, always=yes)
    if not done:
        raise typer.Exit(1)


@app.command("settle")
def settle_(
    entry: EntryId,
    reason: Annotated[str, typer.Option("--reason", help="Why you are sure; kept in the ledger.")],
    done: Annotated[bool, typer.Option("--done/--not-done", help="What became of it.")],
    tenant: Tenant = "shop",
    result: Annotated[
        list[str] | None, typer.Option("--result", help="NAME=VALUE that the other system gave, for the pack's words.")
    ] = None,
    say: Annotated[str, typer.Option("--say", help="Tell the customer this instead of the pack's words.")] = "",
    agent: Annotated[str, typer.Option("--as", help="Who you are.", envvar="CARELINE_AGENT")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be kept and said.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    url: Url = None,
) -> None:
    """Say what became of an operation in another system, where nobody knew: kept once, audited, and told to the
    customer. Needs the database's owner (DATABASE_URL, or the running stack)."""
    who, console = agent or getpass.getuser(), Console(highlight=False)
    if not reason.strip():
        raise CommandError("The reason is empty.", "Say why you are sure: --reason 'the courier says so on the phone'.")
    database, keys, given = owner_url(os.environ), sealing(), _results(result or [])
    doubt: Doubt = asyncio.run(guarded(database, find_doubt, tenant, entry))
    text = say.strip() or asyncio.run(guarded(database, worded, doubt, given, keys, done))
    draw_doubt(doubt, text, console, done=done)
    if dry_run:
        return
    if not yes and not typer.confirm("Keep this for good, and tell the customer?"):
        raise CommandError("Nothing was settled.")
    finding = Finding(done, who, reason.strip(), text, given)
    asyncio.run(guarded(database, settle, doubt, finding, keys))
    with _api(url) as api:
        _told(api, doubt, who, text, console)


def _told(api: InboxApi, doubt: Doubt, who: str, text: str, console: Console) -> None:
    conversation = doubt.approval.ref.conversation
    try:
        status = tell(api, doubt.tenant, conversation, who, text)
    except InboxError as error:
        hint = f"Tell them: `careline inbox answer {conversation} --tenant {doubt.tenant} TEXT`"
        raise CommandError(f"It is settled, and the customer was not told: {error.message}", hint) from error
    console.print(f"Settled; the customer was told. The conversation is now with: {status}.")


def _results(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if wrong := [each for each, pair in zip(given, pairs, strict=True) if not (pair[0].strip() and pair[1])]:
        raise CommandError(f"{wrong[0]!r} is no result.", "Write NAME=VALUE, for example --result receipt=R-1.")
    return {name.strip(): value for name, _, value in pairs}


def _only(api: InboxApi, tenant: str, entry: str, *, reveal: str) -> dict[str, Any]:
    """The entry whose id begins so; revealed to the person named, if one is."""
    entries = api.ledger(tenant, {"limit": "500"})
    found = [each["entry"] for each in entries if each["entry"].startswith(entry.lower())]
    if len(found) > 1:
        raise CommandError(f"{len(found)} entries begin with {entry!r}.", "Give more of the id.")
    return api.ledger_entry(tenant, found[0] if found else entry, reveal=reveal)


def _api(url: str | None) -> InboxApi:
    reach = Reach.find(url)
    return InboxApi(reach.gateway, reach.agents_token())
