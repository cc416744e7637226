"""`careline token`."""

from __future__ import annotations

from typing import Annotated

import typer

from careline_cli.reach import checked_customer, customer_secret
from careline_cli.tokens import customer_token

app = typer.Typer()


@app.command()
def token(
    customer: Annotated[str, typer.Option("--customer", "-c", help="Who it is for, as the pack's tables name them.")],
    tenant: Annotated[str, typer.Option("--tenant", "-t", help="Which business.")] = "shop",
    ttl: Annotated[float, typer.Option("--ttl", help="Seconds until it expires.", min=1)] = 3600,
) -> None:
    """Sign a customer's identity for the web chat, as the business's own backend would.

    The secret is CARELINE_CUSTOMER_SECRET, or that of this checkout's stack. Prints nothing but the token.
    """
    typer.echo(customer_token(tenant, checked_customer(customer), customer_secret(), ttl))
