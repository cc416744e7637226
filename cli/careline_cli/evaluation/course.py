"""From the command's wishes to finished runs, and from those to what is shown, written and judged."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.console import Console

from careline.tenants.tiers import TierSpecs

from ..packs import published_folder
from ..report import Section
from ..stack.home import Home
from .ablation import Ablation, require_possible
from .ablations import Measured, measured
from .compare import Comparison, compare
from .gates import Gates
from .published import Published, published
from .run import evaluate
from .saved import SavedRun
from .stacks import stack_for
from .table import print_comparison, print_measured, print_published, print_summary, print_wrong
from .tiers import Tiers, environment_of, reachable, require_same

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """What is to be run: a pack's folder, question sets, the tenant whose pack is meant, the tiers (None: whatever the
    stack has)."""

    folder: Path
    models: TierSpecs
    files: tuple[Path, ...]
    tenant: str
    tiers: Tiers | None
    at_once: int
    console: Console

    def check(self, ablations: Iterable[Ablation]) -> None:
        """Raises TierAbsent for a tier without a server, OtherTiers, AblationImpossible."""
        reachable(self.tiers or Tiers.CASCADE, os.environ, self.models)
        home = Home.find(os.environ)
        ours = home.checkout / "tenants"
        for ablation in ablations:
            if self.tiers is not None and ablation.is_whole:
                require_same(self.tiers, os.environ, self.models, home)
            require_possible(ablation, is_ours=self.folder.parent == ours)

    def run(self, ablation: Ablation) -> Content:
        """Play it all. Raises OtherTiers, StackError, and what `evaluate` raises."""
        if self.tiers is not None and ablation.is_whole:
            require_same(self.tiers, os.environ, self.models, Home.find(os.environ))
        env = environment_of(self.tiers) if self.tiers else {}
        with stack_for(ablation, env) as running:
            evaluation = asyncio.run(
                evaluate(running, self.folder, self.tenant, self.files, self.console, self.at_once)
            )
        return replace(evaluation, ablation=ablation, tiers=self.tiers).as_json()

    def published(self) -> list[Published]:
        """What others have published on this pack's questions."""
        return published(published_folder(), self.folder.name)


@dataclass(frozen=True)
class Finished:
    """Runs as `Evaluation.as_json` gives them, the whole system's or the only one last."""

    runs: Sequence[Content]
    older: SavedRun | None
    published: Sequence[Published]

    @property
    def main(self) -> Content:
        """The run that bounds apply to."""
        return self.runs[-1]

    @cached_property
    def points(self) -> list[Measured]:
        """Each run as a point of the chart."""
        return [measured(run) for run in self.runs]

    @cached_property
    def comparison(self) -> Comparison | None:
        """With the older run. Raises NothingInCommon."""
        return compare(self.older, SavedRun.of(self.main, Path("this run"))) if self.older else None

    def show(self, console: Console) -> None:
        """Everything, in the terminal."""
        for run, point in zip(self.runs, self.points, strict=True):
            print_wrong(console, run["rows"], 20 if len(self.runs) == 1 else 3)
            print_summary(console, f"{run['pack']}, {point.label}: {', '.join(run['sets'])}", run["summary"])
        if len(self.points) > 1:
            print_measured(console, self.points)
        for source in self.published:
            print_published(console, source)
        if self.comparison:
            print_comparison(console, self.comparison)

    def as_json(self) -> Content:
        """The main run, with `comparison` and `ablations` where there are any."""
        more: Content = {}
        if self.comparison:
            more["comparison"] = self.comparison.as_json()
        if len(self.points) > 1:
            more["ablations"] = [point.as_json() for point in self.points]
        return {**self.main, **more}

    def sections(self) -> list[Section]:
        """The main run's, with the chart of all runs."""
        content = self.main
        title = f"{content['pack']}: {', '.join(content['sets'])}"
        return [
            Section(title, content["summary"], content["rows"], self.points, tuple(self.published), self.comparison)
        ]

    def broken(self, min_right: float, max_wrong_writes: int, bar: SavedRun | None) -> list[str]:
        """The bounds that the main run breaks, in words."""
        against = compare(bar, SavedRun.of(self.main, Path("this run"))) if bar else None
        return Gates(min_right, max_wrong_writes, against).broken(self.main["summary"])
