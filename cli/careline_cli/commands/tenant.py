"""`careline tenant`: check, publish and list."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from careline.tenants.fill import RowOptions
from careline.tenants.generator import LIMIT_S
from careline.tenants.load import read_folder
from careline_cli.commands.migrate import owner_url
from careline_cli.errors import CommandError
from careline_cli.privacy.rotating import Rotation, rotate
from careline_cli.reach import data_keys, sealing
from careline_cli.stack.home import Home
from careline_cli.tenants.publishing import guarded, packs, publish_loaded
from careline_cli.tenants.rehearsal import reachable_owner, rehearsed
from careline_cli.tenants.show import show_loaded, show_published
from careline_cli.tenants.tools import compared

app = typer.Typer(no_args_is_help=True, help="Check a business's folder, publish it, list what is published.")
PackArgument = Annotated[str, typer.Argument(metavar="PACK", help="A folder, or the name of one in tenants/.")]
Patience = Annotated[float, typer.Option("--patience", min=1, help="Seconds that generate.py may take.")]


@app.command()
def check(pack: PackArgument, patience: Patience = LIMIT_S) -> None:
    """Explain every mistake in a pack with file and line; exit 1 if there is one.

    Whatever publishing would refuse is found: rows are made and looked at, and where a database is there (DATABASE_URL,
    or that of the running stack) it tries the tables and queries, changing nothing. Servers of tools that the
    environment names are asked what their tools take.
    """
    loaded = asyncio.run(compared(read_folder(find_pack(pack)), os.environ, needed=False))
    if loaded.pack is not None:
        loaded = asyncio.run(rehearsed(loaded, reachable_owner(os.environ), patience))
    console = Console(soft_wrap=True, highlight=False)
    show_loaded(console, loaded)
    if loaded.pack is None:
        raise typer.Exit(1)


@app.command()
def publish(
    pack: PackArgument,
    tenant: Annotated[str | None, typer.Option(help="Publish under this name (default: the pack's own).")] = None,
    customers: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many customers generate.py makes.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed makes the same customers.")] = 7,
    reload: Annotated[bool, typer.Option("--reload", help="Replace the tenant's rows by fresh ones (asks).")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    patience: Patience = LIMIT_S,
    without_servers: Annotated[bool, typer.Option("--without-servers", help="Do not ask servers of tools.")] = False,
) -> None:
    """Make a pack the one that its tenant uses. Services switch within a second, without a restart.

    Tables and columns are only ever added. Rows are loaded when the tenant has none. Servers of tools are asked whether
    they take what the pack gives them; one that is away stops it.
    """
    console = Console(soft_wrap=True, highlight=False)
    loaded = asyncio.run(compared(read_folder(find_pack(pack)), os.environ, needed=not without_servers))
    if loaded.pack is None:
        show_loaded(console, loaded)
        raise CommandError(f"{pack} cannot be published before this is right.")
    if reload and not dry_run and not yes:
        typer.confirm(f"Delete all rows of tenant {tenant or loaded.pack.name} and load fresh ones?", abort=True)
    environ = {**os.environ, **data_keys()}
    options = RowOptions(loaded.folder, customers, seed, reload, environ, patience)
    if loaded.pack.profile.sealed and not data_keys():
        console.print("note: there are no keys (CARELINE_DATA_KEYS): sealed columns are stored open", style="yellow")
    for note in loaded.notes:
        console.print(f"note: {escape(note)}", style="yellow")
    try:
        done = asyncio.run(guarded(owner_url(os.environ), publish_loaded, loaded, tenant, options, dry_run))
    except KeyboardInterrupt:
        console.print("Stopped; the tenant was left as it is.")
        raise
    show_published(console, done)


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Wrap every customer's data key under the first key of the ring (CARELINE_DATA_KEYS); values stay as they are.

    Afterwards the ring's other keys may be taken out of it.
    """
    keys = sealing()
    if keys.ring is None:
        raise CommandError("There is no ring of keys here.", "Set CARELINE_DATA_KEYS or CARELINE_DATA_KEYS_FILE.")
    done: Rotation = asyncio.run(guarded(owner_url(os.environ), rotate, keys.ring))
    typer.echo(f"{done.wrapped_anew} of {done.keys} data keys were under another key than {keys.ring.current!r}.")


@app.command("list")
def list_tenants() -> None:
    """Which tenant uses which version of which pack, and where its rows come from."""
    rows = asyncio.run(guarded(owner_url(os.environ), _fetch_tenants))
    table = Table(box=None, pad_edge=False)
    for column in ("tenant", "pack", "version", "since", "rows"):
        table.add_column(column, overflow="fold")
    for row in rows:
        since = row["switched_at"].strftime("%Y-%m-%d %H:%M UTC")
        table.add_row(row["id"], row["pack"], row["version"], since, f"{row['rows_status']}: {row['rows_detail']}")
    console = Console()
    console.print(table if rows else "No tenant is published. `careline tenant publish shop` makes one.")


async def _fetch_tenants(connection: Any) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = await connection.fetch("SELECT * FROM control.tenants ORDER BY id")
    return rows


def find_pack(name: str) -> Path:
    """The folder `name`, or the checkout's tenants/`name`. Raises CommandError."""
    ours = Home.find(os.environ).checkout / "tenants"
    for folder in (Path(name), Path("tenants") / name, ours / name):
        if name and folder.is_dir():
            return folder
    known = ", ".join(folder.name for folder in packs(ours))
    hint = f"There are: {known}." if known else "Give the folder that holds tenant.yaml."
    raise CommandError(f"There is no pack {name!r}.", hint)
