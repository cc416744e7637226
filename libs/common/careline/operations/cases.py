"""The one operation every business has: a complaint or suggestion opens a case with a number."""

from __future__ import annotations

from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource, RowChange, Turn
from careline.contracts.understanding import Route
from careline.tenants.model import Pack, Words

from .resolve import NEXT

OPEN_CASE = "open_case"
KINDS = {Route.COMPLAINT: "complaint", Route.SUGGESTION: "suggestion"}
TABLE = "ledger.cases"


def case_arguments(turn: Turn, route: Route) -> tuple[Argument, ...]:
    """What the case is about: the whole message is its evidence. Raises KeyError for a route that opens none."""
    whole = ArgumentEvidence(
        source=EvidenceSource.TEXT, quote=turn.text, turn=turn.ref.turn, start=0, end=len(turn.text)
    )
    return (
        Argument(name="kind", value=KINDS[route], evidence=whole),
        Argument(name="text", value=turn.text, evidence=whole),
    )


def case_diff(arguments: tuple[Argument, ...]) -> tuple[RowChange, ...]:
    """The row that opening the case adds."""
    new = {argument.name: argument.value for argument in arguments}
    return (RowChange(table=TABLE, action="insert", key={"number": NEXT}, new=new),)


def case_number(number: int) -> str:
    """As a customer can say it on the telephone: C-000123."""
    return f"C-{number:06d}"


def case_words(pack: Pack, kind: str) -> Words:
    """What is said when it is open."""
    return pack.replies.complaint.say if kind == "complaint" else pack.replies.suggestion.say
