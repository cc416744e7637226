"""CHOPS's ablations with a language model behind the tiers: accuracy, calls, characters and money of each pipeline.

    python -m evals.pipelines shop --html reports/pipelines.html            # a scripted server in the model's place
    CARELINE_SMALL_URL=http://127.0.0.1:8000 CARELINE_SMALL_MODEL=small \\
        python -m evals.pipelines shop --server                             # a real one

Each pipeline runs in a throw-away stack of its own, and there in three ways: `reflex` (no model), `cascade` (models
where the pack's thresholds say so), and `always` (the reflexes are never sure: every role that is there asks about
every turn, as CHOPS does). Drawn as one chart with what CHOPS has published.

The scripted server takes the nearest example and the nearest passage for true (`evals/standins.py`). What is right with
it shows what the pipeline makes of a model that knows nothing of its own, not how good any model is; calls and
characters are those that a real one would be sent. Money is by prices that are made up unless the environment names
others (`CARELINE_SMALL_PROMPT_PRICE`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import yaml
from rich.console import Console

from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.prepared import EVERY_S
from careline.tenants.publish import publish
from careline.testing.model_server import serving
from careline_cli.errors import CommandError
from careline_cli.evaluation.ablation import ALL, Ablation
from careline_cli.evaluation.ablations import measured
from careline_cli.evaluation.published import published
from careline_cli.evaluation.run import evaluate
from careline_cli.evaluation.stacks import throwaway_stack
from careline_cli.evaluation.table import print_measured
from careline_cli.packs import pack_folder, published_folder, required_sets
from careline_cli.report import Section, write_report
from careline_cli.running import Running
from careline_cli.stack.health import HealthCheck
from careline_cli.webchat import WebChat

from .standins import STANDINS

_ROLES = ("classifier", "executor", "verifier")
_PATIENCE_S = 300
# Money a million tokens, so that the chart has an axis.
_PRICES = {"PROMPT_PRICE": "0.10", "COMPLETION_PRICE": "0.40"}


class Asking(StrEnum):
    """When models are asked."""

    REFLEX = "reflex"
    CASCADE = "cascade"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be run."""

    folder: Path
    sets: Sequence[Path]
    ways: Sequence[Asking]
    console: Console

    async def all(self, running: Running, ablation: Ablation) -> list[dict[str, Any]]:
        """Every way on one stack. Raises what `evaluate` raises."""
        found = []
        for way in self.ways:
            self.console.print(f"{ablation.label}, {way}")
            with asking(self.folder, way) as folder:
                tenant = f"{self.folder.name}-{way}"
                await _publish(running, folder, tenant)
                evaluation = await evaluate(running, folder, tenant, self.sets, self.console)
            found.append(replace(evaluation, ablation=ablation, tiers=way.value).as_json())
        return found


@contextmanager
def asking(folder: Path, way: Asking) -> Iterator[Path]:
    """The pack in a folder that is gone afterwards, with thresholds such that models are asked this way."""
    with tempfile.TemporaryDirectory(prefix="careline-pack-") as place:
        copied = Path(place) / folder.name
        copytree(folder, copied)
        file = copied / "tenant.yaml"
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        content["tiers"] = tiers_for(way, content.get("tiers") or {})
        file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
        yield copied


def tiers_for(way: Asking, tiers: Mapping[str, Any]) -> dict[str, Any]:
    """The pack's `tiers` with the thresholds of a way."""
    more: dict[Asking, dict[str, float | None]] = {
        Asking.REFLEX: {"small": None, "large": None},
        Asking.CASCADE: {},
        Asking.ALWAYS: {"reflex": 1.0},
    }
    roles = {role: {**(tiers.get(role) or {}), **more[way]} for role in _ROLES}
    return {**tiers, **{role: spec for role, spec in roles.items() if spec}}


