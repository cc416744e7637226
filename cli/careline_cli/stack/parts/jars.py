"""Kafka's jars: copied once by Maven into `kafka-VERSION/libs` of the checkout's home, for all later starts."""

import asyncio
import fcntl
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from careline_cli.stack.errors import PrepareFailed
from careline_cli.stack.home import Home
from careline_cli.stack.process import Command, Watcher
from careline_cli.stack.tools import find, run_tool

_VERSION = re.compile(r"<kafka\.version>([^<]+)</kafka\.version>")


class Jars:
    """The folder of one Kafka version's jars; the version is the one in `deploy/local/pom.xml`."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._pom = home.recipes / "pom.xml"
        self.folder = home.shared / f"kafka-{kafka_version(self._pom)}" / "libs"

    @property
    def class_path(self) -> str:
        return f"{self.folder}{os.sep}*"

    async def resolve(self, watcher: Watcher | None) -> None:
        """Does nothing when the jars are there; several stacks may ask at once. Raises ToolMissing, PrepareFailed."""
        if self.folder.is_dir():
            return
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        async with _alone(self.folder.parent):
            if not self.folder.is_dir():
                await self._download(watcher)

    async def _download(self, watcher: Watcher | None) -> None:
        draft = self.folder.with_name("libs.new")
        shutil.rmtree(draft, ignore_errors=True)
        argv = (
            find("mvn", "resolving Kafka's jars"),
            "--batch-mode",
            "--file",
            str(self._pom),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={draft}",
        )
        command = Command("kafka-jars", argv, self._home.log("kafka-jars"))
        hint = "Maven must reach a repository (see ~/.m2/settings.xml for mirrors and proxies)."
        await run_tool(command, "Maven, which fetches Kafka's jars,", hint, watcher, timeout_s=900)
        # Renamed as a whole: an interrupted download never looks like a finished one.
        draft.rename(self.folder)


def kafka_version(pom: Path) -> str:
    """The Kafka version that `pom` asks for. Raises PrepareFailed."""
    match = _VERSION.search(pom.read_text())
    if match is None:
        raise PrepareFailed(f"{pom} does not name <kafka.version>.", "Restore the file from the repository.")
    return match.group(1).strip()


@asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    with (folder / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.2)
        yield
