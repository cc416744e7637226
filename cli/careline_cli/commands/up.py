"""`careline up`."""

import asyncio
import os
from typing import Annotated

import typer
from rich.console import Console

from careline_cli.stack.background import start_in_background
from careline_cli.stack.home import Home
from careline_cli.stack.plan import default_plan, parts_only
from careline_cli.stack.progress import Progress
from careline_cli.stack.supervisor import Supervisor

app = typer.Typer()


@app.command()
def up(
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return once it is up; it runs on.")] = False,
    no_services: Annotated[bool, typer.Option("--parts-only", help="Only Kafka, Postgres and Redis.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The web chat's port (else a free one).")] = None,
) -> None:
    """Bring the whole system up on this machine: real Kafka, Postgres and Redis, then every service.

    It stays in the foreground and restarts what dies; Ctrl-C stops everything. Data survives in .local (CARELINE_HOME).
    KAFKA_BOOTSTRAP_SERVERS, DATABASE_URL and REDIS_URL replace a part by one that already runs.
    """
    home = Home.find(os.environ)
    if detach:
        options = (["--parts-only"] if no_services else []) + ([] if port is None else ["--port", str(port)])
        start_in_background(home, options)
        return
    plan = parts_only() if no_services else default_plan()
    with Progress(Console()) as progress:
        code = asyncio.run(Supervisor(home, plan, os.environ, progress, port).run())
    raise typer.Exit(code)
