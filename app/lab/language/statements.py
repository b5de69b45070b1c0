# ruff: noqa: ARG002 - signatures are those of a table, or of what student code calls
"""Statements of the syntax tree, each turned once into a function of the frame."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from app.lab.language import operators
from app.lab.language.attributes import assign
from app.lab.language.expressions import (
    Evaluate,
    Expressions,
    Store,
    argument_names,
    iterated,
    located,
    spend_at,
    spread_items,
    unread,
)
from app.lab.language.namespaces import imported, imported_from
from app.lab.language.run import Frame, kind_of
from app.lab.language.scope import Scope, assigned_names
from app.lab.language.sequences import assign_item
from app.lab.language.values import Class, Function, LayerType, Module, Place, Quiet, Value
from app.lab.messages import LabError

#: What a statement leaves behind when it does not simply end.
BREAK, CONTINUE, RETURN = "break", "continue", "return"
Signal = str | None
Execute = Callable[[Frame], Signal]

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.MatMult: "@",
}  # fmt: skip
_DECORATORS = {"staticmethod": "static", "classmethod": "class", "property": "property"}


class Statements(Expressions):
    """Compiles the statements of one scope."""

    def block(self, nodes: list[ast.stmt]) -> Execute:
        """A list of statements, each charged for the syntax nodes that it may evaluate before it runs."""
        steps = [self._step(node) for node in nodes]

        def execute(frame: Frame) -> Signal:
            budget = frame.run.budget
            for cost, step, place in steps:
                budget.steps -= cost
                if budget.steps < 0:
                    spend_at(frame.run, 0, place)
                signal = step(frame)
                if signal is not None:
                    return signal
            return None

        return execute

    def _step(self, node: ast.stmt) -> tuple[int, Execute, Place]:
        outside, self.cost = self.cost, 1
        step = self.statement(node)
        cost, self.cost = self.cost, outside
        return cost, step, self.place(node)

    def statement(self, node: ast.stmt) -> Execute:
        compile_one = _STATEMENTS.get(type(node))
        if compile_one is None:
            place = self.place(node)

            def refuse(frame: Frame) -> Signal:
                raise unread(node, place)

            return refuse
        return compile_one(self, node)

    def expr(self, node: ast.Expr) -> Execute:
        value = self.expression(node.value)

        def execute(frame: Frame) -> Signal:
            value(frame)
            return None

        return execute

    def nothing(self, node: ast.stmt) -> Execute:
        return lambda frame: None

    def signal(self, node: ast.Break | ast.Continue) -> Execute:
        signal = BREAK if isinstance(node, ast.Break) else CONTINUE
        return lambda frame: signal

    def return_(self, node: ast.Return) -> Execute:
        value = self.expression(node.value) if node.value else None

        def execute(frame: Frame) -> Signal:
            frame.result = value(frame) if value else None
            return RETURN

        return execute

    def assignment(self, node: ast.Assign) -> Execute:
        value = self.expression(node.value)
        stores = [self.store(target) for target in node.targets]
        if len(stores) == 1:
            (only,) = stores

            def execute_one(frame: Frame) -> Signal:
                only(frame, value(frame))
                return None

            return execute_one

        def execute(frame: Frame) -> Signal:
            result = value(frame)
            for store in stores:
                store(frame, result)
            return None

        return execute

    def annotated(self, node: ast.AnnAssign) -> Execute:
        """The annotation itself is never evaluated."""
        if node.value is None:
            return lambda frame: None
        value, store = self.expression(node.value), self.store(node.target)

        def execute(frame: Frame) -> Signal:
            store(frame, value(frame))
            return None

        return execute

    def augmented(self, node: ast.AugAssign) -> Execute:
        place, sign = self.place(node), _OPERATORS[type(node.op)]
        value = self.expression(node.value)
        target = node.target
        if isinstance(target, ast.Name):
            owner: Evaluate = self.expression(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            store = self.store(target)

            def execute(frame: Frame) -> Signal:
                old = owner(frame)
                added = value(frame)
                frame.run.at = place
                try:
                    store(frame, _augment(frame, sign, old, added))
                except LabError as error:
                    raise located(error, place) from None
                return None

            return execute
        reading = ast.copy_location(
            ast.Attribute(target.value, target.attr, ast.Load())
            if isinstance(target, ast.Attribute)
            else ast.Subscript(target.value, target.slice, ast.Load()),
            target,
        )
        current, put = self.expression(reading), self.store(target)

        def execute_part(frame: Frame) -> Signal:
            old = current(frame)
            added = value(frame)
            frame.run.at = place
            try:
                put(frame, _augment(frame, sign, old, added))
            except LabError as error:
                raise located(error, place) from None
            return None

        return execute_part

    def store(self, target: ast.expr) -> Store:
        place = self.place(target)
        if isinstance(target, ast.Name):
            return self._store_name(target.id)
        if isinstance(target, ast.Attribute):
            owner, name = self.expression(target.value), target.attr

            def store_attribute(frame: Frame, value: Value) -> None:
                to = owner(frame)
                frame.run.at = place
                try:
                    assign(frame.run, to, name, value)
                except LabError as error:
                    raise located(error, place) from None

            return store_attribute
        if isinstance(target, ast.Subscript):
            container, index = self.expression(target.value), self.expression(target.slice)

            def store_item(frame: Frame, value: Value) -> None:
                to = container(frame)
                try:
                    assign_item(frame.run, to, index(frame), value)
                except LabError as error:
                    raise located(error, place) from None

            return store_item
        if isinstance(target, ast.Tuple | ast.List):
            return self._store_each(target, place)

        def refuse(frame: Frame, value: Value) -> None:
            raise unread(target, place)

        return refuse

    def _store_name(self, name: str) -> Store:
        depth, scope = 0, self.scope
        while name not in scope.names and scope.parent is not None:
            depth, scope = depth + 1, scope.parent
        if scope.parent is None:

            def store_last(frame: Frame, value: Value) -> None:
                for _ in range(depth):
                    frame = frame.outer or frame
                # Kept in the order of the last assignment: the last network made is the one to measure.
                frame.names.pop(name, None)
                frame.names[name] = value

            return store_last
        if depth == 0:

            def store_local(frame: Frame, value: Value) -> None:
                frame.names[name] = value

            return store_local

        def store_outer(frame: Frame, value: Value) -> None:
            for _ in range(depth):
                frame = frame.outer or frame
            frame.names[name] = value

        return store_outer

    def _store_each(self, target: ast.Tuple | ast.List, place: Place) -> Store:
        starred = [number for number, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
        stores = [self.store(part.value if isinstance(part, ast.Starred) else part) for part in target.elts]
        least = len(stores) - len(starred)

        def store(frame: Frame, value: Value) -> None:
            values = list(spread_items(frame.run, value, place))
            if len(values) != least and not (starred and len(values) > least):
                raise located(LabError(f"{len(values)} values cannot be unpacked into {len(stores)} names"), place)
            if starred:
                at = starred[0]
                behind = len(stores) - at - 1
                values = [*values[:at], values[at : len(values) - behind], *values[len(values) - behind :]]
            for put, item in zip(stores, values, strict=True):
                put(frame, item)

        return store

    def for_(self, node: ast.For) -> Execute:
        over, store, place = self.expression(node.iter), self.store(node.target), self.place(node)
        body, otherwise = self.block(node.body), self.block(node.orelse)

        def execute(frame: Frame) -> Signal:
            for item in iterated(frame.run, over(frame), place):
                spend_at(frame.run, 3, place)
                store(frame, item)
                signal = body(frame)
                if signal is BREAK:
                    return None
                if signal is RETURN:
                    return signal
            return otherwise(frame)

        return execute

    def while_(self, node: ast.While) -> Execute:
        outside = self.cost
        condition, place = self.condition(node.test), self.place(node)
        cost = 3 + self.cost - outside
        body, otherwise = self.block(node.body), self.block(node.orelse)

        def execute(frame: Frame) -> Signal:
            while condition(frame):
                spend_at(frame.run, cost, place)
                signal = body(frame)
                if signal is BREAK:
                    return None
                if signal is RETURN:
                    return signal
            return otherwise(frame)

        return execute

    def if_(self, node: ast.If) -> Execute:
        condition, yes, no = self.condition(node.test), self.block(node.body), self.block(node.orelse)
        return lambda frame: yes(frame) if condition(frame) else no(frame)

    def assert_(self, node: ast.Assert) -> Execute:
        condition, place = self.condition(node.test), self.place(node)
        message = self.expression(node.msg) if node.msg else None

        def execute(frame: Frame) -> Signal:
            if not condition(frame):
                said = message(frame) if message else None
                words = f"the assertion failed: {said[:400]}" if isinstance(said, str) else "the assertion failed"
                raise located(LabError(words, mend="this condition is false here"), place)
            return None

        return execute

    def raise_(self, node: ast.Raise) -> Execute:
        place = self.place(node)
        said = self.expression(node.exc.args[0]) if isinstance(node.exc, ast.Call) and node.exc.args else None
        name = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        kind = name.id if isinstance(name, ast.Name) else "error"

        def execute(frame: Frame) -> Signal:
            words = said(frame) if said else None
            raise located(LabError(f"{kind[:60]}: {words[:400] if isinstance(words, str) else 'raised here'}"), place)

        return execute

    def with_(self, node: ast.With) -> Execute:
        contexts, place = [self.expression(item.context_expr) for item in node.items], self.place(node)
        body = self.block(node.body)

        def execute(frame: Frame) -> Signal:
            for context in contexts:
                if not isinstance(context(frame), Quiet):
                    raise located(LabError("only torch.no_grad() and its like stand behind with here"), place)
            return body(frame)

        return execute

    def delete(self, node: ast.Delete) -> Execute:
        names = [target.id if isinstance(target, ast.Name) else None for target in node.targets]
        place = self.place(node)

        def execute(frame: Frame) -> Signal:
            for name in names:
                if name is None or name not in frame.names:
                    raise located(LabError("only a variable can be deleted here"), place)
                del frame.names[name]
            return None

        return execute

    def import_(self, node: ast.Import) -> Execute:
        place = self.place(node)
        wanted = [
            (alias.name, alias.asname, self._store_name((alias.asname or alias.name).split(".")[0]))
            for alias in node.names
        ]

        def execute(frame: Frame) -> Signal:
            for name, renamed, store in wanted:
                try:
                    store(frame, imported(name, whole=renamed is not None))
                except LabError as error:
                    raise located(error, place) from None
            return None

        return execute

    def import_from(self, node: ast.ImportFrom) -> Execute:
        place, module = self.place(node), node.module or ""
        wanted = [(alias.name, self._store_name(alias.asname or alias.name)) for alias in node.names]

        def execute(frame: Frame) -> Signal:
            if node.level:
                raise located(LabError("there are no other files to import from"), place)
            for name, store in wanted:
                try:
                    if name == "*":
                        for other, value in imported_from(module, name).items():
                            frame.names.setdefault(other, value)
                    else:
                        store(frame, imported_from(module, name)[name])
                except LabError as error:
                    raise located(error, place) from None
            return None

        return execute

    def function(self, node: ast.FunctionDef) -> Execute:
        make, store = self._function(node), self._store_name(node.name)

        def execute(frame: Frame) -> Signal:
            store(frame, make(frame))
            return None

        return execute

    def _function(self, node: ast.FunctionDef) -> Callable[[Frame], Value]:
        names = argument_names(node.args) | assigned_names(*node.body)
        inner = self.inner(Scope(self.function_parent(), names, function=True))
        block, parameters = inner.block(node.body), self.parameters(node.args)
        kind, place = "method", self.place(node)
        wrappers: list[Evaluate] = []
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Name) and decorator.id in _DECORATORS:
                kind = _DECORATORS[decorator.id]
            else:
                wrappers.append(self.expression(decorator))

        def body(frame: Frame) -> Value:
            spend_at(frame.run, 10, place)
            block(frame)
            return frame.result

        def make(frame: Frame) -> Value:
            made = Function(node.name, parameters(frame), body, self.function_frame(frame))
            made.kind = kind
            for wrapper in wrappers:
                if not isinstance(wrapper(frame), Quiet):
                    raise located(LabError("this decorator is not read here", mend="leave it out"), place)
            return made

        return make

    def inner(self, scope: Scope) -> Statements:
        return Statements(scope, self.fixed)

    def function_parent(self) -> Scope:
        """The scope that functions defined here look into next."""
        return self.scope

    def function_frame(self, frame: Frame) -> Frame:
        return frame

    def class_(self, node: ast.ClassDef) -> Execute:
        place, store = self.place(node), self._store_name(node.name)
        bases = [self.expression(base) for base in node.bases]
        inner = ClassBody(Scope(self.scope, assigned_names(*node.body)), self.fixed)
        body = inner.block(node.body)
        plain = not node.keywords and not node.decorator_list

        def execute(frame: Frame) -> Signal:
            found = [base(frame) for base in bases]
            if len(found) > 1 or not plain:
                raise located(LabError("a class has one base class here, and no decorators"), place)
            base = found[0] if found and not isinstance(found[0], Quiet) else None
            if isinstance(base, Module):
                raise located(
                    LabError("a class inherits from a class, and this is a layer", mend="leave out the brackets"), place
                )
            if not isinstance(base, Class | LayerType | None):
                raise located(
                    LabError(f"a class cannot inherit from {kind_of(base)}", mend="inherit from nn.Module"), place
                )
            if isinstance(base, Class) and _length(base) > 20:
                raise located(LabError("classes inherit from each other more than 20 deep"), place)
            own = Frame(frame.run, frame, {})
            body(own)
            made = Class(node.name, base, own.names)
            for value in own.names.values():
                if isinstance(value, Function) and value.owner is None:
                    value.owner = made
            store(frame, made)
            return None

        return execute


class ClassBody(Statements):
    """The body of a class: its functions do not see its names."""

    def function_parent(self) -> Scope:
        assert self.scope.parent is not None
        return self.scope.parent

    def function_frame(self, frame: Frame) -> Frame:
        assert frame.outer is not None
        return frame.outer


def _length(base: Class) -> int:
    length: int = 0
    where: Class | LayerType | None = base
    while isinstance(where, Class):
        length, where = length + 1, where.base
    return length


def _augment(frame: Frame, sign: str, old: Value, added: Value) -> Value:
    if sign == "+" and isinstance(old, list):
        items = list(spread_items(frame.run, added, None))
        old.extend(items)
        return old
    return operators.binary(frame.run, sign, old, added)


_STATEMENTS: dict[type[ast.stmt], Callable[[Statements, Any], Execute]] = {
    ast.Expr: Statements.expr,
    ast.Pass: Statements.nothing,
    ast.Break: Statements.signal,
    ast.Continue: Statements.signal,
    ast.Return: Statements.return_,
    ast.Assign: Statements.assignment,
    ast.AnnAssign: Statements.annotated,
    ast.AugAssign: Statements.augmented,
    ast.For: Statements.for_,
    ast.While: Statements.while_,
    ast.If: Statements.if_,
    ast.Assert: Statements.assert_,
    ast.Raise: Statements.raise_,
    ast.With: Statements.with_,
    ast.Delete: Statements.delete,
    ast.Import: Statements.import_,
    ast.ImportFrom: Statements.import_from,
    ast.FunctionDef: Statements.function,
    ast.ClassDef: Statements.class_,
}
