"""Which frame a name lives in, decided before the program runs, by Python's rules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from app.lab.language.compiler.tree import children
from app.lab.language.run import Frame, Run
from app.lab.language.values import Place, Value
from app.lab.language.words import nearest
from app.lab.messages import LabError

#: Fills in names that a program uses without defining them; None where there is no such name.
Free = Callable[[Run, str], Value]
_UNKNOWN = object()


class Scope:
    """The names of a program, a function, a class body or a comprehension."""

    __slots__ = ("free", "function", "names", "parent")

    def __init__(
        self, parent: Scope | None, names: set[str], function: bool = False, free: dict[str, Value] | None = None
    ) -> None:
        self.parent, self.names, self.function = parent, names, function
        #: What the outermost scope falls back to.
        self.free: dict[str, Value] = free if parent is None and free is not None else {}

    def defines(self, name: str) -> bool:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.parent
        return False

    def method_depth(self) -> int:
        """How many comprehensions and lambdas stand between here and the nearest ``def``."""
        depth, scope = 0, self
        while not scope.function and scope.parent is not None:
            depth, scope = depth + 1, scope.parent
        return depth

    def load(self, name: str, place: Place) -> Callable[[Frame], Value]:
        depth, scope = 0, self
        while name not in scope.names and scope.parent is not None:
            depth, scope = depth + 1, scope.parent
        outermost = scope.parent is None
        free = scope.free
        if depth == 0 and not outermost:

            def load_local(frame: Frame) -> Value:
                try:
                    return frame.names[name]
                except KeyError:
                    raise _unset(name, place) from None

            return load_local

        def load_outer(frame: Frame) -> Value:
            run = frame.run
            for _ in range(depth):
                assert frame.outer is not None
                frame = frame.outer
            found = frame.names.get(name, _UNKNOWN)
            if found is not _UNKNOWN:
                return found
            if not outermost:
                raise _unset(name, place)
            found = free.get(name, _UNKNOWN)
            if found is _UNKNOWN:
                raise _unknown(name, [*frame.names, *free], place)
            if callable(found):
                run.at = place
                return found(run)
            return found

        return load_outer


def _unset(name: str, place: Place) -> LabError:
    error = LabError(f"{name} is used before it has a value", mend="assign it above this line")
    error.line, error.column = (place[0], place[1] + 1) if place else (None, None)
    return error


def _unknown(name: str, known: Iterable[str], place: Place) -> LabError:
    mend = nearest(name, known) or "define it above this line"
    error = LabError(f"the name {name[:60]!r} is not known here", mend=mend)
    error.line, error.column = (place[0], place[1] + 1) if place else (None, None)
    return error


def assigned_names(*nodes: ast.AST) -> set[str]:
    """Names that these nodes bind in their own scope: what is in a ``def``, ``class`` or ``lambda`` is another's."""
    names: set[str] = set()
    queue: list[ast.AST] = list(nodes)
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                names.add(node.id)
            continue
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp):
            queue.extend(child.target for child in ast.walk(node) if isinstance(child, ast.NamedExpr))
            continue
        elif isinstance(node, ast.Lambda):
            continue
        queue.extend(children(node))
    return names
