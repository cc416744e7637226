"""operations.yaml: what customers may have done, declared as data."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from .arguments import ArgumentSpec
from .base import Examples, PackModel, Words
from .guards import CoolingOff, RateLimit
from .remote import Call
from .undo import Undo
from .values import Match


def _assurance(value: Any) -> Any:
    return "channel" if value == "signed" else value  # what it was called before


# How sure it has to be who asks: nobody knows, the channel vouches for it, or a one-time code was given back lately.
Assurance = Annotated[Literal["anonymous", "channel", "code"], BeforeValidator(_assurance)]


class Read(PackModel):
    """Rows read before the rules: one row or None, or with `many` a list in the order of the table's key."""

    table: str
    where: Match
    many: bool = False


class Check(PackModel):
    """A rule: when the expression holds, the operation ends here with this outcome, reason code and wording."""

    when: str
    reason: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    say: Words
    outcome: Literal["refused", "success"] = "refused"


class Update(PackModel):
    """Sets columns of the rows that `where` names."""

    update: str
    where: Match = Field(min_length=1)
    set: Match = Field(min_length=1)
    action: ClassVar[Literal["update"]] = "update"

    @property
    def table(self) -> str:
        return self.update


class Insert(PackModel):
    """Adds one row."""

    insert: str
    values: Match = Field(min_length=1)
    action: ClassVar[Literal["insert"]] = "insert"

    @property
    def table(self) -> str:
        return self.insert


class Delete(PackModel):
    """Removes the rows that `where` names."""

    delete: str
    where: Match = Field(min_length=1)
    action: ClassVar[Literal["delete"]] = "delete"

    @property
    def table(self) -> str:
        return self.delete


def _action(value: Any) -> str | None:
    for action in ("update", "insert", "delete", "call"):
        if (isinstance(value, dict) and action in value) or getattr(value, "action", None) == action:
            return f"<{action}>"
    return None


RowEffect = Update | Insert | Delete
Effect = Annotated[
    Annotated[Update, Tag("<update>")]
    | Annotated[Insert, Tag("<insert>")]
    | Annotated[Delete, Tag("<delete>")]
    | Annotated[Call, Tag("<call>")],
    Discriminator(_action),
]


class Operation(PackModel):
    """One entry of the catalogue. Without `effect` it is a look-up and `done` is the answer.

    `confirm` is "always", "never" or an expression. `admits` is an expression over the facts: when it holds, the
    pack's caller rules do not turn the customer away from this operation.
    """

    title: Words
    examples: Examples
    not_examples: Examples = Field(default_factory=dict)
    assurance: Assurance = "channel"
    admits: str | None = None
    arguments: dict[str, ArgumentSpec] = Field(default_factory=dict)
    reads: dict[str, Read] = Field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    effect: tuple[Effect, ...] = ()
    confirm: str = "always"
    confirm_say: Words | None = None
    cooling_off: CoolingOff | None = None
    rate_limit: RateLimit | None = None
    undo: Undo | None = None
    done: Words
    builtin: Literal["undo"] | None = None  # never declared: see `builtin.py`

    @property
    def changes(self) -> bool:
        """Whether it writes anything; else it is a look-up."""
        return bool(self.effect) or self.builtin is not None

    @property
    def remote(self) -> Call | None:
        """The call of another system, which is an operation's only effect when it has one."""
        first = self.effect[0] if self.effect else None
        return first if isinstance(first, Call) else None

    @property
    def row_effects(self) -> tuple[RowEffect, ...]:
        """The declared changes of the business's own rows."""
        return tuple(effect for effect in self.effect if not isinstance(effect, Call))
