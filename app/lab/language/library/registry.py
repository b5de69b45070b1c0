"""Functions of tensors by name: ``torch.*``, ``torch.nn.functional.*`` and the methods of a tensor."""

from __future__ import annotations

from collections.abc import Callable

from app.lab.language.values import Builtin, Value

TORCH: dict[str, Value] = {}
FUNCTIONAL: dict[str, Value] = {}
TENSOR_METHODS: dict[str, Builtin] = {}
_Function = Callable[..., Value]
_Register = Callable[[_Function], _Function]


def known_as(*names: str, torch: bool = False, method: bool = False, functional: bool = False) -> _Register:
    def register(function: _Function) -> _Function:
        for name in names:
            if torch:
                TORCH[name] = Builtin(f"torch.{name}", function)
            if functional:
                FUNCTIONAL[name] = Builtin(f"F.{name}", function)
            if method:
                TENSOR_METHODS[name] = Builtin(f".{name}", function)
        return function

    return register
