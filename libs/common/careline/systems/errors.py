"""What can go wrong with a call, told apart by whether the other system may have done it.

CallError
├── NotSent            nothing has reached the system
│   ├── NotConfigured  its setting is missing, or of no use
│   ├── BadValue       a value cannot be sent where the call has it
│   └── Unreachable    no connection
└── NoClearAnswer      it may have been done: late, broken off, too large, sent elsewhere, or not what was promised
"""

from __future__ import annotations


class CallError(Exception):
    """Root of the tree. Texts name systems, calls and places, never values or secrets."""


class NotSent(CallError):
    """Safe to say that nothing was done."""


class NotConfigured(NotSent):
    """The text names the setting."""


class BadValue(NotSent):
    """The text names the parameter or field."""


class Unreachable(NotSent):
    """Another attempt may succeed."""


class NoClearAnswer(CallError):
    """Whether it was done has to be found out."""
