"""Which frame a name lives in, decided before the program runs, by Python's rules."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Mapping

from app.lab.language.compiler.tree import children
from app.lab.language.run import Frame, Run
from app.lab.language.values import Instance, Missing, Namespace, Place, Value
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
        later = name in scope.names
        free = scope.free
        if depth == 0 and not outermost:

            def load_local(frame: Frame) -> Value:
                try:
                    return frame.names[name]
                except KeyError:
                    raise _unset(name, place) from None

            return load_local

        def load_outer(frame: Frame) -> Value:
            run, here = frame.run, frame
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
                raise _unknown(name, frame.names, free, place, _hint(name, here, later))
            if callable(found):
                run.at = place
                return found(run)
            return found

        return load_outer


def _unset(name: str, place: Place) -> LabError:
    error = LabError(f"{name} is used before it has a value", mend="assign it above this line")
    error.line, error.column = (place[0], place[1] + 1) if place else (None, None)
    return error


def _unknown(name: str, own: Mapping[str, Value], free: Mapping[str, Value], place: Place, hint: str) -> LabError:
    layers = free.get("nn")
    if not hint and isinstance(layers, Namespace) and name in layers.table:
        hint = f"write nn.{name}"
    if not hint and name.lower() in keyword.kwlist:
        hint = f"write {name.lower()} in small letters"
    mend = hint or nearest(name, own)
    if not mend and len(name) > 3:
        # Of what is always there, only what is very near was meant.
        known = [other for other, value in free.items() if not isinstance(value, Missing)]
        mend = nearest(name, known, 0.78)
    if not mend and name.isidentifier():
        mend = f"give it a value above this line: {name[:40]} = …"
    error = LabError(f"the name {name[:60]!r} is not known here", mend=mend)
    error.line, error.column = (place[0], place[1] + 1) if place else (None, None)
    return error


_TRAINING = "training and data are no part of a network: leave them out, and measure the net itself"
#: Names that are often written and mean something else, or nothing, here.
_MEANT = {
    "super": "write super().__init__(), with brackets behind super",
    "self": "self is known only in methods: def __init__(self): and def forward(self, x):",
    "this": "in Python it is called self",
    "true": "write True",
    "false": "write False",
    **dict.fromkeys(("null", "none", "nil"), "write None"),
    **dict.fromkeys(("np", "plt", "pd", "sns"), "leave this out: the lab reads torch and nothing beside it"),
    **dict.fromkeys(
        (
            *(
                "optimizer",
                "criterion",
                "loss",
                "loss_fn",
                "loss_function",
                "scheduler",
                "epochs",
                "num_epochs",
                "train",
            ),
            *(
                "train_loader",
                "trainloader",
                "train_dataloader",
                "test_loader",
                "testloader",
                "val_loader",
                "dataloader",
            ),
            *("dataset", "train_dataset", "trainset", "testset", "x_train", "y_train", "x_test", "y_test"),
            *("inputs", "labels", "images"),
        ),
        _TRAINING,
    ),
}


def _hint(name: str, frame: Frame, later: bool) -> str:
    where: Frame | None = frame
    while where is not None:
        if isinstance(where.receiver, Instance) and name in where.receiver.fields:
            return f"write self.{name[:60]}"
        where = where.outer
    if later:
        return "it gets its value further down: move that above this line"
    return _MEANT.get(name, "")


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
