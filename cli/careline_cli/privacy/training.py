"""The only door through which what customers said leaves for training: what the pack allows, masked, of who agreed.

Whatever is not sure stays: words of a customer whose record is not in the log any more cannot be masked by it.
Reading and choosing are apart: `dialogues` reads, `allowed` is pure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from careline.contracts.turn import Turn
from careline.contracts.understanding import CustomerFacts
from careline.operations.personal import personal_values
from careline.privacy import Kind, Known, Placeholders, find, mask, redact
from careline.tenants.model import Pack
from careline.tenants.policy import Consent, Mask, Said, Training

from .erasing import AUDIT, pack_of

KIND_OF: Mapping[str, Said] = {"customer": "messages", "bot": "replies", "agent": "answers"}
# What one turn of a dialogue calls by its kind is that wherever else it is said.
_LASTING = frozenset({Kind.NAME, Kind.ADDRESS, Kind.EMAIL, Kind.PHONE})


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a dialogue; `verdict` is what a reader of the sample thinks of a reply, and why."""

    author: str
    text: str
    verdict: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation as it is held. `known`: values of the customer's record; `recorded`: whether the log has the
    record of everybody who was known in it; `acted`: a person of the business wrote in a customer's place."""

    said: tuple[Spoken, ...]
    known: tuple[Known, ...]
    recorded: bool
    acted: bool
    consent: tuple[bool, str] | None


