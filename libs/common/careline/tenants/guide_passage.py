"""A section of the guide, as a pack holds it."""

from __future__ import annotations

from .base import PackModel


class GuidePassage(PackModel):
    """A section of the guide. `id` is `document#n`, the same in every language; `asked` is indexed, never shown."""

    id: str
    document: str
    language: str
    title: str
    question: str = ""
    asked: tuple[str, ...] = ()
    text: str
