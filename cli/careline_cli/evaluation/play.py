"""Plays questions through the running system: each on a fresh copy of the business data under a tenant of its own.

CommandError
├── StalePack    the folder is not what the running system has published
└── NoRows       the pack's rows are absent, or do not fit
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx

from careline.storage.sealed import Sealing
from careline.tenants.errors import TenantError
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.problems import PackError
from careline.tenants.publish import Published, publish

from ..errors import CommandError
from ..reach import KEYS, data_keys_given, sealing
from ..running import Running
from ..turn_log import TurnLogClient, TurnRecord
from ..webchat import Answer, NoReply, WebChat
from .complete import is_complete
from .copies import Copies, template_name
from .grade import FieldWords, Grade, grade
from .observe import is_open, observe, postponed
from .observed import Observed
from .questions import Question, Step
from .snapshot import Snapshot, changes, snapshot
from .summary import Result

_LOG_PATIENCE = 5.0
# Questions under way for each customer who talks. With 3 a set is through in two thirds of the time, but copying then
# competes with the turns, which take half as long again: the times would not be those of four customers.
_AHEAD = 1
_TRIES = 3


class NoRows(CommandError):
    """The pack's rows are absent, or do not fit."""


class StalePack(CommandError):
    """What would be measured is not what lies in the folder."""


# Called after each step: the question, the step, the answer, the turn log's record, the step's grade.
OnStep = Callable[[Question, Step, Answer, TurnRecord, Grade], None]


@dataclass(slots=True)
class Player:
    """Plays on a running stack. `talking` bounds the customers that wait for an answer at the same time, `ahead` the
    questions under way: what else one needs (its copy, the turn log, a look at the database) is done beside."""

    running: Running
    pack: Pack
    http: httpx.AsyncClient
    log: TurnLogClient
    pool: asyncpg.Pool
    copies: Copies
    words: FieldWords
    original: Snapshot
    talking: asyncio.Semaphore
    ahead: int
    patience: float = 30.0
    on_step: OnStep | None = None

    @classmethod
    @asynccontextmanager
    async def connect(cls, running: Running, folder: Path, tenant: str, at_once: int = 1) -> AsyncIterator[Player]:
        """A player with its connections, and a template tenant with the pack's rows as they are made from its source:
        what customers have done since on the live tenant changes no grade. All of it is gone at the end.

        Raises StalePack when `folder` is not what `tenant` has published, NoRows.
        """
        pack = load_pack(folder).sealed()
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        async with (
            _turn_log(running) as log,
            httpx.AsyncClient(base_url=running.gateway, limits=limits, timeout=30) as http,
            asyncpg.create_pool(running.database, min_size=1, max_size=8) as pool,
            pool.acquire() as connection,
        ):
            await _require_published(connection, pack, tenant)
            async with template_name(connection, tenant) as template:
                await _make_template(connection, pack, template, folder)
                original = await snapshot(_keys(running).over(connection, template), pack, template)
                copies, words, talking = Copies(pool, template), field_words(pack), asyncio.Semaphore(at_once)
                yield cls(running, pack, http, log, pool, copies, words, original, talking, _AHEAD * at_once)

    async def play_all(self, questions: Sequence[Question], done: Callable[[Result], None]) -> list[Result]:
        """Play all, results in the order of the questions."""
        room = asyncio.Semaphore(self.ahead)

        async def one(question: Question) -> Result:
            async with room:
                result = await self.play(question)
                done(result)
                return result

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(question)) for question in questions]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None  # the first one's words say enough
        return [task.result() for task in tasks]

    async def play(self, question: Question) -> Result:
        """Play one question on its own copy; the copy is removed whatever happens."""
        secret = self.running.customer_secret
        async with self.copies.one() as tenant:
            chat = await WebChat.open(self.http, tenant, question.user, secret, question.language)
            async with chat:
                return await self._converse(question, tenant, chat)

    async def _converse(self, question: Question, tenant: str, chat: WebChat) -> Result:
        before, observed, grades, waiting = self.original, [], [], 0
        for step in question.steps:
            try:
                async with self.talking:
                    answer = await chat.ask(step.text, self.patience)
            except NoReply:
                observed.append(Observed(None))
                grades.append(Grade(False, "no reply"))
                break
            record = await self.log.turn(answer.turn, patience=_LOG_PATIENCE, complete=is_complete)
            waiting += postponed(record)
            more, waiting = await self._rest(chat, record, waiting)
            async with self.pool.acquire() as connection:
                after = await snapshot(_keys(self.running).over(connection, tenant), self.pack, tenant, before)
            seen = observe(answer, record, changes(self.pack, before, after))
            seen = replace(seen, beside=(*seen.beside, *more))
            verdict = grade(step.expected, seen, before.rows, self.words) if step.expected else Grade(True)
            observed.append(seen)
            grades.append(verdict)
            if self.on_step:
                self.on_step(question, step, answer, record, verdict)
            before = after
        return Result(question, tuple(observed), _whole(question, grades))

    async def _rest(self, chat: WebChat, record: TurnRecord, waiting: int) -> tuple[list[Observed], int]:
        """The turns that take up what a message asked for besides, as far as no question stands between; and how many
        are still to come; what does not come within the time limit is left out."""
        seen: list[Observed] = []
        while waiting and not is_open(record):
            try:
                answer = await chat.next(self.patience)
            except NoReply:
                return seen, 0
            record = await self.log.turn(answer.turn, patience=_LOG_PATIENCE, complete=is_complete)
            waiting += postponed(record) - 1
            later = observe(answer, record, ())
            seen += [replace(later, beside=()), *later.beside]
        return seen, waiting


