"""How letters leave the house: a file that only its owner reads, or a mail server."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest

from careline_cli.commands.outbox import read_letters
from careline_cli.stack.home import Home
from careline_gateway.adapters.couriers import CourierError, courier_of
from careline_gateway.ports import Letter

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


@pytest.mark.parametrize("setting", ["pigeon", "http://mail", "smtp://", "smtp://mail.example.org", "smtp://h?from=x"])
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
