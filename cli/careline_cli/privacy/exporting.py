"""All that is held about a customer, as one JSON document, alone or in a ZIP with a file for each store."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from careline.storage.sealed import Sealing
from careline_cli.errors import CommandError

from .erasing import AUDIT, elsewhere, pack_of
from .held import rows, stores

FORMAT = "careline.export/1"


async def export(
    connection: Any, tenant: str, customer: str, actor: str, now: datetime, sealing: Sealing
) -> dict[str, Any]:
    """The document, read in one snapshot and opened; the audit has an entry. `connection` is the owner's.

    Raises CommandError."""
    async with connection.transaction(isolation="repeatable_read"):
        pack = await pack_of(connection, tenant)
        opening = sealing.over(connection, tenant)
        found = {
            store.name: await opening.opened(await rows(connection, store, tenant, customer))
            for store in stores(pack.business_schema, pack.data)
        }
        counts = {name: len(each) for name, each in found.items()}
        await connection.execute(AUDIT, tenant, customer, "export", actor, json.dumps({"rows": counts}))
    return {
        "format": FORMAT,
        "tenant": tenant,
        "customer": customer,
        "exported_at": now.isoformat(),
        "rows": counts,
        "not_included": list(elsewhere()),
        "data": found,
    }


def write(document: dict[str, Any], file: Path) -> None:
    """A `.zip` has a file for each store, anything else is the document itself. Raises CommandError."""
    try:
        if file.suffix != ".zip":
            file.write_text(_json(document), encoding="utf-8")
        else:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("about.json", _json({k: v for k, v in document.items() if k != "data"}))
                for name, each in document["data"].items():
                    archive.writestr(f"{name.replace(': ', '/').replace(' ', '-')}.json", _json(each))
        file.chmod(0o600)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error}") from error


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
