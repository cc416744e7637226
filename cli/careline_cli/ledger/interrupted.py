"""What is open in a conversation: what nobody knows the end of, and what was about to happen when a person took it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from careline_cli.ledger.show import changes


def in_doubt(case: Mapping[str, Any]) -> Iterator[str]:
    """Lines about what was asked of another system, and nobody knows what became of it."""
    for entry in case.get("unsettled", ()):
        given = ", ".join(f"{argument['name']} {argument['value']}" for argument in entry["arguments"])
        yield f"nobody knows what became of: {entry['operation']}" + (f" ({given})" if given else "")
        for line in changes(entry):
            yield f"  {line}"
        yield f"  find it out, then: careline ledger settle {entry['entry']} --done | --not-done --reason WHY"


def under_way(case: Mapping[str, Any]) -> Iterator[str]:
    """Lines about the open question, and about what a takeover made void; nothing where there is neither."""
    if case["pending"]:
        yield "open question:"
        yield from _proposed(case["pending"])
    voided = case["voided"]
    if not voided:
        return
    words = f', at the customer\'s words "{voided["text"]}"' if voided["text"] else ""
    yield f"was about to happen, void now{words}:"
    if voided["proposed"]:
        yield from _proposed(voided["proposed"])
    if voided["turn"]:
        yield f"  turn {voided['turn']} was being answered: `careline trace {voided['turn']}` shows how far it came"


def _proposed(proposed: Mapping[str, Any]) -> Iterator[str]:
    given = ", ".join(f"{name} {value}" for name, value in proposed["arguments"].items())
    yield f"  {proposed['operation']}" + (f" ({given})" if given else "")
    if proposed["missing"]:
        yield f"  asked for: {', '.join(proposed['missing'])}"
    for line in changes(proposed):
        yield f"  {line}"
