"""Who may do what over HTTP: wrong tokens, foreign conversations, people."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.fixtures.gateway import AGENT_TOKEN, CUSTOMER_SECRET, bearer, sign
from tests.fixtures.gateway_site import Site, error, message

from careline_gateway.domain.tokens import sign as sign_claims

pytestmark = pytest.mark.component


@pytest.fixture
def site() -> Site:
    return Site()


async def post(site: Site, path: str, token: str | None, body: Any = None, **options: Any) -> httpx.Response:
    options = options or {"json": message() if body is None else body}
    return await site.http.post(f"{path}/messages", headers=bearer(token) | options.pop("headers", {}), **options)


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
