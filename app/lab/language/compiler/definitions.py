"""Functions, classes and imports."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable

from app.lab.language.compiler.assignments import Assignments
from app.lab.language.compiler.charges import (
    located,
    spend_at,
)
from app.lab.language.compiler.compiling import Evaluate, argument_names
from app.lab.language.compiler.scope import Scope, assigned_names
from app.lab.language.compiler.signals import Execute, Signal
from app.lab.language.kinds import kind_of
from app.lab.language.library.namespaces import imported, imported_from
from app.lab.language.run import Frame
from app.lab.language.values import (
    Class,
    Function,
    LayerType,
    Module,
    Quiet,
    Value,
)
from app.lab.messages import LabError

_DECORATORS = {"staticmethod": "static", "classmethod": "class", "property": "property"}


class Definitions(Assignments):
    """Compiles what defines functions, classes and imported names."""

    @abstractmethod
    def block(self, nodes: list[ast.stmt]) -> Execute:
        """A function that runs statements one after the other."""

    @abstractmethod
    def inner(self, scope: Scope) -> Definitions: ...

    @abstractmethod
    def class_body(self, scope: Scope) -> Definitions:
        """A compiler for the body of a class, whose functions do not see its names."""

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
            made = Function(node.name, parameters(frame), body, self.function_frame(frame), place)
            made.kind = kind
            for wrapper in wrappers:
                if not isinstance(wrapper(frame), Quiet):
                    raise located(LabError("this decorator is not read here", mend="leave it out"), place)
            return made

        return make

    def function_parent(self) -> Scope:
        """The scope that functions defined here look into next."""
        return self.scope

    def function_frame(self, frame: Frame) -> Frame:
        return frame

    def class_(self, node: ast.ClassDef) -> Execute:
        place, store = self.place(node), self._store_name(node.name)
        bases = [self.expression(base) for base in node.bases]
        inner = self.class_body(Scope(self.scope, assigned_names(*node.body)))
        body = inner.block(node.body)
        plain = not node.keywords and not node.decorator_list

        def execute(frame: Frame) -> Signal:
            found = [base(frame) for base in bases]
            if len(found) > 1 or not plain:
                raise located(
                    LabError(
                        "a class has one base class here, and no decorators",
                        mend=f"write class {node.name[:40]}(nn.Module):",
                    ),
                    place,
                )
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
            made = Class(node.name, base, own.names, place)
            for value in own.names.values():
                if isinstance(value, Function) and value.owner is None:
                    value.owner = made
            store(frame, made)
            return None

        return execute


def _length(base: Class) -> int:
    length: int = 0
    where: Class | LayerType | None = base
    while isinstance(where, Class):
        length, where = length + 1, where.base
    return length
