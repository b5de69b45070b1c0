"""What can be imported, and the names that need no import: tables, nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from app.lab.language.kinds import kind_of
from app.lab.language.library import (  # noqa: F401 - each fills the tables with what it defines
    constants,
    convolutions,
    functional,
    keras_layers,
    lazy,
    norms,
    objects,
    reshaping,
    tensors,
    views,
)
from app.lab.language.library.keras import KERAS, KERAS_MODELS
from app.lab.language.library.keras_parts import KERAS_LAYERS
from app.lab.language.library.layers import LAYERS
from app.lab.language.library.mathematics import COLLECTIONS, FUNCTOOLS, MATH, TYPING
from app.lab.language.library.models import MODELS, WEIGHTS
from app.lab.language.library.registry import FUNCTIONAL, TORCH
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Leaf, Missing, Namespace, Parameter, Quiet, Tensor, TypeName, Value
from app.lab.language.words import nearest
from app.lab.messages import LabError

_TRAINING = "training and data are no part of a network: leave them out, and measure the net itself"
_OTHER = "leave it out: the lab reads torch, torch.nn, torch.nn.functional and torchvision.models"
_WEIGHTS = "the lab needs no trained weights: leave this out, and measure the net as it is made"


def _parameter(run: Run, data: Value = None, requires_grad: Value = True) -> Value:
    if not isinstance(data, Tensor):
        raise LabError(f"nn.Parameter holds a tensor, not {kind_of(data)}", mend="nn.Parameter(torch.zeros(64))")
    if isinstance(data, Leaf):
        made = run.parameter(data.shape, data.fill, data.values)
    elif data.batched:
        raise LabError("a parameter cannot depend on the input", mend="make it in __init__")
    else:
        made = run.parameter(data.shape)
    made.frozen = requires_grad is False
    return made


def _initialise(run: Run, tensor: Value, *args: Value, **keywords: Value) -> Value:
    """``nn.init``: changes values, which nothing here looks at."""
    return tensor


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
F_MODULE = Namespace("F", {**FUNCTIONAL})
PARAMETER = TypeName("nn.Parameter", Builtin("nn.Parameter", _parameter), (Parameter,))
NN_MODULE = Namespace(
    "nn",
    {
        **LAYERS,
        "Parameter": PARAMETER,
        "functional": F_MODULE,
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
TORCH_MODULE = Namespace(
    "torch",
    {
        **TORCH,
        "nn": NN_MODULE,
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
            name: Missing(f"torch.{name}", "the lab follows shapes, not values: leave it out")
            for name in ("from_numpy", "argmax", "backends", "hub")
        },
        **{name: Missing(f"torch.{name}", _WEIGHTS) for name in ("load", "save")},
        **{
            name: Missing(f"torch.{name}", "use a layer that does the same: nn.Linear, nn.Conv2d or nn.Flatten")
            for name in ("matmul", "bmm", "einsum", "mm")
        },
    },
)  # fmt: skip
MODELS_MODULE = Namespace("models", {**MODELS, **WEIGHTS, "resnet": Namespace("models.resnet", {**MODELS, **WEIGHTS}),
                               "vgg": Namespace("models.vgg", {**MODELS, **WEIGHTS})})  # fmt: skip


TORCHVISION_MODULE = Namespace(
    "torchvision",
    {
        "models": MODELS_MODULE,
        "transforms": Missing("torchvision.transforms", _TRAINING),
        "datasets": Missing("torchvision.datasets", _TRAINING),
    },
)


_KERAS_LAYERS, _KERAS_MODELS = Namespace("layers", KERAS_LAYERS), Namespace("models", KERAS_MODELS)


KERAS_MODULE = Namespace("keras", {**KERAS, "layers": _KERAS_LAYERS, "models": _KERAS_MODELS})
TENSORFLOW_MODULE = Namespace(
    "tensorflow", {"keras": KERAS_MODULE}, "of TensorFlow the lab reads keras.layers and keras.models"
)
_MODULES: dict[str, Namespace] = {
    "torch": TORCH_MODULE,
    "torch.nn": NN_MODULE,
    "torch.nn.functional": F_MODULE,
    "torch.nn.init": _INIT,
    "torch.nn.modules": NN_MODULE,
    "torchvision": TORCHVISION_MODULE,
    "torchvision.models": MODELS_MODULE,
    "torchvision.models.resnet": MODELS_MODULE,
    "torchvision.models.vgg": MODELS_MODULE,
    "tensorflow": TENSORFLOW_MODULE,
    "tensorflow.keras": KERAS_MODULE,
    "tensorflow.keras.layers": _KERAS_LAYERS,
    "tensorflow.keras.models": _KERAS_MODELS,
    "keras": KERAS_MODULE,
    "keras.layers": _KERAS_LAYERS,
    "keras.models": _KERAS_MODELS,
    "math": MATH,
    "collections": COLLECTIONS,
    "functools": FUNCTOOLS,
    "typing": TYPING,
    "collections.abc": TYPING,
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
    **dict.fromkeys(
        (
            *(
                "numpy",
                "pandas",
                "sklearn",
                "cv2",
                "PIL",
                "matplotlib",
                "matplotlib.pyplot",
                "seaborn",
                "tqdm",
                "random",
            ),
            *("os", "sys", "json", "argparse", "warnings", "logging", "time", "datetime", "copy", "pathlib"),
        ),
        _OTHER,
    ),
}


def _full(name: str) -> str:
    """A module named without what it is in."""
    whole = next((known for known in _MODULES if known.endswith(f".{name}")), "")
    return f"write {whole}" if whole else ""


def imported(name: str, whole: bool) -> Value:
    """``import a.b`` binds ``a``; ``import a.b as c`` (``whole``) binds ``a.b``."""
    if name in _MODULES:
        return _MODULES[name if whole else name.split(".")[0]]
    if name in _MENTIONED:
        first = name.split(".")[0]
        return _MODULES[first] if not whole and first in _MODULES else Missing(name, _MENTIONED[name])
    raise LabError(f"the lab has no module {name[:60]!r}", mend=_full(name) or nearest(name, _MODULES) or _OTHER)


def imported_from(name: str, wanted: str) -> Mapping[str, Value]:
    """``from a.b import wanted``, or all of its table where ``wanted`` is ``*``."""
    module = _MODULES.get(name)
    if module is None:
        if name in _MENTIONED:
            return {wanted: Missing(wanted, _MENTIONED[name])}
        raise LabError(f"the lab has no module {name[:60]!r}", mend=_full(name) or nearest(name, _MODULES) or _OTHER)
    if wanted == "*":
        return {key: value for key, value in module.table.items() if not key.startswith("_")}
    if wanted in module.table:
        return {wanted: module.table[wanted]}
    inner = f"{name}.{wanted}"
    if inner in _MODULES:
        return {wanted: _MODULES[inner]}
    if inner in _MENTIONED:
        return {wanted: Missing(inner, _MENTIONED[inner])}
    mend = f"write from torch.nn import {wanted}" if wanted in LAYERS else nearest(wanted, module.table) or module.mend
    raise LabError(f"{name} has no {wanted[:60]!r} that the lab reads", mend=mend)