async def _publish(running: Running, folder: Path, tenant: str) -> None:
    """Raises PackError, TenantError, CommandError if the classifier never serves it."""
    connection = await asyncpg.connect(running.database)
    try:
        await publish(load_pack(folder), connection, tenant=tenant, rows=RowOptions(folder=folder))
    finally:
        await connection.close()
    async with (
        httpx.AsyncClient(base_url=running.gateway, timeout=30) as http,
        await WebChat.open(http, tenant, None, running.customer_secret) as chat,
    ):
        await chat.ask("Hello!", _PATIENCE_S)
    await _until_prepared(running, tenant)


async def _until_prepared(running: Running, tenant: str) -> None:
    """Until a service has prepared a version, an earlier one of the same pack serves, with its thresholds."""
    checks = [HealthCheck(urlsplit(running.services[name]).port or 0) for name in ("classifier", "retrieval")]
    for _ in range(_PATIENCE_S):
        await asyncio.sleep(3 * EVERY_S)  # by then it has been noticed
        if all([await check.ready() for check in checks]):
            return
    raise CommandError(f"Classifier and retrieval do not serve {tenant}.", "`careline logs classifier`")


@contextmanager
def models(real: bool, standin: str) -> Iterator[dict[str, str]]:
    """The environment of the tiers: as it is, or a scripted server as the small one."""
    if real:
        yield {}
        return
    with serving() as server:
        server.play(STANDINS[standin])
        named = {"URL": server.url, "MODEL": f"scripted-{standin}"} | _PRICES
        yield {f"CARELINE_SMALL_{name}": value for name, value in named.items()} | {"CARELINE_LARGE_URL": ""}


def _pipelines(names: str) -> list[Ablation]:
    found = [each for each in ALL if not names or each.label in names.split(",")]
    if not found:
        raise CommandError(f"No pipeline is called {names}.", "There are: " + ", ".join(each.label for each in ALL))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.pipelines", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pack")
    parser.add_argument("--set", type=Path, action="append", dest="sets")
    parser.add_argument("--pipelines", default="", help="labels with commas between (all): E,C1-E,C2-E,C1-E-V,C2-E-V")
    parser.add_argument("--ways", type=Asking, nargs="+", default=list(Asking), choices=list(Asking))
    parser.add_argument("--server", action="store_true", help="ask the servers that the environment names")
    parser.add_argument("--standin", choices=list(STANDINS), default="reading")
    parser.add_argument("--json", type=Path, dest="out")
    parser.add_argument("--html", type=Path)
    options = parser.parse_args()
    console = Console()
    try:
        if options.server and not os.environ.get("CARELINE_SMALL_URL"):
            raise CommandError("There is no small tier.", "Set CARELINE_SMALL_URL and CARELINE_SMALL_MODEL.")
        folder = pack_folder(options.pack)
        run = Run(folder, options.sets or required_sets(folder), options.ways, console)
        contents = []
        with models(options.server, options.standin) as env:
            for ablation in _pipelines(options.pipelines):
                with throwaway_stack(ablation, env) as running:
                    contents += asyncio.run(run.all(running, ablation))
    except CommandError as error:
        print(error.message, error.hint, file=sys.stderr)
        return 2
    _tell(console, folder.name, contents, options.out, options.html)
    return 0


def _tell(console: Console, pack: str, contents: list[dict[str, Any]], out: Path | None, html: Path | None) -> None:
    points = [measured(content) for content in contents]
    print_measured(console, points)
    last = contents[-1]
    if out:
        points_json = [point.as_json() for point in points]
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps({**last, "ablations": points_json}, indent=1, ensure_ascii=False), encoding="utf-8")
    if html:
        title = f"{pack}: {', '.join(last['sets'])}"
        sources = tuple(published(published_folder(), "cphos"))
        section = Section(title, last["summary"], last["rows"], points, sources)
        write_report(html, f"Pipelines of {pack}", [section], [], datetime.now(UTC))
        console.print(f"report: {html}")


if __name__ == "__main__":
    sys.exit(main())
