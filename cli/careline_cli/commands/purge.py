"""`careline purge`."""

from __future__ import annotations

import asyncio
import getpass
import os
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from careline_cli.commands.migrate import owner_url
from careline_cli.privacy.purging import Purge, purge, tenants
from careline_cli.tenants.publishing import guarded

app = typer.Typer()


@app.command(name="purge")
def purge_(
    tenant: Annotated[str, typer.Option("--tenant", "-t", help="Only this business.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Delete; without it, only tell.")] = False,
    actor: Annotated[str, typer.Option("--as", help="Who you are, for the audit.", envvar="CARELINE_AGENT")] = "",
) -> None:
    """Delete what is older than the policy.yaml of each pack keeps. Without --yes it only tells. For a daily job."""
    done: list[Purge] = asyncio.run(guarded(owner_url(os.environ), _all, tenant, actor or getpass.getuser(), not yes))
    table = Table("tenant", "what", "older than", "rows", box=None, header_style="bold")
    for one in done:
        for name, number in one.rows.items():
            days = one.days["turn_log" if name == "turn log" else "conversations"]
            table.add_row(one.tenant, name, f"{days} days", str(number))
    console = Console(highlight=False)
    console.print(table)
    console.print("Deleted." if yes else "Nothing was deleted: --yes does it.")


async def _all(connection: Any, tenant: str, actor: str, dry_run: bool) -> list[Purge]:
    wanted = (tenant,) if tenant else await tenants(connection)
    return [await purge(connection, one, actor, dry_run=dry_run) for one in wanted]
