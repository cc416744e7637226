"""What a person found out is told to the customer, in the conversation that asked for it."""

from __future__ import annotations

from careline_cli.inbox_api import InboxApi, InboxError


def tell(api: InboxApi, tenant: str, conversation: str, agent: str, text: str) -> str:
    """Said in the person's name; who answers from now on (a status): the person who has it, else the bot again. Raises
    InboxError, also when another person has the conversation."""
    where = (tenant, conversation)
    before = api.show(*where)["status"]
    api.act("take", *where, {"agent": agent})
    try:
        status = api.act("answer", *where, {"agent": agent, "text": text})
    except InboxError:
        if before != "human":
            api.act("hand-back", *where, {"agent": agent})
        raise
    if before in ("human", "waiting"):
        return status  # the customer may have more to ask this person
    return api.act("resolve" if before == "closed" else "hand-back", *where, {"agent": agent})