@asynccontextmanager
async def _turn_log(running: Running) -> AsyncIterator[TurnLogClient]:
    log = TurnLogClient(running.insight, running.agent_token)
    try:
        yield log
    finally:
        await log.close()


async def _make_template(connection: asyncpg.pool.PoolConnectionProxy, pack: Pack, template: str, folder: Path) -> None:
    try:
        made = await _published(pack, connection, template, RowOptions(folder=folder))
    except (TenantError, PackError) as error:
        raise NoRows(f"The rows of {pack.name} cannot be made.", str(error)) from error
    if made.rows_status == "absent":
        raise NoRows(f"Without the rows of {pack.name} every answer would be wrong.", made.rows_detail)


async def _published(
    pack: Pack, connection: asyncpg.pool.PoolConnectionProxy, template: str, rows: RowOptions
) -> Published:
    """Once more when the database's own statistics keeper was at the same tables at the same moment."""
    for _ in range(_TRIES - 1):
        try:
            return await publish(pack, connection, tenant=template, rows=rows)
        except asyncpg.DeadlockDetectedError:
            continue
    return await publish(pack, connection, tenant=template, rows=rows)


async def _require_published(connection: asyncpg.pool.PoolConnectionProxy, pack: Pack, tenant: str) -> None:
    published = await connection.fetchval("SELECT version FROM control.tenants WHERE id = $1", tenant)
    if published != pack.version:
        now = f"has version {published}" if published else "is not published"
        raise StalePack(
            f"The pack in the folder is version {pack.version}, but the tenant {tenant} {now}.",
            f"Publish it first: `careline tenant publish {pack.name}`.",
        )


def field_words(pack: Pack) -> FieldWords:
    """The wordings of each profile field's values in all languages."""
    return {
        name: tuple(text for words in fact.values.values() for text in words.texts)
        for name, fact in pack.profile.facts.items()
    }


def _whole(question: Question, grades: Sequence[Grade]) -> Grade:
    """A question is right when all its steps are; the first wrong one says why."""
    wrong_write = any(g.wrong_write for g in grades)
    for number, verdict in enumerate(grades, 1):
        if not verdict.right:
            where = f"step {number}: " if len(question.steps) > 1 else ""
            return Grade(False, where + verdict.why, wrong_write)
    return Grade(True)


def _keys(running: Running) -> Sealing:
    """Of the stack that is played on, which need not be this checkout's; the environment's prevail, as there."""
    given = {} if data_keys_given(os.environ) else {KEYS: running.data_keys}
    return sealing({**os.environ, **given})
