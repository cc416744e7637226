"""A tenant's first rows: from the pack's generate.py, or from csv files elsewhere."""

from __future__ import annotations

import csv
import runpy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

from .data import Column, CsvSource, Data, Table
from .errors import RowsError
from .guide import resolve_folder

Row = tuple[Any, ...]  # in the order of the table's columns


@dataclass(frozen=True, slots=True)
class RowSet:
    """Rows by table; or none, because the files are absent. `detail` is a sentence about where they are from."""

    status: Literal["loaded", "absent"]
    detail: str
    tables: Mapping[str, list[Row]] = field(default_factory=dict)


def read_rows(folder: Path, data: Data, environ: Mapping[str, str], customers: int, seed: int) -> RowSet:
    """The rows of the pack in `folder`. `customers` and `seed` matter to a generator only. Raises RowsError."""
    if isinstance(data.source, CsvSource):
        return _from_csv(folder, data, data.source, environ)
    return RowSet(
        "loaded", f"made by generate.py: {customers} customers, seed {seed}", _generated(folder, data, customers, seed)
    )


def _generated(folder: Path, data: Data, customers: int, seed: int) -> dict[str, list[Row]]:
    try:
        made = runpy.run_path(str(folder / "generate.py"))["rows"](customers, seed)
    except Exception as error:
        raise RowsError(f"generate.py failed: {type(error).__name__}: {error}") from error
    if not isinstance(made, Mapping):
        raise RowsError(f"generate.py: rows() has to return {{table: [row, ...]}}, not a {type(made).__name__}")
    unknown = sorted(set(made) - set(data.tables))
    if unknown:
        raise RowsError(f"generate.py makes rows of {', '.join(unknown)}, which data.yaml does not declare")
    return {name: _converted(f"generate.py: {name}", data.tables[name], made[name], first=1) for name in made}


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
    return _converted(file.name, table, cells, first=2)


def _converted(source: str, table: Table, rows: Iterable[Mapping[str, Any]], first: int) -> list[Row]:
    result: list[Row] = []
    keys: dict[Row, int] = {}
    positions = [list(table.columns).index(key) for key in table.key]
    for number, row in enumerate(rows, start=first):
        if not isinstance(row, Mapping) or set(row) - set(table.columns):
            extra = sorted(set(row) - set(table.columns)) if isinstance(row, Mapping) else [type(row).__name__]
            raise RowsError(f"{source}, row {number}: {', '.join(extra)} is not declared in data.yaml")
        values = tuple(_cell(source, number, name, column, row.get(name)) for name, column in table.columns.items())
        before = keys.setdefault(tuple(values[position] for position in positions), number)
        if before != number:
            raise RowsError(f"{source}, row {number}: the key is that of row {before} already")
        result.append(values)
    return result


def _cell(source: str, number: int, name: str, column: Column, value: Any) -> Any:
    if value is None:
        if column.nullable:
            return None
        raise RowsError(f"{source}, row {number}: {name} is empty; give a value or declare it {column.type}?")
    try:
        return _CONVERT[column.type](value)
    except (ValueError, TypeError, KeyError, InvalidOperation) as error:
        raise RowsError(f"{source}, row {number}: {name} is {str(value)[:40]!r}, which is no {column.type}") from error


def _text(value: Any) -> str:
    text = str(value)
    if "\x00" in text:
        raise ValueError("NUL")
    return text


def _integer(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or number != Decimal(str(value)) or abs(number) >= 2**63:
        raise ValueError(value)
    return number


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def _boolean(value: Any) -> bool:
    words = {"true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False}
    return value if isinstance(value, bool) else words[str(value).strip().lower()]


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        raise TypeError(value)
    return value if isinstance(value, date) else date.fromisoformat(value)


def _timestamp(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
