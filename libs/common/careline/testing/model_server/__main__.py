"""`python -m careline.testing.model_server [--host 127.0.0.1] [--port 8000] [--script rules.yaml]`"""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from .app import ModelServer
from .rules import Script


def main() -> None:
    parser = argparse.ArgumentParser(prog="model_server", description="A scripted stand-in for a model server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--script", type=Path, help="rules as YAML; none: the smallest answer that fits the schema")
    given = parser.parse_args()
    script = Script.read(given.script) if given.script else Script()
    uvicorn.run(ModelServer(script).app(), host=given.host, port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
