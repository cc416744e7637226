"""systems.yaml: the other systems that operations may call, and what of their descriptions is needed to do so.

Where a system is and its secrets are never in a pack: they come from the environment, by the system's name.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from .base import PackModel

BODY = "body."  # before the name of a field that is called as a parameter is


class SystemSpec(PackModel):
    """A system as the pack declares it: `openapi` is a file of the pack, `mcp` how a server of tools is reached.

    The secret goes into `header`, with `Bearer` before it when that is Authorization. `seconds` bound one call,
    `answer_kb` what is read of its answer.
    """

    openapi: str | None = None
    mcp: Literal["http", "command"] | None = None
    header: str = Field(default="Authorization", pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")
    seconds: float = Field(default=5.0, ge=0.1, le=10)
    answer_kb: int = Field(default=256, ge=1, le=4096)

    @model_validator(mode="after")
    def _one_kind(self) -> SystemSpec:
        if (self.openapi is None) == (self.mcp is None):
            raise ValueError("a system has either openapi (a file of the pack) or mcp (http or command)")
        return self


class Parameter(PackModel):
    """One parameter of an HTTP operation; `value` is its JSON schema."""

    name: str
    place: Literal["path", "query", "header"]
    required: bool = False
    value: dict[str, Any] = Field(default_factory=dict)


class HttpCall(PackModel):
    """An operation of an OpenAPI document, references resolved. `answers`: the JSON schema by status ("200", "2XX")."""

    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: dict[str, Any] | None = None
    body_required: bool = False
    answers: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of this name; None when the name is a field of the body."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def body_field(self, name: str) -> str | None:
        """The path of the body's field that an argument of this name is for; None when it is a parameter."""
        return None if self.parameter(name) is not None else name.removeprefix(BODY)


class System(SystemSpec):
    """The same with the operations that the catalogue uses, by operationId; none for a server of tools."""

    calls: dict[str, HttpCall] = Field(default_factory=dict)


class Systems(PackModel):
    """systems.yaml as a whole."""

    systems: dict[str, SystemSpec] = Field(default_factory=dict)
