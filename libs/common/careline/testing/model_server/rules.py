"""What the server does: rules, the first that matches decides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Fault(StrEnum):
    """Ways to fail. STATUS answers with the rule's `status`; the others begin or delay an answer."""

    STATUS = "status"
    CUT = "cut"  # the connection breaks after `pieces` pieces
    SILENT_END = "silent_end"  # the stream ends properly after `pieces`, but is not finished
    ERROR_EVENT = "error_event"  # an error in the stream after `pieces`
    HANG = "hang"  # no answer at all
    STALL = "stall"  # `pieces` pieces, then nothing
    GARBAGE = "garbage"  # no chat API: HTML


class Hostility(StrEnum):
    """Answers made from the request's schema, or in spite of it."""

    NOT_JSON = "not_json"
    WRONG_TYPES = "wrong_types"
    FURTHER_FIELDS = "further_fields"
    MISSING_FIELDS = "missing_fields"
    UNKNOWN_CHOICE = "unknown_choice"
    HUGE = "huge"
    BLANKS = "blanks"
    DEEP = "deep"
    INJECTED = "injected"  # every text tells the reader what to do
    ECHO = "echo"  # repeats the prompt and the headers, the key included


class Rule(BaseModel):
    """Matches by regular expressions (searched, ignoring case) and the schema's name; all given have to match.

    `times` matches, then it is used up (None: never). Times are seconds. `confidence` becomes each token's probability.
    Texts in `answer_json` may say `(?P<name>)` for what a group of that name in `user` matched: a stand-in that reads.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str = ""
    system: str = ""
    model: str = ""
    schema_name: str | None = None
    times: int | None = Field(default=None, ge=1)

    answer: str | None = None
    answer_json: Any = None
    hostile: Hostility | None = None
    confidence: float = Field(default=0.9, gt=0, le=1)
    finish: str = "stop"

    first_token_s: float = Field(default=0.0, ge=0)
    per_token_s: float = Field(default=0.0, ge=0)
    fault: Fault | None = None
    status: int = Field(default=500, ge=300, le=599)
    retry_after: str | None = None
    pieces: int = Field(default=2, ge=0)
    usage: bool = True
    streams: bool = True

    def filled(self, user: str) -> Any:
        """`answer_json` with what the groups of `user` matched in this prompt."""
        found = re.search(self.user, user, re.IGNORECASE)
        groups = {name: text or "" for name, text in found.groupdict().items()} if found else {}
        return _filled(self.answer_json, groups) if groups else self.answer_json

    def matches(self, system: str, user: str, model: str, schema_name: str | None) -> bool:
        """Whether the rule speaks of this request."""
        return (
            re.search(self.user, user, re.IGNORECASE) is not None
            and re.search(self.system, system, re.IGNORECASE) is not None
            and re.search(self.model, model, re.IGNORECASE) is not None
            and self.schema_name in (None, schema_name)
        )


def _filled(value: Any, groups: Mapping[str, str]) -> Any:
    match value:
        case str():
            for name, text in groups.items():
                value = value.replace(f"(?P<{name}>)", text)
            return value
        case list():
            return [_filled(each, groups) for each in value]
        case dict():
            return {name: _filled(each, groups) for name, each in value.items()}
        case _:
            return value


class Script(BaseModel):
    """`models` are the names it knows, adapters included; empty: every name. `key`: what it demands, if anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[Rule, ...] = ()
    models: tuple[str, ...] = ()
    key: str | None = None
    context: int = Field(default=32_768, ge=1)

    @classmethod
    def read(cls, file: Path) -> Self:
        """From YAML. Raises pydantic.ValidationError that names the rule and the field."""
        return cls.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})


class Chooser:
    """Counts how often each rule was used."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._used = [0] * len(script.rules)

    def choose(self, system: str, user: str, model: str, schema_name: str | None) -> Rule:
        """The first rule that matches and is not used up; else one that answers plainly."""
        for n, rule in enumerate(self._script.rules):
            used_up = rule.times is not None and self._used[n] >= rule.times
            if not used_up and rule.matches(system, user, model, schema_name):
                self._used[n] += 1
                return rule
        return Rule()
