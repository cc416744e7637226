"""A turn's events as a timeline: which stage took how long, and what it decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# Who produced an event, and the order of events that carry the same time.
PRODUCER = {
    "turn.received": "gateway",
    "turn.rejected": "verifier",
    "turn.classified": "classifier",
    "turn.grounded": "retrieval",
    "turn.drafted": "executor",
    "operation.approved": "verifier",
    "operation.settled": "executor",
    "turn.verified": "verifier",
    "conversation.changed": "gateway",
}
_ORDER = list(PRODUCER)

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Logged:
    """An event as read from the log."""

    type: str
    round: int
    at: datetime
    trace: str
    body: Body


@dataclass(frozen=True, slots=True)
class Stage:
    """One step. `start_ms` counts from the turn's first event; `ms` is until this stage's output was produced."""

    service: str
    event: str
    round: int
    start_ms: float
    ms: float
    says: str


def timeline(events: Sequence[Logged]) -> tuple[Stage, ...]:
    """The stages in the order they ended. A stage starts when the event it waited for was produced."""
    ordered = sorted(events, key=lambda event: (event.at, event.round, _order(event.type)))
    stages: list[Stage] = []
    for number, event in enumerate(ordered):
        begun = ordered[number - 1].at if number else event.at
        stages.append(
            Stage(
                service=_producer(event, ordered[:number]),
                event=event.type,
                round=event.round,
                start_ms=(begun - ordered[0].at).total_seconds() * 1000,
                ms=(event.at - begun).total_seconds() * 1000,
                says=" ".join(filter(None, (describe(event.type, event.body), spent_words(event.body)))),
            )
        )
    return tuple(stages)


def _order(event_type: str) -> int:
    return _ORDER.index(event_type) if event_type in PRODUCER else len(_ORDER)


def _producer(event: Logged, before: Sequence[Logged]) -> str:
    classified = any(e.type == "turn.classified" and e.round == event.round for e in before)
    if event.type == "turn.grounded" and not classified:
        return "classifier"  # the basic facts sufficed, retrieval was skipped
    return PRODUCER.get(event.type, "unknown")


def describe(event_type: str, body: Body) -> str:
    """What an event says, in a line for an engineer."""
    match event_type:
        case "turn.received":
            return str(body["turn"]["text"])
        case "turn.classified":
            return _understanding(body["understanding"])
        case "turn.grounded":
            return _grounds(body)
        case "turn.drafted":
            return _draft(body["draft"])
        case "turn.rejected":
            last = body["attempts"][-1]
            return f"rejected: {last['reason']} (to blame: {last['stage']})"
        case "operation.approved":
            return f"approved {body['approval']['operation']}"
        case "operation.settled":
            return " ".join(filter(None, (body["status"], body.get("reason"), body.get("case"))))
        case "turn.verified":
            return _reply(body["reply"])
        case "conversation.changed":
            return str(body["change"])
    return ""


def spent_words(body: Body) -> str:
    """What the stage asked of models, in a few words; empty if nothing."""
    return " ".join(_asked(one) for one in body.get("spent", ()))


def _asked(one: Body) -> str:
    tokens = f"{one['prompt_tokens']}+{one['completion_tokens']} tokens"
    failed = "" if one["outcome"] == "answered" else f", {one['outcome']}"
    return f"[{one['tier']} {one['model']}: {one['calls']} x, {tokens}, {one['ms']:.0f} ms{failed}]"


def _understanding(value: Body) -> str:
    what = value.get("operation") or value.get("fact") or value.get("intent") or ""
    arguments = ", ".join(f"{a['name']}={a['value']}" for a in value.get("arguments", ()))
    return f"{value['route']} {what}{f'({arguments})' if arguments else ''} {value['confidence']:.2f}".replace(
        "  ", " "
    )


def _grounds(body: Body) -> str:
    passages = [f"{p['id']} {p['similarity']:.2f}" for p in body["evidence"].get("passages", ())]
    return ", ".join(passages) or _understanding(body["understanding"])


def _draft(draft: Body) -> str:
    what = draft.get("operation") or draft.get("field") or draft.get("outcome") or ""
    cited = ", ".join(c["passage"] for c in draft.get("citations", ()))
    return " ".join(filter(None, (draft["kind"], what, draft.get("reason"), cited)))


def _reply(reply: Body) -> str:
    return " ".join(filter(None, (reply["outcome"], reply.get("operation"), reply.get("reason"), reply.get("case"))))
