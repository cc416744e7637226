"""What an operation costs beside a guide turn, on the reflex tier, in the same run.

    python -m bench.operation

An operation without consent (the newsletter, on and off) is dry run, judged, approved, committed with its ledger entry
and told: six topics, where a guide turn has five. Its median may be that of a guide turn and twice the bare cost of
the extra hop, which is a hop's share of the bare chain of `bench/chain.py`. Guide turns, operations and the chain take
turns. The rows are a copy of the shop's, removed at the end. The running stack is used, or one is started for this and
stopped again.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import uuid

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from bench.chain import measure
from bench.records import TOPICS, read_traffic
from bench.turn import PER_CONVERSATION_S, QUESTIONS, drive
from bench.web import Timed, Visitor
from careline.tenants.copies import copy_tenant, drop_tenant
from careline_cli.borrowed import borrowed_stack
from careline_cli.running import Running
from careline_cli.stack.stack import attach
from careline_cli.tokens import customer_token

WISHES = ("please unsubscribe me from the newsletter", "Please subscribe me to the newsletter")
HOPS, EXTRA_HOPS = len(TOPICS), 1


class Mixed:
    """A visitor's own alternation: everybody's newsletter goes off and on."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor, self._texts = visitor, itertools.cycle(WISHES)

    async def wake(self) -> None:
        await self._visitor.wake()

    async def ask(self, _: str) -> Timed:
        return await self._visitor.ask(next(self._texts))


async def run(running: Running, kafka: str, database: str, options: argparse.Namespace) -> dict[str, list[float]]:
    """Milliseconds of guide turns, operations, and the bare chain."""
    tenant, owner = f"shop~bench-{uuid.uuid4().hex[:6]}", await asyncpg.connect(database)
    await copy_tenant(owner, "shop", tenant)
    count = round(options.rate * PER_CONVERSATION_S)
    names = [f"C-{1001 + number}" for number in range(count)] * 2
    visitors = [
        Visitor(running.gateway, tenant, customer_token(tenant, name, running.customer_secret)) for name in names
    ]
    asking, wishing = visitors[:count], [Mixed(visitor) for visitor in visitors[count:]]
    texts = itertools.cycle(QUESTIONS)
    found: dict[str, list[float]] = {"guide": [], "operation": [], "chain": []}
    try:
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        warm = await drive(asking, texts, options.rate, options.warm)
        await drive(wishing, texts, options.rate, options.warm)  # type: ignore[arg-type]
        sizes = (await read_traffic(kafka, 0, {turn.turn for turn in warm[len(warm) // 2 :]})).mean_sizes()
        for number in range(options.rounds):
            kinds = ("guide", "operation", "chain")
            for kind in kinds if number % 2 == 0 else reversed(kinds):
                match kind:
                    case "guide":
                        found[kind] += [turn.ms for turn in await drive(asking, texts, options.rate, options.seconds)]
                    case "operation":
                        timed = await drive(wishing, texts, options.rate, options.seconds)  # type: ignore[arg-type]
                        found[kind] += [turn.ms for turn in timed]
                    case _:
                        found[kind] += await measure(kafka, sizes, options.rate, options.seconds)
        done = await owner.fetchval("SELECT count(*) FROM ledger.entries WHERE tenant = $1", tenant)
        print(f"{done} operations in the ledger")
        return found
    finally:
        for visitor in visitors:
            visitor.close()
        await drop_tenant(owner, tenant)
        await owner.close()


def show(found: dict[str, list[float]], options: argparse.Namespace) -> None:
    console, table = Console(width=120), Table(box=None)
    console.print(
        f"{options.rate:g} turns a second, load after the run {' '.join(f'{one:.1f}' for one in os.getloadavg())}"
    )
    for column in ("", "turns", "p50 ms", "p90 ms", "p99 ms"):
        table.add_column(column, justify="right" if column else "left")
    for name, values in found.items():
        cuts = statistics.quantiles(values, n=100)
        table.add_row(name, str(len(values)), *(f"{figure:.2f}" for figure in (cuts[49], cuts[89], cuts[98])))
    console.print(table)
    guide, operation, chain = (statistics.median(found[name]) for name in ("guide", "operation", "chain"))
    bound = guide + 2 * EXTRA_HOPS * chain / HOPS
    console.print(
        f"operation {operation:.2f} ms, at most {bound:.2f} ms (guide + 2 x {EXTRA_HOPS} hop of {chain / HOPS:.2f} ms)"
    )


def main() -> None:
    """Exit code 0 whatever the figures are: a busy machine is not a defect."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=6.0, help="turns a second; two seconds' worth are customers")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each of the three, in each round")
    parser.add_argument("--warm", type=float, default=8.0, help="seconds before anything counts")
    options = parser.parse_args()
    with borrowed_stack() as running:
        stack = attach(os.environ)
        found = uvloop.run(run(running, stack.kafka, stack.database_url, options))
    show(found, options)


if __name__ == "__main__":
    main()
