"""Going through Python's syntax trees, by the fields that can hold nodes and no others."""

from __future__ import annotations

import ast
from collections.abc import Iterator

#: Node type -> its fields. Names, numbers and contexts are no nodes to go into.
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Name: (),
    ast.Constant: (),
    ast.Attribute: ("value",),
    ast.Call: ("func", "args", "keywords"),
    ast.keyword: ("value",),
    ast.Assign: ("targets", "value"),
    ast.Expr: ("value",),
    ast.Return: ("value",),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.BinOp: ("left", "right"),
    ast.BoolOp: ("values",),
    ast.UnaryOp: ("operand",),
    ast.Compare: ("left", "comparators"),
    ast.arg: ("annotation",),
    ast.alias: (),
    ast.Pass: (),
}


def children(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes directly below."""
    for name in _FIELDS.get(type(node), node._fields):
        value = getattr(node, name, None)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    yield item
        elif isinstance(value, ast.AST):
            yield value
