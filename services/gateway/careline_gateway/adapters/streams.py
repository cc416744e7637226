"""Open event streams of this process: new entries at once, gaps filled from the store."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager

from careline.contracts.progress import Progress

from ..domain.change import Shown
from ..domain.state import Key
from ..ports import Store

_PAGE = 200
# A client that reads slower than this is caught up from the store.
_BUFFER = 100

Tell = Callable[[Key, Sequence[Shown]], None]
Watch = Callable[[Key], None]


class Subscriber:
    """One open stream. `behind` means: there is more in the store than in the buffer; `progress` is what is to be told
    of a turn under way, the latest only."""

    def __init__(self) -> None:
        self.buffer: deque[Shown] = deque()
        self.progress: Progress | None = None
        self.behind = True
        self.closed = False
        self._wake: asyncio.Future[None] | None = None

    def offer(self, shown: Sequence[Shown]) -> None:
        if len(self.buffer) + len(shown) > _BUFFER:
            self.buffer.clear()
            self.behind = True
        else:
            self.buffer.extend(shown)
        self.wake()

    def ring(self) -> None:
        """Look into the store."""
        self.behind = True
        self.wake()

    def wake(self) -> None:
        if self._wake and not self._wake.done():
            self._wake.set_result(None)

    async def wait(self, seconds: float) -> bool:
        """Until there is something to do, or False after `seconds`."""
        if self._pending:
            return True
        loop = asyncio.get_running_loop()
        self._wake = loop.create_future()
        timer = loop.call_later(seconds, self.wake)
        try:
            await self._wake
        finally:
            timer.cancel()
            self._wake = None
        return self._pending

    @property
    def _pending(self) -> bool:
        return bool(self.buffer or self.behind or self.closed or self.progress)


class Hub:
    """All open streams of this process. Implements `ports.Streams`; `tell` passes entries on to other replicas."""

    def __init__(self, store: Store, heartbeat_s: float = 15.0) -> None:
        self._store = store
        self._heartbeat_s = heartbeat_s
        self._closed = False
        self._open: defaultdict[Key, set[Subscriber]] = defaultdict(set)
        self.tell: Tell = lambda key, shown: None
        self.on_first: Watch = lambda key: None
        self.on_last: Watch = lambda key: None

    @property
    def keys(self) -> list[Key]:
        """The conversations with an open stream here."""
        return list(self._open)

    def count(self, key: Key) -> int:
        """How many streams of `key` are open here."""
        return len(self._open.get(key, ()))

    def announce(self, key: Key, shown: Sequence[Shown]) -> None:
        if shown:
            self.deliver(key, shown)
            self.tell(key, shown)

    def deliver(self, key: Key, shown: Sequence[Shown]) -> None:
        """Entries, perhaps known already, for the streams that are open here."""
        for subscriber in self._open.get(key, ()):
            subscriber.offer(shown)

    def ring(self, key: Key) -> None:
        """Something may be new: let the streams of `key` look into the store."""
        for subscriber in self._open.get(key, ()):
            subscriber.ring()

    def progress(self, key: Key, progress: Progress) -> None:
        """A stage of a turn, for the streams that are open here; it is gone with them."""
        for subscriber in self._open.get(key, ()):
            subscriber.progress = progress
            subscriber.wake()

    async def stream(self, key: Key, after: int) -> AsyncIterator[Shown | Progress | None]:
        """Entries behind `after`, each once and in order; progress as it comes, but none of a turn whose reply was
        shown; None now and then so that the connection stays alive.

        Raises StoreUnavailable when the store is needed and away; the client comes back with its last position.
        """
        replied: str | None = None
        with self._subscribed(key) as subscriber:
            while not (subscriber.closed or self._closed):
                while subscriber.behind:
                    subscriber.behind = False
                    page = await self._store.entries(key, after, _PAGE)
                    subscriber.behind |= len(page) == _PAGE
                    for entry in page:
                        after, replied = entry.position, _replied(entry, replied)
                        yield entry
                while subscriber.buffer and not subscriber.behind:
                    entry = subscriber.buffer.popleft()
                    if entry.position == after + 1:
                        after, replied = entry.position, _replied(entry, replied)
                        yield entry
                    elif entry.position > after:
                        subscriber.behind = True
                told, subscriber.progress = subscriber.progress, None
                if told is not None and told.turn != replied:
                    yield told
                if not await subscriber.wait(self._heartbeat_s):
                    yield None

    def close(self) -> None:
        """End all streams, now and to come; clients reconnect, to another replica."""
        self._closed = True
        for subscribers in self._open.values():
            for subscriber in subscribers:
                subscriber.closed = True
                subscriber.wake()

    @contextmanager
    def _subscribed(self, key: Key) -> Iterator[Subscriber]:
        subscriber = Subscriber()
        self._open[key].add(subscriber)
        if len(self._open[key]) == 1:
            self.on_first(key)
        try:
            yield subscriber
        finally:
            self._open[key].discard(subscriber)
            if not self._open[key]:
                del self._open[key]
                self.on_last(key)


def _replied(entry: Shown, before: str | None) -> str | None:
    """The turn of the last reply."""
    return entry.turn if entry.kind == "message" and entry.author != "customer" else before
