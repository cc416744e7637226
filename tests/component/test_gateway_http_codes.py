"""The list of refusals is one list: in the code, in the OpenAPI document, and in the reference."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.fixtures.gateway_site import Site

from careline_gateway.adapters.http import codes
from careline_gateway.adapters.http.codes import CODES

pytestmark = pytest.mark.component

ROOT = Path(__file__).parents[2]
SOURCES = Path(codes.__file__).parent
# A socket's own refusals are no answers to a request.
ON_SOCKETS_ONLY = {"no_hello"}
# Told by the address, not by what is served there.
OF_NO_REQUEST = {"not_found", "method_not_allowed"}


def openapi() -> dict[str, Any]:
    return Site().app.openapi()


def test_the_reference_lists_every_code_with_its_status() -> None:
    page = (ROOT / "docs" / "reference" / "web-chat-api.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d{3}) \| `([a-z_]+)` \|", page, flags=re.M)
    assert [(int(status), code) for status, code in listed] == [(status, code) for code, (status, _) in CODES.items()]


def test_the_openapi_document_lists_every_code() -> None:
    document = openapi()
    assert document["components"]["schemas"]["Detail"]["properties"]["code"]["enum"] == [*CODES]
    told: set[str] = set()
    for path in document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                named = re.findall(r"`([a-z_]+)`: ", answer["description"])
                assert all(CODES[code][0] == int(status) for code in named)
                told |= set(named)
    assert told == CODES.keys() - ON_SOCKETS_ONLY - OF_NO_REQUEST


@pytest.mark.parametrize("code", CODES)
def test_every_listed_code_is_given_somewhere(code: str) -> None:
    given = [file.name for file in SOURCES.glob("*.py") if f'"{code}"' in file.read_text(encoding="utf-8")]
    assert set(given) - {"codes.py", "refusals.py"}
