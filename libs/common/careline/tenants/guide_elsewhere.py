"""Passages of a guide from a JSON-lines file outside of the pack, as guide.yaml names it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .base import PackModel
from .guide_parts import Guide
from .pack import GuidePassage, SourcePlace
from .problems import Problem
from .structure import fit
from .yaml_reader import Document, decode, read_yaml


class GuideFile(PackModel):
    """guide.yaml: `file` in the folder that the variable `env` names, else in `folder`."""

    env: str | None = None
    folder: str | None = None
    file: str
    language: str


def resolve_folder(pack: Path, env: str | None, folder: str | None, environ: Mapping[str, str]) -> Path | None:
    """Where data outside of the pack lies: what the variable says, else `folder`, looked for from the pack upwards."""
    if env and environ.get(env):
        return Path(environ[env]).expanduser()
    if not folder:
        return None
    start = pack.resolve()
    candidates = [base / folder for base in (start, *start.parents[:3])]
    return next((candidate.resolve() for candidate in candidates if candidate.is_dir()), None)


def read_elsewhere(guide: Guide, folder: Path, languages: tuple[str, ...], environ: Mapping[str, str]) -> None:
    """Adds what guide.yaml names; a note says when it is not there."""
    document = read_yaml("guide.yaml", (folder / "guide.yaml").read_bytes())
    guide.problems.extend(document.problems)
    if document.problems:
        return
    source, problems = fit(GuideFile, document, document.value)
    guide.problems.extend(problems)
    if source is None:
        return
    if source.language not in languages:
        message = f"{source.language!r} is not among the languages of tenant.yaml"
        guide.problems.append(document.problem(("language",), message))
    base = resolve_folder(folder, source.env, source.folder, environ)
    file = base / source.file if base else None
    if file is None or not file.is_file():
        where = f"{source.env} or {source.folder}" if source.env else source.folder
        guide.notes.append(
            f"guide passages absent: no {source.file} in {where}; set {source.env or 'env'} to the folder"
        )
        return
    lines = Document(source.file)
    text = decode(lines, file.read_bytes())
    guide.problems.extend(lines.problems)
    for number, line in enumerate((text or "").splitlines(), start=1):
        if line.strip():
            _read_line(guide, source, number, line)


def _read_line(guide: Guide, source: GuideFile, number: int, line: str) -> None:
    try:
        row: Any = json.loads(line)
        identity, document, body = str(row["id"]), str(row["doc"]), str(row["text"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"a passage needs id, doc and text ({type(error).__name__}: {error})"
        guide.problems.append(Problem(source.file, number, 1, message))
        return
    guide.passages.append(
        GuidePassage(
            id=identity,
            document=document,
            language=source.language,
            title=str(row.get("title") or document.replace("_", " ").capitalize()),
            question=str(row.get("question") or ""),
            text=body.strip(),
            source=SourcePlace(file=source.file, at=f"line {number}"),
        )
    )
