"""Names that a program may use without defining or importing them."""

from __future__ import annotations

from app.lab.language.library.builtins import BUILTINS
from app.lab.language.library.layers import LAYERS
from app.lab.language.library.mathematics import FUNCTOOLS, MATH, ORDERED
from app.lab.language.library.namespaces import (
    F_MODULE,
    KERAS_MODULE,
    MODELS_MODULE,
    NN_MODULE,
    TENSORFLOW_MODULE,
    TORCH_MODULE,
    TORCHVISION_MODULE,
)
from app.lab.language.library.registry import FUNCTIONAL
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Missing, Quiet, Tensor, Value
from app.lab.messages import LabError


def _input(run: Run) -> Value:
    run.note("x is not defined here: taken as the input")
    return run.trace.input


def _free_convolution(size: int) -> Builtin:
    name = f"conv{size}x{size}"

    def convolve(run: Run, x: Value, *args: Value, **keywords: Value) -> Value:
        made = LAYERS["Conv2d"]
        if not isinstance(x, Tensor):
            settings: dict[str, Value] = {"padding": size // 2, "bias": False, **keywords}
            names = ("stride", "groups", "dilation")
            settings.update(zip(names, args[1:], strict=False))
            run.note(f"{name} is not defined here: taken as nn.Conv2d with kernel {size}, padding {size // 2}, no bias")
            return run.make_layer(made, (x, args[0] if args else x, size), settings)
        run.note(
            f"{name} is not defined here: taken as a {size}×{size} convolution, padding {size // 2}, no bias, which "
            "keeps the number of channels; each call has weights of its own"
        )
        channels = x.shape[1] if len(x.shape) > 1 else 1
        out = args[0] if args else channels
        layer = run.make_layer(made, (channels, out, size), {"padding": size // 2, "bias": False, **keywords})
        return run.call_module(layer, (x,))

    return Builtin(name, convolve)


def _free_norm(run: Run, x: Value) -> Value:
    if not isinstance(x, Tensor) or len(x.shape) != 4:
        raise LabError("batch normalisation works on an image", mend="write nn.BatchNorm2d(channels)")
    run.note("it is not defined here: taken as nn.BatchNorm2d, each call with weights of its own")
    return run.call_module(run.make_layer(LAYERS["BatchNorm2d"], (x.shape[1],), {}), (x,))


_VALUES = "the lab follows shapes and runs no code: build the network from torch.nn alone"
_REFUSED: dict[str, Value] = {
    **{
        name: Missing(f"{name}()", _VALUES)
        for name in (
            "eval", "exec", "compile", "open", "input", "__import__", "globals", "locals", "vars", "dir", "breakpoint",
            "bytes", "bytearray", "memoryview", "id", "hash", "delattr", "exit", "quit",
        )
    },
    **{name: Missing(f"{name}()", "use a list") for name in ("set", "frozenset", "iter", "next")},
}  # fmt: skip


def free_names() -> dict[str, Value]:
    """Names that a program may use without defining them. A callable is asked with the run for the value."""
    return {
        **BUILTINS,
        **_REFUSED,
        "torch": TORCH_MODULE,
        "nn": NN_MODULE,
        "F": F_MODULE,
        "torchvision": TORCHVISION_MODULE,
        "models": MODELS_MODULE,
        "math": MATH,
        "tf": TENSORFLOW_MODULE,
        "keras": KERAS_MODULE,
        "OrderedDict": ORDERED,
        "partial": FUNCTOOLS.table["partial"],
        "Optional": Quiet("Optional"),
        "__name__": "__main__",
        "x": _input,
        "conv3x3": _free_convolution(3),
        "conv1x1": _free_convolution(1),
        "bn": Builtin("bn", _free_norm),
        "batch_norm": Builtin("batch_norm", _free_norm),
        **{name: FUNCTIONAL[name] for name in ("relu", "sigmoid", "tanh", "gelu", "softmax")},
    }


FREE = free_names()
