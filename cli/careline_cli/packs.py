"""Finds tenant packs and their question sets.

CommandError
└── NoSuchPack     no folder of that name
"""

from __future__ import annotations

import os
from pathlib import Path

from careline_cli.errors import CommandError
from careline_cli.stack.home import Home


class NoSuchPack(CommandError):
    """There is no pack of that name."""


def pack_folder(name: str) -> Path:
    """The folder of a pack: a path, or a name under the checkout's `tenants/`. Raises NoSuchPack."""
    packs = Home.find(os.environ).checkout / "tenants"
    for folder in (Path(name), packs / name):
        if (folder / "tenant.yaml").is_file():
            return folder.resolve()
    known = ", ".join(sorted(path.parent.name for path in packs.glob("*/tenant.yaml")))
    raise NoSuchPack(f"There is no tenant pack {name!r}.", f"Give a folder with a tenant.yaml, or one of: {known}.")


def cphos_questions() -> Path | None:
    """The CHOPS paper's questions: in CARELINE_CPHOS_DATA, else in the shared folder beside the checkout, else None."""
    named = os.environ.get("CARELINE_CPHOS_DATA")
    folder = Path(named) if named else Home.find(os.environ).checkout.parent / "shared" / "data" / "cphos"
    file = folder / "questions.jsonl"
    return file if file.is_file() else None


def question_sets(pack: Path) -> tuple[Path, ...]:
    """The question sets a pack is evaluated on by default; the scripted demo is not one of them."""
    if pack.name == "cphos":
        questions = cphos_questions()
        return (questions,) if questions else ()
    return tuple(sorted(file for file in (pack / "evals").glob("*.jsonl") if file.stem != "demo"))
