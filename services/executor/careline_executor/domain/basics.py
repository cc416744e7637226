"""Answers from the customer's basic facts."""

from __future__ import annotations

from careline.contracts.draft import Draft, FactDraft, RefusalDraft
from careline.operations.rules import SIGN_IN
from careline.operations.situation import Situation
from careline.operations.wording import fact_text, reply_text
from careline.tenants.model import Pack


def draft_fact(pack: Pack, field: str, language: str, situation: Situation) -> Draft:
    """The field's value in the pack's words. A visitor without a signed identity is asked to sign in.

    Raises KeyError for a field that customers may not ask for, WordsError for a defect of the pack.
    """
    if situation.customer is None:
        text = reply_text(pack, pack.replies.sign_in.say, language)
        return RefusalDraft(text=text, operation="", arguments=(), reason=SIGN_IN)
    text = fact_text(pack, field, language, situation)
    value = situation.facts.values.get(field) if situation.facts.known else None
    return FactDraft(text=text, field=field, value=value)
