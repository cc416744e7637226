"""The guide of each pack version in use, made searchable: stored in Postgres, and held in memory where it fits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from careline.contracts.evidence import Passage
from careline.models.encoder import Embedding
from careline.storage import Database
from careline.tenants.model import Pack
from careline.tenants.prepared import PreparedPacks

from ..domain.resident import GuideIndex
from ..ports import Guide, TextEncoder
from .knowledge import StoredGuide, languages_of
from .shelves import Shelves


class ResidentGuide:
    """Implements `ports.Guide` in memory. A version never changes, so this cannot be stale."""

    def __init__(self, pack: Pack, indexes: Mapping[str, GuideIndex]) -> None:
        self._default = pack.default_language
        self._indexes = indexes

    async def search(self, language: str, embedding: Embedding, terms: Sequence[str], most: int) -> tuple[Passage, ...]:
        index = self._indexes.get(language) or self._indexes.get(self._default)
        return index.search(embedding, terms, most) if index else ()


def prepared_guides(database: Database, encoder: TextEncoder, resident: int) -> PreparedPacks[Guide]:
    """The component that makes every version in use ready. One of more than `resident` vectors stays in the database
    and is searched there."""
    shelves = Shelves(database, encoder)

    async def prepare(pack: Pack) -> Guide:
        await shelves.store(pack)
        return await opened_guide(database, shelves, pack, resident)

    return PreparedPacks(database, prepare)


async def opened_guide(database: Database, shelves: Shelves, pack: Pack, resident: int) -> Guide:
    """The guide of a version that is stored. Raises StorageError."""
    if await shelves.size(pack) > resident:
        return StoredGuide(database, pack)
    read = {language: await shelves.read(pack, language) for language in languages_of(pack)}
    return ResidentGuide(
        pack,
        {language: await asyncio.to_thread(GuideIndex, *rows, language) for language, rows in read.items()},
    )
