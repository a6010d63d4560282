"""Formulas of the published table: numbers, names and the four operations with powers, nothing else."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from loopledger.errors import ModelError

__all__ = ["evaluate"]

_OPERATIONS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """Return the value of a formula.

    Raises
    ------
    ModelError
        If it holds anything but numbers, known names, + - * / ** and brackets.

    Examples
    --------
    >>> evaluate("(a + 0.5) / 2", {"a": 2.5})
    1.5
    """
    try:
        return _value(ast.parse(formula, mode="eval").body, values)
    except (SyntaxError, ZeroDivisionError, KeyError) as error:
        msg = f"the formula {formula!r} cannot be computed: {error}"
        raise ModelError(msg, hint="use numbers, known names, + - * / ** and brackets") from None


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return float(_OPERATIONS[type(op)](_value(left, values), _value(right, values)))
    raise KeyError(ast.unparse(node))
