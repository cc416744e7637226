"""The running stack as other commands reach it: addresses and the tokens a human operator has."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from careline_cli.stack import state
from careline_cli.stack.errors import NotRunning
from careline_cli.stack.home import Home
from careline_cli.stack.lock import owner
from careline_cli.stack.secrets import load


@dataclass(frozen=True, slots=True)
class Running:
    """URLs without a trailing slash. `database` is the owner's; the tokens are secrets; `services`: all, by name."""

    gateway: str
    insight: str
    database: str
    agent_token: str
    customer_secret: str
    data_keys: str = ""
    services: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def find(cls, env: Mapping[str, str] | None = None) -> Running:
        """The stack of this home. Raises NotRunning, StateCorrupt, SecretsCorrupt."""
        home = Home.find(os.environ if env is None else env)
        record = state.read(home) if owner(home) is not None else state.read_or_empty(home)
        addresses = {process.name: process.address for process in record.processes if process.alive}
        if record.phase != "running" or "gateway" not in addresses:
            raise NotRunning("The stack does not run.", "Start it with `careline up` (or `careline up --detach`).")
        secrets = load(home)
        return cls(
            gateway=addresses["gateway"].rstrip("/"),
            insight=addresses.get("insight", "").rstrip("/"),
            database=record.addresses.get("postgres", ""),
            agent_token=secrets.agent_token,
            customer_secret=secrets.customer_secret,
            data_keys=secrets.data_keys,
            services=addresses,
        )
