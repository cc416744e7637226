"""Where the gateway is and what signs requests to it: from the running stack, or from --url and the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from careline.privacy.keyring import BadKeyRing
from careline.storage.sealed import Sealing
from careline_cli.errors import CommandError
from careline_cli.running import Running
from careline_cli.stack.home import Home
from careline_cli.stack.secrets import load

CUSTOMER_SECRET = "CARELINE_CUSTOMER_SECRET"  # noqa: S105 - the variables' names, not their values
AGENT_TOKEN = "CARELINE_AGENT_TOKEN"  # noqa: S105
KEYS = "CARELINE_DATA_KEYS"


@dataclass(frozen=True, slots=True)
class Reach:
    """A gateway's URL without a trailing slash, and what a command may need with it (None: not known): secrets, and the
    URL of the database's owner."""

    gateway: str
    customer_secret: str | None
    agent_token: str | None
    database: str | None = None

    @classmethod
    def find(cls, url: str | None, env: Mapping[str, str] = os.environ) -> Reach:
        """The gateway at `url`, or that of this checkout's running stack. Raises CommandError."""
        if url:
            if not url.startswith(("http://", "https://")):
                raise CommandError(f"{url!r} is no address of a gateway.", "Write it as http://HOST:PORT.")
            return cls(url.rstrip("/"), env.get(CUSTOMER_SECRET), env.get(AGENT_TOKEN))
        running = Running.find(env)
        return cls(running.gateway, running.customer_secret, running.agent_token, running.database)

    def signing_secret(self) -> str:
        """What customer tokens are signed with. Raises CommandError."""
        return _required(self.customer_secret, CUSTOMER_SECRET)

    def agents_token(self) -> str:
        """What opens the agents' side. Raises CommandError."""
        return _required(self.agent_token, AGENT_TOKEN)


def checked_customer(customer: str) -> str:
    """`customer`, if it can be the name of one. Raises CommandError."""
    if not customer.strip():
        raise CommandError("The customer's name is empty.", "Give the one that the business's tables have: -c C-1001.")
    return customer


def customer_secret(env: Mapping[str, str] = os.environ) -> str:
    """The secret of the environment, else that of this checkout's stack, running or not. Raises CommandError."""
    if secret := env.get(CUSTOMER_SECRET):
        return secret
    home = Home.find(env)
    if not home.secrets_file.exists():
        raise CommandError(
            "There is no stack here yet, so there is no secret to sign with.",
            f"Start one with `careline up`, or set {CUSTOMER_SECRET}.",
        )
    return load(home).customer_secret


def data_keys(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variable with the keys of sealed columns: the environment's, else those of this checkout's stack, running or
    not; empty when there are none."""
    if given := data_keys_given(env):
        return given
    home = Home.find(env)
    keys = load(home).data_keys if home.secrets_file.exists() else ""
    return {KEYS: keys} if keys else {}


def data_keys_given(env: Mapping[str, str]) -> dict[str, str]:
    """The same, of the environment alone."""
    return next(({name: value} for name in (f"{KEYS}_FILE", KEYS) if (value := env.get(name))), {})


def sealing(env: Mapping[str, str] = os.environ) -> Sealing:
    """The same, ready to open. Raises CommandError."""
    try:
        return Sealing.load(data_keys(env))
    except (BadKeyRing, OSError) as error:
        raise CommandError(f"The keys of sealed columns cannot be used: {error}", "See CARELINE_DATA_KEYS.") from error


def _required(secret: str | None, variable: str) -> str:
    if not secret:
        raise CommandError(
            f"{variable} is not set.", "With --url, give the secret that the gateway was started with in it."
        )
    return secret
