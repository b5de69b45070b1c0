"""Statements of the syntax tree, each turned once into a function of the frame."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from app.lab.language.compiler.charges import (
    iterated,
    located,
    spend_at,
    unread,
)
from app.lab.language.compiler.definitions import Definitions
from app.lab.language.compiler.scope import Scope
from app.lab.language.compiler.signals import BREAK, CONTINUE, RETURN, Execute, Signal
from app.lab.language.run import Frame
from app.lab.language.values import (
    Place,
    Quiet,
)
from app.lab.messages import LabError


class Statements(Definitions):
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

    def nothing(self, node: ast.Pass) -> Execute:  # noqa: ARG002
        return lambda frame: None

    def signal(self, node: ast.Break | ast.Continue) -> Execute:
        signal = BREAK if isinstance(node, ast.Break) else CONTINUE
        if not self.loops:
            raise _outside(signal, "loop", self.place(node))
        return lambda frame: signal

    def return_(self, node: ast.Return) -> Execute:
        if self.scope.parent is None or not self.scope.function:
            raise _outside(RETURN, "function", self.place(node))
        value = self.expression(node.value) if node.value else None

        def execute(frame: Frame) -> Signal:
            frame.result = value(frame) if value else None
            return RETURN

        return execute

    def for_(self, node: ast.For) -> Execute:
        over, store, place = self.expression(node.iter), self.store(node.target), self.place(node)
        body, otherwise = self._repeated(node.body), self.block(node.orelse)

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

    def _repeated(self, nodes: list[ast.stmt]) -> Execute:
        self.loops += 1
        body = self.block(nodes)
        self.loops -= 1
        return body

    def while_(self, node: ast.While) -> Execute:
        outside = self.cost
        condition, place = self.condition(node.test), self.place(node)
        cost = 3 + self.cost - outside
        body, otherwise = self._repeated(node.body), self.block(node.orelse)

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

    def inner(self, scope: Scope) -> Statements:
        return Statements(scope, self.fixed)

    def class_body(self, scope: Scope) -> ClassBody:
        return ClassBody(scope, self.fixed)


def _outside(word: str, what: str, place: Place) -> LabError:
    error = LabError(f"{word} stands outside a {what}", mend=f"indent this line, so that it stands in the {what}")
    return located(error, place)


class ClassBody(Statements):
    """The body of a class: its functions do not see its names."""

    def function_parent(self) -> Scope:
        assert self.scope.parent is not None
        return self.scope.parent

    def function_frame(self, frame: Frame) -> Frame:
        assert frame.outer is not None
        return frame.outer


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
