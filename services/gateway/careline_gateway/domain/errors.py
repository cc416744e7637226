"""Why a request about a conversation is refused.

ConversationError
├── UnknownConversation   there is none of that id, or the caller may not know that there is
├── UnknownEntry          the ledger has none of that id
├── UnknownTenant         no business of that name is served here
├── NotRecognised         this business recognises nobody by a code
├── WrongCode             wrong, used, expired, or tried too often
├── NotSent               codes cannot be sent just now, to nobody
├── NothingAsked          this business asks nobody for consent
├── OtherWording          the choice is an answer to other words than those that are asked now
├── WaitingRoomFull       too many messages wait for their turn
├── NotTaken              an answer or hand-back for a conversation that no person has
└── TakenByAnother        another person has it already
"""

from __future__ import annotations


class ConversationError(Exception):
    """Root of the tree; the text may be shown to the caller."""


class UnknownConversation(ConversationError):
    """No such conversation for this caller."""


class UnknownEntry(ConversationError):
    """No such entry of the ledger."""


class UnknownTenant(ConversationError):
    """No such business."""


class NotRecognised(ConversationError):
    """No codes here."""


class WrongCode(ConversationError):
    """Not the code, whyever. `tries` are left for the one that was sent last."""

    def __init__(self, message: str, tries: int) -> None:
        super().__init__(message)
        self.tries = tries


class NotSent(ConversationError):
    """Try again later, or ask for a person."""


class NothingAsked(ConversationError):
    """No consent is asked for."""


class OtherWording(ConversationError):
    """Show the words of now, and ask again."""


class WaitingRoomFull(ConversationError):
    """The customer writes faster than anybody could answer."""


class NotTaken(ConversationError):
    """Take the conversation first."""


class TakenByAnother(ConversationError):
    """Somebody else is answering."""
