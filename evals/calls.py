"""What the language models cost on the running system, with a scripted server in their place.

    python -m evals.calls                # the shop: all stand-ins of evals/standins.py
    python -m evals.calls --standin reading --json calls.json

In a throw-away stack whose small and large tier are that server: the pack's open questions, played as `careline eval
PACK --tiers cascade` does, and conversations of 20 turns in which every role asks on every turn. Exit 1 if fewer than
60 % of the turns get by without a call, a turn takes more than 0.6 calls in the mean, or a prompt has more than 1,500
tokens. The goals are for models that work; for one that is broken figures are only told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from careline.llm.tokens import estimate_tokens
from careline.testing.model_server import Served, serving
from careline_cli.errors import CommandError
from careline_cli.evaluation.ablation import DEPLOYED
from careline_cli.evaluation.run import evaluate
from careline_cli.evaluation.stacks import throwaway_stack
from careline_cli.evaluation.tiers import Tiers, environment_of
from careline_cli.packs import pack_folder
from careline_cli.running import Running

from .long_talks import TURNS, Talk, talks
from .standins import STANDINS

WITHOUT_GOAL, CALLS_GOAL, PROMPT_GOAL = 0.60, 0.6, 1500


@dataclass(frozen=True, slots=True)
class Cost:
    """One question set with one stand-in. `prompt` and `largest` are tokens of a prompt as the server counts them, in
    the mean and at most; `estimated` is the largest by our own upper estimate; `failed`: tiers asked in vain."""

    standin: str
    right: int
    rows: int
    wrong_writes: int
    turns: int
    without: int
    calls: int
    failed: int
    prompt: float
    largest: int
    estimated: int

    @property
    def share(self) -> float:
        """Of the turns, those without a call."""
        return self.without / self.turns

    @property
    def mean(self) -> float:
        """Calls a turn."""
        return self.calls / self.turns


def cost_of(standin: str, summary: Mapping[str, Any], server: Served) -> Cost:
    """Of a finished evaluation, and of the prompts that the server has seen during it."""
    llm = summary["llm"]
    sizes = sorted(_counted(server))
    return Cost(
        standin=standin,
        right=summary["right"],
        rows=summary["rows"],
        wrong_writes=summary["wrong_writes"],
        turns=llm["turns"],
        without=llm["turns_without"],
        calls=llm["total"]["calls"],
        failed=llm["total"]["failed"],
        prompt=round(sum(sizes) / len(sizes), 1) if sizes else 0.0,
        largest=sizes[-1] if sizes else 0,
        estimated=max((estimate_tokens(one.system) + estimate_tokens(one.user) for one in server.seen), default=0),
    )


def _counted(server: Served) -> list[int]:
    from careline.testing.model_server.counting import tokens

    return [len(tokens(one.system)) + len(tokens(one.user)) for one in server.seen]


def missed(costs: list[Cost], long: list[Talk]) -> list[str]:
    """The goals that were not reached, in words."""
    said = []
    for cost in costs:
        if cost.standin == "broken":
            continue
        if cost.share < WITHOUT_GOAL:
            said.append(f"{cost.standin}: {cost.share:.1%} of the turns take no call; the goal is {WITHOUT_GOAL:.0%}")
        if cost.mean > CALLS_GOAL:
            said.append(f"{cost.standin}: {cost.mean:.2f} calls a turn; the goal is {CALLS_GOAL}")
    largest = max([cost.largest for cost in costs] + [talk.largest for talk in long], default=0)
    if largest > PROMPT_GOAL:
        said.append(f"a prompt has {largest} tokens; the goal is {PROMPT_GOAL}")
    said += [f"{talk.name}: no role asked in turn {TURNS}" for talk in long if not talk.last]
    return said


async def play(running: Running, server: Served, folder: Path, standins: list[str]) -> tuple[list[Cost], list[Talk]]:
    """Everything, on a stack whose models are `server`."""
    console, costs = Console(stderr=True), []
    for name in standins:
        server.play(STANDINS[name])
        server.seen.clear()
        evaluation = await evaluate(running, folder, folder.name, [folder / "evals/open.jsonl"], console)
        costs.append(cost_of(name, evaluation.as_json()["summary"], server))
    server.play(STANDINS["reading"])
    return costs, await talks(running, server, folder)


def show(costs: list[Cost], long: list[Talk]) -> None:
    """Two tables."""
    print("| stand-in | right | wrong writes | turns without a call | calls a turn | failed | prompt, mean | largest |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for each in costs:
        share = f"{each.without} of {each.turns} = {each.share:.1%}"
        size = f"{each.prompt:.0f} | {each.largest} (estimate {each.estimated})"
        right = f"{each.right} of {each.rows} | {each.wrong_writes}"
        print(f"| {each.standin} | {right} | {share} | {each.mean:.3f} | {each.failed} | {size} |")
    print(f"\n| conversation of {TURNS} turns | calls | largest prompt | in the last turn, by role | estimate |")
    print("| --- | --- | --- | --- | --- |")
    for talk in long:
        last = ", ".join(f"{role} {size}" for role, size in sorted(talk.last.items()))
        print(f"| {talk.name} | {talk.calls} | {talk.largest} | {last} | {talk.estimated} |")


def main() -> int:
    parser = argparse.ArgumentParser(prog="evals.calls", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pack", nargs="?", default="shop")
    parser.add_argument("--standin", choices=list(STANDINS), action="append", dest="standins")
    parser.add_argument("--json", type=Path, dest="out")
    options = parser.parse_args()
    try:
        with serving() as server:
            tiers = ((name, server.url) for name in ("SMALL", "LARGE"))
            env = {f"CARELINE_{name}_{what}": value for name, url in tiers for what, value in _place(name, url).items()}
            env |= environment_of(Tiers.CASCADE)
            folder = pack_folder(options.pack)
            with throwaway_stack(DEPLOYED, env) as running:
                costs, long = asyncio.run(play(running, server, folder, options.standins or list(STANDINS)))
    except CommandError as error:
        print(error.message, error.hint, file=sys.stderr)
        return 2
    show(costs, long)
    if options.out:
        content = {"costs": [asdict(each) for each in costs], "long": [asdict(each) for each in long]}
        options.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    problems = missed(costs, long)
    print("\n".join(["", *problems] if problems else ["", "all goals are reached"]))
    return 1 if problems else 0


def _place(name: str, url: str) -> dict[str, str]:
    return {"URL": url, "MODEL": name.lower()}


if __name__ == "__main__":
    sys.exit(main())
