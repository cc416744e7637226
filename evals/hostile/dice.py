"""What makes a model of random weights dangerous: a relay before its server, through which all questions go.

It lets the model throw dice instead of always taking its likeliest token, and narrows what the dice can show. Where the
schema asks for words, most answers choose among words that are really there (the customer's own, those of a passage, a
false "done"), because noise points at no evidence and would be dropped at once. All of it still fits the schema that
was asked for. Now and then the schema is left out altogether.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from careline.testing.model_server.running import on_a_socket

from .answers import FALSE_DONE

WORDED, NOISE, FORMLESS = "worded", "noise", "formless"
_SHARES: Mapping[str, int] = {WORDED: 6, NOISE: 1, FORMLESS: 1}
# So hot that weights which were never taught anything favour nothing.
_TEMPERATURE = 2.0
# What a reading is about: mostly a deed, and sometimes a question, for only then the other roles are asked.
_AIMS = ("operation:", "operation:", "guide", "")
_NOISE_CHARS, _ITEMS, _FORMLESS_TOKENS = 24, 3, 48
_PIECE = re.compile(r"[A-Za-z0-9][\w.'@+-]*|[\u4e00-\u9fff]")
# Of a prompt the customer's message comes last; words before it are a passage's, or of earlier turns.
_LATEST, _LONGEST, _CHOICES = 16, 5, 12
Body = dict[str, Any]


def thrown(body: Body, seed: int) -> tuple[str, Body]:
    """The kind of dice, and the request that goes on to the server. The same question throws the same dice."""
    user = str(body["messages"][-1]["content"])
    random = Random(hashlib.sha256(f"{seed}:{body['model']}:{user}".encode()).digest())
    kind = random.choices(list(_SHARES), list(_SHARES.values()))[0]
    made = body | {"model": "small", "temperature": _TEMPERATURE, "seed": random.getrandbits(31)}
    if kind == FORMLESS:
        del made["response_format"]
        return kind, made | {"max_completion_tokens": _FORMLESS_TOKENS}
    form = body["response_format"]
    found = words(user, random) if kind == WORDED else ()
    narrow = narrowed(form["json_schema"]["schema"], found, random.choice(_AIMS) if kind == WORDED else "")
    return kind, made | {"response_format": form | {"json_schema": form["json_schema"] | {"schema": narrow}}}


def narrowed(node: Any, choices: Sequence[str], aim: str = "") -> Any:
    """A schema that allows less: texts are one of `choices`, or short where there are none; lists are short. With an
    `aim` no list is empty, and of names that begin with it one is taken."""
    if isinstance(node, list):
        return [narrowed(each, choices, aim) for each in node]
    if not isinstance(node, dict):
        return node
    made = {name: narrowed(each, choices, aim) for name, each in node.items()}
    if made.get("type") == "array":
        most = min(_ITEMS, made.get("maxItems", _ITEMS))
        made |= {"maxItems": most, "minItems": min(1, most) if aim else 0}
    if made.get("type") == "string" and "enum" in made:
        made["enum"] = [each for each in made["enum"] if each.startswith(aim)] or made["enum"]
    elif made.get("type") == "string" and not made.keys() & {"enum", "const"}:
        longest = made.get("maxLength", _NOISE_CHARS)
        fit = sorted({each for each in choices if len(each) <= longest})
        made |= {"enum": fit} if fit else {"maxLength": min(_NOISE_CHARS, longest)}
    return made


def words(prompt: str, random: Random) -> tuple[str, ...]:
    """Runs of words as they stand in the prompt, half of them from its end; and a false "done"."""
    places = [found.span() for found in _PIECE.finditer(prompt)]
    runs = [FALSE_DONE]
    for number in range(_CHOICES if places else 0):
        pool = places[-_LATEST:] if number % 2 else places
        first = random.randrange(len(pool))
        last = min(first + random.randrange(_LONGEST), len(pool) - 1)
        runs.append(prompt[pool[first][0] : pool[last][1]])
    return tuple(runs)


@dataclass
class Dice:
    """The relay before the server at `target` (its URL with /v1). `thrown` counts questions by kind."""

    target: str
    seed: int
    port: int = 0
    thrown: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/chat/completions", self._relay, methods=["POST"])])

    async def _relay(self, request: Request) -> Response:
        kind, body = thrown(await request.json(), self.seed)
        self.thrown[kind] += 1
        headers = {"Authorization": request.headers.get("authorization", "")}
        http = httpx.AsyncClient(timeout=None, trust_env=False)
        asked = http.build_request("POST", f"{self.target}/chat/completions", json=body, headers=headers)
        try:
            answer = await http.send(asked, stream=True)
        except httpx.HTTPError:
            await http.aclose()
            return Response(status_code=502)
        return StreamingResponse(_pieces(http, answer), answer.status_code, media_type=answer.headers["content-type"])


async def _pieces(http: httpx.AsyncClient, answer: httpx.Response) -> AsyncIterator[bytes]:
    """Closes the connection however it ends: an open one keeps the server writing."""
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()
        await http.aclose()


@contextmanager
def rolling(target: str, seed: int) -> Iterator[Dice]:
    """The relay on a port of its own, until the body ends."""
    dice = Dice(target, seed)
    with on_a_socket(dice.app()) as dice.port:
        yield dice
