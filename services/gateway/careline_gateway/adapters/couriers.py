"""How letters leave the house: into a folder while developing, by SMTP or a provider's HTTP interface in earnest.

CourierError    no such courier is known
"""

from __future__ import annotations

import asyncio
import smtplib
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from ..domain.outgoing import DEFAULT_BODY, DEFAULT_HEADER, BadTemplate, Template
from ..domain.recognition import WAYS, Way
from ..ports import Courier, Letter, Undeliverable
from ..settings import GatewaySettings
from .http_courier import HttpCourier

_TIMEOUT_S = 20.0


class CourierError(ValueError):
    """The setting names nothing that could carry letters."""


def couriers(settings: GatewaySettings) -> Courier:
    """As the environment says; SMS goes by CARELINE_SMS_COURIER, where that is set. Raises CourierError."""
    header, body = settings.courier_header, settings.courier_body
    setting, key = settings.courier.get_secret_value(), settings.courier_key.get_secret_value()
    usual = courier_of(setting, settings.home, Http(body, header, key))
    own = settings.sms_courier.get_secret_value()
    if not own:
        return usual
    http = Http(settings.sms_courier_body or body, header, settings.sms_courier_key.get_secret_value() or key)
    return ByWay({"email": usual, "sms": courier_of(own, settings.home, http, "CARELINE_SMS_COURIER")})


@dataclass(frozen=True, slots=True)
class Http:
    """What a courier by HTTP needs besides its address."""

    body: str = DEFAULT_BODY
    header: str = DEFAULT_HEADER
    key: str = field(default="", repr=False)


def courier_of(setting: str, home: Path, http: Http | None = None, name: str = "CARELINE_COURIER") -> Courier:
    """`outbox`: files in `home`/outbox, for development; `smtp://user:password@host:port?from=shop@example.org`
    (`smtps` for TLS from the start); `https://provider/send`: `domain.outgoing`; empty: nobody carries anything.
    Raises CourierError, which names the variable `name`."""
    if setting in ("", "outbox"):
        return LocalOutbox(home / "outbox") if setting else Nobody()
    url = urlsplit(setting)
    if url.scheme in ("http", "https"):
        more = http or Http()
        try:
            return HttpCourier(Template(setting, more.body, more.header, more.key))
        except BadTemplate as error:
            raise CourierError(f"{name}: {error}") from error
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise CourierError(f"{name} is outbox, smtp://host:port?from=address, or https://provider/...")
    sender = parse_qs(url.query).get("from", [""])[0]
    if "@" not in sender:
        raise CourierError(f"{name}: say who writes: ?from=address")
    login = (unquote(url.username), unquote(url.password or "")) if url.username else None
    return Smtp(url.hostname, url.port or (465 if url.scheme == "smtps" else 587), sender, login, url.scheme == "smtps")


class Nobody:
    """Implements `ports.Courier` where none is set."""

    carries: frozenset[Way] = frozenset()

    async def send(self, letter: Letter) -> None:
        raise OSError(f"no courier is set: an {letter.way} stays here")


@dataclass(frozen=True, slots=True)
class ByWay:
    """Implements `ports.Courier`: one of its own for each way."""

    each: Mapping[Way, Courier]

    @property
    def carries(self) -> frozenset[Way]:
        return frozenset(way for way, courier in self.each.items() if way in courier.carries)

    async def send(self, letter: Letter) -> None:
        await self.each[letter.way].send(letter)


class LocalOutbox:
    """Implements `ports.Courier`: each letter is a file that only its owner reads; `careline outbox` shows them."""

    carries: frozenset[Way] = frozenset(WAYS)

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

    carries: frozenset[Way] = frozenset({"email"})

    def __init__(self, host: str, port: int, sender: str, login: tuple[str, str] | None, tls: bool) -> None:
        self._host, self._port, self._sender, self._login, self._tls = host, port, sender, login, tls

    async def send(self, letter: Letter) -> None:
        if letter.way != "email":
            raise Undeliverable("this courier carries no SMS")
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
