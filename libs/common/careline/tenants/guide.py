"""Reads the guide of a pack: articles and documents by language, tables for all languages, passages from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from careline.knowledge.formats import FORMATS, OTHERS, TABLES
from careline.knowledge.reader import DocumentReader
from careline.knowledge.sections import Remark

from .guide_articles import compare_languages, read_article
from .guide_documents import Shelf, read_document
from .guide_elsewhere import read_elsewhere
from .guide_parts import Guide
from .problems import Problem

__all__ = ["Guide", "read_guide"]


def read_guide(folder: Path, languages: tuple[str, ...], environ: Mapping[str, str]) -> Guide:
    """The guide of the pack in `folder`, in `languages`. A document that cannot be read is skipped, with a note."""
    guide = Guide()
    articles: dict[str, dict[str, int | None]] = {}
    with DocumentReader() as reader:
        for language in languages:
            for file in _files(folder / "guide" / language):
                name = f"guide/{language}/{file.name}"
                if file.suffix == ".md":
                    articles.setdefault(file.stem, {})[language] = read_article(guide, name, file, language)
                elif file.suffix.lower() in FORMATS:
                    read_document(guide, reader, name, file, Shelf(languages, language))
                else:
                    _unread(guide, name, file)
        for file in _files(folder / "guide"):
            name = f"guide/{file.name}"
            if file.suffix.lower() in TABLES:
                read_document(guide, reader, name, file, Shelf(languages, None))
            elif file.suffix.lower() in (*FORMATS, ".md"):
                guide.skip(name, Remark(f"it belongs in a folder that names its language: guide/{languages[0]}/"))
            else:
                _unread(guide, name, file)
    compare_languages(guide, articles, languages)
    if (folder / "guide.yaml").exists():
        read_elsewhere(guide, folder, languages, environ)
    _check_folders(guide, folder, languages)
    _check_ids(guide)
    if not guide.passages and not guide.problems and not guide.notes:
        guide.notes.append("the pack has no guide: every guide question is handed over")
    return guide


def _files(folder: Path) -> Iterator[Path]:
    """What programs leave beside documents they have open is none."""
    if folder.is_dir():
        files = sorted(file for file in folder.iterdir() if file.is_file())
        yield from (file for file in files if not file.name.startswith((".", "~$")))


def _unread(guide: Guide, name: str, file: Path) -> None:
    remedy = OTHERS.get(file.suffix.lower(), f"there are: .md, {', '.join(FORMATS)}")
    guide.skip(name, Remark(f"files of this kind are not read; {remedy}"))


def _check_folders(guide: Guide, folder: Path, languages: tuple[str, ...]) -> None:
    for place in sorted((folder / "guide").glob("*/")):
        if place.name not in languages and any(_files(place)):
            message = f"skipped: {place.name!r} is not among the languages of tenant.yaml"
            guide.notes.append(f"guide/{place.name}: {message}")


def _check_ids(guide: Guide) -> None:
    for (identity, language), count in Counter((p.id, p.language) for p in guide.passages).items():
        if count > 1:
            guide.problems.append(
                Problem("guide", 0, 0, f"the passage {identity!r} exists {count} times in {language!r}")
            )
