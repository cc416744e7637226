"""How much may be sent over HTTP and from where; the documents that are served."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.fixtures.gateway import bearer, sign
from tests.fixtures.gateway_site import Site, error, message

from careline_gateway.domain.limits import Limit

pytestmark = pytest.mark.component


@pytest.fixture
def site() -> Site:
    return Site()


async def post(site: Site, path: str, token: str | None, body: Any = None, **options: Any) -> httpx.Response:
    options = options or {"json": message() if body is None else body}
    return await site.http.post(f"{path}/messages", headers=bearer(token) | options.pop("headers", {}), **options)


async def test_limits_per_conversation_visitor_and_address() -> None:
    site = Site(limits={"conversation": Limit(2, 0.1), "visitor": Limit(3, 0.1), "address": Limit(2, 0.1)}, proxies=1)
    customer = sign("shop", "Ann")
    one, _ = await site.visit(customer)
    two, _ = await site.visit(customer)
    third = await site.session()
    assert error(third) == (429, "too_many_requests")
    assert 0 < int(third.headers["Retry-After"]) <= 10
    elsewhere = await site.http.post(
        "/v1/sessions", json={"tenant": "shop"}, headers={"X-Forwarded-For": "198.51.100.1, 198.51.100.9"}
    )
    assert elsewhere.status_code == 201
    bodies = [(one, "a"), (one, "b"), (two, "c")]
    for path, client_id in bodies:
        assert (await post(site, path, customer, message(client_id=client_id))).status_code == 202
    assert error(await post(site, one, customer)) == (429, "too_many_requests")
    assert error(await post(site, two, customer)) == (429, "too_many_requests")


async def test_forwarded_addresses_count_only_behind_our_own_proxies() -> None:
    site = Site(limits={"address": Limit(1, 0.001)})
    for number, wanted in ((1, 201), (2, 429)):
        header = {"X-Forwarded-For": f"198.51.100.{number}"}
        answer = await site.http.post("/v1/sessions", json={"tenant": "shop"}, headers=header)
        assert answer.status_code == wanted
    for _ in range(3):
        local = await site.client("127.0.0.1").post("/v1/sessions", json={"tenant": "shop"})
        assert local.status_code == 201


async def test_foreign_origins_are_refused_where_origins_are_named() -> None:
    site = Site(origins="https://shop.example, https://www.shop.example")
    for origin, wanted in (
        ("https://shop.example", 201),
        ("https://www.shop.example", 201),
        ("http://gateway", 201),
        ("https://evil.example", 403),
        ("https://shop.example.evil.example", 403),
        ("null", 403),
    ):
        answer = await site.http.post("/v1/sessions", json={"tenant": "shop"}, headers={"Origin": origin})
        assert answer.status_code == wanted
        assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is (wanted == 201)
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    preflight = await site.http.options("/v1/sessions", headers=asked)
    assert preflight.status_code == 204
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]


async def test_the_openapi_document_names_every_path_and_no_inner_word(site: Site) -> None:
    document = site.app.openapi()
    assert set(document["paths"]) >= {
        "/v1/sessions",
        "/v1/conversations/{conversation}/messages",
        "/v1/conversations/{conversation}/events",
        "/v1/agent/conversations",
    }
    chat = {name: schema for name, schema in document["components"]["schemas"].items() if name in ("Entry", "Session")}
    assert len(chat) == 2
    assert not any(word in str(chat) for word in ("operation", "reason", "outcome"))


async def test_pages_are_served_with_validators(site: Site) -> None:
    for path in ("/", "/careline-chat.js", "/careline-client.js", "/icon.svg"):
        first = await site.http.get(path)
        assert first.status_code == 200
        again = await site.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
