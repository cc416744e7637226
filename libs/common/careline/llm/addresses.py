"""What may stand in a URL and in a key."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr


def checked_url(url: str) -> str:
    """The base URL of the API, with /v1 if no path is given. Raises ValueError that says what a URL looks like."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise ValueError("this is no URL; one looks like http://127.0.0.1:8000/v1") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("has to begin with http:// or https:// and name a host, like http://127.0.0.1:8000/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(
            "must not hold a password, a query or a fragment, since URLs are logged; a key has its variable"
        )
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") or "/v1", "", ""))


def checked_key(key: SecretStr) -> SecretStr:
    """A key that fits into a header: what does not is quoted by libraries in their errors. Raises ValueError."""
    text = key.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a key has only printable ASCII characters and no blanks (a line break at its end?)")
    return key
