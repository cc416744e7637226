"""Personal data: found in a text, masked, and put back where an argument needs it. Pure functions.

spans = find(text, [Known("Ada Lovelace", Kind.NAME), "LL-10023"])   # kind, place, confidence
mine = Placeholders()                             # of one conversation
masked = mask(text, spans, mine)                  # "write to <email 1>, says <name 1>"
unmask("<email 1>", mine, {Kind.EMAIL})           # the address
conceal(str(error))                               # for logs, traces and dead letters: "<email>", "<quoted>"
"""

from .concealing import conceal
from .finding import find
from .known import Known
from .masking import Placeholders, PrivacyError, UnknownPlaceholder, has_placeholder, mask, readings, redact, unmask
from .spans import Kind, Span

__all__ = [
    "Kind",
    "Known",
    "Placeholders",
    "PrivacyError",
    "Span",
    "UnknownPlaceholder",
    "conceal",
    "find",
    "has_placeholder",
    "mask",
    "readings",
    "redact",
    "unmask",
]
