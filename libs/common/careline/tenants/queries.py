"""The read-only queries of profile.yaml: checked to be one plain SELECT, with the customer as a parameter.

QueryError    the text is no such query
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_LENGTH = 4000

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>--[^\n]*|/\*)|(?P<text>'(?:[^']|'')*')|(?P<quoted>"[^"]+")|(?P<cast>::)
    |(?P<param>:[A-Za-z_]\w*)|(?P<word>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*/%<>=!|&~^(),.;\[\]@\#?])""",
    re.VERBOSE,
)
# Words that could make a SELECT write or lock; the transaction is read-only besides.
_FORBIDDEN = frozenset({"call", "copy", "delete", "insert", "into", "merge", "truncate", "update"})
_FORBIDDEN_PREFIX = ("pg_", "dblink", "lo_", "set_config", "current_setting", "information_schema", "query_to_xml")


class QueryError(Exception):
    """What is wrong with a query, in words."""


@dataclass(frozen=True, slots=True)
class Query:
    """`sql` has $1 (text) in place of :customer; `columns` are the output names; `tables` those it reads."""

    sql: str
    columns: tuple[str, ...]
    tables: frozenset[str]


@lru_cache(maxsize=512)
def parse_query(text: str) -> Query:
    """Check `text` and turn :customer into $1. Raises QueryError. Postgres has the last word, when it is published."""
    tokens = _tokens(text)
    words = [piece.lower() for kind, piece in tokens if kind == "word"]
    if not words or tokens[0][1].lower() not in ("select", "with"):
        raise QueryError("a profile query has to be a single SELECT")
    for word in words:
        if word in _FORBIDDEN or word.startswith(_FORBIDDEN_PREFIX):
            raise QueryError(f"{word.upper()} is not allowed in a profile query; it only reads the business's tables")
    for kind, piece in tokens:
        if piece == ";":
            raise QueryError("a profile query has to be a single SELECT, without ';'")
        if kind == "param" and piece != ":customer":
            raise QueryError(f"unknown parameter {piece}; there is only :customer")
    sql = "".join("$1::text" if kind == "param" else piece for kind, piece in tokens)
    code = [(kind, piece) for kind, piece in tokens if kind != "space"]
    return Query(sql, _columns(code), _tables(code))


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH} characters")
    text = text.strip()
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise QueryError(f"cannot read the query at {text[position : position + 20]!r}")
        if match.lastgroup == "comment":
            raise QueryError("no comments inside of a query; put them above it")
        tokens.append((match.lastgroup, match.group()))
        position = match.end()
    return tokens


def _columns(tokens: list[tuple[str, str]]) -> tuple[str, ...]:
    """Output names: what follows AS, or the last word of each item between the outer SELECT and FROM."""
    items: list[list[tuple[str, str]]] = [[]]
    depth, inside = 0, False
    for kind, piece in tokens:
        depth += (piece == "(") - (piece == ")")
        word = piece.lower() if kind == "word" and depth == 0 else ""
        if word == "select":
            inside, items = True, [[]]
        elif word == "from" and inside:
            break
        elif inside and piece == "," and depth == 0:
            items.append([])
        elif inside and not (word == "distinct" and not items[-1]):
            items[-1].append((kind, piece))
    names = [item[-1][1].strip('"') if item and item[-1][0] in ("word", "quoted") else "" for item in items]
    if any(not name for name in names):
        raise QueryError("every column of a profile query needs a name: ... AS name")
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise QueryError(f"the name {min(doubled)!r} is given to two columns")
    return tuple(names)


def _tables(tokens: list[tuple[str, str]]) -> frozenset[str]:
    """What follows FROM and JOIN, and commas between tables, without the query's own WITH names."""
    own = {
        name.lower()
        for (_, name), (_, following), (_, bracket) in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if following.lower() == "as" and bracket == "("
    }
    found: set[str] = set()
    for index, (kind, piece) in enumerate(tokens[:-1]):
        if kind == "word" and piece.lower() in ("from", "join"):
            following_kind, name = tokens[index + 1]
            if following_kind in ("word", "quoted"):
                found.add(name.strip('"'))
            if index + 2 < len(tokens) and tokens[index + 2][1] == ".":
                raise QueryError(f"write {tokens[index + 3][1]} without {name}.: there is only the business's schema")
    return frozenset(name for name in found if name.lower() not in own and name.lower() != "lateral")
