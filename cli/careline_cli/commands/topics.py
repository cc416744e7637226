"""`careline topics`."""

import asyncio
import os
from typing import Annotated

import typer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from careline.contracts.topics import TOPICS, Topic
from careline.messaging import Deviation, MessagingError, check_topics, create_topics
from careline_cli.errors import CommandError
from careline_cli.stack.stack import Stack, attach

app = typer.Typer()


@app.command()
def topics(
    check: Annotated[
        bool, typer.Option("--check", help="Compare the broker with the table; exit 1 on a difference.")
    ] = False,
    create: Annotated[bool, typer.Option("--create", help="Create those that are missing.")] = False,
    replication: Annotated[int, typer.Option(min=1, help="Copies of each new topic.")] = 1,
) -> None:
    """The one table of topics: who writes, who reads, how long it is kept.

    The broker is KAFKA_BOOTSTRAP_SERVERS, else that of the running stack.
    """
    console = Console()
    if not check and not create:
        console.print(table(TOPICS))
        return
    servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS") or attach(os.environ).kafka
    try:
        made, deviations = asyncio.run(run(servers, create=create, replication=replication))
    except (KafkaError, MessagingError, OSError) as error:
        raise CommandError(
            f"The broker at {servers} cannot be asked: {error}", "Is it running? `careline status`"
        ) from error
    for name in made:
        console.print(f"created {name}")
    for deviation in deviations:
        console.print(str(deviation), style="yellow", highlight=False)
    if deviations:
        raise typer.Exit(1)
    console.print(f"{len(TOPICS)} topics are as declared.")


async def run(servers: str, *, create: bool, replication: int = 1) -> tuple[tuple[str, ...], tuple[Deviation, ...]]:
    """The topics that were created, and how the broker's differ from the declared ones after that."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=15_000)
    await admin.start()
    try:
        made = await create_topics(admin, TOPICS, replication) if create else ()
        return made, await _settled(admin, made)
    finally:
        await admin.close()


async def create_stack_topics(stack: Stack) -> str:
    """A step of `careline up`. What differs from the table is told, not repaired."""
    made, deviations = await run(stack.kafka, create=True)
    differing = f"; {'; '.join(map(str, deviations))}" if deviations else ""
    return f"{len(TOPICS)} topics, {len(made)} new{differing}"


async def _settled(admin: AIOKafkaAdminClient, made: tuple[str, ...]) -> tuple[Deviation, ...]:
    """The deviations, once the broker's metadata knows the topics that were made just now."""
    for _ in range(50):
        deviations = await check_topics(admin, TOPICS)
        if not any(deviation.topic in made and deviation.actual is None for deviation in deviations):
            break
        await asyncio.sleep(0.1)
    return deviations


def table(declared: tuple[Topic, ...]) -> Table:
    """The declared topics for the terminal."""
    result = Table(box=None, pad_edge=False)
    for column in ("topic", "from", "to", "parts", "kept", "largest"):
        result.add_column(column, overflow="fold", no_wrap=column not in ("from", "to"))
    for topic in declared:
        result.add_row(
            topic.name,
            ", ".join(topic.producers) if len(topic.producers) < 6 else "all",
            ", ".join(topic.consumers),
            str(topic.partitions),
            f"{topic.retention_ms // 86_400_000} d",
            f"{topic.max_message_bytes // 1000} kB",
        )
    return result
