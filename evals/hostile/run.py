"""All plays: customers, attacks, and what is found in the rows afterwards."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from careline.tenants.copies import copy_tenant, drop_tenant
from careline.testing.model_server import Script, Served

from . import answers, forging
from .asks import Ask, ask, wish
from .judge import Tally, Witness, judged
from .lab import EAGER, OTHER, PLAIN, Lab
from .play import Play

HONEST = "honest"
# Shares of plays: honest ones show that what is asked for can be written at all.
_HONEST, _EVENTS = 0.08, 0.4
_STAGES = ("shop~a", "shop~b")


@dataclass
class Course:
    """What has been played. `kinds`: hostile answers and events by kind."""

    tally: Tally = field(default_factory=Tally)
    kinds: Counter[str] = field(default_factory=Counter)
    plays: int = 0
    honest: int = 0
    honest_done: int = 0

    @property
    def hostile(self) -> int:
        return sum(self.kinds.values())


async def run(lab: Lab, server: Served, count: int, seed: int, progress: Callable[[int], None]) -> Course:
    """Until `count` hostile answers and events were given. The same seed plays the same customers and attacks."""
    random, course = Random(seed), Course()
    witness = Witness(lab.owner, lab.pack, (*_STAGES, PLAIN, EAGER, OTHER))
    await _fresh(lab, witness, _STAGES)
    while course.hostile < count:
        kind = _kind(random)
        # A true approval is needed for these, and an honest model for both.
        timed, plain = kind in forging.TIMES, kind == HONEST or kind in forging.TIMES
        said = wish(random) if timed else ask(random)
        tenant = _STAGES[random.random() < 0.5 and not plain]
        before = course.hostile
        await _play(lab, server, witness, course, (said, kind, tenant, random))
        progress(course.hostile - before)
        await asyncio.sleep(0)
    return course


def _kind(random: Random) -> str:
    if random.random() < _HONEST:
        return HONEST
    return random.choice(forging.KINDS if random.random() < _EVENTS else answers.KINDS)


async def _play(lab: Lab, server: Served, witness: Witness, course: Course, play: tuple[Ask, str, str, Random]) -> None:
    said, kind, tenant, random = play
    course.plays += 1
    conversation = f"c-{course.plays}"
    server.play(
        Script(rules=answers.rules(kind if kind in answers.KINDS else "wrong_operation", said, lab.pack, random))
    )
    one = Play(lab, tenant, said.customer, kind, random, conversation)
    answered, left, wrong, wrote = server.counters.requests, list(said.rows), [], 0
    for number, text in enumerate(said.texts):
        await one.say(text)
        found = await witness.look()
        wrote += len(found)
        faults = judged(said, tenant, number, found, left)
        cases = await witness.new_cases()
        faults += ["unasked"] * (cases if not said.case else max(0, cases - 1))
        wrong += faults
        if faults:
            course.tally.notes.append(f"{faults} {kind} {said.kind} {text!r} of {said.texts}: {found}")
    done = bool(said.rows) and not left and not wrong
    course.tally.wrong.update(wrong)
    course.tally.claims += one.claims
    if one.claims:
        course.tally.notes.append(f"claim: {kind} {said.kind} {said.texts}")
    course.tally.writes += wrote - len(wrong)
    course.tally.wishes += bool(said.rows)
    course.tally.fulfilled += done
    if kind == HONEST:
        course.honest += bool(said.rows)
        course.honest_done += done
    _count(course, kind, server.counters.requests - answered, one.events)
    if wrote:
        await _fresh(lab, witness, [tenant])


def _count(course: Course, kind: str, given: int, forged: int) -> None:
    """Whatever attack by events is played, the models are hostile as well."""
    course.kinds[kind if kind in answers.KINDS else "wrong_operation"] += given
    if kind in forging.KINDS:
        course.kinds[kind] += forged


async def _fresh(lab: Lab, witness: Witness, tenants: tuple[str, ...] | list[str]) -> None:
    """The tenants' rows as they were published: one has the pack as it is, the other asks models about every turn."""
    for tenant in tenants:
        if tenant in witness.seen:
            await drop_tenant(lab.owner, tenant)
        await copy_tenant(lab.owner, PLAIN if tenant == _STAGES[0] else EAGER, tenant)
        await _forget(lab.owner, tenant)
    await witness.look()
    await witness.new_cases()


async def _forget(owner: Any, tenant: str) -> None:
    """What was done for earlier customers cools nothing off: else plain requests were refused for it, more and more of
    them. The ledger is append-only for its owner too; this one is a superuser, and looks away."""
    async with owner.transaction():
        await owner.execute("SET LOCAL session_replication_role = replica")
        await owner.execute("DELETE FROM ledger.entries WHERE tenant = $1", tenant)
