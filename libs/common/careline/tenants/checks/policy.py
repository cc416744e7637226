"""policy.yaml: who may be used has to say whether customers are asked, and the question in every language."""

from __future__ import annotations

from ..policy import Consent, Policy
from .report import Report


def check_policy(report: Report, policy: Policy) -> None:
    """`report` is of policy.yaml."""
    training = policy.training
    if training.use and training.consent is None:
        report.add(("training",), "say whether customers are asked: consent: {version: ..., ask: ...}, or not_needed")
    if isinstance(training.consent, Consent):
        report.words(("training", "consent", "ask"), training.consent.ask, {})
        if not training.use:
            report.add(("training", "consent"), "nothing may be used (use is empty), so there is nothing to ask")
