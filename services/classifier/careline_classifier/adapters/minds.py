"""Trained minds: made once per pack version and release, kept in files beside the other data of this home."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from pathlib import Path

from careline.models import head_format
from careline.models.component import EncoderPart
from careline.models.encoder import Encoder
from careline.models.errors import HeadUnreadable
from careline.models.head import Head
from careline.storage import Database
from careline.tenants.model import Pack
from careline.tenants.prepared import PreparedPacks

from ..domain.answers import Answers
from ..domain.mind import Mind, make_mind, train_mind
from ..domain.reflex import CODE_VERSION, Reflex, Script, masker_of

log = logging.getLogger(__name__)
_ANSWERS = "answers"
# Heads of versions that nobody uses any more; a few stay, for a return to an older version.
_MOST_FILES = 60


def prepared_minds(database: Database, encoder: EncoderPart, folder: Path) -> PreparedPacks[Mind]:
    """The component that trains, in a thread, every pack version in use."""

    async def prepare(pack: Pack) -> Mind:
        return await asyncio.to_thread(MindStore(folder, encoder.opened).load_or_train, pack)

    return PreparedPacks(database, prepare)


class MindStore:
    """Heads in files named by pack version, code version and encoder. Files that cannot be read are made again."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._folder = folder
        self._encoder = encoder

    def load_or_train(self, pack: Pack) -> Mind:
        """Blocks: milliseconds for stored heads, seconds for new ones. Raises TrainingImpossible."""
        stored = self._load(pack)
        return stored if stored is not None else self.train(pack)

    def train(self, pack: Pack) -> Mind:
        """Blocks for seconds, and keeps what was learnt. Raises TrainingImpossible."""
        mind = train_mind(pack, self._encoder)
        self._store(pack, mind)
        return mind

    def _load(self, pack: Pack) -> Mind | None:
        heads = {script: head for script in Script if (head := self._read(pack, script.value)) is not None}
        answers = self._read(pack, _ANSWERS)
        if not heads or answers is None:
            return None
        return make_mind(pack, Reflex(heads, masker_of(pack)), Answers(pack, answers))

    def _store(self, pack: Pack, mind: Mind) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for script, head in mind.reflex.heads.items():
                self._write(self._file(pack, script.value), head)
            # Last: with it the set is complete.
            self._write(self._file(pack, _ANSWERS), mind.answers.head)
            self._tidy()
        except OSError as error:
            log.warning("trained heads cannot be kept in %s: %s", self._folder, error)

    def _file(self, pack: Pack, part: str) -> Path:
        return self._folder / f"{pack.name}-{pack.version}-{CODE_VERSION}-{self._encoder.identity}-{part}.npz"

    def _read(self, pack: Pack, part: str) -> Head | None:
        file = self._file(pack, part)
        try:
            return head_format.unpack(file.read_bytes(), self._encoder.identity)
        except FileNotFoundError:
            return None
        except (OSError, HeadUnreadable) as error:
            log.warning("%s is trained again: %s", file.name, error)
            return None

    @staticmethod
    def _write(file: Path, head: Head) -> None:
        # Several classifiers may share a home: a file appears whole or not at all.
        draft = file.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(head_format.pack(head))
        draft.replace(file)

    def _tidy(self) -> None:
        files = sorted(self._folder.glob("*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[_MOST_FILES:]:
            with suppress(OSError):
                file.unlink()
