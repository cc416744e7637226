"""Server-sent events, read from bytes as they come. Pure, and bounded: the sender is not trusted."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import TooLong

_LINE_BYTES = 256 * 1024


class EventReader:
    """Feed it bytes; it yields the data of each complete event. Raises TooLong for a line that has no end."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Events that `chunk` completes, in order."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > _LINE_BYTES:
            raise TooLong("the model server sends a line without end: check what runs at this URL")
        for line in lines:
            text = line.rstrip(b"\r").decode("utf-8", errors="replace")
            if text.startswith("data:"):
                self._data.append(text[5:].removeprefix(" "))
            elif not text and self._data:
                yield "\n".join(self._data)
                self._data.clear()
