"""Letters by somebody's HTTP interface, for e-mail or SMS: one request each, as the operator's templates say."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from ..domain.outgoing import Template
from ..domain.recognition import WAYS, Way
from ..ports import Letter, Undeliverable

_TIMEOUT_S = 5.0
# Worth another attempt: the provider is busy, or not well.
_AGAIN = frozenset({408, 409, 425, 429})


class HttpCourier:
    """Implements `ports.Courier`. The same letter has the same Idempotency-Key in every attempt, so that a provider
    that looks at it sends one message, whatever answer was lost."""

    carries: frozenset[Way] = frozenset(WAYS)

    def __init__(self, template: Template) -> None:
        self._template = template

    async def send(self, letter: Letter) -> None:
        import httpx  # only where a courier by HTTP is set

        values = asdict(letter)
        content, kind = self._template.content(values)
        key = uuid.uuid5(uuid.NAMESPACE_OID, "\x1f".join(map(str, values.values())))
        headers = {**self._template.headers(), "Content-Type": kind, "Idempotency-Key": str(key)}
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
                answer = await client.post(self._template.target(values), content=content, headers=headers)
        except httpx.HTTPError as error:
            # Never its text: it quotes the address, in which a phone number may be.
            raise OSError(f"the courier cannot be reached: {type(error).__name__}") from None
        if answer.status_code in _AGAIN or answer.status_code >= 500:
            raise OSError(f"the courier is not well: HTTP {answer.status_code}")
        if answer.status_code in (401, 403):
            raise OSError(f"the courier does not accept our key: HTTP {answer.status_code}")
        if not answer.is_success:
            raise Undeliverable(f"the courier refuses this letter: HTTP {answer.status_code}")
