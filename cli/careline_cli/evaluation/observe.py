"""Turns the turn log's record of a turn into what the grader looks at."""

from __future__ import annotations

from typing import Any

from careline.contracts.reply import Outcome
from careline.contracts.turn import RowChange

from ..turn_log import TurnRecord
from ..webchat import Answer
from .observed import Observed
from .spending import spent_in


def observe(answer: Answer, record: TurnRecord, diff: tuple[RowChange, ...]) -> Observed:
    """The turn as it ended. A turn without a verdict (the gateway gave it to a human) counts as a handover."""
    verified = record.last("turn.verified")
    reply: dict[str, Any] = verified["reply"] if verified else {"outcome": Outcome.HANDOVER}
    pending = reply.get("pending") or {}
    return Observed(
        outcome=Outcome(reply["outcome"]),
        reply=answer.text,
        operation=reply.get("operation"),
        args={a["name"]: a["value"] for a in reply.get("arguments") or ()},
        missing=tuple(pending.get("missing") or ()),
        reason=reply.get("reason"),
        field=reply.get("field"),
        cited=_cited(reply, record),
        diff=diff,
        ms=answer.ms,
        turn=answer.turn,
        route=_understood(record).get("route"),
        rounds=1 + max((event["round"] for event in record.events), default=0),
        spent=spent_in(record.events),
        timeline=record.timeline,
    )


def route_of(record: TurnRecord) -> str:
    """The route of the last round, and what below it, for a transcript."""
    understanding = _understood(record)
    below = understanding.get("operation") or understanding.get("fact") or ""
    return " ".join(filter(None, (understanding.get("route", "-"), below)))


def _understood(record: TurnRecord) -> dict[str, Any]:
    """The last round's understanding; empty if there was none."""
    found = (event["body"].get("understanding") for event in reversed(record.events))
    return next(filter(None, found), {})


def evidence_of(record: TurnRecord) -> str:
    """What the reply rests on, in a few words: passages, the record's field, or row changes."""
    verified = record.last("turn.verified") or {}
    reply = verified.get("reply") or {}
    if reply.get("citations"):
        return "guide " + ", ".join(c["passage"] for c in reply["citations"])
    settled = record.last("operation.settled")
    if settled and settled.get("diff"):
        return "; ".join(_change(change) for change in settled["diff"])
    if reply.get("field"):
        return f"record {reply['field']}"
    return ", ".join(f"{a['name']}={a['value']} from {a['evidence']['source']}" for a in reply.get("arguments") or ())


def _cited(reply: dict[str, Any], record: TurnRecord) -> dict[str, str]:
    drafted = record.last("turn.drafted") or {}
    texts = {p["id"]: p["text"] for p in (drafted.get("evidence") or {}).get("passages") or ()}
    return {c["passage"]: texts.get(c["passage"], "") for c in reply.get("citations") or ()}


def _change(change: dict[str, Any]) -> str:
    key = "/".join(map(str, change["key"].values()))
    if change["action"] == "update":
        columns = ", ".join(f"{c} {change['old'].get(c)} -> {v}" for c, v in change["new"].items())
        return f"{change['table']} {key}: {columns}"
    return f"{change['action']} {change['table']} {key}"
