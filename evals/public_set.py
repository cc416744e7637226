"""What the runners of published sets share: where a set lies, how a run is told, and how it ends.

SetError          exit code 2: the folder's files are not in the set's format
└── SetAbsent     exit code 3: there is no such folder or file; everything else goes on without it
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from careline.models.errors import ModelError

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"


class SetError(Exception):
    """The files are not what the set's format says."""

    code = 2


class SetAbsent(SetError):
    """The set is not on this machine."""

    code = 3


@dataclass
class Report:
    """What a run found: `figures` go to the JSON file, `table` to the terminal."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)
    table: list[tuple[str, ...]] = field(default_factory=list)

    def print(self) -> None:
        """Columns as wide as they have to be; the first is to the left, the others to the right."""
        widths = [max(map(len, column)) for column in zip(*self.table, strict=True)] if self.table else []
        for row in self.table:
            cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
            sys.stdout.write("  ".join([row[0].ljust(widths[0]), *cells[1:]]).rstrip() + "\n")


def parser(name: str, document: str | None) -> argparse.ArgumentParser:
    """The options that all runners have."""
    made = argparse.ArgumentParser(prog=f"evals.{name}", description=(document or "").partition("\n")[0])
    made.add_argument("folder", nargs="?", type=Path, help=f"by default ${variable(name)}, else ../shared/data/{name}")
    made.add_argument("--json", type=Path, dest="out", help="write the figures here")
    made.add_argument("--home", type=Path, default=ROOT / ".local", help="where the encoder is and tuned ones are kept")
    made.add_argument("--seed", type=int, default=0)
    return made


def variable(name: str) -> str:
    return f"CARELINE_{name.upper()}_DATA"


def folder_of(name: str, given: Path | None) -> Path:
    """The folder of the set. Raises SetAbsent."""
    named = os.environ.get(variable(name))
    folder = given or (Path(named) if named else SHARED / name)
    if not folder.is_dir():
        raise SetAbsent(f"{name}: not measured, there is no folder {folder}")
    return folder


def read_json(file: Path) -> Any:
    """Raises SetAbsent, SetError."""
    try:
        return json.loads(read_text(file))
    except ValueError as error:
        raise SetError(f"{file} is no JSON: {error}") from error


def read_text(file: Path) -> str:
    """Raises SetAbsent, SetError."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SetAbsent(f"not measured, there is no file {file}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SetError(f"{file} cannot be read: {error}") from error


def conduct(name: str, options: argparse.Namespace, measure: Callable[[Path, argparse.Namespace], Report]) -> int:
    """Runs `measure` on the set's folder, prints its table and writes its figures; the exit code."""
    start = time.perf_counter()
    try:
        report = measure(folder_of(name, options.folder), options)
    except SetError as error:
        sys.stderr.write(f"{error}\n")
        return error.code
    except ModelError as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 1
    seconds, mebibytes = time.perf_counter() - start, peak_mebibytes()
    report.figures |= {"set": name, "seconds": round(seconds, 1), "peak_mebibytes": round(mebibytes)}
    sys.stdout.write(f"{report.name}\n")
    report.print()
    sys.stdout.write(f"{seconds:.0f} s, at most {mebibytes:.0f} MiB resident\n")
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(report.figures, indent=1) + "\n", encoding="utf-8")
    return 0


def peak_mebibytes() -> float:
    """The most memory that this process had so far; the fine-tuning has a process of its own."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean and sample standard deviation (0 for one value)."""
    middle = sum(values) / len(values)
    if len(values) < 2:
        return middle, 0.0
    return middle, (sum((value - middle) ** 2 for value in values) / (len(values) - 1)) ** 0.5


def say(line: str) -> None:
    """Progress, beside the result."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
