"""`careline export`."""

from __future__ import annotations

import asyncio
import getpass
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from careline_cli.commands.migrate import owner_url
from careline_cli.privacy.exporting import export, write
from careline_cli.reach import checked_customer, sealing
from careline_cli.tenants.publishing import guarded

app = typer.Typer()


@app.command(name="export")
def export_(
    customer: Annotated[str, typer.Option("--customer", "-c", help="Whose data, by the business's own key.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A .json file, or a .zip with a file per store.")],
    tenant: Annotated[str, typer.Option("--tenant", "-t", help="Of which business.")] = "shop",
    actor: Annotated[str, typer.Option("--as", help="Who you are, for the audit.", envvar="CARELINE_AGENT")] = "",
) -> None:
    """Write all that is held about a customer into one file that only you may read; the audit has an entry."""
    who, now = actor or getpass.getuser(), datetime.now(UTC)
    url = owner_url(os.environ)
    document = asyncio.run(guarded(url, export, tenant, checked_customer(customer), who, now, sealing(os.environ)))
    write(document, output)
    held = ", ".join(f"{name} {number}" for name, number in document["rows"].items() if number)
    typer.echo(f"{output}: {held or 'nothing is held'}.")
