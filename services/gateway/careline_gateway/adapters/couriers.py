"""How letters leave the house: into a folder while developing, by SMTP in earnest.

CourierError    no such courier is known
"""

from __future__ import annotations

import asyncio
import smtplib
import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from ..ports import Courier, Letter

_TIMEOUT_S = 20.0


class CourierError(ValueError):
    """The setting names nothing that could carry letters."""


def courier_of(setting: str, home: Path) -> Courier:
    """`outbox`: files in `home`/outbox, for development; `smtp://user:password@host:port?from=shop@example.org`
    (`smtps` for TLS from the start); empty: nobody carries anything. Raises CourierError."""
    if setting in ("", "outbox"):
        return LocalOutbox(home / "outbox") if setting else Nobody()
    url = urlsplit(setting)
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise CourierError("CARELINE_COURIER is outbox, or smtp://host:port?from=address")
    sender = parse_qs(url.query).get("from", [""])[0]
    if "@" not in sender:
        raise CourierError("CARELINE_COURIER: say who writes: ?from=address")
    login = (unquote(url.username), unquote(url.password or "")) if url.username else None
    return Smtp(url.hostname, url.port or (465 if url.scheme == "smtps" else 587), sender, login, url.scheme == "smtps")


class Nobody:
    """Implements `ports.Courier` where none is set."""

    async def send(self, letter: Letter) -> None:
        raise OSError(f"no courier is set: an {letter.way} stays here")


class LocalOutbox:
    """Implements `ports.Courier`: each letter is a file that only its owner reads; `careline outbox` shows them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, letter: Letter) -> None:
        await asyncio.to_thread(self._write, letter)

    def _write(self, letter: Letter) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = datetime.now(UTC)
        file = self._folder / f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.json"
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(orjson.dumps({"at": now, **asdict(letter)}))
        draft.replace(file)


class Smtp:
    """Implements `ports.Courier` for e-mail (RFC 5321)."""

    def __init__(self, host: str, port: int, sender: str, login: tuple[str, str] | None, tls: bool) -> None:
        self._host, self._port, self._sender, self._login, self._tls = host, port, sender, login, tls

    async def send(self, letter: Letter) -> None:
        if letter.way != "email":
            raise OSError("this courier carries no SMS")
        await asyncio.to_thread(self._send, letter)

    def _send(self, letter: Letter) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, letter.address
        message["Subject"] = letter.tenant  # never the text: subjects are shown on locked screens
        message.set_content(letter.text)
        kind = smtplib.SMTP_SSL if self._tls else smtplib.SMTP
        try:
            with kind(self._host, self._port, timeout=_TIMEOUT_S) as server:
                if not self._tls and server.has_extn("starttls"):
                    server.starttls()
                if self._login:
                    server.login(*self._login)
                server.send_message(message)
        except smtplib.SMTPException as error:
            raise OSError(f"the mail server refused it: {type(error).__name__}") from error
