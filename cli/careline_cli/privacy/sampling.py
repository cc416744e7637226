"""The sample that people read: turns of the log, drawn by the rates of a pack's safety.yaml. Pure but for the queries.

A turn is in or out by its own id, so that everybody draws the same sample, and drawing again adds nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from careline.privacy import find, redact
from careline.tenants.model import Pack, Review

_OPERATION = frozenset({"success", "refused", "needs_info", "confirm", "cancelled", "case"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A finished turn as the log has it: its two events' bodies, and whether a draft of it was turned down."""

    turn: str
    received: Mapping[str, Any]
    verified: Mapping[str, Any]
    rejected: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A turn of the sample, by the stratum that drew it; `dialogue` is who said what, oldest first."""

    turn: str
    stratum: str
    outcome: str
    reason: str
    dialogue: tuple[tuple[str, str], ...]


def stratum(pack: Pack, seen: Seen) -> str:
    """By what the turn is drawn: alarm, rejected, handover, operation, answer."""
    outcome = seen.verified["reply"]["outcome"]
    if pack.safety.watch.alarm(seen.received["turn"]["text"]) is not None:
        return "alarm"
    if seen.rejected:
        return "rejected"
    if outcome == "handover":
        return "handover"
    return "operation" if outcome in _OPERATION else "answer"


def is_drawn(turn: str, rate: float) -> bool:
    """A share `rate` of all turns; a turn that a lower rate draws is drawn by every higher one."""
    number = int.from_bytes(hashlib.sha256(f"review\x1f{turn}".encode()).digest()[:8], "big")
    return number < rate * 2**64


def draw(pack: Pack, turns: Iterable[Seen], *, masked: bool = True) -> list[Drawn]:
    """The sample, in the order of the turns. Personal data is left out of the dialogues unless `masked` is False."""
    rates: Review = pack.safety.review
    drawn = []
    for seen in turns:
        by = stratum(pack, seen)
        if is_drawn(seen.turn, getattr(rates, by)):
            reply = seen.verified["reply"]
            dialogue = tuple((who, _shown(text, masked)) for who, text in _dialogue(seen))
            drawn.append(Drawn(seen.turn, by, reply["outcome"], reply.get("reason") or "", dialogue))
    return drawn


def _dialogue(seen: Seen) -> Iterable[tuple[str, str]]:
    turn = seen.received["turn"]
    for past in turn["history"]:
        yield "customer", past["customer"]
        yield "careline", past["reply"]
    yield "customer", turn["text"]
    yield "careline", seen.verified["reply"]["text"]


def _shown(text: str, masked: bool) -> str:
    return redact(text, find(text)) if masked else text


async def unread(connection: Any, tenant: str, days: int) -> list[Seen]:
    """Finished turns of the last `days` that nobody has judged, oldest first."""
    rows = await connection.fetch(_UNREAD, tenant, days)
    return [
        Seen(row["turn"], json.loads(row["received"]), json.loads(row["verified"]), row["rejected"]) for row in rows
    ]


async def of_turn(connection: Any, tenant: str, turn: str) -> Seen | None:
    """One finished turn."""
    row = await connection.fetchrow(_OF_TURN, tenant, turn)
    return row and Seen(row["turn"], json.loads(row["received"]), json.loads(row["verified"]), row["rejected"])


async def judge(
    connection: Any, tenant: str, turn: str, by: str, *, reviewer: str, verdict: str, note: str = ""
) -> None:
    """Keeps a verdict; nothing of it can be changed afterwards."""
    await connection.execute(_JUDGE, tenant, turn, by, reviewer, verdict, note)


async def verdicts(connection: Any, tenant: str) -> Mapping[tuple[str, str], int]:
    """How many verdicts of each kind there are in each stratum."""
    rows = await connection.fetch(_VERDICTS, tenant)
    return {(row["stratum"], row["verdict"]): row["count"] for row in rows}


_FINISHED = """
SELECT v.turn, r.body::text AS received, v.body::text AS verified, v.at,
       EXISTS (SELECT FROM insight.turn_log j WHERE j.turn = v.turn AND j.type = 'turn.rejected') AS rejected
FROM insight.turn_log v JOIN insight.turn_log r ON r.turn = v.turn AND r.type = 'turn.received'
WHERE v.type = 'turn.verified' AND v.tenant = $1
"""
_UNREAD = f"""
SELECT DISTINCT ON (at, turn) * FROM ({_FINISHED}) f WHERE at > now() - make_interval(days => $2)
  AND NOT EXISTS (SELECT FROM privacy.reviews w WHERE w.tenant = $1 AND w.turn = f.turn) ORDER BY at, turn
"""  # noqa: S608
_OF_TURN = f"{_FINISHED} AND v.turn = $2 ORDER BY v.at DESC LIMIT 1"
_JUDGE = """
INSERT INTO privacy.reviews (tenant, turn, stratum, reviewer, verdict, note) VALUES ($1, $2, $3, $4, $5, $6)
"""
_VERDICTS = "SELECT stratum, verdict, count(*) FROM privacy.reviews WHERE tenant = $1 GROUP BY 1, 2 ORDER BY 1, 2"
