"""Asks a service whether it is ready."""

import httpx


class HealthCheck:
    """GET /health of one service. Each check opens a connection of its own: nothing lingers after a restart."""

    def __init__(self, address: str) -> None:
        self._url = f"{address}/health"

    async def ready(self) -> bool:
        """True when it answers 200 within 2 seconds."""
        try:
            # No TLS on the loop-back address: the certificates are not worth their loading time.
            async with httpx.AsyncClient(timeout=2, verify=False, trust_env=False) as client:  # noqa: S501
                answer = await client.get(self._url)
        except (httpx.HTTPError, OSError):
            return False
        return answer.status_code == 200
