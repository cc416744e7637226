"""Consent over HTTP: asked only where the pack asks, the customer's own, kept with time and wording, taken back."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.fixtures.gateway import bearer, sign
from tests.fixtures.gateway_site import Site, error

from careline_gateway.domain.consent import Asked
from careline_gateway.domain.events import Recognised
from careline_gateway.domain.state import Key

pytestmark = pytest.mark.component

ASKED = Asked("2026-11", {"en": "May we?", "zh": "可以吗？"})


@pytest.fixture
def site() -> Site:
    made = Site()
    made.rules.asked = ASKED
    return made


async def say(site: Site, path: str, token: str, given: bool, **more: Any) -> httpx.Response:
    body = {"given": given, "wording": "2026-11", "language": "en"} | more
    return await site.http.put(f"{path}/consent", json=body, headers=bearer(token))


async def held(site: Site, path: str, token: str) -> Any:
    answer = await site.http.get(f"{path}/consent", headers=bearer(token))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_visitor_says_yes_and_takes_it_back(site: Site) -> None:
    session = (await site.session()).json()
    path, token = f"/v1/conversations/{session['conversation']}", session["token"]
    assert session["asks_consent"] is True
    assert await held(site, path, token) == {"wording": "2026-11", "ask": ASKED.words, "given": None, "at": None}
    assert (await say(site, path, token, True)).json()["given"] is True
    assert (await held(site, path, token))["at"] is not None
    assert (await say(site, path, token, False, language="zh")).json()["given"] is False
    assert (await held(site, path, token))["given"] is False
    assert [
        (customer, choice.given, choice.wording, choice.language) for _, customer, choice in site.consents.rows
    ] == [
        (None, True, "2026-11", "en"),
        (None, False, "2026-11", "zh"),
    ]


async def test_a_customers_choice_is_hers_in_every_conversation(site: Site) -> None:
    first, token = await site.visit(sign("shop", "C-1001"))
    await say(site, first, token, True)
    second, other = await site.visit(sign("shop", "C-1001"))
    assert (await held(site, second, other))["given"] is True
    stranger, third = await site.visit(sign("shop", "C-1002"))
    assert (await held(site, stranger, third))["given"] is None
    visitor, fourth = await site.visit()
    assert (await held(site, visitor, fourth))["given"] is None
    # What a visitor allows does not undo what the customer forbids, who she turns out to be.
    await say(site, second, other, False)
    await say(site, visitor, fourth, True)
    key = Key("shop", visitor.rpartition("/")[2])
    await site.conversations.happen(key, Recognised("C-1001", site.now.replace(year=site.now.year + 1)))
    assert (await held(site, visitor, fourth))["given"] is False
    assert [customer for _, customer, _ in site.consents.rows] == ["C-1001", "C-1001", None]


async def test_other_words_are_asked_again_and_no_is_always_no(site: Site) -> None:
    path, token = await site.visit()
    await say(site, path, token, True)
    site.rules.asked = Asked("2027-01", ASKED.words)
    assert (await held(site, path, token))["given"] is None
    assert error(await say(site, path, token, True)) == (409, "other_wording")
    assert (await say(site, path, token, False)).status_code == 200
    assert (await held(site, path, token))["given"] is False


async def test_nobody_is_asked_where_the_pack_asks_nothing(site: Site) -> None:
    site.rules.asked = None
    session = (await site.session()).json()
    path, token = f"/v1/conversations/{session['conversation']}", session["token"]
    assert session["asks_consent"] is False
    assert error(await say(site, path, token, True)) == (404, "nothing_asked")
    assert error(await site.http.get(f"{path}/consent", headers=bearer(token))) == (404, "nothing_asked")
    assert site.consents.rows == []


@pytest.mark.parametrize(
    "body", [{}, {"given": 1}, {"given": True, "wording": "", "language": "en"}, {"given": True, "wording": "2026-11"}]
)
async def test_nonsense_is_refused(site: Site, body: dict[str, Any]) -> None:
    path, token = await site.visit()
    answer = await site.http.put(f"{path}/consent", json=body, headers=bearer(token))
    assert error(answer) == (422, "invalid")


async def test_a_strangers_conversation_is_none_of_ones_business(site: Site) -> None:
    path, _ = await site.visit()
    _, token = await site.visit()
    assert error(await say(site, path, token, True)) == (404, "unknown_conversation")
    answer = await site.http.get(f"{path}/consent", headers=bearer(token))
    assert error(answer) == (404, "unknown_conversation")
    assert error(await site.http.get(f"{path}/consent")) == (401, "token_missing")
