"""A letter as the HTTP request that a provider wants, by the operator's templates; a value stays a value.

BadTemplate     the templates make no request
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

DEFAULT_BODY = '{"way": "{way}", "to": "{address}", "from": "{tenant}", "text": "{text}"}'
DEFAULT_HEADER = "Authorization: Bearer {key}"

_SLOT = re.compile(r"\{([a-z]+)\}")
_NAMES = frozenset({"way", "address", "tenant", "text"})
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class BadTemplate(ValueError):
    """What is wrong, without any value."""


@dataclass(frozen=True, slots=True)
class Template:
    """`url` and `body` with {way}, {address}, {tenant}, {text}; `body` is JSON, or a form as in an address
    (a={text}&b=c); `header` has {key}. Raises BadTemplate."""

    url: str
    body: str
    header: str
    key: str

    def __post_init__(self) -> None:
        parts = urlsplit(_SLOT.sub("x", self.url))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise BadTemplate("the address has to be https://host/..., and its key does not belong into it")
        if "{" in urlsplit(self.url).netloc:
            raise BadTemplate("no value may be part of the host")
        if parts.scheme == "http" and self.key and parts.hostname not in _LOCAL:
            raise BadTemplate("a key is sent over https only")
        for slot in (*_SLOT.findall(self.url), *_SLOT.findall(self.body)):
            if slot not in _NAMES:
                raise BadTemplate(f"there is no {{{slot}}}: there are {{way}}, {{address}}, {{tenant}} and {{text}}")
        if self.body.lstrip()[:1] in ("{", "["):
            try:
                json.loads(self.body)
            except ValueError as error:
                raise BadTemplate("the body begins like JSON, and is none") from error
        name, colon, value = self.header.partition(":")
        if self.key and (not colon or not _TOKEN.fullmatch(name.strip()) or "{key}" not in value):
            raise BadTemplate("the header has to be like 'Authorization: Bearer {key}'")
        if not (self.key.isascii() and self.key.isprintable()):
            raise BadTemplate("the key cannot be sent in a header")

    def target(self, values: Mapping[str, str]) -> str:
        """The address, every value percent-encoded."""
        return _SLOT.sub(lambda slot: quote(values[slot[1]], safe=""), self.url)

    def content(self, values: Mapping[str, str]) -> tuple[bytes, str]:
        """The body and its media type."""
        if self.body.lstrip()[:1] in ("{", "["):
            return json.dumps(_filled(json.loads(self.body), values), ensure_ascii=False).encode(), "application/json"
        pairs = [(name, _text(value, values)) for name, value in parse_qsl(self.body, keep_blank_values=True)]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"

    def headers(self) -> dict[str, str]:
        """The one with the key, where there is one."""
        name, _, value = self.header.partition(":")
        return {name.strip(): value.strip().replace("{key}", self.key)} if self.key else {}


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _text(value, values)
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, values) for name, each in value.items()}
    return value


def _text(template: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: values[slot[1]], template)
