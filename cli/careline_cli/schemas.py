"""Writes the contracts as documents: JSON Schema of every event, AsyncAPI of every service, OpenAPI of the gateway.

`python -m careline_cli.schemas` writes them, `--check` exits 1 when one differs from what the code says.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from careline.contracts.topics import TOPICS
from careline.messaging import MemoryBroker, MemoryTransport
from careline.runtime import Application, Consuming
from careline.storage.claims import generate_claim_key
from careline_cli.stack.home import Home
from careline_cli.stack.secrets import SERVICES, KeyPair

FOLDER = Path("docs/reference/schemas")


def documents() -> Iterator[tuple[Path, str]]:
    """Every document with its path below FOLDER."""
    for topic in TOPICS:
        if topic.event:
            schema = topic.event.model_json_schema(mode="serialization")
            yield Path("events", f"{topic.event.ce_type()}.json"), _text(schema)
    for name in SERVICES:
        application = assemble(name)
        yield Path("asyncapi", f"{name}.json"), _text(asyncapi(application))
        openapi = getattr(application.http, "openapi", None)
        if openapi:
            yield Path("openapi", f"{name}.json"), _text(openapi())


def assemble(name: str) -> Application:
    """A service put together without a broker, a database or secrets, only to be asked what it is."""
    settings_module = importlib.import_module(f"careline_{name}.settings")
    settings_type = next(
        value
        for key, value in vars(settings_module).items()
        if key.endswith("Settings") and getattr(value, "__module__", "") == settings_module.__name__
    )
    keys = {side: KeyPair.generate() for side in ("GATEWAY", "CLASSIFIER", "VERIFIER")}
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
        "DATABASE_URL": "postgresql://localhost/careline",
        "REDIS_URL": "redis://localhost:6379/0",
        "CARELINE_ENCODER_DIR": ".local/encoder",
        "CARELINE_CUSTOMER_SECRET": "only-for-documents-",
        "CARELINE_AGENT_TOKEN": "only-for-documents-",
        "CARELINE_CLAIM_KEYS": generate_claim_key(bytes(32)),
        **{f"CARELINE_{side}_PRIVATE_KEY": pair.private for side, pair in keys.items()},
        **{f"CARELINE_{side}_PUBLIC_KEY": pair.public for side, pair in keys.items()},
    }
    create_app = importlib.import_module(f"careline_{name}.app").create_app
    application: Application = create_app(settings_type(**environment), MemoryTransport(MemoryBroker()))
    return application


def asyncapi(application: Application) -> dict[str, Any]:
    """The AsyncAPI document of the service's messaging part."""
    part = next(part for part in application.components.values() if isinstance(part, Consuming))
    return part.service.asyncapi()


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def drift(root: Path) -> list[str]:
    """Documents that differ from the code, that are missing, or that nothing produces any more."""
    wanted = dict(documents())
    found = {path.relative_to(root): path.read_text(encoding="utf-8") for path in root.rglob("*.json")}
    return sorted(str(path) for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))


def main() -> int:
    parser = argparse.ArgumentParser(description="Write or check the documents of the contracts.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a document is out of date")
    options = parser.parse_args()
    root = Home.at(None).checkout / FOLDER
    if options.check:
        stale = drift(root)
        for name in stale:
            print(f"out of date: {FOLDER / name} (make schemas writes it)", file=sys.stderr)
        return 1 if stale else 0
    for path, text in documents():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    print(f"wrote {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
