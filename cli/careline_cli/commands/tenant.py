"""`careline tenant`: check, publish and list."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from careline.storage import StorageError, translated
from careline.tenants.errors import TenantError
from careline.tenants.load import Loaded, read_folder
from careline.tenants.problems import PackError
from careline.tenants.publish import Published, RowOptions
from careline.tenants.publish import publish as publish_pack
from careline_cli.commands.migrate import owner_url
from careline_cli.errors import CommandError
from careline_cli.stack.stack import Stack

app = typer.Typer(no_args_is_help=True, help="Check a business's folder, publish it, list what is published.")
PACKS = Path("tenants")
PackArgument = Annotated[str, typer.Argument(metavar="PACK", help="A folder, or the name of one in tenants/.")]


@app.command()
def check(pack: PackArgument) -> None:
    """Explain every mistake in a pack with file and line; exit 1 if there is one."""
    loaded = read_folder(find_pack(pack))
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
) -> None:
    """Make a pack the one that its tenant uses. Services switch within a second, without a restart.

    Tables and columns are only ever added. Rows are loaded when the tenant has none.
    """
    console = Console(soft_wrap=True, highlight=False)
    loaded = read_folder(find_pack(pack))
    if loaded.pack is None:
        show_loaded(console, loaded)
        raise CommandError(f"{pack} cannot be published before this is right.")
    if reload and not dry_run and not yes:
        typer.confirm(f"Delete all rows of tenant {tenant or loaded.pack.name} and load fresh ones?", abort=True)
    options = RowOptions(folder=loaded.folder, customers=customers, seed=seed, reload=reload)
    for note in loaded.notes:
        console.print(f"note: {escape(note)}", style="yellow")
    done = asyncio.run(guarded(owner_url(os.environ), publish_loaded, loaded, tenant, options, dry_run))
    show_published(console, done)


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


async def publish_stack_packs(stack: Stack) -> str:
    """A step of `careline up`: every pack in tenants/, with its rows where there are none yet."""
    remarks = []
    for folder in packs(stack.home.checkout / PACKS):
        loaded = read_folder(folder)
        if loaded.pack is None:
            raise PackError(folder.name, loaded.problems)
        done = await guarded(stack.database_url, publish_loaded, loaded, None, RowOptions(folder=folder), False)
        remarks.append(f"{done.pack} {done.version[:8]}" + (" (data absent)" if done.rows_status == "absent" else ""))
    return ", ".join(remarks)


async def guarded(url: str, action: Any, *arguments: Any) -> Any:
    """`action(connection, *arguments)` as the owner; what it fails with becomes a clear line."""
    try:
        with translated():
            connection = await asyncpg.connect(url, timeout=10)
            try:
                return await action(connection, *arguments)
            finally:
                await connection.close()
    except (TenantError, PackError) as error:
        raise CommandError("The tenant was left as it is.", str(error)) from error
    except StorageError as error:
        missing = 'relation "control.' in str(error) or 'schema "control"' in str(error)
        hint = (
            "The database has no tables yet: run `careline migrate`." if missing else "Is it running? `careline status`"
        )
        raise CommandError(f"The database refuses: {error}", hint) from error


async def publish_loaded(
    connection: Any, loaded: Loaded, tenant: str | None, options: RowOptions, dry_run: bool
) -> Published:
    """Publish what `read_folder` found; its pack is there."""
    assert loaded.pack is not None
    return await publish_pack(loaded.pack, connection, tenant=tenant, rows=options, dry_run=dry_run)


async def _fetch_tenants(connection: Any) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = await connection.fetch("SELECT * FROM control.tenants ORDER BY id")
    return rows


def packs(folder: Path) -> list[Path]:
    """The folders in `folder` that hold a pack."""
    return sorted(path.parent for path in folder.glob("*/tenant.yaml"))


def find_pack(name: str) -> Path:
    """The folder `name`, or tenants/`name`. Raises CommandError."""
    for folder in (Path(name), PACKS / name):
        if folder.is_dir():
            return folder
    known = ", ".join(folder.name for folder in packs(PACKS))
    hint = f"There are: {known}." if known else "Give the folder that holds tenant.yaml."
    raise CommandError(f"There is no pack {name!r}.", hint)


def show_loaded(console: Console, loaded: Loaded) -> None:
    """Every problem with its place, or what the pack holds."""
    for problem in loaded.problems:
        console.print(f"{escape(str(loaded.folder / problem.file))}{escape(str(problem).removeprefix(problem.file))}")
    for note in loaded.notes:
        console.print(f"note: {escape(note)}", style="yellow")
    pack = loaded.pack
    if pack is None:
        console.print(f"[bold red]{len(loaded.problems)} problems[/] in {escape(str(loaded.folder))}")
        return
    console.print(
        f"[bold green]{pack.name}[/] is fine: {', '.join(pack.tenant.languages)}; {len(pack.data.tables)} tables, "
        f"{len(pack.operations)} operations, {len(pack.profile.facts)} facts, {len(pack.guide)} passages; "
        f"version {pack.version}"
    )


def show_published(console: Console, done: Published) -> None:
    """What was done, or would have been."""
    would = "would " if done.dry_run else ""
    for change in done.changes:
        console.print(f"{would}add: {change}")
    counts = ", ".join(f"{count} {name}" for name, count in done.rows.items())
    detail = f" ({done.rows_detail})" if done.rows_detail else ""
    colour = "yellow" if done.rows_status in ("absent", "none") else "default"
    console.print(f"rows {done.rows_status}: {counts or 'none'}{escape(detail)}", style=colour)
    before = "new" if done.before is None else "unchanged" if done.before == done.version else f"was {done.before}"
    console.print(f"{done.tenant}: {would}use {done.pack} {done.version} ({before})")
