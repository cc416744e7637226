"""Renders the words of a pack: sandboxed Jinja2 templates, parsed once, bounded in length.

WordsError
+-- BadTemplate     the text is no template, or uses what templates do not have
+-- RenderError     it cannot be rendered over these values
+-- TooLong         the result is longer than MAX_OUTPUT
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from .base import Words

MAX_TEMPLATE = 8_000
MAX_OUTPUT = 4_000  # characters; a reply is never longer
_LENIENT = frozenset({"args", "facts"})

_FILTERS = (
    "abs",
    "capitalize",
    "count",
    "default",
    "first",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "replace",
    "round",
    "selectattr",
    "sort",
    "sum",
    "title",
    "trim",
    "upper",
)


class WordsError(Exception):
    """Words of a pack cannot be said."""


class BadTemplate(WordsError):
    """The text is no template."""


class RenderError(WordsError):
    """The template needs a value that is not there."""


class TooLong(WordsError):
    """The rendered text is longer than a reply may be."""


class _Environment(SandboxedEnvironment):
    """No calls, no globals, attributes of rows only by their columns."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False, finalize=_plain, cache_size=0)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS} | {
            "money": money,
            "day": day,
            "clock": clock,
        }

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
            raise RenderError(f"{operator} is for numbers only")
        return super().call_binop(context, operator, left, right)


class Lenient(dict[str, Any]):
    """A mapping whose missing names are None: arguments that were not given, facts of a stranger."""

    def __missing__(self, key: str) -> None:
        return None

    def __contains__(self, key: object) -> bool:
        return True


def money(value: Any) -> str:
    """An amount with two decimals."""
    return str(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def clock(value: Any) -> str:
    """The hour and minute of a moment, or of an ISO text."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.strftime("%H:%M")


def day(value: Any) -> str:
    """The ISO day of a date, a moment or an ISO text."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)[:10]


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


_ENVIRONMENT = _Environment()


@lru_cache(maxsize=4096)
def compile_words(text: str) -> Template:
    """The parsed template; raises BadTemplate saying what is wrong and in which line."""
    if len(text) > MAX_TEMPLATE:
        raise BadTemplate(f"the text is longer than {MAX_TEMPLATE} characters")
    try:
        return _ENVIRONMENT.from_string(text)
    except TemplateError as error:
        raise BadTemplate(f"{_short(text)} is not a template: {error.message}") from error


def template_references(text: str) -> frozenset[tuple[str, ...]]:
    """The dotted names that a template needs: ("reads", "order", "total"). Raises BadTemplate."""
    compile_words(text)
    tree = _ENVIRONMENT.parse(text)
    outer = meta.find_undeclared_variables(tree)
    found: set[tuple[str, ...]] = set()

    def visit(node: nodes.Node) -> None:
        chain = _chain(node)
        if chain:
            if chain[0] in outer:
                found.add(chain)
            return
        for child in node.iter_child_nodes():
            visit(child)

    visit(tree)
    return frozenset(found)


def _chain(node: nodes.Node) -> tuple[str, ...]:
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        inner = _chain(node.node)
        return (*inner, node.attr) if inner else ()
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return _chain(node.node)
    return ()


def render(text: str, context: Mapping[str, Any]) -> str:
    """The template over `context` (args, facts, reads, diff, now, case ...); raises WordsError."""
    template = compile_words(text)
    roots = {
        name: Lenient(value) if name in _LENIENT and value is not None else value for name, value in context.items()
    }
    parts: list[str] = []
    length = 0
    try:
        for part in template.generate(roots):
            parts.append(part)
            length += len(part)
            if length > MAX_OUTPUT:
                raise TooLong(f"{_short(text)} gives more than {MAX_OUTPUT} characters")
    except WordsError:
        raise
    except Exception as error:  # filters may raise anything over foreign values
        raise RenderError(f"{_short(text)}: {error}") from error
    return "".join(parts).strip()


def say(words: Words, language: str, default: str, context: Mapping[str, Any]) -> str:
    """The words in `language` (else in `default`), rendered; raises WordsError."""
    return render(words.say(language, default), context)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
