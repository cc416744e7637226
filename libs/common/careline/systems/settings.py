"""Where a system is, and the secret for it: from the environment, by the system's name.

    CARELINE_SYSTEM_<NAME>_URL            its base URL          CARELINE_SYSTEM_<NAME>_COMMAND   for tools of a command
    CARELINE_SYSTEM_<NAME>_SECRET         to change things; the executor's
    CARELINE_SYSTEM_<NAME>_READ_SECRET    to look at things; the verifier's

A secret may also lie in a file: `..._SECRET_FILE`, `..._READ_SECRET_FILE`; it is read at each call, so that it may
change. NAME is the system's in capital letters.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .errors import NotConfigured


@dataclass(frozen=True, slots=True)
class Access:
    """A service's settings for other systems. With `readonly` the secrets for changes are never looked at."""

    environ: Mapping[str, str]
    readonly: bool = False

    def url(self, system: str) -> str:
        """The base URL without a slash at its end. Raises NotConfigured."""
        name = _variable(system, "URL")
        text = self._needed(name).rstrip("/")
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:
            raise NotConfigured(f"{name} is no URL") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotConfigured(f"{name} has to be like https://courier.example/api")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise NotConfigured(f"{name} must hold no password, query or fragment; a secret has its own setting")
        return text

    def command(self, system: str) -> list[str]:
        """The command that serves tools on its standard input and output. Raises NotConfigured."""
        name = _variable(system, "COMMAND")
        words = shlex.split(self._needed(name))
        if not words:
            raise NotConfigured(f"{name} is empty")
        return words

    def secret(self, system: str) -> str | None:
        """The secret for this service; None when the system wants none. Raises NotConfigured."""
        name = _variable(system, "READ_SECRET" if self.readonly else "SECRET")
        file = self.environ.get(f"{name}_FILE", "")
        if file:
            try:
                text = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise NotConfigured(f"{name}_FILE cannot be read: {type(error).__name__}") from None
        else:
            text = self.environ.get(name, "")
        if text and (not text.isascii() or not text.isprintable()):
            raise NotConfigured(f"{name} has to be of printable ASCII characters")
        return text or None

    def _needed(self, name: str) -> str:
        text = self.environ.get(name, "").strip()
        if not text:
            raise NotConfigured(f"{name} is not set")
        return text


def _variable(system: str, what: str) -> str:
    return f"CARELINE_SYSTEM_{system.upper()}_{what}"
