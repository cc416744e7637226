"""Reads documents one after the other in a worker process; one that ends it costs only itself."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from .errors import DocumentBroken, DocumentTooLarge, DocumentTooSlow
from .sections import MAX_FILE_BYTES, Reading
from .wire import read

LIMIT_S = 60.0
_STARTING_S = 30.0  # until the worker has imported its libraries
_MOST_ANSWERED = 64_000_000
_BLOCK = 1_000_000


class DocumentReader:
    """`with DocumentReader() as reader: reader.read(file)`. The worker is started at the first document."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def read(self, file: Path) -> Reading:
        """The sections of a document of a known kind. Raises DocumentError."""
        _check_file(file)
        fresh = self._worker is None
        worker = self._started()
        assert worker.stdin is not None
        try:
            worker.stdin.write(str(file.resolve()).encode() + b"\n")
            worker.stdin.flush()
            line = self._answer(worker, self._limit_s + (_STARTING_S if fresh else 0))
        except BaseException:
            self._end()
            raise
        return read(line)

    def _answer(self, worker: subprocess.Popen[bytes], limit_s: float) -> bytes:
        assert worker.stdout is not None
        stream = worker.stdout.fileno()
        until = time.monotonic() + limit_s
        answer = bytearray()
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([stream], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise DocumentTooSlow(f"the document was not read within {self._limit_s:.0f} s; split it")
            block = os.read(stream, _BLOCK)
            if not block:
                code = worker.wait()
                raise DocumentBroken(f"reading the document ended its process (code {code})")
            answer += block
            if len(answer) > _MOST_ANSWERED:
                raise DocumentTooLarge("the document has far more text than a guide needs; split it")
        return bytes(answer)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is None:
            self._worker = subprocess.Popen(  # noqa: S603 - our own module; file names go through its input
                [sys.executable, "-m", "careline.knowledge.worker", str(int(self._limit_s + _STARTING_S) + 5)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                # Threads of libraries that are not used here would take the memory that the document may need.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.wait()
        for stream in (worker.stdin, worker.stdout):
            if stream is not None:
                stream.close()


def _check_file(file: Path) -> None:
    if not file.is_file() or "\n" in file.name:
        raise DocumentBroken("this is no ordinary file")
    if (size := file.stat().st_size) > MAX_FILE_BYTES:
        raise DocumentTooLarge(f"the file has {size} bytes, more than {MAX_FILE_BYTES}; split it")
