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
# Who begins with none of these has not said yes, whatever a classifier takes it for: then the question is asked again.
_BEFORE_A_YES = (
    r"(?:please|pls|well|oh|ah|hm+|um+|uh|and|then|so|thanks|thank you|that'?s|that is|that|it'?s|looks|sounds|all"
    r"|now|just)"
)
_YES = re.compile(
    rf"^\W*(?:{_BEFORE_A_YES}\b\W*)*(?:"
    r"(?:y|ye|yes+|yeah|yea|yep|yup|aye|ok|okay|okey|sure|absolutely|definitely|certainly|indeed|exactly|agreed?|affirmative"
    r"|approved?|confirm(?:ed)?|proceed|continue|alright|of\s+course|go\s+(?:ahead|on|for\s+it)|do\s+(?:it|so|that|this|go)"
    r"|do(?=\W*$)|make\s+it\s+so|as\s+you\s+say|let'?s\s+(?:do|go))\b"
    r"|(?:fine|right|correct|good|great|perfect|k)(?=\W*(?:$|by\s+me|with\s+me|for\s+me|go|do|please|thanks|thank|yes|,|!|\.))"
    r"|(?:好|是|对|行|嗯|成|要|可以|确定|确认|同意|继续|当然|必须)(?:$|[\W的吧呀啊嘞呢了])|(?:请|就|那就)?(?:继续|办理|这[么样]办)|没错|没问题"
    r"|[👍✅👌🆗])"
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


def is_confirmed(
    turn: Turn,
    understanding: Understanding,
    draft: ProposalDraft,
    verifier: Checker,
    pack: Pack,
    *,
    again: bool = False,
) -> bool:
    """The open question was signed by the verifier, has not expired, and asked for this operation, these arguments,
    these row changes, and the customer's words are a yes, or (`again`) the same request once more. Anything else is
    asked (again)."""
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
        and (again or says_yes(turn.text, pack))
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
