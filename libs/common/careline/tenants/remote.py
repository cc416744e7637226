"""Effects in other systems: a call with its preview, its status query, and what its answers mean."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from .base import PackModel, Words
from .data import ColumnType
from .values import Expr, Match, Ref, Scalar

IDEMPOTENCY_KEY = "idempotency_key"  # `$idempotency_key`, in status queries


class Answered(PackModel):
    """`{answer: path}`: a value of the answer, by the dotted names of its fields."""

    answer: str = Field(min_length=1)


def _read_value(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("$"):
        return Ref(ref=value[1:])
    return value


ShownValue = Annotated[Ref | Expr | Answered | Scalar, BeforeValidator(_read_value)]


class RemoteRefusal(PackModel):
    """When the expression over `status` (0 for a tool) and `answer` holds, the system has said no, for this reason."""

    when: str
    reason: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    say: Words


class Shown(PackModel):
    """A field of the difference that a preview shows: `old` is a path in its answer, absent for something new."""

    old: str | None = None
    new: ShownValue
    type: ColumnType = "text"


class Preview(PackModel):
    """A call that changes nothing and tells what would change: old -> new of the `fields` of what it `shows`."""

    call: str
    arguments: Match = Field(default_factory=dict)
    shows: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    key: Match = Field(default_factory=dict)
    fields: dict[str, Shown] = Field(min_length=1)
    refusals: tuple[RemoteRefusal, ...] = ()


class Status(PackModel):
    """A call that tells what became of an earlier one, by its idempotency key. Expressions over `status` and `answer`:
    it was `done`, it never came there (`absent`); when neither holds it is not known yet."""

    call: str
    arguments: Match = Field(min_length=1)
    done: str
    absent: str = "status == 404"
    refusals: tuple[RemoteRefusal, ...] = ()
    result: dict[str, str] = Field(default_factory=dict)


class Call(PackModel):
    """Calls an operation (by operationId) or a tool of another system. An argument's name is a parameter, or a field of
    the body (dotted for inner ones; `body.` before it where a parameter has the same name).

    `idempotency`: the header, or argument, that carries the key; null where the system knows none: then nothing is
    ever sent twice. `done`: an expression over `status` and `answer`; without it every answer that is no error says
    so. `result`: values of the answer to keep, by path. `refused` is said when the system refuses for a reason that
    is not among the `refusals`, `unknown` when nobody can find out whether it was done: a person takes over.
    """

    call: str
    system: str
    arguments: Match = Field(min_length=1)
    idempotency: str | None = "Idempotency-Key"
    done: str | None = None
    result: dict[str, str] = Field(default_factory=dict)
    refusals: tuple[RemoteRefusal, ...] = ()
    refused: Words
    unknown: Words
    preview: Preview | None = None
    status: Status | None = None
    action: ClassVar[Literal["call"]] = "call"
