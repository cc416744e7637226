"""The CPHOS pack has no text of the CPHOS material: no five words in a row of it are words of that folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "tenants" / "cphos"
SOURCE = Path(os.environ.get("CARELINE_CPHOS_DATA") or ROOT / "../shared/data/cphos")
LENGTH = 5
TEXTS = (".md", ".txt", ".jsonl")

# Five words that anybody would use for the thing, with the reason why they stay.
ALLOWED: dict[tuple[str, ...], str] = {}


def words(text: str) -> list[str]:
    """Lower-case words and single Chinese characters; argument slots end a run of words."""
    return re.findall(r"[a-z0-9']+|[\u4e00-\u9fff]", re.sub(r"\{[^}]*\}+", " ", text).lower())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return zip(*(found[n:] for n in range(LENGTH)), strict=False)


def strings(node: object) -> Iterator[str]:
    """Every text value of a YAML document."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def pack_texts() -> Iterator[tuple[str, str]]:
    for file in sorted(PACK.rglob("*.yaml")):
        for text in strings(yaml.safe_load(file.read_text("utf-8"))):
            yield file.name, text
        yield from ((file.name, line.split("#", 1)[1]) for line in file.read_text("utf-8").splitlines() if "#" in line)
    for file in sorted([*PACK.rglob("*.md"), *PACK.rglob("*.jsonl")]):
        yield file.name, file.read_text("utf-8")


@pytest.fixture(scope="module")
def known() -> set[tuple[str, ...]]:
    if not SOURCE.is_dir():
        pytest.skip(f"{SOURCE} is absent: there is nothing to compare with")
    files = [file for file in sorted(SOURCE.rglob("*")) if file.suffix in TEXTS]
    return {run for file in files for run in runs(file.read_text("utf-8"))}


def test_five_words_in_a_row_are_never_from_the_source(known: set[tuple[str, ...]]) -> None:
    copied = {(file, run) for file, text in pack_texts() for run in runs(text) if run in known and run not in ALLOWED}
    assert not copied, "\n".join(f"{file}: {' '.join(run)}" for file, run in sorted(copied))


def test_the_comparison_finds_a_copy(known: set[tuple[str, ...]]) -> None:
    passage = (SOURCE / "guide" / "passages.jsonl").read_text("utf-8").splitlines()[0]
    assert set(runs(passage)) <= known
    assert len(known) > 1000
