"""Versions of a guide: what differs between two, and which one a pack has. Pure.

A guide's version is the digest of what its passages say. Where they stand in their files is no part of it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from .pack import GuidePassage

Key = tuple[str, str]  # language and id


def knowledge_version(guide: Iterable[GuidePassage]) -> str:
    """12 hex digits of SHA-256 over the passages, in their order."""
    said = [(p.language, p.id, *_content(p)) for p in guide]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Difference:
    """`changed` are passages of the same id that say something else. Of those `kept`, `moved` have another id now."""

    added: tuple[GuidePassage, ...] = ()
    changed: tuple[GuidePassage, ...] = ()
    removed: tuple[GuidePassage, ...] = ()
    kept: int = 0
    moved: int = 0

    @property
    def same(self) -> bool:
        """Whether both say the same under the same ids."""
        return not (self.added or self.changed or self.removed or self.moved)


def difference(before: Sequence[GuidePassage], after: Sequence[GuidePassage]) -> Difference:
    """A passage inserted in the middle shifts the ids of those behind it: these are kept, not changed."""
    old = {(p.language, p.id): p for p in before}
    new = {(p.language, p.id): p for p in after}
    stay = {key for key, passage in new.items() if key in old and _content(old[key]) == _content(passage)}
    moved = _moved(
        {key: passage for key, passage in old.items() if key not in stay},
        {key: passage for key, passage in new.items() if key not in stay},
    )
    from_there = set(moved.values())
    rest_old = {key: p for key, p in old.items() if key not in stay and key not in from_there}
    rest_new = {key: p for key, p in new.items() if key not in stay and key not in moved}
    return Difference(
        added=tuple(p for key, p in rest_new.items() if key not in rest_old),
        changed=tuple(p for key, p in rest_new.items() if key in rest_old),
        removed=tuple(p for key, p in rest_old.items() if key not in rest_new),
        kept=len(stay) + len(moved),
        moved=len(moved),
    )


def with_unread(
    before: Sequence[GuidePassage], after: Sequence[GuidePassage], unread: Iterable[str]
) -> tuple[GuidePassage, ...]:
    """`after`, and of the files that could not be read what was published of them before."""
    files = set(unread)
    taken = {(p.language, p.id) for p in after}
    stay = (p for p in before if p.source.file in files and (p.language, p.id) not in taken)
    return (*after, *stay)


def _content(passage: GuidePassage) -> tuple[str, str, str, str, tuple[str, ...]]:
    return passage.document, passage.title, passage.question, passage.text, passage.asked


def _moved(old: dict[Key, GuidePassage], new: dict[Key, GuidePassage]) -> dict[Key, Key]:
    """The new key of what says the same as one of another id in its language, and that one's key."""
    sayings: dict[tuple[object, ...], list[Key]] = defaultdict(list)
    for key, passage in old.items():
        sayings[(passage.language, *_content(passage))].append(key)
    found: dict[Key, Key] = {}
    for key, passage in new.items():
        same = sayings[(passage.language, *_content(passage))]
        if same:
            found[key] = same.pop(0)
    return found
