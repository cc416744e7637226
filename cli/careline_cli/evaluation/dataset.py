"""`--data FOLDER`: a pack on other data of the same format, its questions beside it.

CommandError
└── DataUnusable    the pack takes no data from outside, or the folder lacks something
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

import yaml

from ..errors import CommandError


class DataUnusable(CommandError):
    """The pack takes no data from outside, or the folder lacks something."""


def take_data(pack: Path, folder: Path, env: MutableMapping[str, str]) -> tuple[Path, ...]:
    """Point the pack to `folder` through the variable that its data.yaml names, in `env`, which a stack started from
    here inherits; its question sets: questions.jsonl there, else every *.jsonl. Raises DataUnusable.
    """
    variable = _variable(pack / "data.yaml")
    if variable is None:
        raise DataUnusable(
            f"The pack {pack.name} takes no data from a folder.",
            "Only a pack whose data.yaml has a csv source with `env` can be evaluated on other data.",
        )
    if not folder.is_dir():
        raise DataUnusable(f"{folder} is no folder.", "Give one of the same form as the pack's own data.")
    questions = folder / "questions.jsonl"
    found = (questions,) if questions.is_file() else tuple(sorted(folder.glob("*.jsonl")))
    if not found:
        raise DataUnusable(f"There are no questions in {folder}.", "Put them into questions.jsonl there.")
    env[variable] = str(folder.resolve())
    return found


def _variable(file: Path) -> str | None:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        named = content["source"]["env"]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return None
    return str(named)
