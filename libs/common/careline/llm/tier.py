"""A tier, ready for calls."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from .usage import FREE, Price


@dataclass(frozen=True, slots=True)
class Tier:
    """`model` is what the server is asked for: the model's name, or the name of the business's LoRA adapter on it.

    `seconds` and `first_token_seconds` bound one call together with the caller's own deadline; `concurrency` calls run
    at once on a URL and `waiting` more may wait, whoever asks (the first tier that uses a URL says so for all).
    """

    name: str
    url: str
    model: str
    key: SecretStr | None = None
    price: Price = FREE
    concurrency: int = 16
    waiting: int = 256
    seconds: float = 20.0
    first_token_seconds: float = 8.0
    attempts: int = 3

    def headers(self) -> dict[str, str]:
        """The authorisation, if there is a key."""
        return {"Authorization": f"Bearer {self.key.get_secret_value()}"} if self.key else {}
