"""Calls, and the functions that are called: arguments, ``super()``, ``lambda``."""

from __future__ import annotations

import ast
from collections.abc import Callable

from app.lab.language.compiler.charges import (
    hold_at,
    located,
    spend_at,
    spread_items,
)
from app.lab.language.compiler.compiling import Compiler, Evaluate, argument_names
from app.lab.language.compiler.scope import Scope
from app.lab.language.kinds import kind_of
from app.lab.language.run import Frame
from app.lab.language.values import (
    NO_KEYWORDS,
    Function,
    Instance,
    Parameters,
    Place,
    Super,
    Value,
)
from app.lab.messages import LabError


class Calls(Compiler):
    """Calls and parameters."""

    def call(self, node: ast.Call) -> Evaluate:
        place = self.place(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not self.scope.defines("super"):
            return self._super(place)
        callee = self.expression(node.func)
        names = [keyword.arg for keyword in node.keywords if keyword.arg]
        if len(set(names)) < len(names):
            twice = next(name for number, name in enumerate(names) if name in names[:number])
            raise located(LabError(f"{twice[:60]} is given twice", mend="leave one of the two out"), place)
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
                    hold_at(frame.run, len(value), place)
                    keywords.update(value)
                else:
                    raise located(LabError(f"** needs a dict with names, and this is {kind_of(value)}"), place)
            return tuple(values), keywords

        return gather

    def _super(self, place: Place) -> Evaluate:
        owner_of = self.scope.method_depth()

        def make(frame: Frame) -> Value:
            for _ in range(owner_of):
                frame = frame.outer or frame
            owner = frame.function.owner if frame.function else None
            if owner is None or not isinstance(frame.receiver, Instance):
                raise located(LabError("super() only works in a method of a class"), place)
            return Super(owner.base, frame.receiver)

        return make

    def lambda_(self, node: ast.Lambda) -> Evaluate:
        inner = self.inner(Scope(self.scope, argument_names(node.args), function=True))
        body = inner.expression(node.body)
        parameters = self.parameters(node.args)
        cost = 10 + inner.cost
        place = self.place(node)

        def run_body(frame: Frame) -> Value:
            spend_at(frame.run, cost, place)
            return body(frame)

        return lambda frame: Function("lambda", parameters(frame), run_body, frame, place)

    def parameters(self, node: ast.arguments) -> Callable[[Frame], Parameters]:
        names = tuple(argument.arg for argument in (*node.posonlyargs, *node.args))
        if len(argument_names(node)) < len(names) + len(node.kwonlyargs) + bool(node.vararg) + bool(node.kwarg):
            first = [*node.posonlyargs, *node.args, *node.kwonlyargs, node.vararg, node.kwarg][0]
            place = self.fixed or ((first.lineno, first.col_offset) if first else None)
            raise located(LabError("two arguments have one name", mend="give each a name of its own"), place)
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
