"""A running stack as its users see it: addresses and secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from careline_cli.stack import state
from careline_cli.stack.errors import NotRunning
from careline_cli.stack.home import Home
from careline_cli.stack.lock import owner
from careline_cli.stack.secrets import Secrets, load


@dataclass(frozen=True)
class Stack:
    """What a step, or a command that talks to the running system, needs to know.

    `addresses`: kafka (host:port), postgres and redis (URLs, with passwords), and each service (http://host:port).
    """

    home: Home
    secrets: Secrets
    addresses: Mapping[str, str]

    @property
    def kafka(self) -> str:
        return self.addresses["kafka"]

    @property
    def database_url(self) -> str:
        """The owner's URL, for migrations and the command; services have roles of their own."""
        return self.addresses["postgres"]

    @property
    def redis_url(self) -> str:
        return self.addresses["redis"]

    @property
    def gateway_url(self) -> str:
        return self.addresses["gateway"]

    def database_url_of(self, service: str) -> str:
        """The database URL with which `service` logs in: its own role, its own password."""
        password = quote(self.secrets.role_passwords[service], safe="")
        return with_login(self.database_url, role_of(service), password)


def role_of(service: str) -> str:
    """The Postgres role of a service."""
    return f"careline_{service}"


def attach(env: Mapping[str, str]) -> Stack:
    """The stack that runs for this checkout (or CARELINE_HOME). Raises NotRunning, StateCorrupt."""
    home = Home.find(env)
    record = state.read(home) if owner(home) is not None else state.State()
    if record.phase != "running":
        doing = "is not up yet" if owner(home) else "does not run"
        raise NotRunning(f"The stack of {home.root} {doing}.", "Start it with `careline up`.")
    return Stack(home, load(home), record.addresses)


def with_login(url: str, user: str, password: str) -> str:
    """`url` with another user and (already quoted) password."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{place}"))


def without_password(address: str) -> str:
    """`address` fit for showing: a URL's password is left out."""
    parts = urlsplit(address)
    if not parts.password:
        return address
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{place}" if parts.username else place))
