"""Every code that a refusal may carry: its HTTP status, and when it is given. The OpenAPI document is made from it."""

from __future__ import annotations

CODES: dict[str, tuple[int, str]] = {
    "not_json": (400, "the body is not JSON in UTF-8"),
    "binary": (400, "NUL characters in a text, or binary frames on a WebSocket"),
    "bad_position": (400, "`Last-Event-ID` or `after` is not the id of an event"),
    "bad_request": (400, "anything else that is not HTTP as it should be"),
    "token_missing": (401, "no bearer token"),
    "token_invalid": (401, "not a token of ours, or for something else"),
    "token_expired": (401, "the token was good once"),
    "wrong_code": (403, "the one-time code is wrong, used, expired, or was tried too often"),
    "origin": (403, "pages of this origin may not use the service"),
    "unknown_conversation": (404, "there is none for this token, or at all"),
    "not_recognised": (404, "this business recognises nobody by a code"),
    "unknown_entry": (404, "the ledger of this business has no such entry"),
    "unknown_tenant": (404, "no such business is served here"),
    "not_found": (404, "nothing is served at this address"),
    "method_not_allowed": (405, "the address does not take this method"),
    "no_hello": (408, "the first message on a WebSocket did not come"),
    "client_id_taken": (409, "this `client_id` was given to another text before; the same text is answered as before"),
    "not_taken": (409, "a person answers only a conversation that they took"),
    "taken_by_another": (409, "another person has the conversation"),
    "too_large": (413, "a text has at most 8192 bytes, a body a little more"),
    "invalid": (422, "JSON, but not of the form that is wanted; the message names the field"),
    "empty": (422, "the text has nothing that can be seen"),
    "too_many_requests": (429, "slow down; see `Retry-After`"),
    "too_many_waiting": (429, "too many messages wait for their replies; see `Retry-After`"),
    "too_many_streams": (429, "too many open streams of one conversation; see `Retry-After`"),
    "internal": (500, "something went wrong here"),
    "unavailable": (503, "the database is away, nothing was lost: repeat; see `Retry-After`"),
}
