"""What was found or done, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from careline.tenants.knowledge_store import KnowledgeVersion, Switched
from careline.tenants.model import GuidePassage

from ..counting import counted
from .doubts import doubts
from .searching import Found
from .syncing import Synced

_EXCERPT = 200


def show_synced(console: Console, synced: Synced) -> None:
    """Every remark, every passage that differs, and the totals."""
    for note in synced.guide.notes:
        console.print(f"note: {escape(note)}", style="yellow")
    for file in synced.kept_files:
        console.print(f"note: {escape(file)}: its published passages stay until it can be read", style="yellow")
    for doubt in doubts(synced.guide.passages):
        console.print(f"warning: {escape(doubt)}", style="yellow")
    show_switched(console, synced.switched)
    if not synced.switched.difference.same:
        would = "would have to be" if synced.switched.dry_run else "to be"
        console.print(f"{counted(synced.embedded, 'text')} {would} embedded; the others have their vectors already.")


def show_switched(console: Console, done: Switched) -> None:
    """The difference, passage by passage, and what the tenant uses now."""
    changes = done.difference
    for sign, colour, passages in (
        ("+", "green", changes.added),
        ("~", "yellow", changes.changed),
        ("-", "red", changes.removed),
    ):
        for passage in passages:
            console.print(f"[{colour}]{sign}[/] {passage.language} {escape(_named(passage))}")
    moved = f" ({changes.moved} under another number)" if changes.moved else ""
    console.print(
        f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed, "
        f"{changes.kept} kept{moved}"
    )
    if changes.same:
        console.print(f"{done.tenant}: the guide is unchanged, version {done.after}")
        return
    would = "would use" if done.dry_run else "uses"
    console.print(f"{done.tenant}: {would} guide {done.after} (was {done.before}), pack version {done.pack.version}")


def show_found(console: Console, found: Found) -> None:
    """Each passage with its scores, headings, place and beginning."""
    if not found.hits:
        console.print("Nothing is found: the guide has no passages in this language.")
    for number, (hit, passage) in enumerate(found.hits, start=1):
        scores = f"score {hit.score:.3f}  similarity {hit.similarity:.3f}"
        console.print(f"[bold]{number}. {escape(hit.id)}[/] {hit.language}  {scores}")
        console.print(f"   {escape(' › '.join(passage.path or (passage.title, passage.question)))}", style="cyan")
        if str(passage.source):
            console.print(f"   {escape(str(passage.source))}", style="dim")
        text = " ".join(hit.text.split())
        console.print(f"   {escape(text[:_EXCERPT])}{'…' if len(text) > _EXCERPT else ''}")


def found_json(found: Found) -> dict[str, Any]:
    """The same for programs."""
    return {
        "pack": found.pack.name,
        "version": found.pack.version,
        "language": found.language,
        "passages": [
            {
                "id": hit.id,
                "language": hit.language,
                "score": hit.score,
                "similarity": hit.similarity,
                "path": list(passage.path),
                "file": passage.source.file,
                "at": passage.source.at,
                "text": hit.text,
            }
            for hit, passage in found.hits
        ],
    }


def versions_table(found: Iterable[KnowledgeVersion]) -> Table:
    """Newest first; the tenants that use a version stand beside it."""
    table = Table(box=None, pad_edge=False)
    for column in ("guide", "first published", "passages", "pack versions", "used by"):
        table.add_column(column, overflow="fold")
    for each in found:
        passages = ", ".join(f"{count} {language}" for language, count in sorted(each.passages.items())) or "none"
        since = each.first.strftime("%Y-%m-%d %H:%M:%S UTC")
        table.add_row(each.version, since, passages, " ".join(each.packs), " ".join(each.tenants))
    return table


def _named(passage: GuidePassage) -> str:
    place = f"  ({passage.source})" if str(passage.source) else ""
    return f"{passage.id}  {' › '.join(passage.path or (passage.title, passage.question))}{place}"
