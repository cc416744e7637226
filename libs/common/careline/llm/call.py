"""A question to a model, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .deadline import Deadline
from .templates import Prompt
from .usage import Spent

T = TypeVar("T")
# Gets each piece of text as it comes; False stops the server: the rest is not wanted.
Watch = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Call:
    """`tenant` and `turn` say who pays. `max_tokens` bounds the answer; `logprobs` asks for how sure the model was."""

    prompt: Prompt
    tenant: str
    turn: str
    deadline: Deadline
    max_tokens: int = 256
    temperature: float = 0.0
    logprobs: bool = False


@dataclass(frozen=True)
class Completion(Generic[T]):
    """`value` is the validated answer, or the text. `mean_logprob` is natural, over the answer's tokens, or None
    when it was not asked for or not given. `aborted`: the watch had enough. `spent` has all attempts."""

    value: T
    model: str
    finish: str
    spent: Spent
    mean_logprob: float | None = None
    aborted: bool = False
