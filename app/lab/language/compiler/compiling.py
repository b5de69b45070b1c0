"""What the parts of the compiler share."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable

from app.lab.language.compiler.charges import (
    truth_at,
)
from app.lab.language.compiler.scope import Scope
from app.lab.language.run import Frame
from app.lab.language.values import (
    Place,
    Value,
)

Evaluate = Callable[[Frame], Value]
Store = Callable[[Frame, Value], None]


class Compiler(ABC):
    """Compiles the syntax of one scope. ``fixed`` is the place of everything in code that no student wrote."""

    def __init__(self, scope: Scope, fixed: Place = None) -> None:
        self.scope, self.fixed = scope, fixed
        #: Expressions compiled since this was last set: what the statement that they stand in costs.
        self.cost = 0
        #: Loops of this scope around what is being compiled.
        self.loops = 0

    def place(self, node: ast.expr | ast.stmt) -> Place:
        return self.fixed or (node.lineno, node.col_offset)

    @abstractmethod
    def expression(self, node: ast.expr) -> Evaluate:
        """A function that gives the expression's value."""

    def condition(self, node: ast.expr) -> Callable[[Frame], bool]:
        value, place = self.expression(node), self.place(node)
        return lambda frame: truth_at(frame.run, value(frame), place)

    @abstractmethod
    def inner(self, scope: Scope) -> Compiler:
        """A compiler of the same kind for a scope within this one."""

    @abstractmethod
    def store(self, target: ast.expr) -> Store:
        """How a value is put into a target."""


def argument_names(node: ast.arguments) -> set[str]:
    every = [*node.posonlyargs, *node.args, *node.kwonlyargs]
    every += [argument for argument in (node.vararg, node.kwarg) if argument]
    return {argument.arg for argument in every}
