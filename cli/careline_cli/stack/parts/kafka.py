"""Apache Kafka: one KRaft node, its jars resolved once by Maven from `deploy/local/pom.xml`."""

import asyncio
import base64
import uuid
from collections.abc import Callable
from pathlib import Path

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from careline_cli.stack.home import Home
from careline_cli.stack.parts.jars import Jars
from careline_cli.stack.parts.programs import java
from careline_cli.stack.ports import PortBook
from careline_cli.stack.process import Command, Watcher
from careline_cli.stack.tools import run_tool

# A broker for one developer: one small heap, few threads, quick to start rather than quick for years.
_JVM = ("-Xms96m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_FORMATTED = "meta.properties"


class Kafka:
    """Broker and controller in one process on 127.0.0.1, its log in `kafka/`. Topics never make themselves."""

    name = "kafka"
    variable = "KAFKA_BOOTSTRAP_SERVERS"

    def __init__(self, home: Home, ports: PortBook) -> None:
        self._home = home
        self._jars = Jars(home)
        self._data = home.root / "kafka"
        self._port = ports.take("kafka")
        self._controller_port = ports.take("kafka-controller")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    async def prepare(self, watcher: Watcher | None) -> None:
        """Jars, settings, and the log's format. Raises ToolMissing, PrepareFailed."""
        binary = java()
        await self._jars.resolve(watcher)
        self._data.mkdir(mode=0o700, exist_ok=True)
        self._settings_file.write_text(self._settings())
        if not (self._data / "log" / _FORMATTED).exists():
            await self._format(binary, watcher)

    def command(self) -> Command:
        logging = f"-Dlog4j2.configurationFile={self._home.recipes / 'log4j2.properties'}"
        argv = (java(), *_JVM, logging, "-cp", self._jars.class_path, "kafka.Kafka", str(self._settings_file))
        return Command(self.name, argv, self._home.log(self.name))

    async def ready(self) -> bool:
        try:
            await probe_kafka(self.address)
        except (KafkaError, OSError, TimeoutError):
            return False
        return True

    @property
    def _settings_file(self) -> Path:
        return self._data / "server.properties"

    async def _format(self, binary: str, watcher: Watcher | None) -> None:
        tool = (binary, *_JVM, "-cp", self._jars.class_path, "kafka.tools.StorageTool")
        options = (
            "format",
            "--standalone",
            "--ignore-formatted",
            "-t",
            cluster_id(),
            "-c",
            str(self._settings_file),
        )
        command = Command("kafka-format", (*tool, *options), self._home.log("kafka-format"))
        await run_tool(command, "Formatting Kafka's log", "Is Java 17 or newer?", watcher, timeout_s=120)

    def _settings(self) -> str:
        here, controller = f"127.0.0.1:{self._port}", f"127.0.0.1:{self._controller_port}"
        settings = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.bootstrap.servers": controller,
            "listeners": f"PLAINTEXT://{here},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{here},CONTROLLER://{controller}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self._data / "log",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "share.coordinator.state.topic.num.partitions": 1,
            "group.initial.rebalance.delay.ms": 0,
            # A broker that was killed may register again only when its old session has ended.
            "broker.session.timeout.ms": 4000,
            "broker.heartbeat.interval.ms": 1000,
            "num.network.threads": 1,
            "num.io.threads": 2,
            "log.cleaner.dedupe.buffer.size": 2097152,
        }
        return "".join(f"{key}={value}\n" for key, value in settings.items())


def cluster_id(draw: Callable[[], uuid.UUID] = uuid.uuid4) -> str:
    """A random id as Kafka writes its own: 22 characters of URL-safe base64. None that begins with a hyphen, as one
    in 64 does: the tool would take it for an option."""
    while (found := base64.urlsafe_b64encode(draw().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return found


async def probe_kafka(address: str) -> None:
    """Raises when no broker answers at `address` (host:port, several by commas) within 5 seconds."""
    client = AIOKafkaClient(bootstrap_servers=address, request_timeout_ms=4000)
    try:
        await asyncio.wait_for(client.bootstrap(), 5)
    finally:
        await client.close()
