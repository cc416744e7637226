"""A whole pack: one business, immutable, with everything the services need to know of it."""

from __future__ import annotations

import hashlib
from typing import Any, Self

import orjson
from pydantic import Field

from .base import PackModel
from .data import Data
from .operations import Check, Operation
from .profile import Profile
from .replies import Replies
from .tenant import Tenant


class GuidePassage(PackModel):
    """A section of the guide. `id` is `document#n`, the same in every language; `asked` is indexed, never shown."""

    id: str
    document: str
    language: str
    title: str
    question: str = ""
    asked: tuple[str, ...] = ()
    text: str


class Pack(PackModel):
    """A published or loaded pack. `version` is the digest of the rest."""

    tenant: Tenant
    data: Data
    profile: Profile
    caller: tuple[Check, ...] = ()
    operations: dict[str, Operation] = Field(default_factory=dict)
    replies: Replies
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
    def business_schema(self) -> str:
        """The Postgres schema of the business tables."""
        return "biz_" + self.name.replace("-", "_")

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
