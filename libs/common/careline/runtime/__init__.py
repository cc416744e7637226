"""The life of a service process: settings, components, health, metrics, signals."""

from .component import Component, Health, Hooks
from .consuming import Consuming
from .run import Application, run, serve
from .settings import ClaimSettings, DatabaseSettings, ServiceSettings, SettingsError

__all__ = [
    "Application",
    "ClaimSettings",
    "Component",
    "Consuming",
    "DatabaseSettings",
    "Health",
    "Hooks",
    "ServiceSettings",
    "SettingsError",
    "run",
    "serve",
]
