"""Activations and their like: one input, the same shape. Their settings, written once for ``nn``, ``F`` and ``x.``."""

from __future__ import annotations

from collections.abc import Callable

from app.lab.language.operations.shapes import real
from app.lab.language.values import Value
from app.lab.messages import LabError

Attrs = dict[str, object]


def _switch(inplace: Value = False) -> Attrs:
    return {"inplace": bool(inplace)}


def _none() -> Attrs:
    return {}


def _leaky(negative_slope: Value = 0.01, inplace: Value = False) -> Attrs:
    return {"negative_slope": real(negative_slope, "negative_slope"), "inplace": bool(inplace)}


def _elu(alpha: Value = 1.0, inplace: Value = False) -> Attrs:
    return {"alpha": real(alpha, "alpha"), "inplace": bool(inplace)}


def _gelu(approximate: Value = "none") -> Attrs:
    if approximate not in ("none", "tanh"):
        raise LabError("approximate is 'none' or 'tanh'")
    return {"approximate": approximate}


def _hardtanh(min_val: Value = -1.0, max_val: Value = 1.0, inplace: Value = False) -> Attrs:
    return {
        "min_val": real(min_val, "min_val"),
        "max_val": real(max_val, "max_val"),
        "inplace": bool(inplace),
    }


def _softplus(beta: Value = 1.0, threshold: Value = 20.0) -> Attrs:
    return {"beta": real(beta, "beta"), "threshold": real(threshold, "threshold")}


def _dropout(p: Value = 0.5, inplace: Value = False) -> Attrs:
    if not 0 <= real(p, "p") <= 1:
        raise LabError("p is a share between 0 and 1", mend="such as p=0.5")
    return {"p": p, "inplace": bool(inplace)}


#: The class in torch.nn -> its settings. ``softmax`` and ``prelu`` need more and stand with the layers.
POINTWISE: dict[str, Callable[..., Attrs]] = {
    "ReLU": _switch,
    "ReLU6": _switch,
    "SiLU": _switch,
    "Mish": _switch,
    "SELU": _switch,
    "Hardswish": _switch,
    "Hardsigmoid": _switch,
    "Sigmoid": _none,
    "Tanh": _none,
    "Softsign": _none,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "CELU": _elu,
    "GELU": _gelu,
    "Hardtanh": _hardtanh,
    "Softplus": _softplus,
    "Dropout": _dropout,
    "Dropout2d": _dropout,
}
#: The function in torch.nn.functional -> the class that does the same.
FUNCTIONS: dict[str, str] = {
    "relu": "ReLU",
    "relu_": "ReLU",
    "relu6": "ReLU6",
    "silu": "SiLU",
    "mish": "Mish",
    "selu": "SELU",
    "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "softsign": "Softsign",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "celu": "CELU",
    "gelu": "GELU",
    "hardtanh": "Hardtanh",
    "softplus": "Softplus",
}
