"""Arithmetic that an instructor writes, such as ``9 * C**2``: read with Python's own parser, computed by our own walk.

Nothing is ever handed to ``eval``: a closed set of nodes, bounded in size, depth and magnitude.
"""

import ast
import math
from collections.abc import Callable, Mapping
from functools import lru_cache

Value = int | float

_LONGEST = 200
_MOST_NODES = 100
#: No intermediate value may be larger than this.
LARGEST = 1e30


class ExpressionError(ValueError):
    """An expression that cannot be read or computed, in words for its author. ``offset`` counts characters from 0."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


class UnknownName(ExpressionError):
    """A name that is no variable of the question."""

    def __init__(self, name: str, offset: int) -> None:
        super().__init__(f"unknown variable '{name}'", offset)
        self.name = name


def names(source: str) -> Mapping[str, int]:
    """The variables that an expression reads, and the offset of each one's first use. Raises ExpressionError."""
    found: dict[str, int] = {}
    calls = {id(node.func) for node in ast.walk(_tree(source)) if isinstance(node, ast.Call)}
    for node in ast.walk(_tree(source)):
        if isinstance(node, ast.Name) and id(node) not in calls:
            found[node.id] = min(found.get(node.id, node.col_offset), node.col_offset)
    return found


def evaluate(source: str, values: Mapping[str, Value]) -> Value:
    """The expression's value: an int or a finite float. Raises ExpressionError."""
    return _value(_tree(source), values)


@lru_cache(maxsize=2048)
def _tree(source: str) -> ast.expr:
    text = source.replace("−", "-").replace("×", "*").replace("·", "*").replace("\t", " ").lstrip()
    lead = len(source) - len(text)
    if not text:
        raise ExpressionError("there is no expression")
    if len(text) > _LONGEST:
        raise ExpressionError(f"the expression is longer than {_LONGEST} characters")
    if not text.isascii():
        raise ExpressionError(f"'{next(c for c in text if not c.isascii())}' is not arithmetic")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        offset = (getattr(error, "offset", None) or 1) - 1
        raise ExpressionError(f"'{text.strip()}' is not arithmetic", lead + offset) from None
    if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
        raise ExpressionError("the expression is too long")
    _check(tree, lead)
    return tree


def _check(tree: ast.expr, lead: int) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += lead
        match node:
            case ast.BinOp(op=ast.BitXor()):
                raise ExpressionError("powers are written ** here, such as C**2", node.col_offset)
            case ast.BinOp(op=op) if type(op) in _OPERATIONS:
                pass
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()) | ast.Name():
                pass
            case ast.operator() | ast.unaryop() | ast.expr_context():
                pass
            case ast.Constant(value=bool()):
                raise ExpressionError("True and False are not numbers", node.col_offset)
            case ast.Constant(value=int() | float()):
                _bounded(node.value, node.col_offset)
            case ast.Call(func=ast.Name(id=name), keywords=[]):
                if name not in FUNCTIONS:
                    raise ExpressionError(f"unknown function '{name}'; known: {', '.join(FUNCTIONS)}", node.col_offset)
            case _:
                where = getattr(node, "col_offset", lead)
                raise ExpressionError("only numbers, names, + - * / // % ** and brackets are arithmetic here", where)


def _value(node: ast.expr, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            if name not in values:
                raise UnknownName(name, node.col_offset)
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, values)
        case ast.UnaryOp(operand=inner):
            return +_value(inner, values)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _value(left, values), _value(right, values)
            return _computed(lambda: _OPERATIONS[type(op)](a, b), node.col_offset)
        case ast.Call(func=ast.Name(id=name), args=args):
            given = [_value(arg, values) for arg in args]
            return _computed(lambda: FUNCTIONS[name](*given), node.col_offset)
    raise ExpressionError("this is not arithmetic", node.col_offset)


def _computed(compute: Callable[[], object], offset: int) -> Value:
    try:
        return _bounded(compute(), offset)
    except ZeroDivisionError:
        raise ExpressionError("division by zero", offset) from None
    except OverflowError:
        raise ExpressionError("the value is too large", offset) from None
    except (ValueError, TypeError) as error:
        raise error if isinstance(error, ExpressionError) else ExpressionError(str(error), offset) from None


def _bounded(value: object, offset: int) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError("the value is not a real number", offset)
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ExpressionError("the value is too large", offset)
    return value


def _power(a: Value, b: Value) -> object:
    if abs(b) > 256:
        raise OverflowError
    return a**b


_OPERATIONS: dict[type[ast.operator], Callable[[Value, Value], object]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: _power,
}

FUNCTIONS: dict[str, Callable[..., object]] = {
    "min": lambda *a: min(a),
    "max": lambda *a: max(a),
    "round": round,
    "abs": abs,
    "sqrt": math.sqrt,
    "log2": math.log2,
    "log10": math.log10,
    "floor": math.floor,
    "ceil": math.ceil,
}
