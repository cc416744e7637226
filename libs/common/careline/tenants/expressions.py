"""Expressions of a pack: Python-like, without side effects, parsed once, evaluated over rows and arguments.

ExpressionError
+-- BadExpression       the text cannot be parsed, or uses what expressions do not have
+-- EvaluationError     it cannot be computed over these values
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import simpleeval

from .operators import FUNCTIONS, OPERATORS

MAX_LENGTH = 2000
MAX_NODES = 400
NAMES = ("args", "facts", "reads", "now", "today", "customer")

_ALLOWED: tuple[type[ast.AST], ...] = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.BinOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.Name,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.Load,
    *OPERATORS,
)


class ExpressionError(Exception):
    """An expression of a pack is of no use here."""


class BadExpression(ExpressionError):
    """The text is no expression."""


class EvaluationError(ExpressionError):
    """The expression cannot be computed over the values given."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. `references` are the dotted names in it: ("reads", "order", "status")."""

    text: str
    tree: ast.expr
    references: frozenset[tuple[str, ...]]

    def evaluate(self, scope: Mapping[str, Any]) -> Any:
        """Its value over `scope` (the names in NAMES; rows are mappings). Raises EvaluationError."""
        evaluator = _idle_evaluator()
        evaluator.names = scope
        try:
            return evaluator.eval(self.text, self.tree)
        except EvaluationError:
            raise
        except RecursionError as error:
            raise EvaluationError(f"{self.text!r} is nested too deeply") from error
        except Exception as error:  # arithmetic on foreign values may raise anything
            raise EvaluationError(f"{self.text!r}: {error}") from error
        finally:
            evaluator.names = {}
            _evaluators.append(evaluator)


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """Parse and check `text`; raises BadExpression saying what is wrong and where."""
    if len(text) > MAX_LENGTH:
        raise BadExpression(f"the expression is longer than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        where = f" at column {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        raise BadExpression(f"{text!r} is not an expression: {getattr(error, 'msg', error)}{where}") from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES:
        raise BadExpression(f"the expression has more than {MAX_NODES} parts")
    for node in nodes:
        _check(node, text)
    return Expression(text, tree.body, _references(tree.body))


def evaluate(text: str, scope: Mapping[str, Any]) -> Any:
    """The value of the expression `text`; raises ExpressionError."""
    return compile_expression(text).evaluate(scope)


def holds(text: str, scope: Mapping[str, Any]) -> bool:
    """Whether the expression is true over `scope`; raises ExpressionError."""
    return bool(evaluate(text, scope))


def _check(node: ast.AST, text: str) -> None:
    if not isinstance(node, _ALLOWED):
        raise BadExpression(f"{text!r}: {type(node).__name__} is not available in expressions")
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise BadExpression(
                f"{text!r}: {ast.unparse(node.func)} is not a function; there are {', '.join(FUNCTIONS)}"
            )
        if node.keywords:
            raise BadExpression(f"{text!r}: functions take no named arguments")
    if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        raise BadExpression(f"{text!r}: names do not begin with an underscore")
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool | type(None)):
        raise BadExpression(f"{text!r}: {node.value!r} is not available in expressions")


def _references(tree: ast.expr) -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()

    def visit(node: ast.AST) -> None:
        chain = _chain(node)
        if chain:
            found.add(chain)
            return
        children = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        for child in children:
            visit(child)

    visit(tree)
    return frozenset(found)


def _chain(node: ast.AST) -> tuple[str, ...]:
    """The dotted name that `node` is, or () when it is something else. An index stays out: rows[0].id is (rows, id)."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        inner = _chain(node.value)
        return (*inner, node.attr) if inner else ()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return _chain(node.value)
    return ()


class _Evaluator(simpleeval.EvalWithCompoundTypes):  # type: ignore[misc]
    """simpleeval with our operators, and attributes that reach only into mappings."""

    def __init__(self) -> None:
        super().__init__(operators=OPERATORS, functions={}, names={})
        self.functions = FUNCTIONS  # after the base class has added its own, which we do not have

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        value = self._eval(node.value)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise EvaluationError(f"{ast.unparse(node.value)} has no {node.attr!r}: it is not a row")
        # What was not given or not found (args.note, facts.name of a stranger) is None; a column has to exist.
        if isinstance(node.value, ast.Name):
            return value.get(node.attr)
        if node.attr not in value:
            raise EvaluationError(f"{ast.unparse(node.value)} has no column {node.attr!r}")
        return value[node.attr]

    def _eval_subscript(self, node: ast.Subscript) -> Any:
        value, index = self._eval(node.value), self._eval(node.slice)
        if isinstance(value, Mapping):
            return value.get(index)
        return value[index] if value is not None and -len(value) <= index < len(value) else None


# To make one costs more than to evaluate most expressions. As many as have ever been at work at once.
_evaluators: list[_Evaluator] = []


def _idle_evaluator() -> _Evaluator:
    try:
        return _evaluators.pop()
    except IndexError:
        return _Evaluator()
