"""Lists, tuples, dicts, comprehensions and f-strings."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from app.lab.language.compiler.charges import (
    hold_at,
    iterated,
    located,
    spend_at,
    spread_items,
    write_at,
)
from app.lab.language.compiler.compiling import Compiler, Evaluate
from app.lab.language.compiler.scope import Scope, assigned_names
from app.lab.language.kinds import kind_of
from app.lab.language.operations.comparison import key_of
from app.lab.language.operations.printing import formatted
from app.lab.language.run import Frame
from app.lab.language.values import (
    Place,
    Value,
)
from app.lab.messages import LabError


class Displays(Compiler):
    """Expressions that make containers and text."""

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
                        made[key_of(key(frame))] = value(frame)
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
                        made[key_of(key(own))] = value(own)
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
