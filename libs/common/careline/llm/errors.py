"""What can go wrong with a language model. Texts say what to do; they never quote a key, a prompt or an answer.

LlmError
├── NotConfigured        the tier is not set up; the text names the variables to set
├── BadTierSettings      a tier is set up wrongly
├── PromptError
│   ├── BadTemplate      a prompt template cannot be used
│   ├── UnmarkedText     a template was given text that nobody marked as data or vouched for
│   └── PromptTooLarge   what must be kept does not fit the budget
└── CallFailed           a call gave no usable answer; `spent` is what it cost
    ├── Overloaded       too many wait for this server already
    ├── CircuitOpen      the server failed too often: it is left alone for a while
    ├── TooLate          a deadline passed, before the call or during it
    ├── Refused          the server will not serve this request (4xx)
    ├── Passing          worth another attempt while there is time
    │   ├── Unreachable  no connection, or it broke before the answer began
    │   ├── Busy         429; `retry_after` seconds if the server says so
    │   ├── ServerFailed 5xx, or an error in the middle of a stream
    │   └── StreamCut    the answer broke off
    └── BadAnswer        the server answered, and the answer is worth nothing
        ├── Unreadable   not what an OpenAI-compatible server says
        ├── Unfinished   it ran into its token limit
        ├── TooLong      more text, bytes or blanks than any answer needs: reading was stopped
        └── SchemaBroken it does not fit the schema that was asked for
"""

from __future__ import annotations

from careline.runtime.settings import SettingsError

from .usage import NOTHING


class LlmError(Exception):
    """Root of the tree."""


class NotConfigured(LlmError):
    """The text names the tier, and the variables or pack fields that set it up."""


class BadTierSettings(LlmError, SettingsError):
    """A service ends with it at start. The text names each variable or field and what is wrong with it, never its
    value."""


class PromptError(LlmError):
    """The prompt could not be made."""


class BadTemplate(PromptError):
    """The text names the file and the section."""


class UnmarkedText(PromptError):
    """Mark it with `marking.mark`, or vouch for it with `marking.trusted`."""


class PromptTooLarge(PromptError):
    """`needed` and `limit` are estimated tokens."""

    def __init__(self, needed: int, limit: int, largest: str) -> None:
        self.needed, self.limit = needed, limit
        super().__init__(
            f"what must be in the prompt takes about {needed} tokens of {limit}, most of it the {largest}: "
            "raise the budget, or answer this turn without a model"
        )


class CallFailed(LlmError):
    """`blame` says what it tells of the server: True it is ill, False it is alive, None nothing."""

    blame: bool | None = None
    spent = NOTHING


class Overloaded(CallFailed):
    """Use another tier, or raise the concurrency of this one."""


class CircuitOpen(CallFailed):
    """Use another tier meanwhile."""


class TooLate(CallFailed):
    """`phase`: waiting (for a slot), first_token, or total."""

    def __init__(self, phase: str, blame: bool | None = None) -> None:
        self.phase, self.blame = phase, blame
        super().__init__(f"no time left ({phase}): use another tier, or give the turn more time")


class Refused(CallFailed):
    """`status` is the HTTP status."""

    blame = False

    def __init__(self, status: int, advice: str) -> None:
        self.status = status
        super().__init__(f"the model server refused the request with status {status}: {advice}")


class Passing(CallFailed):
    """Another attempt may succeed."""


class Unreachable(Passing):
    blame = True


class Busy(Passing):
    """The server is alive and has too much to do."""

    blame = False

    def __init__(self, retry_after: float | None) -> None:
        self.retry_after = retry_after
        super().__init__("the model server has too much to do (429): lower the concurrency, or add servers")


class ServerFailed(Passing):
    blame = True


class StreamCut(Passing):
    blame = True


class BadAnswer(CallFailed):
    """Asking the same again would give the same: the next tier, or a person."""

    blame = False


class Unreadable(BadAnswer):
    blame = True


class Unfinished(BadAnswer):
    """Raise the token limit of the call, or forbid white space in the server's structured outputs."""


class TooLong(BadAnswer):
    """The connection was closed, so that the server stops writing."""


class SchemaBroken(BadAnswer):
    """The text names fields and kinds of mistakes, never values."""