@dataclass(slots=True)
class Leaving:
    """What may leave, as JSON objects; how much of each kind; and how much stayed, by the reason."""

    dialogues: list[dict[str, Any]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    stayed: Counter[str] = field(default_factory=Counter)


async def training_data(connection: Any, tenant: str, actor: str, *, dry_run: bool) -> Leaving:
    """What may leave now, from one snapshot; unless `dry_run`, with an audit entry of the counts. `connection` is the
    owner's. Raises CommandError for an unknown tenant."""
    async with connection.transaction(isolation="repeatable_read", readonly=dry_run):
        pack = await pack_of(connection, tenant)
        found = await dialogues(connection, pack, tenant) if pack.policy.training.use else []
        leaving = allowed(pack.policy.training, found)
        if not dry_run:
            detail = {"left": leaving.kinds, "stayed": leaving.stayed, "use": pack.policy.training.use}
            await connection.execute(AUDIT, tenant, None, "training", actor, json.dumps(detail))
        return leaving


def allowed(training: Training, found: Iterable[Dialogue]) -> Leaving:
    """Of these dialogues what the rules let go."""
    leaving = Leaving()
    for dialogue in found:
        reason = _stays(training, dialogue)
        if reason:
            leaving.stayed[reason] += len(dialogue.said)
        else:
            _let_go(training.use, dialogue, leaving)
    return leaving


def _stays(training: Training, dialogue: Dialogue) -> str:
    """Why nothing of a dialogue may leave; empty: it may."""
    if dialogue.acted:
        return "a person acted for the customer"
    if isinstance(training.consent, Consent):
        if dialogue.consent is None:
            return "the customer was not asked, or has not answered"
        given, wording = dialogue.consent
        if not given:
            return "the customer does not agree"
        if wording != training.consent.version:
            return "the customer agreed to another wording"
    if not dialogue.recorded:
        return "the customer's record is not in the log any more, so nothing can be masked by it"
    return ""


def _let_go(use: Mapping[Said, Mask], dialogue: Dialogue, leaving: Leaving) -> None:
    known, given = _all_known(dialogue), Placeholders()
    turns = []
    for one in dialogue.said:
        kind = KIND_OF.get(one.author)
        if kind is None or kind not in use:
            leaving.stayed[f"the pack does not allow {kind or one.author}"] += 1
            continue
        text = _masked(one.text, known, use[kind], given)
        if text is None:
            leaving.stayed["something personal is left after masking"] += 1
            continue
        turn = {"author": one.author, "text": text}
        leaving.kinds[kind] += 1
        if one.verdict is not None and "verdicts" in use:
            note = _masked(one.verdict[1], known, use["verdicts"], given)
            turn |= {"verdict": one.verdict[0], "note": note or ""}
            leaving.kinds["verdicts"] += 1
        turns.append(turn)
    if turns:
        # A number of this file's own: an id of ours would lead back to the customer.
        leaving.dialogues.append({"dialogue": len(leaving.dialogues) + 1, "turns": turns})


def _all_known(dialogue: Dialogue) -> tuple[Known, ...]:
    """The record's values, and what anybody called by its kind in this dialogue."""
    told = (Known(span.text, span.kind) for one in dialogue.said for span in find(one.text) if span.kind in _LASTING)
    return tuple(dict.fromkeys((*dialogue.known, *told)))


def _masked(text: str, known: Sequence[Known], how: Mask, given: Placeholders) -> str | None:
    """The text without what is personal; None when a second look still finds something."""
    spans = find(text, known)
    masked = mask(text, spans, given) if how == "placeholders" else redact(text, spans)
    return None if find(masked, known) else masked


async def dialogues(connection: Any, pack: Pack, tenant: str) -> list[Dialogue]:
    """Every conversation that is held, in the order of their ids."""
    log: dict[str, list[Any]] = {}
    for row in await connection.fetch(_LOGGED, tenant):
        log.setdefault(row["conversation"], []).append(row)
    said: dict[str, list[Spoken]] = {}
    for row in await connection.fetch(_SAID, tenant):
        verdict = (row["verdict"], row["note"]) if row["author"] == "bot" and row["verdict"] else None
        said.setdefault(row["conversation"], []).append(Spoken(row["author"], row["text"], verdict))
    choices = Choices(await connection.fetch(_CHOICES, tenant))
    held = await connection.fetch(_HELD, tenant)
    return [_dialogue(pack, row, tuple(said.get(row["id"], ())), log.get(row["id"], []), choices) for row in held]


class Choices:
    """Everybody's consents and refusals, oldest first: (customer or None, conversation, given, wording)."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows: dict[tuple[str, str], list[tuple[bool, int, bool, str]]] = {}
        for number, row in enumerate(rows):
            of = ("customer", row["customer"]) if row["customer"] is not None else ("conversation", row["conversation"])
            weighty = row["customer"] is not None or not row["given"]
            self._rows.setdefault(of, []).append((weighty, number, row["given"], row["wording"]))

    def of(self, conversation: str, customers: Iterable[str]) -> tuple[bool, str] | None:
        """(given, wording) for a conversation in which these customers were known: of several the strictest. A known
        customer's own choices count, and a no of the conversation; its yes only where there is nothing else."""
        here = self._rows.get(("conversation", conversation), [])
        each = [max([*here, *self._rows.get(("customer", one), [])], default=None) for one in customers]
        found = each or [max(here, default=None)]
        if any(one is None for one in found):
            return None
        _, _, given, wording = min((one for one in found if one is not None), key=lambda one: (one[2], one[1]))
        return given, wording


def _dialogue(
    pack: Pack, held: Mapping[str, Any], said: tuple[Spoken, ...], log: Iterable[Mapping[str, Any]], choices: Choices
) -> Dialogue:
    known: dict[Known, None] = {}
    customers, recorded = {name for name in (held["signed"], held["proven"]) if name}, set()
    for row in log:
        turn = Turn.model_validate_json(row["turn"])
        facts = CustomerFacts.model_validate_json(row["facts"]) if row["facts"] else CustomerFacts()
        known |= dict.fromkeys(personal_values(pack, turn, facts))
        if turn.identity.customer:
            customers.add(turn.identity.customer)
            if row["facts"]:
                recorded.add(turn.identity.customer)
    consent = choices.of(held["id"], sorted(customers))
    return Dialogue(said, tuple(known), customers <= recorded, held["acted"], consent)


_HELD = """
SELECT c.id, c.state #>> '{identity,customer}' AS signed, c.state #>> '{proof,customer}' AS proven,
       COALESCE(starts_with(c.state #>> '{identity,visitor}', 'agent:'), false) AS acted
FROM gateway.conversations c WHERE c.tenant = $1 ORDER BY c.id
"""
_CHOICES = "SELECT customer, conversation, given, wording FROM gateway.consents WHERE tenant = $1 ORDER BY number"
_SAID = """
SELECT e.conversation, e.author, e.body ->> 'text' AS text, w.verdict, w.note FROM gateway.entries e
LEFT JOIN LATERAL (SELECT verdict, note FROM privacy.reviews r WHERE r.tenant = e.tenant AND r.turn = e.turn
                   ORDER BY number DESC LIMIT 1) w ON true
WHERE e.tenant = $1 AND e.kind = 'message' ORDER BY e.conversation, e.position
"""
_LOGGED = """
SELECT r.conversation, (r.body -> 'turn')::text AS turn,
       (SELECT (g.body #> '{understanding,facts}')::text FROM insight.turn_log g
        WHERE g.turn = r.turn AND g.type IN ('turn.classified', 'turn.grounded') LIMIT 1) AS facts
FROM insight.turn_log r WHERE r.tenant = $1 AND r.type = 'turn.received'
"""
