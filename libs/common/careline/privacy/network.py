"""E-mail addresses, IP addresses, and URLs that carry a password or a key."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from careline.models.extract import emails as email_addresses

from .spans import Kind, Span, span_at

_PASSWORD = re.compile(r"://[^\s/@]{0,180}:$")
_SPELT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?[(\[]\s?at\s?[)\]]\s?[\w-]{1,60}(?:\.[\w-]{1,60}){0,3}\.[a-z]{2,24}\b"
)
_V4 = re.compile(r"(?<![A-Za-z0-9_.-])\d{1,3}(?:\.\d{1,3}){3}(?![A-Za-z0-9_-]|\.\d)")
_V6 = re.compile(r"(?<![A-Za-z0-9_:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}(?![A-Za-z0-9_:])")
_USER_INFO = re.compile(r"(?<=://)[^\s/@:]{0,200}:[^\s/@]{1,200}(?=@)")
_QUERY = re.compile(
    r"(?<=[?&])(?:access_token|token|api_?key|key|password|passwd|pwd|secret|sig|signature|auth)=([^\s&#\"'<>]{1,400})"
)


def emails(text: str, folded: str) -> Iterator[Span]:
    """Every address of the usual form, and those whose sign is written (at); no password before a host."""
    for found in email_addresses(text):
        if not _PASSWORD.search(text, max(0, found.start - 200), found.start):
            yield span_at(text, Kind.EMAIL, found.start, found.end, 0.99)
    for match in _SPELT.finditer(folded):
        yield span_at(text, Kind.EMAIL, match.start(), match.end(), 0.8)


def ips(text: str, folded: str) -> Iterator[Span]:
    """Addresses of the public network: those of a loop, a house or a cluster name no person."""
    for pattern in (_V4, _V6):
        for match in pattern.finditer(folded):
            try:
                address = ipaddress.ip_address(match.group())
            except ValueError:
                continue
            if not (address.is_private or address.is_multicast):
                yield span_at(text, Kind.IP, match.start(), match.end(), 0.95)


def logins(text: str, folded: str) -> Iterator[Span]:
    """User and password before a host, and the value of a key or token in a query; the host stays readable."""
    for match in _USER_INFO.finditer(folded):
        yield span_at(text, Kind.LOGIN, match.start(), match.end(), 0.95)
    for match in _QUERY.finditer(folded):
        yield span_at(text, Kind.LOGIN, match.start(1), match.end(1), 0.9)
