"""Entries of the ledger drawn for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from careline_cli.ledger.settling import Doubt

Entry = Mapping[str, Any]

_COLOURS = {"committed": "green", "refused": "yellow", "stale": "dim", "unknown": "red", "not_done": "yellow"}


def listed(entries: Sequence[Entry]) -> Table:
    """One line each, with the changes below one another."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("entry", "when", "who", "operation", "verdict", "changed (old -> new)"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        verdict = f"[{_COLOURS[entry['verdict']]}]{_verdict(entry)}[/]"
        table.add_row(
            entry["entry"][:8],
            entry["at"][:19].replace("T", " "),
            escape(_who(entry)),
            escape(entry["operation"]),
            verdict,
            escape("\n".join(changes(entry))),
        )
    return table


def draw(entry: Entry, console: Console) -> None:
    """Everything about one entry."""
    console.print(f"[bold]{entry['entry']}[/bold]  {escape(entry['operation'])}  {entry['at'][:19].replace('T', ' ')}")
    console.print(f"  [{_COLOURS[entry['verdict']]}]{_verdict(entry)}[/]")
    for name, text in _lines(entry):
        console.print(f"  [dim]{name:<13}[/dim] {escape(text)}")


def draw_doubt(doubt: Doubt, text: str, console: Console, *, done: bool) -> None:
    """What nobody knew, and what would be kept and said of it."""
    approval = doubt.approval
    console.print(f"[bold]{doubt.id}[/bold]  {escape(approval.operation)}  {doubt.asked_at:%Y-%m-%d %H:%M:%S} UTC")
    lines = [
        ("who", approval.identity.customer or "a visitor"),
        *((argument.name, _said(argument.value)) for argument in approval.arguments),
        *(("change", line) for line in changes({"diff": [change.model_dump(mode="json") for change in doubt.diff]})),
        ("told so far", doubt.told),
        ("settled as", "done" if done else "not done"),
        ("to be told", text),
    ]
    for name, said in lines:
        console.print(f"  [dim]{name:<13}[/dim] {escape(said)}")


def changes(entry: Entry) -> Iterator[str]:
    """The row changes, one a line."""
    for change in entry["diff"]:
        row = f"{change['table']} {', '.join(str(value) for value in change['key'].values())}".strip()
        match change["action"]:
            case "insert":
                yield f"{row}: + {_cells(change['new'])}"
            case "delete":
                yield f"{row}: - {_cells(change['old'])}"
            case _:
                pairs = (
                    f"{name} {_said(change['old'].get(name))} -> {_said(new)}" for name, new in change["new"].items()
                )
                yield f"{row}: {', '.join(pairs)}"


def _lines(entry: Entry) -> Iterator[tuple[str, str]]:
    by = entry["asked_by"]
    yield "who", f"{_who(entry)} ({by['assurance'] or 'unknown'})"
    yield "conversation", entry["conversation"]
    yield "turn", entry["turn"]
    for argument in entry["arguments"]:
        place = argument["from"]
        words = f'  from {place["source"]}: "{argument["words"]}"' if argument["words"] else f"  from {place['source']}"
        if place.get("record"):
            words = f"  from the record {place['record']}"
        yield f"  {argument['name']}", f"{_said(argument['value'])}{words}"
    for line in changes(entry):
        yield "change", line
    approval = entry["approval"]
    if approval:
        expiry = str(approval["expires_at"])[:19].replace("T", " ")
        yield "approval", f"{approval['signed_by']}, key {approval['key'] or '-'}, until {expiry}"
    for name, value in entry["result"].items():
        yield "result", f"{name} = {_said(value)}"
    if entry["case"]:
        yield "case", entry["case"]
    yield "told", entry["told"]
    if entry.get("settled_by"):
        yield "settled by", f"{entry['settled_by']}: {entry['why']}"
    if entry["undoes"]:
        yield "undoes", entry["undoes"]
    if entry["undone_by"]:
        yield "undone by", entry["undone_by"]


def _who(entry: Entry) -> str:
    by = entry["asked_by"]
    who = by["customer"] or "a visitor"
    return f"{by['agent']} for {who}" if by["agent"] else who


def _verdict(entry: Entry) -> str:
    said = str(entry["verdict"]) + (f": {entry['reason']}" if entry["reason"] else "")
    return f"{said}, undone" if entry["undone_by"] else said


def _cells(cells: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_said(value)}" for name, value in cells.items())


def _said(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)
