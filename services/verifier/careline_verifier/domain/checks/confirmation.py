"""Has the customer said yes to exactly this?"""

from __future__ import annotations

import re

from careline.contracts.draft import ProposalDraft
from careline.contracts.seals import Checker, SealError
from careline.contracts.turn import Argument, PendingKind, Turn
from careline.contracts.understanding import Confirmation, Understanding
from careline.models.folding import fold
from careline.tenants.model import Pack

from ..verdict import Fault
from .consent import doubtful_yes

_PUNCTUATION = " \t\r\n.,!?;:。，！？；：~"
# Who says none of these has not said yes, whatever a classifier takes it for: then the question is asked again.
_YES = re.compile(
    r"\b(?:y|ye|yes|yeah|yea|yep|yup|aye|ok|okay|okey|k|sure|fine|right|correct|exactly|absolutely|definitely|certainly"
    r"|indeed|agreed?|accept|approved?|confirm(?:ed)?|proceed|continue|perfect|great|good|alright|all\s+right|of\s+course"
    r"|go\s+(?:ahead|on|for\s+it)|do\s+(?:it|so|that|this)|please\s+do|let'?s|make\s+it\s+so|as\s+you\s+say)\b"
    r"|[是对好行嗯成中]|可以|确[认定]|没错|没问题|同意|继续|办吧|办理|当然|必须|要的|[👍✅👌🆗]"
)


def check_answer(turn: Turn, understanding: Understanding, pack: Pack) -> Fault | None:
    """A plain no is never a yes, whatever the classifier makes of it."""
    if understanding.confirmation is not Confirmation.YES:
        return None
    said = _plain(turn.text)
    refusals = (text for texts in pack.replies.confirm.no.examples.values() for text in texts)
    if said in {_plain(text) for text in refusals}:
        return Fault("confirmation: the customer said no", "classifier")
    return None


def says_yes(text: str, pack: Pack) -> bool:
    """Whether there is a yes in it at all: the pack's own words for it, or one of a closed list."""
    said = _plain(text)
    agreements = (each for texts in pack.replies.confirm.yes.examples.values() for each in texts)
    return bool(_YES.search(said)) or said in {_plain(each) for each in agreements}


def is_confirmed(turn: Turn, understanding: Understanding, draft: ProposalDraft, verifier: Checker, pack: Pack) -> bool:
    """The open question was signed by the verifier, has not expired, and asked for this operation, these arguments,
    these row changes, and the customer's words are a yes. Anything else is asked (again)."""
    pending = turn.pending
    if understanding.confirmation is not Confirmation.YES or pending is None:
        return False
    return (
        is_sealed(turn, verifier)
        and pending.kind is PendingKind.CONFIRM
        and turn.received_at < pending.expires_at
        and pending.operation == draft.operation
        and _values(pending.arguments) == _values(draft.arguments)
        and pending.diff_hash == draft.diff_hash
        and says_yes(turn.text, pack)
        and not doubtful_yes(turn.text, [argument.value for argument in pending.arguments])
    )


def is_sealed(turn: Turn, verifier: Checker) -> bool:
    """Whether the turn's open question is one that the verifier has asked in this conversation."""
    if turn.pending is None:
        return False
    try:
        verifier.check_pending(turn.ref.conversation, turn.pending)
    except SealError:
        return False
    return True


def _values(arguments: tuple[Argument, ...]) -> dict[str, object]:
    return {argument.name: argument.value for argument in arguments}


def _plain(text: str) -> str:
    return fold(text).strip(_PUNCTUATION)
