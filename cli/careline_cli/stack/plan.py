"""What `careline up` does between infrastructure and "ready", as a value: steps, then services.

A step is added by one line in `default_plan`; what it needs is imported when it runs, so that the command stays quick.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from careline_cli.stack.secrets import SERVICES
from careline_cli.stack.stack import Stack


@dataclass(frozen=True)
class Step:
    """Something done once at each start, before the services: idempotent, given the stack's addresses and secrets.

    `run` returns a remark for the progress line ("14 topics") or nothing; what it raises stops the start.
    """

    name: str
    run: Callable[[Stack], Awaitable[str | None]]


@dataclass(frozen=True)
class Service:
    """A process `python -m module arguments...`, ready when GET /health answers 200 within `ready_within_s`; `nice` as
    in `Command`."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    ready_within_s: float = 60.0
    nice: int = 0


@dataclass(frozen=True)
class Plan:
    """Steps run one after the other; then all services start at once."""

    steps: tuple[Step, ...] = ()
    services: tuple[Service, ...] = ()


def default_plan() -> Plan:
    """The whole of Careline."""
    return Plan(
        steps=(
            Step("encoder", _encoder),
            Step("database", _database),
            Step("topics", _topics),
            Step("packs", _packs),
        ),
        services=tuple(_service(name) for name in SERVICES),
    )


def _service(name: str) -> Service:
    # Customers wait for all others; nobody waits for who only observes.
    return Service(name, f"careline_{name}", ready_within_s=_ready_within(name), nice=10 if name == "insight" else 0)


def _ready_within(service: str) -> float:
    """Seconds. Classifier and retrieval learn and embed every pack once, which takes a while on a busy machine, and the
    others start beside them."""
    return 300.0 if service in ("classifier", "retrieval") else 120.0


def parts_only() -> Plan:
    """Kafka, Postgres and Redis, and nothing else."""
    return Plan()


async def _encoder(stack: Stack) -> str | None:
    from careline_cli.stack.encoder import make_encoder

    return await make_encoder(stack)


async def _database(stack: Stack) -> str | None:
    from careline_cli.commands.migrate import migrate_stack

    return await migrate_stack(stack)


async def _topics(stack: Stack) -> str | None:
    from careline_cli.commands.topics import create_stack_topics

    return await create_stack_topics(stack)


async def _packs(stack: Stack) -> str | None:
    from careline_cli.tenants.publishing import publish_stack_packs

    return await publish_stack_packs(stack)
