"""What can go wrong on the way of a message.

MessagingError
├── PermanentError            the message will never succeed: dead letter at once; handlers may raise their own
│   ├── UndecodableError      not the event that the topic promises (bytes, type, version, validation)
│   └── TooLargeError         an output does not fit its topic
├── TransientError            worth another attempt; handlers may raise their own
│   └── PublishError          the broker did not acknowledge an output
├── TransportError            the connection to the broker failed for now
├── CommitDeferred            the group is rebalancing: commit later
├── OwnershipLost             the partitions belong to somebody else now: stop speaking for them
└── NotRunningError           published before start or after stop
"""

from __future__ import annotations


class MessagingError(Exception):
    """Root of the tree."""


class PermanentError(MessagingError):
    """Another attempt would end the same way."""


class UndecodableError(PermanentError):
    """The record is not an event of its topic. The text names fields and types, never values."""


class TooLargeError(PermanentError):
    """A record is larger than its topic takes."""


class TransientError(MessagingError):
    """Another attempt may succeed."""


class PublishError(TransientError):
    """An output was not acknowledged; it may or may not be on its topic."""


class TransportError(MessagingError):
    """The broker cannot be reached, or answered with an error that passes."""


class CommitDeferred(MessagingError):
    """Offsets cannot be committed during this phase of a rebalance."""


class OwnershipLost(MessagingError):
    """This member is no longer part of the group's current generation."""


class NotRunningError(MessagingError):
    """The service is not started, or already stopped."""
