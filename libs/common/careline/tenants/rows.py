"""A tenant's first rows: from the pack's generate.py, or from csv files elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .cells import Row, converted
from .data import CsvSource, Data, Table
from .errors import RowsError
from .generator import LIMIT_S, generated
from .guide_elsewhere import resolve_folder


@dataclass(frozen=True, slots=True)
class RowSet:
    """Rows by table; or none, because the files are absent. `detail` is a sentence about where they are from."""

    status: Literal["loaded", "absent"]
    detail: str
    tables: Mapping[str, list[Row]] = field(default_factory=dict)


async def read_rows(
    folder: Path, data: Data, environ: Mapping[str, str], customers: int, seed: int, limit_s: float = LIMIT_S
) -> RowSet:
    """The rows of the pack in `folder`. `customers`, `seed` and the time limit matter to a generator only.

    Raises RowsError.
    """
    if isinstance(data.source, CsvSource):
        return _from_csv(folder, data, data.source, environ)
    tables = await generated(folder, data, customers, seed, limit_s)
    people = f"{customers} customer{'s' if customers != 1 else ''}"
    return RowSet("loaded", f"made by generate.py: {people}, seed {seed}", tables)


def _from_csv(folder: Path, data: Data, source: CsvSource, environ: Mapping[str, str]) -> RowSet:
    base = resolve_folder(folder, source.env, source.folder, environ)
    hint = f"set {source.env} to the folder that holds the data" if source.env else "see source in data.yaml"
    if base is None or not (base / source.subfolder).is_dir():
        return RowSet("absent", f"the data is absent (looked for {base or source.folder}); {hint}")
    base = base / source.subfolder
    files = {name: base / (table.file or f"{name}.csv") for name, table in data.tables.items()}
    missing = sorted(file.name for file in files.values() if not file.is_file())
    if missing:
        return RowSet("absent", f"the data is incomplete ({', '.join(missing)} not in {base}); {hint}")
    tables = {name: _read_csv(files[name], table) for name, table in data.tables.items()}
    return RowSet("loaded", f"read from {len(files)} csv files", tables)


def _read_csv(file: Path, table: Table) -> list[Row]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = sorted(set(table.columns) - set(reader.fieldnames or ()))
            if missing:
                raise RowsError(
                    f"{file.name}: no column {', '.join(missing)}; there are {', '.join(reader.fieldnames or ())}"
                )
            cells = [{name: row[name] or None for name in table.columns} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RowsError(f"{file.name} cannot be read: {error}") from error
    return converted(file.name, table, cells, first=2)
