"""Asks the guide as it is served: the version in use, as the service stored it, by the service's own code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careline.contracts.evidence import Passage
from careline.models.encoder import Encoder
from careline.models.errors import ModelError
from careline.models.language import detect
from careline.storage import Database
from careline.tenants.knowledge_store import published_pack
from careline.tenants.model import GuidePassage, Pack
from careline_retrieval.adapters.guides import opened_guide
from careline_retrieval.adapters.shelves import Shelves
from careline_retrieval.domain.index import terms_of
from careline_retrieval.domain.resident import MOST_RESIDENT

from ..errors import CommandError
from ..stack.home import Home
from .no_encoder import NoEncoder


@dataclass(frozen=True, slots=True)
class Found:
    """`hits`, best first: each as evidence, and as it stands in the pack. `language` is what was asked in."""

    pack: Pack
    language: str
    hits: tuple[tuple[Passage, GuidePassage], ...]


async def search(connection: Any, url: str, tenant: str, question: str, language: str | None, most: int) -> Found:
    """Raises CommandError, TenantError, StorageError."""
    pack = await published_pack(connection, tenant)
    asked_in = language or str(detect(question))
    embedding = _encoder().encode(question)
    database = await Database.connect(url, application="knowledge", max_size=2)
    try:
        shelves = Shelves(database, NoEncoder())
        if not await shelves.has(pack):
            raise CommandError(
                f"The guide that {tenant} uses ({pack.version}) is not searchable yet.",
                "The retrieval service makes it so: does it run (`careline status`), and what does it say "
                "(`careline logs retrieval`)?",
            )
        guide = await opened_guide(database, shelves, pack, MOST_RESIDENT)
        passages = await guide.search(asked_in, embedding, sorted(set(terms_of(question))), most)
    finally:
        await database.stop()
    known = {(passage.language, passage.id): passage for passage in pack.guide}
    return Found(pack, asked_in, tuple((hit, known[hit.language, hit.id]) for hit in passages))


def _encoder() -> Encoder:
    folder = os.environ.get("CARELINE_ENCODER_DIR") or Home.find(os.environ).encoder
    try:
        return Encoder.load(Path(folder))
    except ModelError as error:
        raise CommandError(f"The sentence encoder cannot be opened: {error}", "`make setup` makes it.") from error
