"""How a host function takes its arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy

from app.lab.language.words import nearest, plural
from app.lab.messages import LabError


class Signature:
    """How a host function or layer takes its arguments, read once from the function itself."""

    __slots__ = ("defaults", "keyword_only", "names", "positions", "required", "spread", "spread_keywords")

    def __init__(self, function: Callable[..., object], skip: int, before: tuple[str, ...] = ()) -> None:
        names: list[str] = list(before)
        self.defaults: list[object] = [None] * len(before)
        self.required = len(before)
        self.keyword_only: dict[str, object] = {}
        self.spread = self.spread_keywords = False
        for parameter in list(inspect.signature(function).parameters.values())[skip:]:
            if parameter.kind is parameter.VAR_POSITIONAL:
                self.spread = True
            elif parameter.kind is parameter.VAR_KEYWORD:
                self.spread_keywords = True
            elif parameter.kind is parameter.KEYWORD_ONLY:
                self.keyword_only[parameter.name] = parameter.default
            else:
                names.append(parameter.name.rstrip("_"))
                self.required += parameter.default is parameter.empty
                self.defaults.append(None if parameter.default is parameter.empty else parameter.default)
        self.names = tuple(names)
        self.positions = {name: position for position, name in enumerate(names)}

    def without_first(self) -> Signature:
        """The same, its first argument left out."""
        rest = copy(self)
        rest.names, rest.defaults, rest.required = self.names[1:], self.defaults[1:], self.required - 1
        rest.positions = {name: position for position, name in enumerate(rest.names)}
        return rest

    def bind(
        self, called: str, args: tuple[object, ...], keywords: Mapping[str, object]
    ) -> tuple[list[object], Mapping[str, object]]:
        """Positional values in order, defaults filled in, and the keyword-only ones; LabError where they do not fit."""
        given = len(args)
        if given > len(self.names) and not self.spread:
            hidden = called.startswith(".")
            mend = f"its arguments are: {', '.join(self.names[hidden:]) or 'none'}"
            if self.names[:1] == ("tensors",):
                mend = f"put the tensors in square brackets: {called}([a, b], 1)"
            raise LabError(
                f"{called} takes at most {plural(len(self.names) - hidden, 'argument')} and was given {given - hidden}",
                mend=mend,
            )
        bound = [*args, *self.defaults[given:]]
        if not keywords:
            if given < self.required:
                self._missing(called, self.names[given : self.required])
            return bound, self.keyword_only
        rest: dict[str, object] = {}
        for name, value in keywords.items():
            position = self.positions.get(name)
            if position is None:
                rest[name] = value
            elif position < given:
                raise LabError(f"{called} was given {name} twice", mend="leave one of the two out")
            else:
                bound[position] = value
        if rest and not self.spread_keywords:
            for name in rest:
                if name not in self.keyword_only:
                    known = (*self.names, *self.keyword_only)
                    mend = _elsewhere(name, known) or nearest(name, known) or f"it has: {', '.join(known)}"
                    raise LabError(f"{called} has no argument {name[:60]!r}", mend=mend)
        if given < self.required:
            self._missing(called, tuple([name for name in self.names[given : self.required] if name not in keywords]))
        if not rest:
            return bound, self.keyword_only
        return bound, {**self.keyword_only, **rest}

    def _missing(self, called: str, names: tuple[str, ...]) -> None:
        if names:
            hidden = called.startswith(".")
            written = ", ".join(self.names[hidden : self.required])
            more = ", …" if len(self.names) > self.required else ""
            raise LabError(f"{called} needs {' and '.join(names)}", mend=f"write {called}({written}{more})")


#: Arguments as Keras calls them -> what torch has in their place.
_KERAS = {
    "filters": "out_channels",
    "strides": "stride",
    "dilation_rate": "dilation",
    "use_bias": "bias",
    "pool_size": "kernel_size",
    "units": "out_features",
    "rate": "p",
}


def _elsewhere(name: str, known: tuple[str, ...]) -> str:
    if name == "activation":
        return "an activation is a layer of its own here: put nn.ReLU() behind this one"
    if name == "input_shape":
        return "leave it out: the input is chosen beside the code"
    return f"it is called {_KERAS[name]} in PyTorch" if _KERAS.get(name) in known else ""
