"""A guide turn through the whole system, against a bare aiokafka chain on the same broker, in the same run.

    python -m bench.turn                 (or: make bench)

The time is from writing the POST to the reply's arrival on the event stream, at a steady rate over many conversations,
on the reflex tier. The chain has as many processes and hops, the same partitions, and on each topic records of the mean
size that was found on the system's own. System and chain take turns, in alternating order; while one is measured the
other has nothing to do. The running stack is used, or one is started for this and stopped again.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import uvloop
from rich.console import Console
from rich.table import Table

from bench.chain import PARTITIONS, measure
from bench.records import TOPICS, Traffic, read_traffic
from bench.web import Timed, Visitor
from careline_cli.borrowed import borrowed_stack
from careline_cli.running import Running
from careline_cli.stack.stack import attach
from careline_cli.tokens import customer_token

QUESTIONS = (
    "How many days do I have to send something back?",
    "How much does delivery to other EU countries cost?",
    "Which cards do you accept?",
    "How many working days does a parcel inside Germany need?",
    "寄到其他欧盟国家运费多少？",
    "寄到德国境内一般几个工作日？",
)
# Below the refill of a conversation's allowance of messages, so that nobody is slowed down.
PER_CONVERSATION_S = 2.0
STAGES = ("gateway in", "classifier", "retrieval", "executor", "verifier", "gateway out")
TARGET = 2.0


@dataclass
class Measured:
    """Milliseconds of every turn, and the turns themselves."""

    system: list[Timed] = field(default_factory=list)
    chain: list[float] = field(default_factory=list)


async def drive(visitors: Sequence[Visitor], texts: Iterator[str], rate: float, seconds: float) -> list[Timed]:
    """Turns at `rate` a second for `seconds`, one conversation after the other."""
    await asyncio.gather(*(visitor.wake() for visitor in visitors))
    begin, turns = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
        visitor = visitors[number % len(visitors)]
        turns.append(asyncio.create_task(visitor.ask(next(texts))))
    return list(await asyncio.wait_for(asyncio.gather(*turns), 60))


async def run(running: Running, kafka: str, options: argparse.Namespace) -> tuple[Measured, Traffic, Traffic]:
    """Warm up, learn the sizes, then measure in turns. Traffic: of the warm-up, and of what was measured."""
    measured, texts = Measured(), itertools.cycle(QUESTIONS)
    count = round(options.rate * PER_CONVERSATION_S)
    tokens = [customer_token("shop", f"C-{1001 + number}", running.customer_secret) for number in range(count)]
    visitors = [Visitor(running.gateway, "shop", token) for token in tokens]
    try:
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        # Long enough for each conversation to have the history that it will have from then on.
        warm_ms = _now_ms()
        warm = await drive(visitors, texts, options.rate, options.warm)
        before = await read_traffic(kafka, warm_ms, _names(warm[len(warm) // 2 :]))
        begin_ms = _now_ms()
        for number in range(options.rounds):
            for what in ("system", "chain") if number % 2 == 0 else ("chain", "system"):
                if what == "system":
                    measured.system += await drive(visitors, texts, options.rate, options.seconds)
                else:
                    measured.chain += await measure(kafka, before.mean_sizes(), options.rate, options.seconds)
        return measured, before, await read_traffic(kafka, begin_ms, _names(measured.system))
    finally:
        for visitor in visitors:
            visitor.close()


def stage_times(turns: Sequence[Timed], traffic: Traffic) -> dict[str, list[float]]:
    """Milliseconds that each stage took until its output was handed to the client's producer; ms resolution."""
    stages: dict[str, list[float]] = {name: [] for name in STAGES}
    for turn in turns:
        at = [turn.sent * 1000, *(traffic.times[topic].get(turn.turn) for topic in TOPICS), turn.sent * 1000 + turn.ms]
        for name, begin, end in zip(STAGES, at, at[1:], strict=False):
            if begin is not None and end is not None:
                stages[name].append(end - begin)
    return stages


def show(measured: Measured, sizes: Sequence[int], traffic: Traffic, options: argparse.Namespace) -> float:
    """Print everything side by side; the ratio of the medians."""
    console = Console(width=140)
    rows = {"careline": [turn.ms for turn in measured.system], "bare chain": measured.chain}
    console.print(f"a guide turn, {options.rate:g} a second, {PARTITIONS} partitions, load after the run {_load()}")
    table = Table(box=None)
    for column in ("", "turns", "p50 ms", "p90 ms", "p99 ms", "longest"):
        table.add_column(column, justify="right" if column else "left")
    for name, values in rows.items():
        cuts = statistics.quantiles(values, n=100)
        figures = (statistics.median(values), cuts[89], cuts[98], max(values))
        table.add_row(name, str(len(values)), *(f"{figure:.2f}" for figure in figures))
    console.print(table)
    ratio = statistics.median(rows["careline"]) / statistics.median(rows["bare chain"])
    console.print(f"ratio of the medians {ratio:.2f} (target: at most {TARGET:g})")
    console.print("record sizes " + ", ".join(f"{t} {size} B" for t, size in zip(TOPICS, sizes, strict=True)))
    guided = len(traffic.times["turns.classified"])
    console.print(f"{guided} of {len(measured.system)} turns went through retrieval")
    means = {name: statistics.mean(values) for name, values in stage_times(measured.system, traffic).items()}
    console.print("mean of each stage, its hop included: " + ", ".join(f"{n} {ms:.2f} ms" for n, ms in means.items()))
    return ratio


def _names(turns: Sequence[Timed]) -> set[str]:
    return {turn.turn for turn in turns}


def _now_ms() -> int:
    return int(time.time() * 1000)


def _load() -> str:
    return " ".join(f"{figure:.1f}" for figure in os.getloadavg())


def main() -> None:
    """Exit code 0 whatever the figures are: a busy machine is not a defect."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=40.0, help="turns a second")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each of the two, in each round")
    parser.add_argument("--warm", type=float, default=14.0, help="seconds before anything counts")
    options = parser.parse_args()
    print(f"load before the run: {_load()}")
    with borrowed_stack() as running:
        measured, before, traffic = uvloop.run(run(running, attach(os.environ).kafka, options))
    show(measured, before.mean_sizes(), traffic, options)


if __name__ == "__main__":
    main()
