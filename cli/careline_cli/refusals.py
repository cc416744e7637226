"""What the gateway refused, as a sentence and what to do about it, by the codes of docs/reference/web-chat-api.md."""

from __future__ import annotations

import httpx

_AGAIN = "Start `careline chat` again: a new conversation gets a new token."
_SECRETS = "With --url, the secrets in the environment have to be those that this gateway was started with."
_LATER = "Nothing was lost; try again in a moment. `careline status` shows what does not run."
_HINTS = {
    "token_expired": _AGAIN,
    "unknown_conversation": _AGAIN,
    "token_missing": _SECRETS,
    "token_invalid": _SECRETS,
    "unknown_tenant": "`careline tenant list` shows who is served; `careline tenant publish PACK` adds a business.",
    "not_found": "Is this the address of a gateway? `careline status` shows that of the running stack.",
    "not_taken": "`careline inbox take CONVERSATION` takes it.",
    "taken_by_another": "`careline inbox list` shows who has which conversation.",
    "too_large": "Say it in several shorter messages.",
    "empty": "Write at least one character that can be seen.",
    "too_many_requests": "Write more slowly.",
    "too_many_waiting": "Wait for the replies to what you wrote before.",
    "unavailable": _LATER,
    "internal": "`careline logs gateway` says what happened.",
}


def refusal(answer: httpx.Response, **hints: str) -> tuple[str, str]:
    """(the sentence, what to do) of an answer that is a refusal; also of one that is not the gateway's.

    `hints` are a command's own, by code."""
    try:
        error = answer.json()["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        where = f"{answer.url.scheme}://{answer.url.netloc.decode()}"
        return f"What answers at {where} is no gateway of Careline (HTTP {answer.status_code}).", _HINTS["not_found"]
    return f"The gateway refused: {message} ({answer.status_code} {code}).", (_HINTS | hints).get(code, "")


def no_answer(url: httpx.URL, error: Exception) -> tuple[str, str]:
    """(the sentence, what to do) when there was no answer at all."""
    where = str(url).rstrip("/")
    return (
        f"The gateway at {where} does not answer ({type(error).__name__}).",
        "See whether it runs: `careline status`.",
    )
