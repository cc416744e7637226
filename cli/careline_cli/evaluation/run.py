"""Evaluates a pack on question sets, with progress, and gives the figures and the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from careline.tenants.load import load_pack

from ..running import Running
from .ablation import DEPLOYED, Ablation
from .play import Player
from .questions import load_questions, set_digest
from .reported import row_of
from .summary import Result, summarise

# Customers who talk at the same time: enough to keep two cores busy, few enough for honest times.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A finished evaluation, as `--json` writes it. `tiers`: None where the stack decided."""

    pack: str
    sets: tuple[str, ...]
    digests: tuple[str, ...]
    results: Sequence[Result]
    ablation: Ablation = DEPLOYED
    tiers: str | None = None

    def as_json(self) -> dict[str, Any]:
        """`{pack, sets, pipeline, levels, tiers, summary, rows}`."""
        # Names only: where a checkout lies on somebody's disk is nobody's business.
        sets = dict(zip((Path(file).name for file in self.sets), self.digests, strict=True))
        return {
            "pack": self.pack,
            "sets": sets,
            "pipeline": self.ablation.pipeline.value,
            "levels": self.ablation.levels,
            "tiers": self.tiers,
            "summary": summarise(self.results),
            "rows": [row_of(result) for result in self.results],
        }


async def evaluate(
    running: Running, folder: Path, tenant: str, sets: Sequence[Path], console: Console, at_once: int = AT_ONCE
) -> Evaluation:
    """Play all questions of `sets` on the running stack. Raises QuestionSetError, ChatError, PackError."""
    pack = load_pack(folder)
    questions = [question for file in sets for question in load_questions(file)]
    wrong = 0
    with _progress(console) as progress:
        task = progress.add_task(pack.tenant.name, total=len(questions), wrong=wrong)

        def done(result: Result) -> None:
            nonlocal wrong
            wrong += not result.grade.right
            progress.update(task, advance=1, wrong=wrong)

        async with Player.connect(running, folder, tenant, at_once) as player:
            results = await player.play_all(questions, done)
    return Evaluation(pack.tenant.name, tuple(map(str, sets)), tuple(map(set_digest, sets)), results)


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("still"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[wrong]} wrong"),
        console=console,
        transient=True,
    )
