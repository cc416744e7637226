"""The server on a real socket, in a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import uvicorn
from starlette.applications import Starlette

from .app import ModelServer
from .counting import Counters
from .requests import ChatRequest
from .rules import Script

_ENDS_WITHIN_S = 10


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: it is not the process's only business."""

    def capture_signals(self) -> Any:
        return nullcontext()


class Served:
    """A running server. Its numbers may be read at any time; `play` replaces the script."""

    def __init__(self, server: ModelServer, port: int) -> None:
        self._server, self.port = server, port
        self.play = server.play

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def counters(self) -> Counters:
        return self._server.counters

    @property
    def seen(self) -> deque[ChatRequest]:
        return self._server.seen


@contextmanager
def on_a_socket(app: Starlette, port: int = 0) -> Iterator[int]:
    """Any application on a real socket, in a thread, until the body ends; its port. Port 0: any free one."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = _Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="model-server", daemon=True)
    thread.start()
    try:
        # The socket listens already: whoever connects now waits until the server takes it.
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(_ENDS_WITHIN_S)
        listener.close()


@contextmanager
def serving(script: Script | None = None, port: int = 0) -> Iterator[Served]:
    """Runs until the body ends. Port 0: any free one."""
    state = ModelServer(script or Script())
    with on_a_socket(state.app(), port) as found:
        yield Served(state, found)
