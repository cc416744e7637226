"""A person says what became of an operation in another system, where nobody knew it: recorded once, and told.

CommandError
├── NotInDoubt     the ledger has no such operation, or it is known already what became of it
└── NoWords        the pack's words for it need a value that the other system would have given
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from careline.contracts.reply import Approval
from careline.contracts.turn import RowChange
from careline.operations.facts import read_facts
from careline.operations.situation import Situation, proven_customer, situation, typed_arguments
from careline.operations.wording import Wording
from careline.storage.database import use_tenant
from careline.storage.sealed import Sealing, origin
from careline.tenants.expressions import ExpressionError
from careline.tenants.model import Operation, Pack
from careline.tenants.words import WordsError
from careline_cli.errors import CommandError
from careline_cli.privacy.erasing import AUDIT, pack_of


class NotInDoubt(CommandError):
    """There is nothing to settle."""


class NoWords(CommandError):
    """The customer cannot be told in the pack's words."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An operation that was sent to another system, and nobody knows what became of it."""

    tenant: str
    id: str
    pack: Pack
    approval: Approval
    language: str
    asked_at: datetime
    diff: tuple[RowChange, ...]
    told: str

    @property
    def operation(self) -> Operation:
        return self.pack.operations[self.approval.operation]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person found out: `done` or not, why they are sure, and what the customer is told. `result` are values
    that the other system gave."""

    done: bool
    actor: str
    why: str
    told: str
    result: Mapping[str, str]


async def find_doubt(connection: Any, tenant: str, entry: str) -> Doubt:
    """The operation whose id begins so. `connection` is the owner's. Raises NotInDoubt, CommandError."""
    async with connection.transaction(readonly=True):
        return await _find(connection, tenant, entry)


async def _find(connection: Any, tenant: str, entry: str) -> Doubt:
    pack = await pack_of(connection, tenant)
    rows = await connection.fetch(_SENT, tenant, entry.lower())
    if not rows:
        raise NotInDoubt("The ledger has no such operation in another system.", "`careline ledger` lists them.")
    if len(rows) > 1:
        raise CommandError(f"{len(rows)} operations begin with {entry!r}.", "Give more of the id.")
    row = rows[0]
    if row["settled"] is not None:
        raise NotInDoubt(f"It is known already what became of it: {_SAID[row['settled']]}{_by(row)}.")
    if row["told"] is None:
        raise NotInDoubt("It is still on its way, or being asked about.", "Try again in a minute or two.")
    approval = Approval.model_validate_json(row["approval"])
    if approval.operation not in pack.operations:
        raise NotInDoubt(f"The pack of {tenant} has no operation {approval.operation!r} any more.")
    diff = tuple(RowChange.model_validate(change) for change in json.loads(row["diff"]))
    return Doubt(tenant, str(row["id"]), pack, approval, row["language"], row["asked_at"], diff, row["told"])


async def worded(connection: Any, doubt: Doubt, result: Mapping[str, str], sealing: Sealing, done: bool) -> str:
    """What the customer is told, in the pack's words and the language of the question. Raises NoWords."""
    async with connection.transaction(readonly=True):
        known = await _situation(connection, doubt, sealing)
    wording = Wording(doubt.pack, doubt.language, known)
    try:
        if done:
            return wording.done(doubt.operation, doubt.diff, result)
        title = wording.plain(doubt.operation.title)
        return wording.plain(doubt.pack.replies.unsettled.not_done, title=title)
    except (WordsError, ExpressionError) as error:
        raise NoWords(
            f"The pack's words cannot be said: {error}", "Give --result NAME=VALUE, or --say TEXT."
        ) from error


async def _situation(connection: Any, doubt: Doubt, sealing: Sealing) -> Situation:
    await use_tenant(connection, doubt.tenant, doubt.pack.business_schema)
    customer = proven_customer(doubt.approval.identity)
    facts = await read_facts(sealing.over(connection, doubt.tenant), doubt.pack, customer)
    known = situation(doubt.pack, doubt.asked_at, customer, facts)
    return replace(known, args=typed_arguments(doubt.operation, doubt.approval.arguments))


async def settle(connection: Any, doubt: Doubt, finding: Finding, sealing: Sealing) -> None:
    """All or nothing, and once: outcome, ledger entry (of what was done), audit. `connection` is the owner's. Raises
    NotInDoubt when somebody or the other system was quicker, SealedUnreadable."""
    approval = doubt.approval
    async with connection.transaction():
        await pack_of(connection, doubt.tenant)
        customer = approval.identity.customer
        why = finding.why
        if customer is not None:
            why = await sealing.seal(connection, doubt.tenant, customer, "ledger", why)
        status = "done" if finding.done else "not_done"
        who = (doubt.tenant, uuid.UUID(doubt.id))
        if not await connection.fetchval(_OUTCOME, *who, status, finding.actor, why, finding.told):
            raise NotInDoubt("Somebody was quicker: by now it is known what became of it.", "`careline ledger show`")
        if finding.done and not await connection.fetchval(_ENTRY, *who, json.dumps(dict(finding.result)), finding.told):
            raise NotInDoubt("Somebody was quicker: the ledger has an entry of it.", "`careline ledger show`")
        detail = json.dumps({"entry": doubt.id, "operation": approval.operation, "settled": status})
        await connection.execute(AUDIT, origin(doubt.tenant), customer, "settle", finding.actor, detail)


def _by(row: Mapping[str, Any]) -> str:
    return f", by the word of {row['actor']}" if row["actor"] else ""


_SAID = {"done": "it was done", "refused": "it was refused", "void": "it was never sent", "not_done": "it was not done"}
_SENT = """
SELECT i.id, i.approval::text, i.diff::text, i.language, i.asked_at, u."text" AS told, f.actor,
       CASE WHEN f.status IS NOT NULL THEN f.status
            WHEN EXISTS (SELECT FROM ledger.entries e WHERE e.tenant = i.tenant AND e.id = i.id) THEN 'done'
            WHEN EXISTS (SELECT FROM ledger.refusals r WHERE r.tenant = i.tenant AND r.id = i.id) THEN 'refused'
       END AS settled
FROM ledger.intents i
LEFT JOIN ledger.outcomes u ON u.tenant = i.tenant AND u.id = i.id AND u.status = 'unknown'
LEFT JOIN ledger.outcomes f ON f.tenant = i.tenant AND f.id = i.id AND f.status <> 'unknown'
WHERE i.tenant = $1 AND starts_with(i.id::text, $2) LIMIT 2
"""
_OUTCOME = """
INSERT INTO ledger.outcomes (tenant, id, conversation, turn, status, source, reason, actor, why, told)
SELECT tenant, id, conversation, turn, $3, 'human', NULL, $4, $5, $6 FROM ledger.intents WHERE tenant = $1 AND id = $2
ON CONFLICT DO NOTHING RETURNING true
"""
_ENTRY = """
INSERT INTO ledger.entries (tenant, id, conversation, turn, epoch, operation, visitor, customer, arguments, diff,
                            diff_hash, written, result, "text", approval, pack_version, asked_at,
                            undoes)
SELECT tenant, id, conversation, turn, epoch, operation, visitor, customer, arguments, diff, diff_hash, diff,
       $3::text::jsonb, $4, approval, pack_version, asked_at, undoes FROM ledger.intents WHERE tenant = $1 AND id = $2
ON CONFLICT DO NOTHING RETURNING true
"""
