"""What only publishing would find: rows that do not fit, queries that Postgres refuses, tables that would lose data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from careline.storage import StorageError
from careline.tenants.errors import RowsError, TenantError
from careline.tenants.fill import RowOptions
from careline.tenants.load import Loaded
from careline.tenants.model import CsvSource
from careline.tenants.problems import PackError, Problem
from careline.tenants.rows import read_rows

from ..stack.errors import StackError
from ..stack.stack import attach
from .publishing import connected, publish_loaded

NOT_TRIED = "the tables and queries were not tried on Postgres, as none runs here (`careline up`, or DATABASE_URL)"


def reachable_owner(env: Mapping[str, str]) -> str | None:
    """The owner's URL as `careline tenant publish` takes it; None when there is no database to ask."""
    try:
        return env.get("DATABASE_URL") or attach(env).database_url
    except StackError:
        return None


async def rehearsed(loaded: Loaded, database: str | None, limit_s: float) -> Loaded:
    """`loaded` (its pack is there) with the further problems; nothing is changed anywhere."""
    assert loaded.pack is not None
    options = RowOptions(folder=loaded.folder, limit_s=limit_s)
    problems: list[Problem] = []
    notes = list(loaded.notes)
    data = loaded.pack.data
    try:
        found = await read_rows(loaded.folder, data, os.environ, options.customers, options.seed, limit_s)
    except RowsError as error:
        source = "data.yaml" if isinstance(data.source, CsvSource) else "generate.py"
        problems.append(Problem(source, 0, 0, str(error)))
    else:
        notes += [found.detail] if found.status == "absent" else []
    if database is None:
        notes.append(NOT_TRIED)
    elif not problems:
        try:
            await connected(database, publish_loaded, loaded, None, options, True)
        except PackError as error:
            problems += error.problems
        except TenantError as error:
            problems.append(Problem("data.yaml", 0, 0, str(error)))
        except StorageError as error:
            notes.append(f"{NOT_TRIED.partition(', as')[0]}: {error}")
    return replace(loaded, pack=None if problems else loaded.pack, problems=tuple(problems), notes=tuple(notes))
