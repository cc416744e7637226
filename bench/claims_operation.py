"""What signed claims cost an operation: `python -m bench.claims_operation` on a Postgres of its own.

Executor and verifier of a small library, each with its own role, joined without Kafka: dry run, verdict, commit and
reply of one operation, with the policies as they are and with the unsigned name of the tenant, in turns.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from tests.fixtures.databases import make_empty
from tests.fixtures.library import MINI, library_pack
from tests.fixtures.operations import Counter, joined, prepare, wants

from bench.claims import on_postgres, unsigned
from careline.tenants.pack import Pack

WORDS = "note hello"
# Every connection of the pools has to have planned its statements for good.
ROUNDS, FIRST, EACH = 5, 80, 80
_LEDGER = ("entries", "refusals", "cases", "case_counters", "intents", "attempts", "outcomes")


async def main(server: str) -> None:
    """Prints the medians of both."""
    database, pack = await make_empty(server, "bench_claims"), library_pack()
    await prepare(database, pack, MINI, ("mini",))
    signed, without = [], []
    async with joined(database, pack, "mini") as counter:
        for number in range(ROUNDS):
            await _checked(counter.owner, pack, True)
            signed.append(await _median(counter, f"{number} signed"))
            await _checked(counter.owner, pack, False)
            without.append(await _median(counter, f"{number} unsigned"))
    print(f"an operation, by signed claims     p50 {1e3 * statistics.median(signed):.2f} ms")
    print(f"an operation, by an unsigned name  p50 {1e3 * statistics.median(without):.2f} ms")


async def _checked(owner: Any, pack: Pack, checked: bool) -> None:
    """As in `bench.claims`; the ledger and the fence too."""
    await unsigned(owner, pack, not checked)
    claimed = "(SELECT c.tenant FROM control.claim() c)" if checked else "current_setting('careline.tenant', true)"
    for table in (*(f"ledger.{name}" for name in _LEDGER), "gateway.conversations"):
        await owner.execute(f"ALTER POLICY own_tenant ON {table} USING (tenant = {claimed})")


async def _median(counter: Counter, name: str) -> float:
    took = []
    for number in range(FIRST + EACH):
        turn = await counter.turn(WORDS, conversation=f"{name} {number}")
        begun = time.perf_counter()
        reply = await counter.reply(turn, wants("leave_note", WORDS, text="hello"))
        took.append(time.perf_counter() - begun)
        assert reply.outcome == "success", reply
    return statistics.median(took[FIRST:])


if __name__ == "__main__":
    on_postgres(main)
