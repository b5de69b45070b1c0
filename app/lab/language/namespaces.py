"""What can be imported, and the names that need no import: tables, nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from app.lab.language.builtins import BUILTINS
from app.lab.language.functional import FUNCTIONAL, TORCH
from app.lab.language.keras import KERAS, KERAS_LAYERS, KERAS_MODELS
from app.lab.language.layers import LAYERS
from app.lab.language.models import MODELS, WEIGHTS
from app.lab.language.operators import number
from app.lab.language.run import Run, kind_of
from app.lab.language.values import (
    Builtin,
    Leaf,
    Missing,
    Namespace,
    Parameter,
    Quiet,
    Signature,
    Tensor,
    TypeName,
    Value,
)
from app.lab.language.words import nearest
from app.lab.messages import LabError

_TRAINING = "training and data are no part of a network: leave them out, and measure the net itself"
_OTHER = "only torch, torch.nn, torch.nn.functional and torchvision.models are read here"


def _parameter(run: Run, data: Value = None, requires_grad: Value = True) -> Value:
    if not isinstance(data, Tensor):
        raise LabError(f"nn.Parameter holds a tensor, not {kind_of(data)}", mend="nn.Parameter(torch.zeros(64))")
    if isinstance(data, Leaf):
        return run.parameter(data.shape, data.fill, data.values)
    if data.batched:
        raise LabError("a parameter cannot depend on the input", mend="make it in __init__")
    return run.parameter(data.shape)


_ANYTHING = Signature(lambda *args, **keywords: None, skip=0)


def _partial(run: Run, function: Value, *args: Value, **keywords: Value) -> Value:
    run.budget.hold(len(args) + len(keywords) + 20)

    def call(run: Run, *more: Value, **others: Value) -> Value:
        return run.call(function, (*args, *more), {**keywords, **others})

    return Builtin("partial", call, _ANYTHING)


def _initialise(run: Run, tensor: Value, *args: Value, **keywords: Value) -> Value:
    """``nn.init``: changes values, which nothing here looks at."""
    return tensor


def _math(name: str, function: Callable[..., float | int], count: int) -> Builtin:
    def apply(run: Run, *values: Value) -> Value:
        if len(values) != count or not all(isinstance(value, int | float) for value in values):
            raise LabError(f"math.{name}() takes {'a number' if count == 1 else f'{count} numbers'}")
        try:
            return number(function(*values))
        except (ValueError, OverflowError, ZeroDivisionError, TypeError):
            raise LabError(f"math.{name}() has no value here") from None

    return Builtin(f"math.{name}", apply)


def _product(run: Run, values: Value, *, start: Value = 1) -> Value:
    from app.lab.language.operators import binary
    from app.lab.language.sequences import items_of

    total = start
    for value in items_of(run, values):
        run.budget.spend(1)
        total = binary(run, "*", total, value)
    return total


_MATH = Namespace(
    "math",
    {
        **{
            name: _math(name, function, count)
            for name, function, count in (
                ("sqrt", math.sqrt, 1),
                ("ceil", math.ceil, 1),
                ("floor", math.floor, 1),
                ("log", math.log, 1),
                ("log2", math.log2, 1),
                ("log10", math.log10, 1),
                ("exp", math.exp, 1),
                ("pow", math.pow, 2),
                ("gcd", math.gcd, 2),
                ("fabs", math.fabs, 1),
            )
        },
        "prod": Builtin("math.prod", _product),
        "pi": math.pi,
        "e": math.e,
        "inf": math.inf,
    },
)

_INIT = Namespace(
    "nn.init",
    {
        name: Builtin(f"nn.init.{name}", _initialise)
        for name in (
            "kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_", "normal_", "uniform_",
            "constant_", "ones_", "zeros_", "trunc_normal_", "orthogonal_", "dirac_", "eye_",
        )
    },
)  # fmt: skip

_F = Namespace("F", {**FUNCTIONAL})
PARAMETER = TypeName("nn.Parameter", Builtin("nn.Parameter", _parameter), (Parameter,))
_NN = Namespace(
    "nn",
    {
        **LAYERS,
        "Parameter": PARAMETER,
        "functional": _F,
        "init": _INIT,
        "modules": Quiet("nn.modules"),
        **{
            name: Missing(f"nn.{name}", _TRAINING)
            for name in ("CrossEntropyLoss", "MSELoss", "NLLLoss", "BCELoss", "BCEWithLogitsLoss", "L1Loss")
        },
        **{
            name: Missing(f"nn.{name}", "the lab reads networks for images: Conv2d, pooling, Linear and their like")
            for name in (
                "Conv1d", "Conv3d", "LSTM", "GRU", "RNN", "Embedding", "Transformer", "TransformerEncoder",
                "TransformerEncoderLayer", "MultiheadAttention", "MaxPool1d", "Bilinear", "Unfold", "Fold",
            )
        },
    },
)  # fmt: skip


def _no(run: Run) -> Value:
    return False


def _given(run: Run, value: Value, *args: Value, **keywords: Value) -> Value:
    return value


def _nothing(run: Run, *args: Value, **keywords: Value) -> Value:
    return None


_OPTIM = Missing("torch.optim", _TRAINING)
_TORCH = Namespace(
    "torch",
    {
        **TORCH,
        "nn": _NN,
        "optim": _OPTIM,
        "utils": Missing("torch.utils", _TRAINING),
        "Tensor": TypeName("torch.Tensor", None, (Tensor,)),
        "Size": TypeName("torch.Size", None, (tuple,)),
        "cuda": Namespace("torch.cuda", {"is_available": Builtin("torch.cuda.is_available", _no)}),
        "manual_seed": Builtin("torch.manual_seed", _nothing),
        "compile": Builtin("torch.compile", _given),
        **{
            name: Quiet(f"torch.{name}")
            for name in (
                "device", "no_grad", "inference_mode", "enable_grad", "float", "float32", "float16", "bfloat16", "int",
                "long", "dtype", "jit",
            )
        },
        **{
            name: Missing(f"torch.{name}", "the lab follows shapes, not values")
            for name in ("load", "save", "from_numpy", "argmax", "matmul", "bmm", "einsum", "backends", "hub")
        },
    },
)  # fmt: skip

_MODELS = Namespace("models", {**MODELS, **WEIGHTS, "resnet": Namespace("models.resnet", {**MODELS, **WEIGHTS}),
                               "vgg": Namespace("models.vgg", {**MODELS, **WEIGHTS})})  # fmt: skip
_TORCHVISION = Namespace(
    "torchvision",
    {
        "models": _MODELS,
        "transforms": Missing("torchvision.transforms", _TRAINING),
        "datasets": Missing("torchvision.datasets", _TRAINING),
    },
)
_KERAS_LAYERS, _KERAS_MODELS = Namespace("layers", KERAS_LAYERS), Namespace("models", KERAS_MODELS)
_KERAS = Namespace("keras", {**KERAS, "layers": _KERAS_LAYERS, "models": _KERAS_MODELS})
_TENSORFLOW = Namespace("tensorflow", {"keras": _KERAS})
_ORDERED = TypeName("OrderedDict", BUILTINS["dict"].convert, (dict,))  # type: ignore[attr-defined]
_COLLECTIONS = Namespace("collections", {"OrderedDict": _ORDERED})
_FUNCTOOLS = Namespace("functools", {"partial": Builtin("functools.partial", _partial)})
_TYPING = Namespace(
    "typing",
    {
        **{
            name: Quiet(f"typing.{name}")
            for name in (
                "Any", "Callable", "Dict", "Iterable", "List", "Optional", "Sequence", "Tuple", "Type", "Union",
                "Literal", "Final", "Generic", "TypeVar", "ClassVar",
            )
        },
        "cast": Builtin("typing.cast", lambda run, kind, value: value),
    },
)  # fmt: skip

_MODULES: dict[str, Namespace] = {
    "torch": _TORCH,
    "torch.nn": _NN,
    "torch.nn.functional": _F,
    "torch.nn.init": _INIT,
    "torch.nn.modules": _NN,
    "torchvision": _TORCHVISION,
    "torchvision.models": _MODELS,
    "torchvision.models.resnet": _MODELS,
    "torchvision.models.vgg": _MODELS,
    "tensorflow": _TENSORFLOW,
    "tensorflow.keras": _KERAS,
    "tensorflow.keras.layers": _KERAS_LAYERS,
    "tensorflow.keras.models": _KERAS_MODELS,
    "keras": _KERAS,
    "keras.layers": _KERAS_LAYERS,
    "keras.models": _KERAS_MODELS,
    "math": _MATH,
    "collections": _COLLECTIONS,
    "functools": _FUNCTOOLS,
    "typing": _TYPING,
    "collections.abc": _TYPING,
    "__future__": Namespace("__future__", {"annotations": None, "division": None, "print_function": None}),
}

#: Modules that pasted code mentions at its top: importing them does no harm, using them is an error.
_MENTIONED = {
    "torch.optim": _TRAINING,
    "torch.utils.data": _TRAINING,
    "torchvision.transforms": _TRAINING,
    "torchvision.datasets": _TRAINING,
    "torchsummary": "the lab shows the table of layers by itself: leave the summary out",
    "torchinfo": "the lab shows the table of layers by itself: leave the summary out",
    **dict.fromkeys(("numpy", "matplotlib", "matplotlib.pyplot", "time", "tqdm", "random", "PIL"), _OTHER),
}


def imported(name: str, whole: bool) -> Value:
    """``import a.b`` binds ``a``; ``import a.b as c`` (``whole``) binds ``a.b``."""
    if name in _MODULES:
        return _MODULES[name if whole else name.split(".")[0]]
    if name in _MENTIONED:
        first = name.split(".")[0]
        return _MODULES[first] if not whole and first in _MODULES else Missing(name, _MENTIONED[name])
    raise LabError(f"the lab has no module {name[:60]!r}", mend=nearest(name, _MODULES) or _OTHER)


def imported_from(name: str, wanted: str) -> Mapping[str, Value]:
    """``from a.b import wanted``, or all of its table where ``wanted`` is ``*``."""
    module = _MODULES.get(name)
    if module is None:
        if name in _MENTIONED:
            return {wanted: Missing(wanted, _MENTIONED[name])}
        raise LabError(f"the lab has no module {name[:60]!r}", mend=nearest(name, _MODULES) or _OTHER)
    if wanted == "*":
        return {key: value for key, value in module.table.items() if not key.startswith("_")}
    if wanted in module.table:
        return {wanted: module.table[wanted]}
    inner = f"{name}.{wanted}"
    if inner in _MODULES:
        return {wanted: _MODULES[inner]}
    if inner in _MENTIONED:
        return {wanted: Missing(inner, _MENTIONED[inner])}
    raise LabError(f"{name} has no {wanted[:60]!r} that the lab reads", mend=nearest(wanted, module.table))


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
        "torch": _TORCH,
        "nn": _NN,
        "F": _F,
        "torchvision": _TORCHVISION,
        "models": _MODELS,
        "math": _MATH,
        "tf": _TENSORFLOW,
        "keras": _KERAS,
        "OrderedDict": _ORDERED,
        "partial": _FUNCTOOLS.table["partial"],
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
