"""The agents' API, as the command uses it.

CommandError
└── InboxError    the gateway refused, or does not answer
"""

from __future__ import annotations

from builtins import list as list_
from collections.abc import Mapping
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

    def ledger(self, tenant: str, wanted: Mapping[str, str]) -> list_[dict[str, Any]]:
        """Entries of the ledger, newest first; `wanted` are the filters."""
        entries: list_[dict[str, Any]] = self._ask("GET", f"/v1/agent/ledger/{tenant}", query=wanted)["entries"]
        return entries

    def ledger_entry(self, tenant: str, entry: str, *, reveal: str) -> dict[str, Any]:
        """One entry by its whole id, with personal data if it is revealed to somebody."""
        query = {"reveal": "true", "agent": reveal} if reveal else {}
        found: dict[str, Any] = self._ask("GET", f"/v1/agent/ledger/{tenant}/{entry}", query=query)
        return found

    def undo(self, tenant: str, entry: str, agent: str) -> dict[str, Any]:
        """Ask for an entry to be undone: the conversation in which it is shown, and the turn that shows it."""
        begun: dict[str, Any] = self._ask("POST", f"/v1/agent/ledger/{tenant}/{entry}/undo", {"agent": agent})
        return begun

    def answer_undo(self, tenant: str, conversation: str, agent: str, *, confirm: bool) -> dict[str, Any]:
        """Yes or no to what was shown."""
        body = {"agent": agent, "confirm": confirm}
        begun: dict[str, Any] = self._ask("POST", f"/v1/agent/undo/{tenant}/{conversation}", body)
        return begun

    def resolve(self, conversation: str, tenant: str) -> tuple[str, str]:
        """(tenant, id) of the listed conversation that begins so; else `conversation` of `tenant`, taken as it is."""
        found = [row for row in self.list() if row["conversation"].startswith(conversation)]
        if len(found) > 1:
            raise InboxError(f"{len(found)} conversations begin with {conversation!r}.", "Give more of the id.")
        return (found[0]["tenant"], found[0]["conversation"]) if found else (tenant, conversation)

    def _path(self, tenant: str, conversation: str) -> str:
        return f"/v1/agent/conversations/{tenant}/{conversation}"

    def _ask(
        self, method: str, url: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Any:
        try:
            answer = self._http.request(method, url, json=body, params=query)
        except httpx.HTTPError as error:
            raise InboxError(*no_answer(self._http.base_url, error)) from error
        if answer.status_code >= 400:
            hints = {
                "unknown_conversation": "`careline inbox list` shows those that are open.",
                "unknown_entry": "`careline ledger` lists entries with their ids.",
            }
            raise InboxError(*refusal(answer, **hints))
        return answer.json()
