# ruff: noqa: ARG002 - signatures are those of a table, or of what student code calls
"""Expressions of the syntax tree, each turned once into a function of the frame.

A node of any other kind becomes a function that raises a LabError: code that is never reached does no harm.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

from app.lab.language import operators
from app.lab.language.attributes import attribute
from app.lab.language.printing import formatted
from app.lab.language.run import Frame, Run, kind_of
from app.lab.language.scope import Scope, assigned_names
from app.lab.language.sequences import index_module, index_tensor, items_of
from app.lab.language.values import (
    NO_KEYWORDS,
    Function,
    Instance,
    Module,
    Namespace,
    Parameters,
    Place,
    Quiet,
    Super,
    Tensor,
    Value,
)
from app.lab.messages import LabError

Evaluate = Callable[[Frame], Value]
Store = Callable[[Frame, Value], None]

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.MatMult: "@",
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], str] = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip

UNREAD = {
    "Set": ("sets are not read here", "use a list"),
    "SetComp": ("sets are not read here", "use a list"),
    "Await": ("await is not read here", "a network needs none"),
    "Yield": ("generators are not read here", "collect the values in a list"),
    "YieldFrom": ("generators are not read here", "collect the values in a list"),
    "Try": ("try is not read here", "write the code that should run"),
    "TryStar": ("try is not read here", "write the code that should run"),
    "Global": ("global is not read here", "pass the value as an argument and return the new one"),
    "Nonlocal": ("nonlocal is not read here", "pass the value as an argument and return the new one"),
    "Match": ("match is not read here", "use if and elif"),
    "AsyncFunctionDef": ("async is not read here", "use def"),
    "AsyncFor": ("async is not read here", "use for"),
    "AsyncWith": ("async is not read here", "leave it out"),
}


def unread(node: ast.AST, place: Place) -> LabError:
    words, mend = UNREAD.get(type(node).__name__, (f"{type(node).__name__} is not read here", ""))
    return located(LabError(words, mend=mend), place)


def located(error: LabError, place: Place) -> LabError:
    """The error, at this place unless it already has one. Columns are in bytes until ``read`` counts characters."""
    if error.line is None and place is not None:
        error.line, error.column = place[0], place[1] + 1
    return error


class Expressions(ABC):
    """Compiles expressions of one scope. ``fixed`` is the place of everything in code that no student wrote."""

    def __init__(self, scope: Scope, fixed: Place = None) -> None:
        self.scope, self.fixed = scope, fixed
        #: Expressions compiled since this was last set: what the statement that they stand in costs.
        self.cost = 0

    def place(self, node: ast.expr | ast.stmt) -> Place:
        return self.fixed or (node.lineno, node.col_offset)

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
        if value is Ellipsis or isinstance(value, bytes | complex):
            words = "…" if value is Ellipsis else "this kind of number or text"

            def refuse(frame: Frame) -> Value:
                raise located(LabError(f"{words} is not read here"), place)

            return refuse
        if isinstance(value, int):
            try:
                operators.number(value)
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

    def call(self, node: ast.Call) -> Evaluate:
        place = self.place(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not self.scope.defines("super"):
            return self._super(node, place)
        callee = self.expression(node.func)
        starred = any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
        if starred:
            arguments = self._starred(node)
            return self._invoke(callee, arguments, place)
        if not node.keywords and len(node.args) == 1:
            only = self.expression(node.args[0])

            def call_one(frame: Frame) -> Value:
                function = callee(frame)
                argument = only(frame)
                run = frame.run
                run.at = place
                try:
                    return run.call(function, (argument,))
                except LabError as error:
                    raise located(error, place) from None

            return call_one
        plain = [self.expression(argument) for argument in node.args]
        named = [(str(keyword.arg), self.expression(keyword.value)) for keyword in node.keywords]

        def gather(frame: Frame) -> tuple[tuple[Value, ...], dict[str, Value]]:
            return tuple([a(frame) for a in plain]), {name: value(frame) for name, value in named}

        return self._invoke(callee, gather, place)

    @staticmethod
    def _invoke(
        callee: Evaluate, arguments: Callable[[Frame], tuple[tuple[Value, ...], dict[str, Value]]], place: Place
    ) -> Evaluate:
        def call(frame: Frame) -> Value:
            function = callee(frame)
            args, keywords = arguments(frame)
            run = frame.run
            run.at = place
            try:
                return run.call(function, args, keywords or NO_KEYWORDS)
            except LabError as error:
                raise located(error, place) from None

        return call

    def _starred(self, node: ast.Call) -> Callable[[Frame], tuple[tuple[Value, ...], dict[str, Value]]]:
        args = [
            (isinstance(a, ast.Starred), self.expression(a.value if isinstance(a, ast.Starred) else a))
            for a in node.args
        ]
        named = [(keyword.arg, self.expression(keyword.value)) for keyword in node.keywords]
        place = self.place(node)

        def gather(frame: Frame) -> tuple[tuple[Value, ...], dict[str, Value]]:
            values: list[Value] = []
            for spread, evaluate in args:
                value = evaluate(frame)
                if spread:
                    values.extend(spread_items(frame.run, value, place))
                else:
                    values.append(value)
            keywords: dict[str, Value] = {}
            for name, evaluate in named:
                value = evaluate(frame)
                if name is not None:
                    keywords[name] = value
                elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                    frame.run.budget.hold(len(value))
                    keywords.update(value)
                else:
                    raise located(LabError(f"** needs a dict with names, and this is {kind_of(value)}"), place)
            return tuple(values), keywords

        return gather

    def _super(self, node: ast.Call, place: Place) -> Evaluate:
        owner_of = self.scope.method_depth()

        def make(frame: Frame) -> Value:
            for _ in range(owner_of):
                frame = frame.outer or frame
            owner = frame.function.owner if frame.function else None
            if owner is None or not isinstance(frame.receiver, Instance):
                raise located(LabError("super() only works in a method of a class"), place)
            return Super(owner.base, frame.receiver)

        return make

    def binary(self, node: ast.BinOp) -> Evaluate:
        left, right, place = self.expression(node.left), self.expression(node.right), self.place(node)
        sign = _BINARY[type(node.op)]

        def operate(frame: Frame) -> Value:
            one = left(frame)
            other = right(frame)
            run = frame.run
            run.at = place
            try:
                return operators.binary(run, sign, one, other)
            except LabError as error:
                raise located(error, place) from None

        return operate

    def unary(self, node: ast.UnaryOp) -> Evaluate:
        operand, sign, place = self.expression(node.operand), _UNARY[type(node.op)], self.place(node)

        def operate(frame: Frame) -> Value:
            value = operand(frame)
            frame.run.at = place
            try:
                return operators.unary(frame.run, sign, value)
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
                    if not operators.compare(frame.run, sign, left, right):
                        return False
                except LabError as error:
                    raise located(error, place) from None
                left = right
            return True

        return operate

    def condition(self, node: ast.expr) -> Callable[[Frame], bool]:
        value, place = self.expression(node), self.place(node)
        return lambda frame: truth_at(frame.run, value(frame), place)

    def choice(self, node: ast.IfExp) -> Evaluate:
        condition, yes, no = self.condition(node.test), self.expression(node.body), self.expression(node.orelse)
        return lambda frame: yes(frame) if condition(frame) else no(frame)

    def sequence(self, node: ast.Tuple | ast.List) -> Evaluate:
        parts = [
            (isinstance(e, ast.Starred), self.expression(e.value if isinstance(e, ast.Starred) else e))
            for e in node.elts
        ]
        make: Callable[[list[Value]], Value] = tuple if isinstance(node, ast.Tuple) else list
        place, count = self.place(node), len(parts)
        if not any(spread for spread, _ in parts):
            plain = [evaluate for _, evaluate in parts]

            def build(frame: Frame) -> Value:
                hold_at(frame.run, count, place)
                return make([evaluate(frame) for evaluate in plain])

            return build

        def build_spread(frame: Frame) -> Value:
            values: list[Value] = []
            hold_at(frame.run, count, place)
            for spread, evaluate in parts:
                value = evaluate(frame)
                if spread:
                    values.extend(spread_items(frame.run, value, place))
                else:
                    values.append(value)
            return make(values)

        return build_spread

    def mapping(self, node: ast.Dict) -> Evaluate:
        pairs = [
            (self.expression(key) if key else None, self.expression(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        place = self.place(node)

        def build(frame: Frame) -> Value:
            made: dict[Value, Value] = {}
            run = frame.run
            hold_at(run, 2 * len(pairs), place)
            for key, value in pairs:
                try:
                    if key is not None:
                        made[operators.key_of(key(frame))] = value(frame)
                        continue
                    other = value(frame)
                    if not isinstance(other, dict):
                        raise LabError(f"** needs a dict, and this is {kind_of(other)}")
                    run.budget.hold(2 * len(other))
                    made.update(other)
                except LabError as error:
                    raise located(error, place) from None
            return made

        return build

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

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Evaluate:
        """Loops run in a frame of their own; a generator is collected at once."""
        inner = self.inner(Scope(self.scope, assigned_names(*(g.target for g in node.generators))))
        place = self.place(node)
        first = self.expression(node.generators[0].iter)
        loops = [
            (
                inner.expression(g.iter) if number else None,
                inner.store(g.target),
                [inner.condition(test) for test in g.ifs],
            )
            for number, g in enumerate(node.generators)
        ]
        if isinstance(node, ast.DictComp):
            key, value = inner.expression(node.key), inner.expression(node.value)
            cost = 2 + inner.cost

            def build_dict(frame: Frame) -> Value:
                made: dict[Value, Value] = {}
                own = Frame(frame.run, frame, {})

                def put() -> None:
                    hold_at(frame.run, 2, place)
                    try:
                        made[operators.key_of(key(own))] = value(own)
                    except LabError as error:
                        raise located(error, place) from None

                _loop(own, first(frame), loops, 0, put, cost, place)
                return made

            return build_dict
        element = inner.expression(node.elt)
        cost = 2 + inner.cost

        def build(frame: Frame) -> Value:
            made: list[Value] = []
            own = Frame(frame.run, frame, {})

            def put() -> None:
                hold_at(frame.run, 1, place)
                made.append(element(own))

            _loop(own, first(frame), loops, 0, put, cost, place)
            return made

        return build

    def lambda_(self, node: ast.Lambda) -> Evaluate:
        inner = self.inner(Scope(self.scope, argument_names(node.args), function=True))
        body = inner.expression(node.body)
        parameters = self.parameters(node.args)
        cost = 10 + inner.cost
        place = self.place(node)

        def run_body(frame: Frame) -> Value:
            spend_at(frame.run, cost, place)
            return body(frame)

        return lambda frame: Function("lambda", parameters(frame), run_body, frame)

    def parameters(self, node: ast.arguments) -> Callable[[Frame], Parameters]:
        names = tuple(argument.arg for argument in (*node.posonlyargs, *node.args))
        defaults = [self.expression(default) for default in node.defaults]
        keyword_only = tuple(argument.arg for argument in node.kwonlyargs)
        keyword_defaults = [
            (argument.arg, self.expression(default))
            for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
            if default is not None
        ]
        spread = node.vararg.arg if node.vararg else None
        spread_keywords = node.kwarg.arg if node.kwarg else None
        if not defaults and not keyword_defaults:
            fixed = Parameters(names, (), spread, keyword_only, None, spread_keywords)
            return lambda frame: fixed
        return lambda frame: Parameters(
            names,
            tuple([default(frame) for default in defaults]),
            spread,
            keyword_only,
            {name: default(frame) for name, default in keyword_defaults},
            spread_keywords,
        )

    def text(self, node: ast.JoinedStr) -> Evaluate:
        parts: list[Evaluate] = [self.expression(part) for part in node.values]
        place = self.place(node)

        def build(frame: Frame) -> Value:
            pieces = [str(part(frame)) for part in parts]
            write_at(frame.run, sum(len(piece) for piece in pieces), place)
            return "".join(pieces)

        return build

    def formatted(self, node: ast.FormattedValue) -> Evaluate:
        value, place = self.expression(node.value), self.place(node)
        how = self.expression(node.format_spec) if node.format_spec else None
        quoted = node.conversion == ord("r")

        def build(frame: Frame) -> Value:
            try:
                return formatted(frame.run, value(frame), str(how(frame)) if how else "", quoted)
            except LabError as error:
                raise located(error, place) from None

        return build

    def walrus(self, node: ast.NamedExpr) -> Evaluate:
        value, store = self.expression(node.value), self.store(node.target)

        def build(frame: Frame) -> Value:
            result = value(frame)
            store(frame, result)
            return result

        return build

    @abstractmethod
    def inner(self, scope: Scope) -> Expressions:
        """A compiler of the same kind for a scope within this one."""

    @abstractmethod
    def store(self, target: ast.expr) -> Store:
        """How a value is put into a target."""


def _loop(
    frame: Frame, over: Value, loops: list[Any], depth: int, put: Callable[[], None], cost: int, place: Place
) -> None:
    _, store, tests = loops[depth]
    for item in iterated(frame.run, over, place):
        spend_at(frame.run, cost, place)
        store(frame, item)
        if all(test(frame) for test in tests):
            if depth + 1 < len(loops):
                _loop(frame, loops[depth + 1][0](frame), loops, depth + 1, put, cost, place)
            else:
                put()


def subscripted(run: Run, value: Value, index: Value) -> Value:
    if isinstance(value, Tensor):
        return index_tensor(run, value, index)
    if isinstance(value, Module):
        return index_module(run, value, index)
    if isinstance(value, str | list | tuple | dict | range):
        return operators.element(run, value, index)
    if isinstance(value, Quiet):
        return value
    raise LabError(f"{kind_of(value)} cannot be indexed")


def argument_names(node: ast.arguments) -> set[str]:
    every = [*node.posonlyargs, *node.args, *node.kwonlyargs]
    every += [argument for argument in (node.vararg, node.kwarg) if argument]
    return {argument.arg for argument in every}


def iterated(run: Run, value: Value, place: Place) -> Iterable[Value]:
    try:
        return items_of(run, value)
    except LabError as error:
        raise located(error, place) from None


def spread_items(run: Run, value: Value, place: Place) -> Iterable[Value]:
    """The items that ``*value`` stands for, paid for."""
    items = iterated(run, value, place)
    hold_at(run, len(items) if isinstance(items, list | tuple | range | str) else 0, place)
    return items


def truth_at(run: Run, value: Value, place: Place) -> bool:
    if value is True or value is False:
        return value
    try:
        return operators.truth(run, value)
    except LabError as error:
        raise located(error, place) from None


def spend_at(run: Run, steps: int, place: Place) -> None:
    budget = run.budget
    budget.steps -= steps
    if budget.steps < 0:
        try:
            budget.spend(0)
        except LabError as error:
            raise located(error, place) from None


def hold_at(run: Run, cells: int, place: Place) -> None:
    try:
        run.budget.hold(cells)
    except LabError as error:
        raise located(error, place) from None


def write_at(run: Run, characters: int, place: Place) -> None:
    try:
        run.budget.write(characters)
    except LabError as error:
        raise located(error, place) from None


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
