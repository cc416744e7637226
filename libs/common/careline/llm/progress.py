"""What has come of an answer so far, and what it costs, however it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from .call import Call
from .errors import TooLong
from .tokens import estimate_tokens
from .usage import Usage
from .wire import Piece, Reported

# No token of a common vocabulary is longer on average; what goes beyond did not come from a model with this limit.
_CHARS_PER_TOKEN = 16
_BYTES_PER_TOKEN = 2048
_BYTES_BESIDES = 64 * 1024
_BLANKS = 256


@dataclass(slots=True)
class Progress:
    """Grows with each piece. Raises TooLong as soon as the answer cannot be one."""

    call: Call
    sent: bool = False  # the request went out
    accepted: bool = False  # the server works, or worked, on it
    pieces: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    finish: str = ""
    model: str = ""
    aborted: bool = False
    ended: bool = False  # the server said that it is finished
    _reported: Reported | None = None
    _chars: int = 0
    _bytes: int = 0
    _blanks: int = 0

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def complete(self) -> bool:
        """Nothing is missing from the text."""
        return self.ended or bool(self.finish)

    def received(self, size: int) -> None:
        """So many bytes came."""
        self._bytes += size
        if self._bytes > self.call.max_tokens * _BYTES_PER_TOKEN + _BYTES_BESIDES:
            raise TooLong("the model server sent more than any answer needs: check what runs at this URL")

    def add(self, piece: Piece) -> None:
        """One event."""
        self.finish = piece.finish or self.finish
        self.model = piece.model or self.model
        self._reported = piece.reported or self._reported
        self.logprobs += piece.logprobs
        if not piece.text:
            return
        self.pieces.append(piece.text)
        self._chars += len(piece.text)
        stripped = piece.text.rstrip()
        self._blanks = len(piece.text) - len(stripped) + (0 if stripped else self._blanks)
        if self._chars > self.call.max_tokens * _CHARS_PER_TOKEN:
            raise TooLong("the model server wrote more than was asked for: check what runs at this URL")
        if self._blanks > _BLANKS:
            raise TooLong(
                "the model writes nothing but white space: set disable_any_whitespace in the server's settings"
            )

    def usage(self, retry: bool) -> Usage:
        """Of this attempt. Without the server's numbers it is estimated, unless the server never took the request."""
        if not self.sent:
            return Usage()
        text, prompt = self.text, self.call.prompt
        base = Usage(calls=1, retries=int(retry), prompt_chars=prompt.chars, completion_chars=len(text))
        if self._reported:
            its = self._reported
            return base + Usage(
                prompt_tokens=its.prompt_tokens, cached_tokens=its.cached, completion_tokens=its.completion_tokens
            )
        if not self.accepted:
            return base
        asked = estimate_tokens(prompt.system) + estimate_tokens(prompt.user)
        return base + Usage(prompt_tokens=asked, completion_tokens=estimate_tokens(text), estimated=1)
