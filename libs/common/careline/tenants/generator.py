"""Runs a pack's generate.py in a process of its own, so that one that never ends, or eats all memory, harms nobody.

`python -m careline.tenants.generator FOLDER CUSTOMERS SEED SECONDS` is that process: data.yaml as JSON comes on its
standard input, the rows go to its standard output.
"""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import resource
import runpy
import signal
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .cells import Row, converted
from .data import Data
from .errors import RowsError

LIMIT_S = 60.0
_MEMORY_BYTES = 4 * 1024**3
_LAST_WORDS = 300


async def generated(folder: Path, data: Data, customers: int, seed: int, limit_s: float) -> dict[str, list[Row]]:
    """What rows(customers, seed) of the folder's generate.py makes, converted. Raises RowsError, also when it takes
    longer than `limit_s`. It is ended when this is cancelled."""
    words = (str(folder), str(customers), str(seed), str(int(limit_s) + 5))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "careline.tenants.generator",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limit_s):
            made, said = await child.communicate(data.model_dump_json().encode())
    except TimeoutError as error:
        raise RowsError(
            f"generate.py did not end within {limit_s:.0f} s and was stopped; does rows() come to an end?"
        ) from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
    return _received(made, said.decode(errors="replace"), child.returncode)


def _received(made: bytes, said: str, code: int | None) -> dict[str, list[Row]]:
    try:
        # From our own child, which converted what the pack's code made into plain values.
        result: dict[str, list[Row]] | str = pickle.loads(made)  # noqa: S301
    except (pickle.UnpicklingError, EOFError) as error:
        words = f": {said.strip()[-_LAST_WORDS:]}" if said.strip() else ""
        raise RowsError(f"generate.py ended its process (code {code}){words}") from error
    if isinstance(result, str):
        raise RowsError(result)
    return result


def main(folder: Path, customers: int, seed: int, seconds: int) -> None:
    """The child: writes the pickled rows, or a pickled sentence that says what is wrong."""
    # Whoever started it may be gone before it can end it.
    signal.alarm(seconds)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    data = Data.model_validate_json(sys.stdin.read())
    # What the pack's code prints is no result.
    result, sys.stdout = sys.stdout.buffer, io.TextIOWrapper(sys.stderr.buffer)
    try:
        made: dict[str, list[Row]] | str = _made(folder / "generate.py", data, customers, seed)
    except RowsError as error:
        made = str(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the pack's code raises is told
        made = f"generate.py{_place(error)} failed: {type(error).__name__}: {error}"
    result.write(pickle.dumps(made))
    result.flush()


def _made(file: Path, data: Data, customers: int, seed: int) -> dict[str, list[Row]]:
    made = runpy.run_path(str(file))["rows"](customers, seed)
    if not isinstance(made, Mapping):
        raise RowsError(f"generate.py: rows() has to return {{table: [row, ...]}}, not a {type(made).__name__}")
    unknown = sorted(str(name) for name in made if name not in data.tables)
    if unknown:
        raise RowsError(f"generate.py makes rows of {', '.join(unknown)}, which data.yaml does not declare")
    return {name: converted(f"generate.py: {name}", data.tables[name], made[name], first=1) for name in made}


def _place(error: BaseException) -> str:
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith("generate.py")
    ]
    return f", line {lines[-1]}," if lines else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
