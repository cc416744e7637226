"""What the URL of a model server looks like."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def api_url(url: str) -> str:
    """The base URL of the API, with /v1 if no path is given. Raises a ValueError that says what is wrong, not its
    value: a URL may hold a password."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise PydanticCustomError("url", "is no URL; one looks like http://127.0.0.1:8000/v1") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PydanticCustomError("url", "has to be like http://127.0.0.1:8000/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise PydanticCustomError(
            "url", "must not hold a password, a query or a fragment, since URLs are logged; a key has its own variable"
        )
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") or "/v1", "", ""))


ApiUrl = Annotated[str, AfterValidator(api_url)]
