"""Runs the demo on a running stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..evaluation.ablations import measured
from ..evaluation.play import NoRows, Player
from ..evaluation.published import published
from ..evaluation.questions import load_questions
from ..evaluation.run import evaluate
from ..evaluation.table import print_wrong, share
from ..packs import pack_folder, published_folder, question_sets
from ..report import Section
from ..running import Running
from .transcript import Transcript

PACKS = ("shop", "cphos")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demo showed: the transcript's steps, whether all went as expected, and the evaluations."""

    steps: Sequence[dict[str, Any]]
    as_expected: bool
    sections: Sequence[Section]

    @property
    def wrong_writes(self) -> int:
        return sum(section.summary["wrong_writes"] for section in self.sections)


async def show(running: Running, console: Console) -> Shown:
    """The scripted shop conversation, printed live, then the evaluation of each pack that has its data here."""
    shop = pack_folder("shop")
    transcript = Transcript(console)
    console.rule("A customer talks to the shop")
    right = True
    async with Player.connect(running, shop, "shop") as player:
        player.on_step = transcript.step
        for question in load_questions(shop / "evals" / "demo.jsonl"):
            result = await player.play(question)
            right = right and result.grade.right
    console.rule("Evaluation sets")
    sections = []
    for name in PACKS:
        folder = pack_folder(name)
        sets = question_sets(folder)
        if not sets:
            console.print(
                f"[yellow]{name}: its question set is not on this machine (CARELINE_CPHOS_DATA); skipped[/yellow]"
            )
            continue
        try:
            evaluation = await evaluate(running, folder, name, sets, console)
        except NoRows as error:
            console.print(f"[yellow]{name} is skipped: {escape(error.hint)}[/yellow]")
            continue
        content = evaluation.as_json()
        print_wrong(console, content["rows"], most=5)
        title = f"{name}: {', '.join(content['sets'])}"
        others = tuple(published(published_folder(), name))
        sections.append(Section(title, content["summary"], content["rows"], (measured(content),), others))
    return Shown(transcript.steps, right, sections)


def closing_table(shown: Shown) -> Table:
    """One line for the conversation and one for each evaluation."""
    table = Table(title="What happened", title_justify="left")
    for column, side in (("part", "left"), ("right", "right"), ("of", "right"), ("share", "right"),
                         ("wrong writes", "right"), ("p50 ms", "right"), ("p99 ms", "right")):  # fmt: skip
        table.add_column(column, justify=side)  # type: ignore[arg-type]
    right = sum(not step["expected"] for step in shown.steps)
    counts = {"right": right, "rows": len(shown.steps)}
    table.add_row("scripted conversation", str(right), str(len(shown.steps)), share(counts), "", "", "")
    for section in shown.sections:
        s = section.summary
        figures = (s["right"], s["rows"], share(s), s["wrong_writes"], s["p50_ms"], s["p99_ms"])
        table.add_row(section.title, *map(str, figures))
        for policy, idle in s["baseline"].items():
            table.add_row(f"[dim]  doing nothing: {policy}[/dim]", str(idle["right"]), str(idle["rows"]), share(idle))
    return table
