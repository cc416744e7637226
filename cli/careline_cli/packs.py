"""Finds tenant packs and their question sets.

CommandError
├── NoSuchPack     no folder of that name
└── NoQuestions    the pack has no question set here
"""

from __future__ import annotations

import os
from pathlib import Path

from careline_cli.errors import CommandError
from careline_cli.stack.home import Home


class NoSuchPack(CommandError):
    """There is no pack of that name."""


class NoQuestions(CommandError):
    """There is nothing to evaluate the pack on."""


def pack_folder(name: str) -> Path:
    """The folder of a pack: a path, or a name under the checkout's `tenants/`. Raises NoSuchPack."""
    packs = Home.find(os.environ).checkout / "tenants"
    for folder in (Path(name), packs / name):
        if (folder / "tenant.yaml").is_file():
            return folder.resolve()
    known = ", ".join(sorted(path.parent.name for path in packs.glob("*/tenant.yaml")))
    raise NoSuchPack(f"There is no tenant pack {name!r}.", f"Give a folder with a tenant.yaml, or one of: {known}.")


def cphos_folder() -> Path:
    """Where the CHOPS paper's data is to be: CARELINE_CPHOS_DATA, else the shared folder beside the checkout."""
    named = os.environ.get("CARELINE_CPHOS_DATA")
    return Path(named) if named else Home.find(os.environ).checkout.parent / "shared" / "data" / "cphos"


def cphos_questions() -> Path | None:
    """The CHOPS paper's questions, None where they are absent."""
    file = cphos_folder() / "questions.jsonl"
    return file if file.is_file() else None


def published_folder() -> Path:
    """Where published figures lie, a file for each source."""
    return Home.find(os.environ).checkout / "evals" / "published"


def question_sets(pack: Path) -> tuple[Path, ...]:
    """The question sets a pack is evaluated on by default; the scripted demo is not one of them."""
    if pack.name == "cphos":
        questions = cphos_questions()
        return (questions,) if questions else ()
    return tuple(sorted(file for file in (pack / "evals").glob("*.jsonl") if file.stem != "demo"))


def required_sets(pack: Path) -> tuple[Path, ...]:
    """The same. Raises NoQuestions, with what to do, when there are none."""
    found = question_sets(pack)
    if found:
        return found
    if pack.name == "cphos":
        raise NoQuestions(
            f"The questions of the CHOPS paper are absent: there is no questions.jsonl in {cphos_folder()}.",
            "Set CARELINE_CPHOS_DATA to the folder that holds them, or name another set with --set.",
        )
    where = f"there is no *.jsonl in {pack / 'evals'}, demo.jsonl aside"
    raise NoQuestions(
        f"The pack {pack.name} has no question set: {where}.",
        "Write one, a question in a line (docs/reference/tenant-pack.md says how), or name one with --set.",
    )
