"""A whole pack: one business, immutable, with everything the services need to know of it."""

from __future__ import annotations

import hashlib
from typing import Any, Self

import orjson
from pydantic import Field

from .base import PackModel
from .data import Data, schema_of
from .operations import Check, Operation
from .policy import Policy
from .profile import Profile
from .replies import Replies
from .safety import Safety
from .systems import System
from .tenant import Tenant


class SourcePlace(PackModel):
    """Where a passage stands: the file in the pack, and the place there ("line 12", "page 3", "row 7")."""

    file: str = ""
    at: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.file, self.at) if part)


class GuidePassage(PackModel):
    """A section of the guide. `id` is `document#n`, the same in every language; `asked` is indexed, never shown.
    `path` are the headings it stands under, the document's title first."""

    id: str
    document: str
    language: str
    title: str
    question: str = ""
    asked: tuple[str, ...] = ()
    text: str
    path: tuple[str, ...] = ()
    source: SourcePlace = SourcePlace()


class Pack(PackModel):
    """A published or loaded pack. `version` is the digest of the rest."""

    tenant: Tenant
    data: Data
    profile: Profile
    caller: tuple[Check, ...] = ()
    operations: dict[str, Operation] = Field(default_factory=dict)
    replies: Replies
    safety: Safety = Field(default_factory=Safety)
    policy: Policy = Policy()
    systems: dict[str, System] = Field(default_factory=dict)
    guide: tuple[GuidePassage, ...] = ()
    version: str = ""

    @property
    def name(self) -> str:
        return self.tenant.name

    @property
    def default_language(self) -> str:
        return self.tenant.default_language

    @property
    def rounds(self) -> int:
        return self.tenant.rounds

    @property
    def declared(self) -> dict[str, Operation]:
        """The catalogue without what is built in."""
        return {name: operation for name, operation in self.operations.items() if operation.builtin is None}

    @property
    def business_schema(self) -> str:
        """The Postgres schema of the business tables."""
        return schema_of(self.name)

    def document(self) -> dict[str, Any]:
        """The JSON document that is stored; without the version, which is its digest."""
        return self.model_dump(mode="json", exclude={"version"})

    def written(self) -> bytes:
        """The document as JSON in the pack's own order: reads may use earlier ones, questions are asked in turn."""
        return orjson.dumps(self.document())

    def sealed(self) -> Self:
        """The same pack with its version computed: 16 hex digits of SHA-256 over the document."""
        digest = hashlib.sha256(self.written()).hexdigest()[:16]
        return self.model_copy(update={"version": digest})
