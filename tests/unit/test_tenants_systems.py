"""Calls of other systems in a pack: every mistake against the other system's description is named with its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from careline.tenants.load import load_pack, read_folder
from careline.tenants.model import Call, Pack, Ref

pytestmark = pytest.mark.unit

PARCELS = Path(__file__).parents[1] / "data" / "packs" / "parcels"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PARCELS, tmp_path / "pack")
    return tmp_path / "pack"


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in read_folder(folder, {}).problems]


def replace(folder: Path, file: str, old: str, new: str) -> int:
    """Replace one text; the line where the new one begins."""
    text = (folder / file).read_text()
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    (folder / file).write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_only_the_calls_in_use_are_kept_with_references_resolved() -> None:
    pack = load_pack(PARCELS, {})
    remote = pack.operations["redirect_parcel"].remote
    assert isinstance(remote, Call)
    assert remote.arguments["address.street"] == Ref(ref="street")
    calls = pack.systems["courier"].calls
    assert set(calls) == {"redirectParcel", "getParcel", "getRequest", "reportDamage"}
    assert calls["redirectParcel"].method == "PUT"
    assert calls["redirectParcel"].parameters[0].name == "parcel"
    body = calls["redirectParcel"].body
    assert body is not None
    assert body["properties"]["address"]["required"] == ["street"]
    assert body["properties"]["note"]["type"] == ["string", "null"]
    assert pack.systems["club"].calls == {}


def test_it_survives_json() -> None:
    pack = load_pack(PARCELS, {})
    assert Pack.model_validate(json.loads(json.dumps(pack.document()))).sealed() == pack


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("call: redirectParcel", "call: redirectParcl", "did you mean 'redirectParcel'"),
        ("address.street: $street", "address.stret: $street", "takes no 'address.stret'; did you mean 'address."),
        ("{parcel: $parcel, customer: $customer, address.street: $street}", "{parcel: $parcel, customer: $customer}",
         "needs the field 'address.street' of the body"),
        ("arguments: {parcel: $parcel, customer: $customer, address", "arguments: {customer: $customer, address",
         "needs the path parameter 'parcel'"),
        ("pieces: $pieces, kind", "pieces: $parcel, kind", "$parcel is identifier, it takes integer"),
        ("kind: broken", "kind: burnt", "'burnt' is not one of ['wet', 'broken']"),
        ("kind: broken", "kind: $nobody", "$nobody is no argument"),
        ("X-Channel: chat", "X-Chanel: chat", "takes no 'X-Chanel'; did you mean 'X-Channel'"),
        ("system: courier", "system: currier", "unknown system 'currier'; did you mean 'courier'"),
        ("call: getParcel", "call: reportDamage", "a preview changes nothing, so it is a GET, not POST"),
        ("{key: $idempotency_key}", "{key: $parcel}", "the query has to ask by the key that was sent"),
        ("answer.state == 'done'\"", "answer.state = 'done'\"", "is not an expression"),
        ("confirm: always", "confirm: never", "without a preview nobody sees what would change"),
        ("    confirm: never", "      - {delete: members, where: {id: $customer}}\n    confirm: never",
         "has to be the only effect"),
        ("request_id\n", "points\n", "this argument carries the idempotency key"),
        ("{answer: points_after}", "{next: id}", "has to be a literal"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_call_is_named_with_its_line(folder: Path, old: str, new: str, expected: str) -> None:
    line = replace(folder, "operations.yaml", old, new)
    found = problems(folder)
    assert any(expected in problem for problem in found), found
    places = [int(problem.split(":")[1]) for problem in found if expected in problem]
    assert any(abs(place - line) <= 2 or "confirm" in old for place in places), (line, found)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("operationId: getParcel", "operationId: reportDamage", "reportDamage"),
        (
            '"#/components/schemas/Receipt"',
            '"http://elsewhere.example/schemas.yaml"',
            "has to stay within the document",
        ),
        ('"#/components/schemas/Receipt"', '"#/components/schemas/Recept"', "Recept"),
        ("in: path, required: true", "in: path", "openapi/courier.yaml"),
        ("openapi: 3.0.3", 'swagger: "2.0"', "no OpenAPI document of version 3.0 or 3.1"),
        ("  /damages:", "  damages:", "openapi/courier.yaml"),
    ],
)
def test_a_description_that_does_not_hold_is_named(folder: Path, old: str, new: str, expected: str) -> None:
    replace(folder, "openapi/courier.yaml", old, new)
    found = problems(folder)
    assert any(expected in problem and problem.startswith("openapi/courier.yaml:") for problem in found), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("openapi/courier.yaml", "openapi/none.yaml", "there is no file 'openapi/none.yaml' in the pack"),
        ("openapi/courier.yaml", "../pack/../secret.yaml", "there is no file '../pack/../secret.yaml' in the pack"),
        ("mcp: http", "mcp: telnet", "unknown mcp 'telnet'"),
        ("mcp: http, ", "", "has either openapi"),
        ("courier:", "cour-ier:", "a name of a system is letters"),
        ("seconds: 0.6", "secret: abc", "unknown key 'secret'"),
    ],
)
def test_a_mistake_in_systems_is_named(folder: Path, old: str, new: str, expected: str) -> None:
    replace(folder, "systems.yaml", old, new)
    assert any(expected in problem for problem in problems(folder)), problems(folder)


def test_a_schema_that_contains_itself_is_cut(folder: Path) -> None:
    replace(
        folder,
        "openapi/courier.yaml",
        "fee: {type: number}",
        'fee: {type: number}\n        inside: {$ref: "#/components/schemas/Parcel"}',
    )
    pack = load_pack(folder, {})
    answer = pack.systems["courier"].calls["getParcel"].answers["200"]
    assert answer["properties"]["inside"] == {}
