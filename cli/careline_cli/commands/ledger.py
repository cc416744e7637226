"""`careline ledger`: what was done for customers, and why it was allowed."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from careline_cli.errors import CommandError
from careline_cli.inbox_api import InboxApi
from careline_cli.ledger.playing import undo_entry
from careline_cli.ledger.show import draw, listed
from careline_cli.reach import Reach
from careline_cli.since import since_of

app = typer.Typer(add_completion=False, help="What was done, for whom, in whose words, and by whose leave.")

Tenant = Annotated[str, typer.Option("--tenant", "-t", help="Which business.")]
Url = Annotated[str | None, typer.Option(help="A gateway's address; without: the running stack's.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show personal data, too.")]
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
    as_json: Json = False,
    url: Url = None,
) -> None:
    """List entries, newest first: who asked, what changed (old -> new), the verdict, what came of it."""
    if context.invoked_subcommand is not None:
        return
    wanted = {"customer": customer, "conversation": conversation, "operation": operation, "limit": str(limit)}
    wanted["since"] = since_of(since, datetime.now(UTC)).isoformat() if since else ""
    wanted["reveal"] = "true" if reveal else ""
    with _api(url) as api:
        entries = api.ledger(tenant, {name: value for name, value in wanted.items() if value})
    if as_json:
        typer.echo(json.dumps(entries, indent=2, ensure_ascii=False))
    else:
        Console(highlight=False).print(listed(entries) if entries else "The ledger has no such entry.")


@app.command()
def show(
    entry: EntryId, tenant: Tenant = "shop", reveal: Reveal = False, as_json: Json = False, url: Url = None
) -> None:
    """One entry whole: the customer's words, the change, the approval with its key, what was told, what undid it."""
    with _api(url) as api:
        found = _only(api, tenant, entry, reveal=reveal)
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
        found = _only(api, tenant, entry, reveal=False)
        done = undo_entry(api, tenant, found["entry"], agent or getpass.getuser(), console, always=yes)
    if not done:
        raise typer.Exit(1)


def _only(api: InboxApi, tenant: str, entry: str, *, reveal: bool) -> dict[str, Any]:
    entries = api.ledger(tenant, {"limit": "500"} | ({"reveal": "true"} if reveal else {}))
    found = [each for each in entries if each["entry"].startswith(entry.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"{len(found)} entries begin with {entry!r}.", "Give more of the id.")
    return api.ledger_entry(tenant, entry, reveal=reveal)


def _api(url: str | None) -> InboxApi:
    reach = Reach.find(url)
    return InboxApi(reach.gateway, reach.agents_token())
