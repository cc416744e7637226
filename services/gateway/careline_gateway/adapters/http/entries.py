"""Entries as clients get them: with the titles of the articles that an answer is from."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from ...domain.change import Shown
from ...domain.errors import UnknownTenant
from ...ports import GatewayError, RuleBook


@dataclass(frozen=True, slots=True)
class Titled:
    """Adds `titles` beside `sources`: one {language: title} each, empty for a passage that the guide has no more."""

    rule_book: RuleBook

    async def data(self, tenant: str, shown: Shown) -> str:
        """The entry's JSON. Most entries have no sources and stay as they are stored."""
        if '"sources":' not in shown.data:
            return shown.data
        try:
            titles = await self.rule_book.sources(tenant)
        except (UnknownTenant, GatewayError):
            return shown.data
        entry = orjson.loads(shown.data)
        entry["titles"] = [titles.get(source, {}) for source in entry.get("sources", ())]
        return orjson.dumps(entry).decode()
