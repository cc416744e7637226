"""What classifier and retrieval need of the outside, in memory: the pack's own rows, no database, no broker."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from careline.contracts.base import JsonScalar
from careline.contracts.evidence import Passage
from careline.models.encoder import Encoder
from careline.operations.columns import to_json
from careline.operations.errors import OperationError
from careline.operations.resolve import resolve
from careline.operations.situation import Situation
from careline.tenants.model import ArgumentSpec, FromRecord, Match, Pack
from careline.tenants.rows import read_rows
from careline_retrieval.domain.index import variants, weigh
from careline_retrieval.domain.resident import GuideIndex, Vectors

CUSTOMERS, SEED = 40, 7
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


class MemoryRecords:
    """Implements the classifier's `Records` over the rows of the pack's source."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        rows = asyncio.run(read_rows(folder, pack.data, os.environ, CUSTOMERS, SEED))
        self.tables: Mapping[str, list[Any]] = rows.tables

    async def known(self, tenant: str, pack: Pack, spec: ArgumentSpec, situation: Situation) -> Sequence[str]:
        found = self._column(pack, spec.table or "", spec.column or "", spec.where, situation)
        return tuple(dict.fromkeys(str(value) for value in found if value is not None))

    async def recorded(self, tenant: str, pack: Pack, source: FromRecord, situation: Situation) -> Sequence[JsonScalar]:
        return self._column(pack, source.table, source.column, source.where, situation)[:2]

    def _column(self, pack: Pack, table: str, column: str, where: Match, situation: Situation) -> list[JsonScalar]:
        columns = pack.data.tables[table].columns
        try:
            wanted = {name: resolve(value, columns[name], situation, name) for name, value in where.items()}
        except OperationError:
            return []
        names = list(columns)
        rows = (row if isinstance(row, Mapping) else dict(zip(names, row, strict=True)) for row in self.tables[table])
        return [
            to_json(row[column])
            for row in rows
            if all(value is not None and row[name] == value for name, value in wanted.items())
        ]


def guide_of(pack: Pack, encoder: Encoder) -> dict[str, GuideIndex]:
    """The searchable guide by language, as retrieval has it in memory."""
    indexes: dict[str, GuideIndex] = {}
    for language in sorted({passage.language for passage in pack.guide}):
        own = [passage for passage in pack.guide if passage.language == language]
        texts = [(passage.id, text) for passage in own for text in variants(passage)]
        vectors = Vectors([owner for owner, _ in texts], np.stack([encoder.encode(text) for _, text in texts]))
        passages = [
            Passage(
                id=p.id,
                document=p.document,
                version=pack.version,
                language=p.language,
                title=p.title,
                question=p.question,
                text=p.text,
            )
            for p in own
        ]
        indexes[language] = GuideIndex(passages, vectors, weigh(own), language)
    return indexes
