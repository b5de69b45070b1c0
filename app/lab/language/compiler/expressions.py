"""Expressions of the syntax tree, each turned once into a function of the frame.

A node of any other kind becomes a function that raises a LabError: code that is never reached does no harm.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from app.lab.language.compiler.calls import Calls
from app.lab.language.compiler.charges import (
    located,
    truth_at,
    unread,
)
from app.lab.language.compiler.compiling import Evaluate
from app.lab.language.compiler.displays import Displays
from app.lab.language.kinds import kind_of
from app.lab.language.operations.arithmetic import binary, number, unary
from app.lab.language.operations.attributes import attribute
from app.lab.language.operations.comparison import compare
from app.lab.language.operations.sequences import element, index_module, index_tensor
from app.lab.language.run import Frame, Run
from app.lab.language.values import (
    Builtin,
    Class,
    Function,
    Instance,
    LayerType,
    Method,
    Module,
    Namespace,
    Quiet,
    Tensor,
    Value,
)
from app.lab.messages import LabError

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.MatMult: "@",
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], str] = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


class Expressions(Calls, Displays):
    """Compiles expressions of one scope."""

    def expression(self, node: ast.expr) -> Evaluate:
        self.cost += 1
        compile_one = _EXPRESSIONS.get(type(node))
        if compile_one is None:
            place = self.place(node)

            def refuse(frame: Frame) -> Value:
                raise unread(node, place)

            return refuse
        return compile_one(self, node)

    def constant(self, node: ast.Constant) -> Evaluate:
        value: Value = node.value
        place = self.place(node)
        if isinstance(value, bytes | complex):
            words = "b'…' is not read here" if isinstance(value, bytes) else "complex numbers are not read here"

            def refuse(frame: Frame) -> Value:
                raise located(LabError(words, mend="use plain text" if isinstance(value, bytes) else ""), place)

            return refuse
        if isinstance(value, int):
            try:
                number(value)
            except LabError as error:
                raise located(error, place) from None
        return lambda frame: value

    def name(self, node: ast.Name) -> Evaluate:
        return self.scope.load(node.id, self.place(node))

    def attribute(self, node: ast.Attribute) -> Evaluate:
        owner, name, place = self.expression(node.value), node.attr, self.place(node)

        def get(frame: Frame) -> Value:
            value = owner(frame)
            if isinstance(value, Instance):
                if name in value.fields:
                    return value.fields[name]
            elif isinstance(value, Namespace) and name in value.table:
                return value.table[name]
            frame.run.at = place
            try:
                return attribute(frame.run, value, name)
            except LabError as error:
                raise located(error, place) from None

        return get

    def binary(self, node: ast.BinOp) -> Evaluate:
        left, right, place = self.expression(node.left), self.expression(node.right), self.place(node)
        sign = BINARY[type(node.op)]

        def operate(frame: Frame) -> Value:
            one = left(frame)
            other = right(frame)
            run = frame.run
            run.at = place
            try:
                return binary(run, sign, one, other)
            except LabError as error:
                raise located(error, place) from None

        return operate

    def unary(self, node: ast.UnaryOp) -> Evaluate:
        operand, sign, place = self.expression(node.operand), _UNARY[type(node.op)], self.place(node)

        def operate(frame: Frame) -> Value:
            value = operand(frame)
            frame.run.at = place
            try:
                return unary(frame.run, sign, value)
            except LabError as error:
                raise located(error, place) from None

        return operate

    def boolean(self, node: ast.BoolOp) -> Evaluate:
        operands = [self.expression(value) for value in node.values]
        stops, place = isinstance(node.op, ast.Or), self.place(node)

        def operate(frame: Frame) -> Value:
            value: Value = None
            for operand in operands:
                value = operand(frame)
                if truth_at(frame.run, value, place) is stops:
                    return value
            return value

        return operate

    def comparison(self, node: ast.Compare) -> Evaluate:
        first, place = self.expression(node.left), self.place(node)
        rest = [(_COMPARE[type(o)], self.expression(c)) for o, c in zip(node.ops, node.comparators, strict=True)]

        def operate(frame: Frame) -> Value:
            left = first(frame)
            for sign, evaluate in rest:
                right = evaluate(frame)
                frame.run.at = place
                try:
                    if not compare(frame.run, sign, left, right):
                        return False
                except LabError as error:
                    raise located(error, place) from None
                left = right
            return True

        return operate

    def choice(self, node: ast.IfExp) -> Evaluate:
        condition, yes, no = self.condition(node.test), self.expression(node.body), self.expression(node.orelse)
        return lambda frame: yes(frame) if condition(frame) else no(frame)

    def subscript(self, node: ast.Subscript) -> Evaluate:
        owner, index, place = self.expression(node.value), self.expression(node.slice), self.place(node)

        def get(frame: Frame) -> Value:
            value = owner(frame)
            run = frame.run
            at = index(frame)
            run.at = place
            try:
                return subscripted(run, value, at)
            except LabError as error:
                raise located(error, place) from None

        return get

    def slice(self, node: ast.Slice) -> Evaluate:
        parts = [self.expression(part) if part else None for part in (node.lower, node.upper, node.step)]
        place = self.fixed or (node.lineno, node.col_offset)

        def build(frame: Frame) -> Value:
            values = [part(frame) if part else None for part in parts]
            if not all(value is None or type(value) is int for value in values) or values[2] == 0:
                raise located(LabError("a slice is made of whole numbers, and its step is not 0"), place)
            return slice(*values)

        return build

    def walrus(self, node: ast.NamedExpr) -> Evaluate:
        value, store = self.expression(node.value), self.store(node.target)

        def build(frame: Frame) -> Value:
            result = value(frame)
            store(frame, result)
            return result

        return build


def subscripted(run: Run, value: Value, index: Value) -> Value:
    if isinstance(value, Tensor):
        return index_tensor(run, value, index)
    if isinstance(value, Module):
        return index_module(run, value, index)
    if isinstance(value, str | list | tuple | dict | range):
        return element(run, value, index)
    if isinstance(value, Quiet):
        return value
    mend = "only lists, tuples, text, dicts and tensors can be"
    if isinstance(value, Class | LayerType | Function | Builtin | Method):
        mend = "use round brackets: (…)"
    raise LabError(f"{kind_of(value)} cannot be indexed", mend=mend)


_EXPRESSIONS: dict[type[ast.expr], Callable[[Expressions, Any], Evaluate]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.Attribute: Expressions.attribute,
    ast.Call: Expressions.call,
    ast.BinOp: Expressions.binary,
    ast.UnaryOp: Expressions.unary,
    ast.BoolOp: Expressions.boolean,
    ast.Compare: Expressions.comparison,
    ast.IfExp: Expressions.choice,
    ast.Tuple: Expressions.sequence,
    ast.List: Expressions.sequence,
    ast.Dict: Expressions.mapping,
    ast.Subscript: Expressions.subscript,
    ast.Slice: Expressions.slice,
    ast.ListComp: Expressions.comprehension,
    ast.GeneratorExp: Expressions.comprehension,
    ast.DictComp: Expressions.comprehension,
    ast.Lambda: Expressions.lambda_,
    ast.JoinedStr: Expressions.text,
    ast.FormattedValue: Expressions.formatted,
    ast.NamedExpr: Expressions.walrus,
}
