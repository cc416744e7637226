"""The agents' API, as the command uses it.

CommandError
└── InboxError    the gateway refused, or does not answer
"""

from __future__ import annotations

from typing import Any, Self

import httpx

from careline_cli.errors import CommandError
from careline_cli.refusals import no_answer, refusal


class InboxError(CommandError):
    """An action on a conversation was refused."""


class InboxApi:
    """Use as `with InboxApi(...) as api`. Every method raises InboxError."""

    def __init__(self, gateway: str, token: str) -> None:
        self._http = httpx.Client(base_url=gateway, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def list(self) -> list[dict[str, Any]]:
        """Conversations that wait for a person or have one."""
        rows: list[dict[str, Any]] = self._ask("GET", "/v1/agent/conversations")
        return rows

    def show(self, tenant: str, conversation: str) -> dict[str, Any]:
        """Everything about one conversation."""
        case: dict[str, Any] = self._ask("GET", self._path(tenant, conversation))
        return case

    def act(self, action: str, tenant: str, conversation: str, body: dict[str, str]) -> str:
        """Take, answer, resolve or hand-back; who answers from now on (a status)."""
        status: str = self._ask("POST", f"{self._path(tenant, conversation)}/{action}", body)["status"]
        return status

    def resolve(self, conversation: str, tenant: str) -> tuple[str, str]:
        """(tenant, id) of the listed conversation that begins so; else `conversation` of `tenant`, taken as it is."""
        found = [row for row in self.list() if row["conversation"].startswith(conversation)]
        if len(found) > 1:
            raise InboxError(f"{len(found)} conversations begin with {conversation!r}.", "Give more of the id.")
        return (found[0]["tenant"], found[0]["conversation"]) if found else (tenant, conversation)

    def _path(self, tenant: str, conversation: str) -> str:
        return f"/v1/agent/conversations/{tenant}/{conversation}"

    def _ask(self, method: str, url: str, body: dict[str, str] | None = None) -> Any:
        try:
            answer = self._http.request(method, url, json=body)
        except httpx.HTTPError as error:
            raise InboxError(*no_answer(self._http.base_url, error)) from error
        if answer.status_code >= 400:
            raise InboxError(*refusal(answer, unknown_conversation="`careline inbox list` shows those that are open."))
        return answer.json()
