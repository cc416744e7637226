"""Markdown articles of a guide: a title, and a passage for each section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from careline.knowledge.encodings import decode
from careline.knowledge.errors import DocumentTooLarge, WrongEncoding
from careline.knowledge.sections import Remark

from .guide_parts import Guide
from .pack import GuidePassage, SourcePlace
from .problems import Problem

_ASKED = re.compile(r"^<!--\s*asked:(.*?)-->\s*$")
MAX_PASSAGE = 20_000
MAX_BYTES = 2_000_000

# By article and language: how many sections it has; None where it could not be read.
Counts = Mapping[str, Mapping[str, int | None]]


def read_article(guide: Guide, name: str, file: Path, language: str) -> int | None:
    """Adds the passages of an article, and tells how many; None (and skipped) when it is no readable text, or
    no article at all."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise DocumentTooLarge(f"the file is larger than {MAX_BYTES} bytes; split it")
        text = decode(file.read_bytes())
    except (WrongEncoding, DocumentTooLarge) as error:
        guide.skip(name, Remark(str(error), error.place))
        return None
    title, sections = split_article(text)
    if not title and not sections:
        wrong = "an article begins with '# ...' and has sections under '## ...'; here is neither"
        guide.skip(name, Remark(wrong if text.strip() else "there is no text in it"))
        return None
    if not title:
        guide.problems.append(Problem(name, 1, 1, "the article has no title; begin it with '# ...'"))
    if not sections:
        guide.problems.append(Problem(name, 1, 1, "the article has no sections; each begins with '## ...'"))
    for number, (line, heading, asked, body) in enumerate(sections, start=1):
        if not body or len(body) > MAX_PASSAGE:
            wrong = f"is longer than {MAX_PASSAGE} characters" if body else "has no text"
            guide.problems.append(Problem(name, line, 1, f"the section {heading!r} {wrong}"))
        guide.passages.append(
            GuidePassage(
                id=f"{file.stem}#{number}",
                document=file.stem,
                language=language,
                title=title,
                question=heading,
                asked=asked,
                text=body,
                path=(title, heading),
                source=SourcePlace(file=name, at=f"line {line}"),
            )
        )
    return len(sections)


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


def compare_languages(guide: Guide, articles: Counts, languages: tuple[str, ...]) -> None:
    """Every article has to be there in each language, with as many sections: these share their ids. One that could not
    be read is not held against the others."""
    for stem, counts in articles.items():
        read = [count for count in counts.values() if count is not None]
        most = max(read, default=0)
        for language in languages:
            name = f"guide/{language}/{stem}.md"
            if read and language not in counts:
                guide.problems.append(
                    Problem(name, 0, 0, f"the article is missing in {language!r}; it is there in others")
                )
            elif counts.get(language) not in (most, None):
                there = f"there are {counts[language]} here, {most} in another language"
                guide.problems.append(Problem(name, 1, 1, f"sections are matched by number: {there}"))
