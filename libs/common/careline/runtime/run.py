"""Runs a service: components up in order, HTTP beside them, drained and down in reverse on SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvicorn
import uvloop
from starlette.applications import Starlette

from careline.privacy import logs

from .component import Component, Health, Measured
from .health import health_routes
from .settings import ServiceSettings, SettingsError

log = logging.getLogger("careline")
S = TypeVar("S", bound=ServiceSettings)


@dataclass(slots=True)
class Application:
    """A service assembled: its name, its components by name (in starting order), and, if it serves more than
    /health and /metrics, its own ASGI application (health routes are added to it)."""

    name: str
    components: Mapping[str, Component]
    http: Starlette | None = None
    _started: list[str] = field(default_factory=list)

    def report(self) -> Mapping[str, Health]:
        """The health of each component; those not started yet are named as such."""
        return {
            name: part.health() if name in self._started else Health(False, "starting")
            for name, part in self.components.items()
        }

    async def start(self) -> None:
        """Start the components in order. If one fails, those before it are stopped again."""
        try:
            for name, part in self.components.items():
                await part.start()
                self._started.append(name)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop in reverse; one that fails does not keep the others running."""
        for name in reversed(self._started.copy()):
            try:
                await self.components[name].stop()
            except Exception:
                log.exception("%s: %s did not stop cleanly", self.name, name)
            self._started.remove(name)

    def expositions(self) -> list[bytes]:
        """Prometheus text of every component that has metrics of its own."""
        return [part.metrics() for part in self.components.values() if isinstance(part, Measured)]

    def asgi(self) -> Starlette:
        app = self.http or Starlette()
        # First, so that a catch-all of the service cannot hide them.
        app.router.routes[:0] = health_routes(self.name, self.report, self.expositions)
        return app


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the service decides when it ends."""

    def capture_signals(self) -> Any:
        from contextlib import nullcontext

        return nullcontext()


async def serve(application: Application, settings: ServiceSettings, stop: asyncio.Event | None = None) -> None:
    """Serve until `stop` is set or a signal arrives. HTTP is up first, so that /health can say 'starting'."""
    stopping = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, stopping.set)
    config = uvicorn.Config(
        application.asgi(),
        host=settings.http_host,
        port=settings.http_port,
        access_log=False,
        log_config=None,  # what uvicorn says goes to the root's handlers, which conceal personal data
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    http = asyncio.create_task(server.serve(), name="http")
    start = asyncio.create_task(application.start(), name="start")
    ended = asyncio.create_task(stopping.wait(), name="stop")
    try:
        await asyncio.wait({http, start, ended}, return_when=asyncio.FIRST_COMPLETED)
        if start.done():
            start.result()
            log.info("%s is ready", application.name)
            await asyncio.wait({http, ended}, return_when=asyncio.FIRST_COMPLETED)
        if http.done():
            http.result()
    finally:
        start.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await start
        await application.stop()
        server.should_exit = True
        ended.cancel()
        # uvicorn ends a failed bind with SystemExit; it must not hide what went wrong before.
        with suppress(asyncio.CancelledError, SystemExit):
            await http


def run(name: str, settings_type: type[S], create_app: Callable[[S], Application]) -> None:
    """A service's `__main__`: settings from the environment, then serve. Exits 2 with a clear line on bad settings."""
    try:
        settings = settings_type.load()
        application = create_app(settings)
    except SettingsError as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logs.install()
    uvloop.run(serve(application, settings))
