"""The web-chat API against nonsense and strangers: wrong tokens, foreign conversations, odd bodies, too much of it."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from tests.fixtures.gateway import AGENT_TOKEN, CUSTOMER_SECRET, bearer, sign
from tests.fixtures.gateway_site import Site, error, message

from careline_gateway.domain.limits import Limit
from careline_gateway.domain.tokens import sign as sign_claims

pytestmark = pytest.mark.component


@pytest.fixture
def site() -> Site:
    return Site()


async def post(site: Site, path: str, token: str | None, body: Any = None, **options: Any) -> httpx.Response:
    options = options or {"json": message() if body is None else body}
    return await site.http.post(f"{path}/messages", headers=bearer(token) | options.pop("headers", {}), **options)


# -- who ---------------------------------------------------------------------------------------------------------


async def test_a_token_is_needed(site: Site) -> None:
    path, _ = await site.visit()
    assert error(await post(site, path, None)) == (401, "token_missing")
    for get in ("/messages", "/events"):
        assert error(await site.http.get(path + get)) == (401, "token_missing")


FAR = 4_000_000_000
HEAD = sign_claims({}, b"").partition(".")[0]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("nonsense", "token_invalid"),
        ("a.b.c", "token_invalid"),
        ("é.é.é", "token_invalid"),
        ("x" * 5000, "token_invalid"),
        (sign("shop", "C-1", secret="another-secret-of-somebody"), "token_invalid"),
        (sign("shop", "C-1", ttl_s=-1), "token_expired"),
        (sign_claims({"sub": "C-1", "tenant": "shop"}, CUSTOMER_SECRET.encode()), "token_invalid"),
        (sign_claims({"sub": "C-1", "tenant": "shop", "exp": True}, CUSTOMER_SECRET.encode()), "token_invalid"),
        (sign_claims({"sub": "", "tenant": "shop", "exp": FAR}, CUSTOMER_SECRET.encode()), "token_invalid"),
        (sign_claims({"sub": 7, "tenant": "shop", "exp": FAR}, CUSTOMER_SECRET.encode()), "token_invalid"),
        # The business's secret does not make visitor tokens.
        (
            sign_claims(
                {"iss": "careline-visitor", "sub": "v", "tenant": "shop", "conversation": "c", "exp": FAR},
                CUSTOMER_SECRET.encode(),
            ),
            "token_invalid",
        ),
        # "alg": "none", and no signature.
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJDLTEiLCJ0ZW5hbnQiOiJzaG9wIiwiZXhwIjo0MDAwMDAwMDAwfQ.", "token_invalid"),
        (f"{HEAD}.W10.AAAA", "token_invalid"),
    ],
)
async def test_wrong_tokens_are_refused_everywhere(site: Site, token: str, code: str) -> None:
    path, _ = await site.visit()
    headers = {"Authorization": f"Bearer {token}".encode()}
    for request in (
        site.http.post("/v1/sessions", json={"tenant": "shop"}, headers=headers),
        site.http.post(f"{path}/messages", json=message(), headers=headers),
        site.http.get(f"{path}/messages", headers=headers),
        site.http.get(f"{path}/events", headers=headers),
    ):
        assert error(await request) == (401, code)


async def test_only_bearer_tokens_are_understood(site: Site) -> None:
    path, token = await site.visit()
    for header in ("Basic dTpw", "Bearer", "Bearer  ", token):
        answer = await site.http.get(f"{path}/messages", headers={"Authorization": header})
        assert error(answer) == (401, "token_invalid")


async def test_nobody_enters_the_conversation_of_somebody_else(site: Site) -> None:
    mine, my_token = await site.visit()
    ann, ann_token = await site.visit(sign("shop", "Ann"))
    strangers = [
        (mine, ann_token),
        (ann, my_token),
        (ann, sign("shop", "Bob")),
        (ann, sign("bank", "Ann")),
        (mine, sign("shop", "Ann")),
        ("/v1/conversations/none", my_token),
        ("/v1/conversations/none", sign("shop", "Ann")),
        ("/v1/conversations/%00", sign("shop", "Ann")),
        ("/v1/conversations/" + "x" * 200, sign("shop", "Ann")),
    ]
    for path, token in strangers:
        assert error(await post(site, path, token)) == (404, "unknown_conversation")
        for get in ("/messages", "/events"):
            answer = await site.http.get(path + get, headers=bearer(token))
            assert error(answer) == (404, "unknown_conversation")
        conversation = path.rpartition("/")[2]
        if conversation.isprintable() and len(conversation) < 80 and "%" not in conversation:
            assert error(await site.session(token, conversation=conversation)) == (404, "unknown_conversation")
    assert all(not shown for shown in site.store.shown.values())


async def test_a_customer_enters_all_conversations_of_theirs(site: Site) -> None:
    path, _ = await site.visit(sign("shop", "Ann"))
    assert (await post(site, path, sign("shop", "Ann"))).status_code == 202


async def test_a_session_is_resumed_with_its_token_only(site: Site) -> None:
    path, token = await site.visit()
    conversation = path.rpartition("/")[2]
    resumed = await site.session(token, conversation=conversation)
    assert (resumed.status_code, resumed.json()["conversation"]) == (200, conversation)
    assert (await site.session(token)).json()["conversation"] == conversation
    assert error(await site.session(None, conversation=conversation)) == (404, "unknown_conversation")
    assert error(await site.session(token, tenant="bank")) == (404, "unknown_conversation")
    assert error(await site.session(sign("bank", "Ann"))) == (404, "unknown_conversation")
    assert error(await site.session(tenant="nobody")) == (404, "unknown_tenant")


async def test_a_customers_session_ends_with_the_customers_token(site: Site) -> None:
    _, token = await site.visit(sign("shop", "Ann", ttl_s=60))
    path, token = await site.visit(sign("shop", "Ann", ttl_s=60))
    again = (await site.session(token)).json()["token"]
    site.pass_time(61)
    for old in (token, again):
        assert error(await post(site, path, old)) == (401, "token_expired")


# -- what --------------------------------------------------------------------------------------------------------


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


# -- how much, and from where -------------------------------------------------------------------------------------


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


# -- people -------------------------------------------------------------------------------------------------------


async def test_the_agents_side_opens_with_its_token_only(site: Site) -> None:
    path, visitor = await site.visit()
    conversation = path.rpartition("/")[2]
    for token in (None, visitor, sign("shop", "Ann"), AGENT_TOKEN + "x", "é"):
        headers = {"Authorization": f"Bearer {token}".encode()} if token else {}
        for method, url in (
            ("GET", "/v1/agent/conversations"),
            ("GET", f"/v1/agent/conversations/shop/{conversation}"),
            ("POST", f"/v1/agent/conversations/shop/{conversation}/take"),
        ):
            answer = await site.http.request(method, url, headers=headers, json={"agent": "Eve"})
            assert error(answer) == (401, "token_invalid")


async def test_a_person_takes_answers_and_resolves(site: Site) -> None:
    path, token = await site.visit(sign("shop", "Ann"))
    one = f"/shop/{path.rpartition('/')[2]}"
    await post(site, path, token, message("help"))
    assert error(await site.agent("POST", f"{one}/answer", agent="Ada", text="hi")) == (409, "not_taken")
    assert (await site.agent("POST", f"{one}/take", agent="Ada")).json() == {"status": "human"}
    assert error(await site.agent("POST", f"{one}/take", agent="Bob")) == (409, "taken_by_another")
    assert error(await site.agent("POST", f"{one}/answer", agent="Ada", text=" ")) == (422, "empty")
    case = (await site.agent("GET", one)).json()
    assert (case["customer"], case["unanswered"], case["epoch"]) == ("Ann", ["help"], 1)
    assert [row["agent"] for row in (await site.agent("GET", "")).json()] == ["Ada"]
    await site.agent("POST", f"{one}/answer", agent="Ada", text="Hello Ann")
    assert (await site.agent("POST", f"{one}/resolve", agent="Ada")).json() == {"status": "closed"}
    entries = (await site.http.get(f"{path}/messages", headers=bearer(token))).json()["entries"]
    assert [entry.get("text") or entry["status"] for entry in entries] == ["help", "human", "Hello Ann", "closed"]
    assert error(await site.agent("GET", "/shop/none")) == (404, "unknown_conversation")


# -- documents ----------------------------------------------------------------------------------------------------


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
