"""Is a fact told as it stands in the customer's record?"""

from __future__ import annotations

from careline.contracts.draft import FactDraft
from careline.operations.situation import Situation
from careline.operations.wording import fact_text
from careline.tenants.model import Pack

from ..verdict import Fault


def check_fact(draft: FactDraft, pack: Pack, language: str, situation: Situation) -> Fault | None:
    """`situation` has the facts as the verifier read them. Raises WordsError for a defect of the pack."""
    if draft.field not in pack.profile.facts:
        return Fault("fact: not one that may be asked for", "classifier")
    if situation.customer is None:
        return Fault("fact: nobody is signed in", "executor")
    value = situation.facts.values.get(draft.field) if situation.facts.known else None
    if draft.value != value or type(draft.value) is not type(value):
        return Fault("fact: another value", "executor")
    if draft.text != fact_text(pack, draft.field, language, situation):
        return Fault("words", "executor")
    return None


def as_it_stands(draft: FactDraft, pack: Pack, language: str, situation: Situation) -> FactDraft:
    """The draft's field as the verifier reads it. Raises WordsError for a defect of the pack."""
    if draft.field not in pack.profile.facts:
        return draft
    value = situation.facts.values.get(draft.field) if situation.facts.known else None
    text = fact_text(pack, draft.field, language, situation)
    return draft.model_copy(update={"value": value, "text": text})
