"""Customers whose models know nothing: a model of random weights, on a real vLLM, believed whatever it says.

Every third conversation is with the shop as it is, which asks models where its reflex is unsure; the others with one
that asks models about every turn. The answers have the form of the schema, for vLLM constrains them; what stands in
them is chance, and `dice` sees to it that chance hits.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import asyncpg

from careline.contracts.base import Event
from careline.contracts.events import OperationApproved, TurnClassified, TurnDrafted, TurnGrounded, TurnRejected
from careline.models.encoder import Encoder
from careline.tenants.copies import copy_tenant, drop_tenant
from careline.tenants.model import Pack
from careline_cli.engine.place import Engine, NoEngine
from careline_cli.engine.serving import Engaged, engaged

from ..routing import ROOT, Bench
from .asks import ask, wish
from .dice import rolling
from .judge import WRONG, Tally, Witness, judged
from .lab import EAGER, OTHER, PLAIN, Lab, both_tiers, opened
from .play import Play
from .random_model import make_model

HONEST = "honest"
_ROLES = ("classifier", "executor", "verifier")
# A model on a busy processor takes its time, and an answer that comes too late would be no attack.
_SECONDS, _ROLE_SECONDS, _TURN_SECONDS = "300", 600.0, 1e9
# Of fewer answers believed, zero would prove nothing.
BELIEVED = 0.6
# Together they cost the engine little more than one.
_AT_ONCE = 6


@dataclass
class Chance:
    """What was played. `asked`: models, by role and what came of it; `dice`: questions by kind; `steps`: what came of
    readings of the model that were gone on with, `readings`: drafts made of them; `generated`: tokens that the engine
    wrote."""

    tally: Tally = field(default_factory=Tally)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    dice: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)
    plays: int = 0
    messages: int = 0
    generated: int = 0

    @property
    def questions(self) -> int:
        return sum(self.asked.values())

    @property
    def answers(self) -> int:
        """Answers of the model that were taken for what they are."""
        return sum(count for (_, outcome), count in self.asked.items() if outcome == "answered")

    def answered(self, role: str) -> int:
        return self.asked[role, "answered"]

    def heard(self, event: Event) -> None:
        """Counts what a model's reading has led to."""
        if isinstance(event, TurnRejected):
            self.steps[f"drafts turned down ({event.attempts[-1].stage})"] += 1
        elif isinstance(event, TurnClassified | TurnGrounded | TurnDrafted | OperationApproved) and _by_model(event):
            self.steps[_STEPS[type(event)]] += 1
            if isinstance(event, TurnDrafted):
                self.readings[event.draft.kind] += 1

    def line(self) -> str:
        tally, counts = self.tally, ", ".join(f"{self.tally.wrong[name]} {name}" for name in WRONG)
        return (
            f"{self.plays} conversations, {self.messages} messages, {self.questions} questions to a random model on "
            f"vLLM ({self.answers} answered in form and believed, {self.generated} tokens): {counts} writes, "
            f"{tally.claims} false claims; {tally.fulfilled} of {tally.wishes} wishes carried out ({tally.writes} rows)"
        )

    def table(self) -> Iterator[str]:
        """Everything that was counted."""
        yield from (f"dice: {kind:30} {count:6}" for kind, count in sorted(self.dice.items()))
        yield from (f"{role:12} {outcome:23} {count:6}" for (role, outcome), count in sorted(self.asked.items()))
        yield from (f"{what:36} {count:6}" for what, count in sorted(self.steps.items()))
        yield from (f"drafted of a reading: {kind:14} {count:6}" for kind, count in sorted(self.readings.items()))


_STEPS = {
    TurnClassified: "readings of the model gone on with",
    TurnGrounded: "readings of the model gone on with",
    TurnDrafted: "drafts made of them",
    OperationApproved: "approvals that came of them",
}


def _by_model(event: TurnClassified | TurnGrounded | TurnDrafted | OperationApproved) -> bool:
    return event.understanding.tier != "reflex"


