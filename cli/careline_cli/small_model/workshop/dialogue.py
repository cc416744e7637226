"""A dialogue as both sides know it: what is asked in the roles' words, and the answer that a model should learn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`group` names what belongs together (the fillings of one example): a group is learnt from or tested on, never
    both."""

    system: str
    user: str
    answer: str
    group: str

    @property
    def text(self) -> str:
        """All of its words, for the tokenizer."""
        return f"{self.system}\n{self.user}\n{self.answer}"


def write_dialogues(file: Path, dialogues: Iterator[Dialogue] | tuple[Dialogue, ...]) -> int:
    """A line of JSON each; how many there were."""
    lines = [json.dumps(asdict(each), ensure_ascii=False) for each in dialogues]
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return len(lines)


def read_dialogues(file: Path) -> tuple[Dialogue, ...]:
    """What `write_dialogues` wrote."""
    with file.open(encoding="utf-8") as lines:
        return tuple(Dialogue(**json.loads(line)) for line in lines)
