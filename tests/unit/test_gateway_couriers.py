"""How letters leave the house: a file that only its owner reads, or a mail server."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from tests.fixtures.claims import CLAIM_KEYS

from careline.operations.rules import CODE_NEEDED, SIGN_IN
from careline_cli.commands.outbox import read_letters
from careline_cli.stack.home import Home
from careline_gateway.adapters.couriers import CourierError, Http, courier_of, couriers
from careline_gateway.domain.outgoing import BadTemplate, Template
from careline_gateway.domain.recognition import WHO_REASONS, Way
from careline_gateway.ports import Letter, Undeliverable
from careline_gateway.settings import GatewaySettings

pytestmark = pytest.mark.unit

LETTER = Letter("shop", "email", "anna@example.org", "Your code is 123456.")


async def test_the_outbox_keeps_letters_for_its_owner(tmp_path: Path) -> None:
    courier = courier_of("outbox", tmp_path)
    for _ in range(2):
        await courier.send(LETTER)
    files = sorted((tmp_path / "outbox").iterdir())
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert json.loads(files[0].read_text())["text"] == LETTER.text
    letters = read_letters(Home.at(tmp_path), 1)
    assert [letter["address"] for letter in letters] == ["anna@example.org"]


async def test_without_a_courier_nothing_leaves(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no courier is set"):
        await courier_of("", tmp_path).send(LETTER)


@pytest.mark.parametrize("setting", ["pigeon", "https://", "smtp://", "smtp://mail.example.org", "smtp://h?from=x"])
def test_what_is_no_courier_is_refused_at_start(setting: str, tmp_path: Path) -> None:
    with pytest.raises(CourierError, match="CARELINE_COURIER"):
        courier_of(setting, tmp_path)


async def test_a_mail_server_gets_the_letter(tmp_path: Path) -> None:
    received: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        body = False
        while line := (await reader.readline()).decode():
            received.append(line.rstrip())
            if body:
                body = line != ".\r\n"
                if body:
                    continue
                writer.write(b"250 ok\r\n")
            elif line.upper().startswith("DATA"):
                body = True
                writer.write(b"354 go\r\n")
            else:
                writer.write(b"221 bye\r\n" if line.upper().startswith("QUIT") else b"250 test\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    courier = courier_of(f"smtp://127.0.0.1:{port}?from=shop@example.org", tmp_path)
    await courier.send(LETTER)
    with pytest.raises(OSError, match="no SMS"):
        await courier.send(Letter("shop", "sms", "+49 30 1", "x"))
    server.close()
    await server.wait_closed()
    assert any(line.upper().startswith("RCPT TO:<ANNA@EXAMPLE.ORG>") for line in received)
    assert "Your code is 123456." in received


async def test_a_mail_server_that_is_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r".+"):
        await courier_of("smtp://127.0.0.1:9?from=shop@example.org", tmp_path).send(LETTER)


SMS = Letter("shop", "sms", "+49 30 1&2", 'Your code is "123456" & 您好')
Seen = tuple[str, dict[str, str], bytes]


@asynccontextmanager
async def provider(*statuses: int) -> AsyncIterator[tuple[str, list[Seen]]]:
    """A real HTTP server that answers with these, the last of them for ever; 0: closes without an answer."""
    seen: list[Seen] = []
    answers = list(statuses)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *rest = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest if each)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        seen.append((line, headers, body))
        status = answers.pop(0) if len(answers) > 1 else answers[0]
        if status:
            where = "Location: http://127.0.0.1:9/\r\n" if status == 302 else ""
            writer.write(f"HTTP/1.1 {status} X\r\n{where}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen


async def test_a_provider_gets_json_with_the_key_in_its_header(tmp_path: Path) -> None:
    async with provider(202) as (url, seen):
        courier = courier_of(f"{url}/v1/{{way}}?to={{address}}", tmp_path, Http(key="k-1"))
        assert courier.carries == {"email", "sms"}
        await courier.send(SMS)
        await courier.send(SMS)
        await courier.send(LETTER)
    line, headers, body = seen[0]
    assert line == "POST /v1/sms?to=%2B49%2030%201%262 HTTP/1.1"
    assert headers["authorization"] == "Bearer k-1"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"way": "sms", "to": SMS.address, "from": "shop", "text": SMS.text}
    keys = [each["idempotency-key"] for _, each, _ in seen]
    assert keys[0] == keys[1] != keys[2]


async def test_a_provider_gets_a_form(tmp_path: Path) -> None:
    how = Http("To={address}&Body={text}&From=%2B100", "X-Api-Key: {key}", "k-2")
    async with provider(200) as (url, seen):
        await courier_of(url, tmp_path, how).send(SMS)
    _, headers, body = seen[0]
    assert parse_qs(body.decode()) == {"To": [SMS.address], "Body": [SMS.text], "From": ["+100"]}
    assert headers["x-api-key"] == "k-2"
    assert "authorization" not in headers


@pytest.mark.parametrize("status", [500, 503, 429, 401, 0])
async def test_a_provider_that_is_not_well_may_be_asked_again(tmp_path: Path, status: int) -> None:
    async with provider(status) as (url, _):
        with pytest.raises(OSError, match="courier") as caught:
            await courier_of(url, tmp_path).send(SMS)
    assert not isinstance(caught.value, Undeliverable)
    assert SMS.address not in str(caught.value)


@pytest.mark.parametrize("status", [400, 404, 422, 302])
async def test_a_letter_that_the_provider_refuses_is_given_up(tmp_path: Path, status: int) -> None:
    async with provider(status) as (url, seen):
        with pytest.raises(Undeliverable, match=f"HTTP {status}"):
            await courier_of(url, tmp_path).send(SMS)
    assert len(seen) == 1  # nor does it follow anybody elsewhere


@pytest.mark.parametrize(
    ("url", "body", "header", "key", "why"),
    [
        ("ftp://x/", "a={text}", "A: {key}", "", "https"),
        ("https://u:p@x/", "a={text}", "A: {key}", "", "key does not belong"),
        ("https://{tenant}.x/", "a={text}", "A: {key}", "", "host"),
        ("http://x.example/", "a={text}", "A: {key}", "k", "https only"),
        ("https://x/{code}", "a={text}", "A: {key}", "", "no {code}"),
        ("https://x/", '{"a": ', "A: {key}", "", "JSON"),
        ("https://x/", "a={text}", "no header", "k", "header"),
        ("https://x/", "a={text}", "A: key", "k", "header"),
        ("https://x/", "a={text}", "A: {key}", "k\r\nB: c", "key cannot"),
    ],
)
def test_templates_that_make_no_request(url: str, body: str, header: str, key: str, why: str) -> None:
    with pytest.raises(BadTemplate, match=why) as caught:
        Template(url, body, header, key)
    assert "k\r\n" not in str(caught.value)


async def test_sms_may_have_a_courier_of_its_own_with_a_mounted_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "CARELINE_SMS_COURIER_KEY").write_text("from-a-file")
    async with provider(200) as (url, seen):
        for name, value in gateway_environment(url, tmp_path).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("CARELINE_SECRETS_DIR", str(secrets))
        settings = GatewaySettings.load()
        assert "from-a-file" not in repr(settings)
        courier = couriers(settings)
        assert courier.carries == {"email", "sms"}
        await courier.send(SMS)
        await courier.send(LETTER)
    assert [headers["authorization"] for _, headers, _ in seen] == ["Bearer from-a-file"]
    assert [letter["address"] for letter in read_letters(Home.at(tmp_path), 9)] == [LETTER.address]


def gateway_environment(sms: str, home: Path) -> dict[str, str]:
    keys = {"CARELINE_GATEWAY_PRIVATE_KEY": "k" * 44, "CARELINE_VERIFIER_PUBLIC_KEY": "k" * 44}
    return keys | {
        "KAFKA_BOOTSTRAP_SERVERS": "x",
        "DATABASE_URL": "x",
        "CARELINE_CLAIM_KEYS": CLAIM_KEYS["gateway"],
        "CARELINE_CUSTOMER_SECRET": "s" * 16,
        "CARELINE_AGENT_TOKEN": "s" * 16,
        "CARELINE_HOME": str(home),
        "CARELINE_COURIER": "outbox",
        "CARELINE_SMS_COURIER": sms,
    }


@pytest.mark.parametrize(
    ("setting", "carries"),
    [
        ("", set()),
        ("outbox", {"email", "sms"}),
        ("smtp://h?from=a@b.example", {"email"}),
        ("https://h", {"email", "sms"}),
    ],
)
def test_what_a_courier_carries(setting: str, carries: set[Way], tmp_path: Path) -> None:
    assert courier_of(setting, tmp_path).carries == carries


def test_replies_that_ask_who_one_is_are_those_of_the_rules() -> None:
    assert {SIGN_IN, CODE_NEEDED} == WHO_REASONS
