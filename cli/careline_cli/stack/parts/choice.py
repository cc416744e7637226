"""Which parts the stack starts itself, and which an address in the environment replaces."""

from collections.abc import Mapping

from careline_cli.stack.home import Home
from careline_cli.stack.parts.base import External, Part, Probe
from careline_cli.stack.parts.kafka import Kafka, probe_kafka
from careline_cli.stack.parts.postgres import Postgres, probe_postgres
from careline_cli.stack.parts.redis import Redis, probe_redis
from careline_cli.stack.ports import PortBook
from careline_cli.stack.secrets import Secrets

_PROBES: dict[str, tuple[str, Probe]] = {
    "kafka": ("KAFKA_BOOTSTRAP_SERVERS", probe_kafka),
    "postgres": ("DATABASE_URL", probe_postgres),
    "redis": ("REDIS_URL", probe_redis),
}


def choose_parts(home: Home, ports: PortBook, secrets: Secrets, env: Mapping[str, str]) -> list[Part]:
    """Kafka, Postgres and Redis in this order; a part whose variable is set in `env` is an External."""
    parts: list[Part] = []
    for name, (variable, probe) in _PROBES.items():
        if env.get(variable):
            parts.append(External(name, variable, env[variable], probe))
        elif name == "kafka":
            parts.append(Kafka(home, ports))
        elif name == "postgres":
            parts.append(Postgres(home, ports, secrets.postgres_password))
        else:
            parts.append(Redis(home, ports))
    return parts
