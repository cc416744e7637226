"""Reads the guide: Markdown articles by language, and passages from a JSON-lines file elsewhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .base import PackModel
from .pack import GuidePassage
from .problems import Problem
from .structure import fit
from .yaml_reader import Document, decode, read_yaml

_ASKED = re.compile(r"^<!--\s*asked:(.*?)-->\s*$")
MAX_PASSAGE = 20_000


class GuideFile(PackModel):
    """guide.yaml: `file` in the folder that the variable `env` names, else in `folder`."""

    env: str | None = None
    folder: str | None = None
    file: str
    language: str


class Guide:
    """What was read: `passages`, `problems`, and `notes` about what is absent without being wrong."""

    def __init__(self) -> None:
        self.passages: list[GuidePassage] = []
        self.problems: list[Problem] = []
        self.notes: list[str] = []


def read_guide(folder: Path, languages: tuple[str, ...], environ: Mapping[str, str]) -> Guide:
    """The guide of the pack in `folder`, in `languages`."""
    guide = Guide()
    sections: dict[str, dict[str, int]] = {}
    for language in languages:
        for file in sorted((folder / "guide" / language).glob("*.md")):
            name = f"guide/{language}/{file.name}"
            passages = _read_article(guide, name, file, language)
            sections.setdefault(file.stem, {})[language] = len(passages)
            guide.passages.extend(passages)
    _compare_languages(guide, sections, languages)
    if (folder / "guide.yaml").exists():
        _read_elsewhere(guide, folder, languages, environ)
    for (identity, language), count in Counter((p.id, p.language) for p in guide.passages).items():
        if count > 1:
            guide.problems.append(
                Problem("guide", 0, 0, f"the passage {identity!r} exists {count} times in {language!r}")
            )
    if not guide.passages and not guide.problems and not guide.notes:
        guide.notes.append("the pack has no guide: every guide question is handed over")
    return guide


def resolve_folder(pack: Path, env: str | None, folder: str | None, environ: Mapping[str, str]) -> Path | None:
    """Where data outside of the pack lies: what the variable says, else `folder`, looked for from the pack upwards."""
    if env and environ.get(env):
        return Path(environ[env]).expanduser()
    if not folder:
        return None
    start = pack.resolve()
    candidates = [base / folder for base in (start, *start.parents[:3])]
    return next((candidate.resolve() for candidate in candidates if candidate.is_dir()), None)


def _read_article(guide: Guide, name: str, file: Path, language: str) -> list[GuidePassage]:
    document = Document(name)
    text = decode(document, file.read_bytes())
    guide.problems.extend(document.problems)
    if text is None:
        return []
    title, sections = split_article(text)
    if not title:
        guide.problems.append(Problem(name, 1, 1, "the article has no title; begin it with '# ...'"))
    if not sections:
        guide.problems.append(Problem(name, 1, 1, "the article has no sections; each begins with '## ...'"))
    passages = []
    for number, (line, heading, asked, body) in enumerate(sections, start=1):
        if not body or len(body) > MAX_PASSAGE:
            wrong = f"is longer than {MAX_PASSAGE} characters" if body else "has no text"
            guide.problems.append(Problem(name, line, 1, f"the section {heading!r} {wrong}"))
        identity = f"{file.stem}#{number}"
        passages.append(
            GuidePassage(
                id=identity,
                document=file.stem,
                language=language,
                title=title,
                question=heading,
                asked=asked,
                text=body,
            )
        )
    return passages


def split_article(text: str) -> tuple[str, list[tuple[int, str, tuple[str, ...], str]]]:
    """The title, and each section as (line, heading, other ways to ask, text)."""
    title, fenced = "", False
    sections: list[tuple[int, str, list[str], list[str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        fenced ^= line.startswith("```")
        asked = _ASKED.match(line)
        if not fenced and line.startswith("# ") and not title:
            title = line[2:].strip()
        elif not fenced and line.startswith("## "):
            sections.append((number, line[3:].strip(), [], []))
        elif sections and asked:
            sections[-1][2].extend(part.strip() for part in asked[1].split("|") if part.strip())
        elif sections:
            sections[-1][3].append(line)
    return title, [(line, heading, tuple(asked), "\n".join(body).strip()) for line, heading, asked, body in sections]


def _compare_languages(guide: Guide, sections: dict[str, dict[str, int]], languages: tuple[str, ...]) -> None:
    for stem, counts in sections.items():
        most = max(counts.values())
        for language in languages:
            name = f"guide/{language}/{stem}.md"
            if language not in counts:
                guide.problems.append(
                    Problem(name, 0, 0, f"the article is missing in {language!r}; it is there in others")
                )
            elif counts[language] != most:
                message = (
                    f"sections are matched by number: there are {counts[language]} here, {most} in another language"
                )
                guide.problems.append(Problem(name, 1, 1, message))


def _read_elsewhere(guide: Guide, folder: Path, languages: tuple[str, ...], environ: Mapping[str, str]) -> None:
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
        )
    )
