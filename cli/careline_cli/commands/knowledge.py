"""`careline knowledge`: sync, search, versions, rollback."""

import asyncio
import json
import os
from typing import Annotated, Any

import typer
from rich.console import Console

from careline.tenants.knowledge_store import KnowledgeVersion, Switched, published_pack
from careline.tenants.knowledge_store import versions as stored_versions
from careline.tenants.model import Pack
from careline_cli.commands.migrate import owner_url
from careline_cli.knowledge.searching import search as search_guide
from careline_cli.knowledge.show import found_json, show_found, show_switched, show_synced, versions_table
from careline_cli.knowledge.sources import tenant_of
from careline_cli.knowledge.syncing import roll_back, served
from careline_cli.knowledge.syncing import sync as sync_guide
from careline_cli.packs import pack_folder
from careline_cli.tenants.publishing import guarded

app = typer.Typer(
    no_args_is_help=True, help="The guide as it is served: sync what changed, search, list versions, roll back."
)
PackArgument = Annotated[str, typer.Argument(metavar="PACK", help="A folder, or the name of a pack.")]
TenantOption = Annotated[str | None, typer.Option(help="Of this tenant (default: the one of the pack's name).")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait until the new guide is searched.")]


@app.command()
def sync(
    pack: PackArgument,
    tenant: TenantOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    wait: Wait = 30.0,
) -> None:
    """Publish what changed in a pack's guide, and nothing else of the pack. Only changed texts are embedded again.

    A document that cannot be read is named and left out of it: its published passages stay.
    """
    folder, url = pack_folder(pack), owner_url(os.environ)
    console = _console()
    done = asyncio.run(guarded(url, sync_guide, url, folder, tenant or tenant_of(pack), dry_run))
    show_synced(console, done)
    _say_served(console, url, done.switched, wait)


@app.command()
def search(
    pack: PackArgument,
    question: Annotated[str, typer.Argument(help="As a customer would ask.")],
    tenant: TenantOption = None,
    language: Annotated[str | None, typer.Option(help="Search in this language (default: the question's).")] = None,
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=50, help="How many passages.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Ask the guide that is served: the passages found, with scores, headings and place in their source."""
    url = owner_url(os.environ)
    found = asyncio.run(guarded(url, search_guide, url, tenant or tenant_of(pack), question, language, most))
    if as_json:
        typer.echo(json.dumps(found_json(found), ensure_ascii=False, indent=2))
    else:
        show_found(_console(), found)


@app.command()
def versions(pack: PackArgument, tenant: TenantOption = None) -> None:
    """Every guide that was published for a pack, newest first, and who uses it."""
    found: tuple[Pack, tuple[KnowledgeVersion, ...]] = asyncio.run(
        guarded(owner_url(os.environ), _versions, tenant or tenant_of(pack))
    )
    Console(highlight=False).print(versions_table(found[1]))


@app.command()
def rollback(
    pack: PackArgument,
    version: Annotated[str, typer.Argument(help="A guide's version, as `versions` lists it; its beginning will do.")],
    tenant: TenantOption = None,
    wait: Wait = 30.0,
) -> None:
    """Serve an earlier guide again. Operations, facts and replies stay as they are published."""
    url = owner_url(os.environ)
    console = _console()
    done: Switched = asyncio.run(guarded(url, roll_back, tenant or tenant_of(pack), version))
    show_switched(console, done)
    _say_served(console, url, done, wait)


def _say_served(console: Console, url: str, done: Switched, wait: float) -> None:
    if done.switched and not done.dry_run:
        console.print(asyncio.run(guarded(url, served, url, done.pack, wait)))


async def _versions(connection: Any, tenant: str) -> tuple[Pack, tuple[KnowledgeVersion, ...]]:
    pack = await published_pack(connection, tenant)
    return pack, await stored_versions(connection, pack.name)


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)
