"""How a business knows a visitor again who has not signed in: by a code sent to an address that its records have."""

from __future__ import annotations

from pydantic import Field

from .base import PackModel


class Recognise(PackModel):
    """Columns of the customers' table: `find` are those that a visitor may name to say who they are; the code goes to
    what `email` or `phone` holds, never to an address that the visitor gives."""

    find: tuple[str, ...] = Field(min_length=1)
    email: str | None = None
    phone: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them, once each."""
        named = (*self.find, *(column for column in (self.email, self.phone) if column))
        return tuple(dict.fromkeys(named))
