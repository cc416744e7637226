"""`careline erase`."""

from __future__ import annotations

import asyncio
import getpass
import os
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from careline_cli.commands.migrate import owner_url
from careline_cli.errors import CommandError
from careline_cli.privacy.erasing import Erasure, elsewhere, erase, plan_erasure
from careline_cli.reach import checked_customer
from careline_cli.tenants.publishing import guarded

app = typer.Typer()


@app.command(name="erase")
def erase_(
    customer: Annotated[str, typer.Option("--customer", "-c", help="Whose data, by the business's own key.")],
    tenant: Annotated[str, typer.Option("--tenant", "-t", help="Of which business.")] = "shop",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    actor: Annotated[str, typer.Option("--as", help="Who you are, for the audit.", envvar="CARELINE_AGENT")] = "",
) -> None:
    """Erase a customer: conversations and turn log are deleted, the data key destroyed. Tells what stays, and asks."""
    url, customer = owner_url(os.environ), checked_customer(customer)
    console = Console(highlight=False)
    planned: Erasure = asyncio.run(guarded(url, plan_erasure, tenant, customer))
    draw(console, planned)
    if dry_run:
        return
    if planned.nothing and planned.erased_before:
        console.print("Nothing is left to erase.")
        return
    if not yes and not typer.confirm("Erase this for good?"):
        raise CommandError("Nothing was erased.")
    done: Erasure = asyncio.run(guarded(url, erase, tenant, customer, actor or getpass.getuser()))
    gone = sum(done.deleted.values())
    console.print(f"Erased: {gone} row{'' if gone == 1 else 's'}; the data key is destroyed; the audit has an entry.")


def draw(console: Console, found: Erasure) -> None:
    """What goes, what stays and why, what no command reaches."""
    table = Table("of " + escape(found.customer), "rows", "", box=None, header_style="bold")
    for name, number in found.deleted.items():
        table.add_row(escape(name), str(number), "deleted" if number else "")
    for name, (number, why) in found.kept.items():
        table.add_row(escape(name), str(number), why)
    key = "destroyed" if found.key else "destroyed before" if found.erased_before else "none yet: a tombstone is left"
    table.add_row("data key", "1" if found.key else "0", key)
    console.print(table)
    for line in elsewhere():
        console.print(f"[dim]{escape(line)}[/dim]")
