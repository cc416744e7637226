"""A service's life: order of start and stop, health, settings errors that tell no secrets."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from careline.runtime import Application, Health, ServiceSettings, SettingsError, serve

pytestmark = pytest.mark.unit


class Part:
    def __init__(self, name: str, log: list[str], fails: bool = False) -> None:
        self.name, self.log, self.fails, self.well = name, log, fails, True

    async def start(self) -> None:
        if self.fails:
            raise RuntimeError(f"{self.name} cannot start")
        self.log.append(f"+{self.name}")

    async def stop(self) -> None:
        self.log.append(f"-{self.name}")

    def health(self) -> Health:
        return Health(self.well, "" if self.well else "is ill")


def settings(port: int) -> ServiceSettings:
    return ServiceSettings(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", CARELINE_HTTP_PORT=port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_components_stop_in_reverse_order_when_a_later_one_fails() -> None:
    log: list[str] = []
    app = Application("x", {"a": Part("a", log), "b": Part("b", log), "c": Part("c", log, fails=True)})
    with pytest.raises(RuntimeError, match="c cannot start"):
        await app.start()
    assert log == ["+a", "+b", "-b", "-a"]


async def test_health_tells_which_component_is_ill_and_serving_ends_cleanly() -> None:
    log: list[str] = []
    part, port, stop = Part("a", log), free_port(), asyncio.Event()
    app = Application("x", {"a": part})
    task = asyncio.create_task(serve(app, settings(port), stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(100):
            try:
                if (await client.get("/health")).status_code == 200:
                    break
            except httpx.ConnectError:
                pass
            await asyncio.sleep(0.02)
        assert (await client.get("/health")).json()["status"] == "ok"
        part.well = False
        answer = await client.get("/health")
        assert answer.status_code == 503
        assert answer.json()["components"]["a"] == {"ok": False, "detail": "is ill"}
        assert "python_info" in (await client.get("/metrics")).text
    stop.set()
    await asyncio.wait_for(task, 30)
    assert log == ["+a", "-a"]


async def test_a_failing_component_ends_the_service_with_its_error() -> None:
    app = Application("x", {"a": Part("a", [], fails=True)})
    with pytest.raises(RuntimeError, match="a cannot start"):
        await asyncio.wait_for(serve(app, settings(free_port())), 30)


def test_missing_and_wrong_settings_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("CARELINE_HTTP_PORT", "s3cret-looking")
    with pytest.raises(SettingsError) as caught:
        ServiceSettings.load()
    assert "KAFKA_BOOTSTRAP_SERVERS" in str(caught.value)
    assert "CARELINE_HTTP_PORT" in str(caught.value)
    assert "s3cret-looking" not in str(caught.value)


def test_what_the_environment_lacks_is_read_from_mounted_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "KAFKA_BOOTSTRAP_SERVERS").write_text("broker:9092\n")
    (tmp_path / "CARELINE_HTTP_PORT").write_text("1234")
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("CARELINE_HTTP_PORT", "4321")
    monkeypatch.setenv("CARELINE_SECRETS_DIR", str(tmp_path))
    settings = ServiceSettings.load()
    assert (settings.kafka, settings.http_port) == ("broker:9092", 4321)
    monkeypatch.setenv("CARELINE_SECRETS_DIR", str(tmp_path / "gone"))
    with pytest.raises(SettingsError, match="CARELINE_SECRETS_DIR names no folder"):
        ServiceSettings.load()