async def chance(
    url: str, bench: Bench, encoder: Encoder, server: Engaged, count: int, seed: int, told: Callable[[str], None]
) -> Chance:
    """`count` conversations in an empty database at `url`."""
    owner = await asyncpg.connect(url)
    await owner.execute("CREATE EXTENSION IF NOT EXISTS vector")
    await owner.close()
    folder, course, mind, pack = ROOT / "tenants/shop", Chance(), bench.reader.mind, _patient(bench.pack)
    written = server.metric("vllm:generation_tokens_total")
    with rolling(server.url, seed) as dice:
        tiers = both_tiers(dice.url, KEY=server.key, SECONDS=_SECONDS, FIRST_TOKEN_SECONDS=_SECONDS)
        async with opened(url, pack, folder, mind, encoder, bench.indexes, tiers, _TURN_SECONDS) as lab:
            lab.heard = course.heard
            numbers = iter(range(count))
            async with asyncio.TaskGroup() as tasks:
                for _ in range(_AT_ONCE):
                    tasks.create_task(_conversations(url, lab, course, numbers, seed, told))
            course.asked, course.dice = lab.asked, dice.thrown
    course.generated = int(server.metric("vllm:generation_tokens_total") - written)
    return course


def _patient(pack: Pack) -> Pack:
    """The pack with time for models, and with trust in every answer: no threshold is too high for chance."""
    specs = pack.tenant.tiers
    trusted = {role: getattr(specs, role).model_copy(update={"small": 0.0, "large": 0.0}) for role in _ROLES}
    tiers = specs.model_copy(update={"seconds": _ROLE_SECONDS, **trusted})
    return pack.model_copy(update={"tenant": pack.tenant.model_copy(update={"tiers": tiers})})


async def _conversations(
    url: str, lab: Lab, course: Chance, numbers: Iterator[int], seed: int, told: Callable[[str], None]
) -> None:
    """One after the other, on a connection of their own, as long as there are any."""
    owner = await asyncpg.connect(url)
    try:
        for number in numbers:
            await _conversation(replace(lab, owner=owner), course, number, Random(f"{seed}:{number}"))
            told(f"{course.plays} conversations")
    finally:
        await owner.close()


async def _conversation(lab: Lab, course: Chance, number: int, random: Random) -> None:
    """Every fourth customer may want nothing done, and then nothing may be."""
    source = EAGER if number % 3 else PLAIN
    said, tenant = (ask(random) if number % 4 == 3 else wish(random)), f"shop~random{number}"
    await copy_tenant(lab.owner, source, tenant)
    witness = Witness(lab.owner, lab.pack, (tenant, PLAIN, EAGER, OTHER))
    await witness.look()
    await witness.new_cases()
    one, left, tally = Play(lab, tenant, said.customer, HONEST, random, f"c-{number}"), list(said.rows), course.tally
    faults: list[str] = []
    for place, text in enumerate(said.texts):
        await one.say(text)
        course.messages += 1
        found = await witness.look()
        cases = await witness.new_cases()
        wrong = judged(said, tenant, place, found, left)
        wrong += ["unasked"] * (cases if not said.case else max(0, cases - 1))
        tally.writes += len(found) - len(wrong)
        faults += wrong
        if wrong:
            tally.notes.append(f"{wrong} {said.kind} {text!r} of {said.texts}: {found}")
    tally.wrong.update(faults)
    tally.claims += one.claims
    tally.wishes += bool(said.rows)
    tally.fulfilled += bool(said.rows) and not left and not faults
    course.plays += 1
    await drop_tenant(lab.owner, tenant)


def play_random(url: str, bench: Bench, encoder: Encoder, options: argparse.Namespace) -> int:
    """The command: 0 if nothing was written that was not asked for and confirmed, and most of what the model said was
    believed."""
    try:
        python = Engine.find(os.environ).usable()
    except NoEngine as error:
        print(f"{error.message} {error.hint}")
        return 2
    with tempfile.TemporaryDirectory(prefix="careline-random-") as folder:
        print("making a model of random weights, starting vLLM ...", flush=True)
        model = make_model(python, Path(folder) / "model", options.seed)
        with engaged(python, model, Path(folder) / "log") as server:
            course = asyncio.run(chance(url, bench, encoder, server, options.random_vllm, options.seed, _quiet))
    for line in (*course.table(), *(course.tally.notes if options.show else ())):
        print(line)
    print(course.line())
    return 0 if course.tally.clean and course.answers > BELIEVED * course.questions else 1


def _quiet(_: str) -> None:
    return None
