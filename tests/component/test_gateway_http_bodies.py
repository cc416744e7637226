"""What may be sent over HTTP: odd bodies, odd positions, and what comes back."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from tests.fixtures.gateway import FixedRules, bearer
from tests.fixtures.gateway_site import Site, error, message

from careline.contracts.draft import Citation
from careline.contracts.events import TurnVerified
from careline.contracts.reply import Outcome, Reply
from careline_gateway.adapters.http.draining import MAX_BYTES
from careline_gateway.adapters.http.entries import Titled

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
        (b'{"client_id": "a", "text": "\\u200b\\u200d\\ufeff\\u2060"}', (422, "empty")),
        (b'{"client_id": "a", "text": "\\u3164 \\u2800\\u00ad\\u202e\\ufe0f"}', (422, "empty")),
        (b'{"client_id": "a", "text": "\\u00a0\\u3000\\u2028\\u180e"}', (422, "empty")),
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
            yield b"a" * 4096  # read on for a while, so that an ordinary client sees the answer

    assert error(await post(site, path, token, content=endless())) == (413, "too_large")
    assert sent * 4096 < 2 * MAX_BYTES


async def test_a_client_that_goes_away_is_no_error_of_ours(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", b"500")]
    scope = {"type": "http", "method": "POST", "path": "/v1/sessions", "headers": headers, "query_string": b""}
    await site.app(scope | {"client": ("203.0.113.7", 1)}, receive, send)
    assert sent[0]["status"] == 400
    assert not caplog.records


async def test_a_lying_content_length_is_refused(site: Site) -> None:
    path, token = await site.visit()
    for length in ("-1", "many", "99999999999999999999"):
        answer = await post(site, path, token, content=b"{}", headers={"Content-Length": length})
        assert error(answer) == (413, "too_large")


async def test_a_text_with_one_visible_sign_is_a_text(site: Site) -> None:
    path, token = await site.visit()
    for number, text in enumerate(("?", "\u200b5", "👍🏽", "\u202eمرحبا", "好", "👩\u200d👩\u200d👧")):
        assert (await post(site, path, token, message(text, f"id-{number}"))).status_code == 202, text


async def test_the_same_id_is_the_same_text_or_a_conflict(site: Site) -> None:
    path, token = await site.visit()
    first = await post(site, path, token, message("hello"))
    again = await post(site, path, token, message("  hello\n"))
    assert (again.status_code, again.json()) == (202, first.json())
    other = await post(site, path, token, message("good bye"))
    assert error(other) == (409, "client_id_taken")
    assert (await post(site, path, token, message("good bye", "id-2"))).status_code == 202
    entries = (await site.http.get(f"{path}/messages", headers=bearer(token))).json()["entries"]
    assert [entry["text"] for entry in entries] == ["hello", "good bye"]


async def test_an_id_taken_on_another_gateway_is_a_conflict_too(site: Site) -> None:
    path, token = await site.visit()
    key = next(iter(site.store.stored))
    await site.another().post(key, "id-1", "said elsewhere")
    assert error(await post(site, path, token, message("hello"))) == (409, "client_id_taken")
    assert (await post(site, path, token, message("said elsewhere"))).status_code == 202


async def test_an_answer_names_the_articles_that_it_is_from(site: Site) -> None:
    path, token = await site.visit()
    await post(site, path, token)
    (key,) = site.store.stored
    flight = site.store.stored[key].state.flight
    assert flight
    quotes = (Citation(passage="delivery#1", quote="x"), Citation(passage="gone#9", quote="y"))
    reply = Reply(outcome=Outcome.ANSWER, text="In two days.", language="en", citations=quotes)
    ref = site.store.stored[key].state.ref()
    await site.conversations.deliver(TurnVerified(ref=ref, reply=reply))
    entries = (await site.http.get(f"{path}/messages", headers=bearer(token))).json()["entries"]
    assert entries[-1]["sources"] == ["delivery#1", "gone#9"]
    assert entries[-1]["titles"] == [{"en": "Delivery", "zh": "配送"}, {}]
    case = (await site.agent("GET", f"/shop/{key.conversation}")).json()
    assert case["entries"][-1] == entries[-1]
    assert '"titles"' not in await Titled(FixedRules()).data("nobody", site.store.shown[key][-1])


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
    assert error(await site.http.post("/v1/sessions/", json={"tenant": "shop"})) == (404, "not_found")
    assert (await site.http.head("/")).status_code == 200
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
