"""What may be sent over HTTP: odd bodies, odd positions, and what comes back."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from tests.fixtures.gateway import bearer
from tests.fixtures.gateway_site import Site, error, message

pytestmark = pytest.mark.component


@pytest.fixture
def site() -> Site:
    return Site()


async def post(site: Site, path: str, token: str | None, body: Any = None, **options: Any) -> httpx.Response:
    options = options or {"json": message() if body is None else body}
    return await site.http.post(f"{path}/messages", headers=bearer(token) | options.pop("headers", {}), **options)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", (400, "not_json")),
        (b"\x00\xff\xfe\x00binary", (400, "not_json")),
        (b'{"client_id": "a", "text": "\xff"}', (400, "not_json")),
        (b'{"client_id": "a", "text": "\\ud800"}', (400, "not_json")),
        (b"[" * 20_000, (400, "not_json")),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, (400, "not_json")),
        (b"[]", (422, "invalid")),
        (b'"text"', (422, "invalid")),
        (b"null", (422, "invalid")),
        (b'{"text": "no id"}', (422, "invalid")),
        (b'{"client_id": "a", "text": 7}', (422, "invalid")),
        (b'{"client_id": "a", "text": null}', (422, "invalid")),
        (b'{"client_id": "", "text": "x"}', (422, "invalid")),
        (b'{"client_id": "a b", "text": "x"}', (422, "invalid")),
        (b'{"client_id": "%s", "text": "x"}' % (b"a" * 65), (422, "invalid")),
        (b'{"client_id": "a", "text": "x", "customer": "C-1"}', (422, "invalid")),
        (b'{"client_id": "a", "text": "  \\n "}', (422, "empty")),
        (b'{"client_id": "a", "text": "x\\u0000y"}', (400, "binary")),
        (b'{"client_id": "a", "text": "%s"}' % (b"a" * 8193), (413, "too_large")),
        (orjson.dumps(message("é" * 4097)), (413, "too_large")),
        (b'{"client_id": "a", "text": "%s"}' % (b"a" * 100_000), (413, "too_large")),
    ],
)
async def test_odd_bodies_are_refused_and_nothing_is_stored(
    site: Site, content: bytes, wanted: tuple[int, str]
) -> None:
    path, token = await site.visit()
    assert error(await post(site, path, token, content=content)) == wanted
    assert all(not shown for shown in site.store.shown.values())


async def test_a_body_that_never_ends_is_cut_off(site: Site) -> None:
    path, token = await site.visit()
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 1
            yield b"a" * 4096

    assert error(await post(site, path, token, content=endless())) == (413, "too_large")
    assert sent < 30


async def test_a_lying_content_length_is_refused(site: Site) -> None:
    path, token = await site.visit()
    for length in ("-1", "many", "99999999999999999999"):
        answer = await post(site, path, token, content=b"{}", headers={"Content-Length": length})
        assert error(answer) == (413, "too_large")


async def test_the_largest_message_is_accepted(site: Site) -> None:
    path, token = await site.visit()
    assert (await post(site, path, token, message("é" * 4096))).status_code == 202


async def test_odd_positions_and_paths_are_answered(site: Site) -> None:
    path, token = await site.visit()
    for position in ("-1", "x", "1e3", "٣", "9" * 30):
        answer = await site.http.get(f"{path}/events", headers=bearer(token) | {"Last-Event-ID": position.encode()})
        assert error(answer) == (400, "bad_position")
        answer = await site.http.get(f"{path}/messages", params={"after": position}, headers=bearer(token))
        assert answer.status_code in (200, 422)
    assert error(await site.http.get("/nowhere")) == (404, "not_found")
    assert error(await site.http.delete(f"{path}/messages")) == (405, "method_not_allowed")


async def test_clients_are_told_texts_and_ids_only(site: Site) -> None:
    path, token = await site.visit()
    await post(site, path, token)
    (entry,) = (await site.http.get(f"{path}/messages", headers=bearer(token))).json()["entries"]
    assert set(entry) == {"id", "at", "author", "text", "turn", "client_id"}


async def test_a_database_that_is_away_is_a_503_and_the_same_message_goes_through_later(site: Site) -> None:
    path, token = await site.visit()
    site.store.away = True
    answer = await post(site, path, token)
    assert error(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    site.store.away = False
    assert (await post(site, path, token)).status_code == 202
