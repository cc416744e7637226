"""The client: asks a tier's server, within deadline and limits, and keeps the accounts."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from opentelemetry.trace import SpanKind
from pydantic import BaseModel

from careline.runtime.component import Health
from careline.telemetry import Tracing

from . import spans
from .accounts import Accounts, Bill
from .call import Call, Completion, Watch
from .deadline import Deadline
from .endpoint import Endpoint
from .errors import CallFailed, Unfinished
from .progress import Progress
from .retrying import delay_before_retry
from .schema import parse_answer, response_format
from .tier import Tier
from .wire import request_body

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class LlmClient:
    """A component. `clock` gives the monotonic seconds that deadlines are in; `spread` numbers in [0, 1) for jitter."""

    def __init__(
        self,
        tracing: Tracing,
        accounts: Accounts | None = None,
        clock: Callable[[], float] = time.monotonic,
        spread: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.accounts = accounts or Accounts()
        self._tracing, self._clock, self._spread, self._sleep = tracing, clock, spread, sleep
        self._endpoints: dict[str, Endpoint] = {}

    async def start(self) -> None:
        """Nothing: connections are made when they are needed."""

    async def stop(self) -> None:
        for endpoint in self._endpoints.values():
            await endpoint.close()
        self._endpoints.clear()

    def health(self) -> Health:
        """A server that is away is no illness of this process: the other tiers go on. The detail names it."""
        away = sorted(url for url, endpoint in self._endpoints.items() if endpoint.gate.is_open)
        return Health(True, f"left alone for a while: {', '.join(away)}" if away else "")

    async def text(self, tier: Tier, call: Call, watch: Watch | None = None) -> Completion[str]:
        """A free answer. `watch` sees its pieces; once it saw one, nothing is tried again. Raises CallFailed."""
        with self._asking(tier, call, None, watch) as question:
            await self._ask(question)
            return question.completion(question.progress.text)

    async def object(self, tier: Tier, call: Call, output: type[M]) -> Completion[M]:
        """An answer that is an `output`, constrained at the server and validated here. Raises CallFailed."""
        with self._asking(tier, call, response_format(output), None) as question:
            await self._ask(question)
            if question.progress.finish == "length":
                raise Unfinished(f"the answer ran into its limit of {call.max_tokens} tokens: raise it")
            return question.completion(parse_answer(question.progress.text, output))

    @contextmanager
    def _asking(self, tier: Tier, call: Call, form: dict[str, Any] | None, watch: Watch | None) -> Iterator[_Question]:
        """A span around it, which also tells what it cost; an error carries it, too."""
        question = _Question(tier, call, form, watch, Bill(self.accounts, tier, call), Progress(call))
        attributes = spans.asked(tier, call, form is not None)
        with self._tracing.span(f"{spans.OPERATION} {tier.model}", kind=SpanKind.CLIENT, **attributes) as span:  # type: ignore[arg-type]
            try:
                yield question
            except CallFailed as error:
                error.spent = question.bill.spent
                raise
            finally:
                known = question.progress
                span.set_attributes(spans.answered(question.bill.spent.usage, known.model, known.finish))

    async def _ask(self, question: _Question) -> None:
        """Attempts until one succeeds, or none can help any more."""
        tier, call = question.tier, question.call
        until = call.deadline.sooner(Deadline.within(tier.seconds, self._clock())).at
        for number in count(1):
            error = await self._attempt(question, until, retry=number > 1)
            if error is None:
                return
            delay = delay_before_retry(error, number, tier.attempts, until - self._clock(), self._spread())
            if delay is None or (question.watch and question.progress.pieces):
                raise error
            await self._sleep(delay)

    async def _attempt(self, question: _Question, until: float, retry: bool) -> CallFailed | None:
        """What went wrong, or None. Its cost is booked however it ends, also when the caller gives up waiting."""
        progress = question.progress = Progress(question.call)
        body = request_body(question.tier.model, question.call, question.form)
        try:
            await self._endpoint(question.tier).ask(question.tier, body, progress, until, question.watch)
        except CallFailed as error:
            return error
        finally:
            question.bill.add(progress.usage(retry))
        return None

    def _endpoint(self, tier: Tier) -> Endpoint:
        found = self._endpoints.get(tier.url)
        if found is None:
            found = self._endpoints[tier.url] = Endpoint(tier, self._clock)
        return found


@dataclass(slots=True)
class _Question:
    """A call under way; `progress` is that of the latest attempt."""

    tier: Tier
    call: Call
    form: dict[str, Any] | None
    watch: Watch | None
    bill: Bill
    progress: Progress

    def completion(self, value: T) -> Completion[T]:
        got = self.progress
        mean = sum(got.logprobs) / len(got.logprobs) if got.logprobs else None
        return Completion(value, got.model or self.tier.model, got.finish, self.bill.spent, mean, got.aborted)
