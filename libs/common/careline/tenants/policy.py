"""policy.yaml: how long what is held of customers is kept. The file may be absent: then these defaults hold."""

from __future__ import annotations

from pydantic import Field

from .base import PackModel

_LONGEST = 3650


class Retention(PackModel):
    """Days after the last change. `conversations`: messages and turns with them; `turn_log`: each event by its age."""

    conversations: int = Field(default=365, ge=1, le=_LONGEST)
    turn_log: int = Field(default=90, ge=1, le=_LONGEST)


class Policy(PackModel):
    """What `careline purge` goes by."""

    retention: Retention = Retention()
