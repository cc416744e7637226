"""policy.yaml: how long what is held of customers is kept, and what of it training may use, in what form, and by whose
leave. The file may be absent: then these defaults hold, and nothing may be used."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import PackModel, Words

_LONGEST = 3650

# What people and the system say: messages of customers, replies of the assistant, answers of a person in its place, and
# verdicts of those who read the sample.
Said = Literal["messages", "replies", "answers", "verdicts"]
# kinds: "<email>"; placeholders: "<email 1>", the same value the same within a dialogue.
Mask = Literal["kinds", "placeholders"]


class Retention(PackModel):
    """Days after the last change. `conversations`: messages and turns with them; `turn_log`: each event by its age."""

    conversations: int = Field(default=365, ge=1, le=_LONGEST)
    turn_log: int = Field(default=90, ge=1, le=_LONGEST)


class Consent(PackModel):
    """The question to the customer. `version` names its wording: who answered another one is asked again."""

    version: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")
    ask: Words


class Training(PackModel):
    """`use`: what may leave for training, each in what masked form; what is not named stays. `consent` has to be said
    where anything may be used."""

    use: dict[Said, Mask] = Field(default_factory=dict)
    consent: Consent | Literal["not_needed"] | None = None

    @property
    def question(self) -> Consent | None:
        """What customers are asked; None where nobody is."""
        return self.consent if self.use and isinstance(self.consent, Consent) else None


class Policy(PackModel):
    """What `careline purge`, the services and `careline training-data` go by."""

    retention: Retention = Retention()
    training: Training = Training()
