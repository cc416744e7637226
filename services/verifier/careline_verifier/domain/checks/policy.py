"""Does the draft say what the verifier reads for itself: same ending, same reason, same rows, same words?"""

from __future__ import annotations

from typing import assert_never

from careline.contracts.draft import AskDraft, ProposalDraft, RefusalDraft
from careline.contracts.seals import diff_hash

from ..reading import Change, Impossible, Question, Reading, Refusal, Success
from ..verdict import Fault

OperationDraft = AskDraft | RefusalDraft | ProposalDraft


def check_policy(draft: OperationDraft, reading: Reading) -> Fault | None:
    """The draft of an operation against the verifier's own reading of it."""
    match reading:
        case Refusal():
            return _refusal(draft, reading)
        case Success():
            return _success(draft, reading)
        case Question():
            return _question(draft, reading)
        case Change():
            return _change(draft, reading)
        case Impossible():
            return Fault("effect_without_rows", "executor")
        case _:
            assert_never(reading)


def _refusal(draft: OperationDraft, reading: Refusal) -> Fault | None:
    if not isinstance(draft, RefusalDraft) or draft.reason != reading.reason:
        return Fault(f"policy: {reading.reason}", "executor")
    return _words(draft.text, reading.text)


def _success(draft: OperationDraft, reading: Success) -> Fault | None:
    if not isinstance(draft, ProposalDraft) or draft.diff or draft.reason != reading.reason:
        return Fault("policy: nothing to be changed", "executor")
    return _words(draft.text, reading.text)


def _question(draft: OperationDraft, reading: Question) -> Fault | None:
    if not isinstance(draft, AskDraft) or draft.missing != reading.missing:
        return Fault("policy: arguments are missing", "executor")
    return _words(draft.text, reading.text)


def _change(draft: OperationDraft, reading: Change) -> Fault | None:
    if not isinstance(draft, ProposalDraft):
        return Fault("policy: nothing stands against it", "executor")
    if draft.diff != reading.diff or draft.diff_hash != diff_hash(reading.diff):
        return Fault("diff", "executor")
    return _words(draft.text, reading.question)


def _words(said: str, expected: str) -> Fault | None:
    return None if said == expected else Fault("words", "executor")
