"""One-time codes over HTTP: sent to the record's address, good once, in one conversation, for few guesses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.fixtures.gateway import bearer, sign, verified
from tests.fixtures.gateway_site import Site, error, message

from careline.contracts.events import TurnReceived
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Identity
from careline_gateway.domain.limits import Limit
from careline_gateway.domain.recognition import ATTEMPTS
from careline_gateway.ports import Undeliverable

pytestmark = pytest.mark.component


@pytest.fixture
def site() -> Site:
    return Site()


async def begin(site: Site, path: str, token: str, identifier: str = "C-1001", **more: Any) -> httpx.Response:
    body = {"identifier": identifier} | more
    answer = await site.http.post(f"{path}/recognition", json=body, headers=bearer(token))
    await site.recognition.sent()
    return answer


async def give(site: Site, path: str, token: str, code: str) -> httpx.Response:
    return await site.http.post(f"{path}/recognition/code", json={"code": code}, headers=bearer(token))


def code_of(site: Site) -> str:
    found = re.search(r"\d{6}", site.letters()[-1].text)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def identity(site: Site, path: str, token: str, number: int = 1) -> Identity:
    """Who the next turn is from, as the gateway signs it."""
    body = message(client_id=f"id-{number}")
    assert (await site.http.post(f"{path}/messages", json=body, headers=bearer(token))).status_code == 202
    turns = [out.event.turn for out in site.store.outbox if isinstance(out.event, TurnReceived)]
    return turns[-1].identity


async def test_a_visitor_is_recognised_by_a_code_and_the_turns_say_so(site: Site) -> None:
    path, token = await site.visit()
    assert (await identity(site, path, token)).assurance == "anonymous"
    sent = await begin(site, path, token)
    assert (sent.status_code, sent.json()["digits"]) == (202, 6)
    assert [(letter.way, letter.address) for letter in site.letters()] == [("email", "anna@example.org")]
    assert (await give(site, path, token, code_of(site))).json()["assurance"] == "code"
    known = await identity(site, path, token, 2)
    assert (known.customer, known.assurance) == ("C-1001", "verified")
    site.pass_time(3000)
    token = (await site.session(token)).json()["token"]
    site.pass_time(601)
    later = await identity(site, path, token, 3)
    assert (later.customer, later.assurance) == (None, "anonymous")


async def test_by_sms_to_the_number_of_the_record(site: Site) -> None:
    path, token = await site.visit()
    await begin(site, path, token, via="sms")
    assert [(letter.way, letter.address) for letter in site.letters()] == [("sms", "+49 30 123456")]


@pytest.mark.parametrize("identifier", ["C-9999", "C-1002", "anna@example.org' OR 1=1", "evil@example.net"])
async def test_who_is_unknown_is_answered_like_who_is_known(site: Site, identifier: str) -> None:
    path, token = await site.visit()
    known, (other, second) = await begin(site, path, token), await site.visit()
    unknown = await begin(site, other, second, identifier)
    assert (known.status_code, sorted(known.json())) == (unknown.status_code, sorted(unknown.json()))
    assert len(site.letters()) == 1
    guesses = [await give(site, other, second, f"{number:06d}") for number in range(ATTEMPTS + 2)]
    code = wrong(code_of(site))
    refusals = [await give(site, path, token, code) for _ in range(ATTEMPTS + 2)]
    assert [guess.text for guess in guesses] == [refusal.text for refusal in refusals]
    assert error(refusals[0]) == (403, "wrong_code")


async def test_a_code_is_good_once(site: Site) -> None:
    path, token = await site.visit()
    await begin(site, path, token)
    code = code_of(site)
    assert (await give(site, path, token, code)).status_code == 200
    assert error(await give(site, path, token, code)) == (403, "wrong_code")


async def test_guesses_are_bounded(site: Site) -> None:
    path, token = await site.visit()
    await begin(site, path, token)
    for _ in range(ATTEMPTS):
        assert error(await give(site, path, token, wrong(code_of(site)))) == (403, "wrong_code")
    assert error(await give(site, path, token, code_of(site))) == (403, "wrong_code")
    assert (await identity(site, path, token)).assurance == "anonymous"


async def test_a_code_expires_and_a_new_one_voids_the_old(site: Site) -> None:
    path, token = await site.visit()
    await begin(site, path, token)
    old = code_of(site)
    site.pass_time(601)
    assert error(await give(site, path, token, old)) == (403, "wrong_code")
    await begin(site, path, token)
    first = code_of(site)
    await begin(site, path, token)
    if first != code_of(site):
        assert error(await give(site, path, token, first)) == (403, "wrong_code")
    assert (await give(site, path, token, code_of(site))).status_code == 200


async def test_a_code_belongs_to_its_conversation(site: Site) -> None:
    path, token = await site.visit()
    other, second = await site.visit()
    await begin(site, path, token)
    assert error(await give(site, other, second, code_of(site))) == (403, "wrong_code")
    assert error(await give(site, path, second, code_of(site))) == (404, "unknown_conversation")


async def test_who_signed_in_proves_to_be_that_customer_and_nobody_else(site: Site) -> None:
    mine = sign("shop", "C-1001")
    path, token = await site.visit(mine)
    await begin(site, path, token)
    await give(site, path, token, code_of(site))
    assert (await identity(site, path, token)).assurance == "verified"
    theirs = sign("shop", "C-1002")
    path, token = await site.visit(theirs)
    assert (await begin(site, path, token)).status_code == 202
    assert len(site.letters()) == 1


async def test_neither_code_nor_address_is_kept(site: Site) -> None:
    path, token = await site.visit()
    await begin(site, path, token)
    ((challenge, _),) = site.challenges.open.values()
    assert code_of(site).encode() not in challenge.digest + challenge.salt
    assert "anna" not in repr(challenge)
    # Moved to another conversation, the hash fits no code.
    key = next(iter(site.challenges.open))
    moved = key._replace(conversation="elsewhere")
    site.challenges.open[moved] = (replace(challenge, key=moved), 0)
    assert "verified" not in repr(await identity(site, path, token))


async def test_codes_are_limited_by_name_wherever_they_are_asked_for() -> None:
    site = Site(limits=dict.fromkeys(("conversation", "visitor", "address", "code", "code_address", "code_try"),
                                     Limit(100, 100.0)) | {"code_name": Limit(2, 0.001)})  # fmt: skip
    answers = []
    for _ in range(3):
        path, token = await site.visit()
        answers.append(await begin(site, path, token, " c-1001 ".upper()))
    assert [answer.status_code for answer in answers] == [202, 202, 429]


async def status(site: Site, path: str, token: str) -> Any:
    answer = await site.http.get(f"{path}/recognition", headers=bearer(token))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_letter_that_does_not_get_through_is_tried_again(site: Site) -> None:
    site.courier.faults = [OSError("away"), OSError("away")]
    path, token = await site.visit()
    assert (await begin(site, path, token)).status_code == 202
    assert len(site.letters()) == 1
    assert (await status(site, path, token))["failing"] == []
    assert (await give(site, path, token, code_of(site))).status_code == 200
    assert await status(site, path, token) | {"until": None} == {
        "ways": ["email", "sms"],
        "failing": [],
        "assurance": "code",
        "until": None,
    }


async def test_an_outage_is_told_to_everybody_alike_and_ends(site: Site) -> None:
    site.courier.faults = [OSError("away")] * 3
    path, token = await site.visit()
    assert (await begin(site, path, token)).status_code == 202
    assert site.courier.faults == []
    assert site.letters() == []
    other, second = await site.visit()
    for where, whose in ((path, token), (other, second)):
        assert (await status(site, where, whose))["failing"] == ["email"]
    refused = [await begin(site, other, second, name, via="email") for name in ("C-1001", "C-9999")]
    assert {error(answer) for answer in refused} == {(503, "not_sent")}
    assert refused[0].headers["Retry-After"] == "60"
    # The other way is open, and where nothing is said it is taken.
    await begin(site, other, second)
    assert [letter.way for letter in site.letters()] == ["sms"]
    site.pass_time(61)
    assert (await status(site, path, token))["failing"] == []
    assert (await begin(site, path, token)).status_code == 202
    assert [letter.way for letter in site.letters()] == ["sms", "email"]


async def test_a_letter_that_is_refused_for_good_is_told_to_nobody(site: Site) -> None:
    site.courier.faults = [Undeliverable("no such number")]
    path, token = await site.visit()
    assert (await begin(site, path, token)).status_code == 202
    assert site.letters() == []
    assert (await status(site, path, token))["failing"] == []


async def test_tries_are_counted_for_known_and_unknown_alike(site: Site) -> None:
    counted = []
    for name in ("C-1001", "C-9999"):
        path, token = await site.visit()
        await begin(site, path, token, name)
        code = wrong(code_of(site))
        counted.append([(await give(site, path, token, code)).json()["error"]["tries"] for _ in range(ATTEMPTS + 1)])
    assert counted == [[4, 3, 2, 1, 0, 0]] * 2


async def test_where_nobody_is_recognised_nothing_is_offered(site: Site) -> None:
    site.rules.ways_ = frozenset({"sms"})
    session = (await site.session()).json()
    path, token = f"/v1/conversations/{session['conversation']}", session["token"]
    assert session["recognition"] == ["sms"]
    assert error(await begin(site, path, token, via="email")) == (404, "not_recognised")
    site.courier.carries = frozenset()
    assert (await status(site, path, token))["ways"] == []
    assert error(await begin(site, path, token)) == (404, "not_recognised")


@pytest.mark.parametrize("reason", ["sign_in", "code_needed", "window_passed", None])
async def test_a_reply_that_asks_who_one_is_says_so_to_the_page(site: Site, reason: str | None) -> None:
    path, token = await site.visit()
    await identity(site, path, token)
    (turn,) = [out.event for out in site.store.outbox if isinstance(out.event, TurnReceived)]
    reply = Reply(outcome=Outcome.REFUSED, text="Who are you?", language="en", reason=reason)
    await site.conversations.deliver(verified(turn.ref, reply))
    entries = (await site.http.get(f"{path}/messages", headers=bearer(token))).json()["entries"]
    assert entries[-1].get("asks") == ("who" if reason in ("sign_in", "code_needed") else None)
    assert "reason" not in entries[-1]


@pytest.mark.parametrize(
    "body", [{"code": "12345"}, {"code": "１２３４５６"}, {"code": 123456}, {"code": "1234567"}, {}]
)
async def test_what_is_no_code(site: Site, body: dict[str, Any]) -> None:
    path, token = await site.visit()
    answer = await site.http.post(f"{path}/recognition/code", json=body, headers=bearer(token))
    assert error(answer) == (422, "invalid")
