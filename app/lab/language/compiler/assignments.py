"""Assignments: to names, attributes, elements and several at once."""

from __future__ import annotations

import ast

from app.lab.language.compiler.charges import (
    located,
    spread_items,
    unread,
)
from app.lab.language.compiler.compiling import Evaluate, Store
from app.lab.language.compiler.expressions import BINARY, Expressions
from app.lab.language.compiler.signals import Execute, Signal
from app.lab.language.operations.arithmetic import binary, in_place
from app.lab.language.operations.attributes import assign
from app.lab.language.operations.sequences import assign_item
from app.lab.language.run import MEASURED, Frame
from app.lab.language.values import (
    Module,
    Place,
    Tensor,
    Value,
)
from app.lab.messages import LabError


class Assignments(Expressions):
    """Compiles statements that give names to values."""

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
        place, sign = self.place(node), BINARY[type(node.op)]
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
            return self._store_name(target.id, place)
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

    def _store_name(self, name: str, place: Place = None) -> Store:
        depth, scope = 0, self.scope
        while name not in scope.names and scope.parent is not None:
            depth, scope = depth + 1, scope.parent
        if scope.parent is None:
            measured = name in MEASURED

            def store_last(frame: Frame, value: Value) -> None:
                for _ in range(depth):
                    frame = frame.outer or frame
                # Kept in the order of the last assignment: the last network made is the one to measure.
                frame.names.pop(name, None)
                frame.names[name] = value
                if measured:
                    frame.run.chosen = place

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
        if len(starred) > 1:
            raise located(LabError("one of several names can have a star", mend="take the other stars away"), place)

        def store(frame: Frame, value: Value) -> None:
            values = list(spread_items(frame.run, value, place))
            if len(values) != least and not (starred and len(values) > least):
                raise located(
                    LabError(
                        f"{len(values)} values cannot be unpacked into {len(stores)} names",
                        mend="write as many names as there are values",
                    ),
                    place,
                )
            if starred:
                at = starred[0]
                behind = len(stores) - at - 1
                values = [*values[:at], values[at : len(values) - behind], *values[len(values) - behind :]]
            for put, item in zip(stores, values, strict=True):
                put(frame, item)

        return store

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


def _augment(frame: Frame, sign: str, old: Value, added: Value) -> Value:
    if sign == "+" and isinstance(old, list) and not isinstance(added, Module):
        items = list(spread_items(frame.run, added, None))
        old.extend(items)
        return old
    made = binary(frame.run, sign, old, added)
    return in_place(old, made) if isinstance(old, Tensor) and isinstance(made, Tensor) else made
