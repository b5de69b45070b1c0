"""What to say of an attribute that is not there: the nearest name, or what was meant instead."""

from __future__ import annotations

from app.lab.language.kinds import kind_of
from app.lab.language.library.layers import LAYERS
from app.lab.language.library.module_methods import MODULE_METHODS
from app.lab.language.library.plain_methods import PLAIN_METHODS
from app.lab.language.library.registry import FUNCTIONAL, TENSOR_METHODS, TORCH
from app.lab.language.operations.shapes import shown
from app.lab.language.values import (
    Builtin,
    Class,
    Function,
    Instance,
    Method,
    Missing,
    Module,
    Namespace,
    Super,
    Tensor,
    TypeName,
    Value,
)
from app.lab.language.words import nearest
from app.lab.messages import LabError


def absent(value: Value, name: str) -> LabError:
    if isinstance(value, Instance):
        return _not_on(value, name)
    if isinstance(value, Namespace):
        mend = _elsewhere(value, name) or nearest(name, value.table) or value.mend
        return LabError(f"{value.name} has no {name!r} that the lab reads", mend=mend)
    if isinstance(value, Tensor):
        return _not_on_tensor(value, name)
    if isinstance(value, Super):
        return LabError(f"super() has no {name!r}", mend="the class to inherit from is nn.Module")
    if isinstance(value, Class):
        return LabError(f"the class {value.name} has no {name!r}", mend=nearest(name, value.fields))
    if isinstance(value, Missing):
        return LabError(f"{value.name} is not part of what the lab reads", mend=value.mend)
    return LabError(f"{kind_of(value)} has no {name!r} that the lab reads", mend=_hint(value, name))


#: Layers of other libraries, and those that many expect -> what to write.
_OTHERS = {
    "Dense": "write nn.Linear(inputs, outputs)",
    "Activation": "write nn.ReLU(), nn.Sigmoid() or another by its name",
    "Add": "layers are added in forward: a + b",
    **dict.fromkeys(("Concat", "Concatenate", "Cat"), "write torch.cat([a, b], 1) in forward"),
    "Reshape": "write nn.Flatten(), or x.view(…) in forward",
    "Lambda": "write it in forward",
    "Input": "leave it out: the input is chosen beside the code",
    **dict.fromkeys(
        ("GlobalAvgPool2d", "GlobalAveragePooling2D", "GlobalAvgPool2D", "GlobalPool2d"),
        "write nn.AdaptiveAvgPool2d(1)",
    ),
}


def _elsewhere(value: Namespace, name: str) -> str:
    if value.name == "nn":
        return _OTHERS.get(name, "")
    if name in LAYERS:
        return f"write nn.{name}"
    if name in TORCH and value.name == "F":
        return f"write torch.{name}"
    return f"write F.{name}" if name in FUNCTIONAL and value.name == "torch" else ""


#: What a tensor can be asked in torch, and the lab does not follow.
_NOT_FOLLOWED = frozenset(
    {
        "std",
        "var",
        "norm",
        "sort",
        "argsort",
        "topk",
        "unique",
        "nonzero",
        "cumsum",
        "masked_fill",
        "gather",
        "index_select",
    }
)


def _hint(value: Value, name: str) -> str:
    if isinstance(value, TypeName | Builtin | Function | Method):
        return "call it first"
    if value is None:
        return "None is what a function without return gives: does it end with return?"
    if isinstance(value, list) and name in ("add", "push"):
        return "did you mean append?"
    known = [other for kind, table in PLAIN_METHODS if isinstance(value, kind) for other in table]
    return nearest(name, known)


#: Methods of a network that trains, in torch and Keras.
_OF_TRAINING = frozenset(
    {"load_state_dict", "state_dict", "backward", "fit", "predict", "evaluate", "load_weights", "save", "save_weights"}
    | {"register_forward_hook", "share_memory", "get_weights", "set_weights"}
)


def _not_on(value: Instance, name: str) -> LabError:
    known = [*value.fields]
    if isinstance(value.type, Class):
        known += value.type.fields
    if isinstance(value, Module):
        known += [*value.attrs, *MODULE_METHODS]
    if name in _OF_TRAINING and isinstance(value, Module):
        return LabError(
            f".{name}() is for training and for values; the lab follows shapes, not values", mend="leave it out here"
        )
    mend = nearest(name, known) if len(name) > 1 else ""
    if name in LAYERS:
        mend = f"put them one behind the other: nn.Sequential(nn.{value.type.name}(…), nn.{name}(…))"
    if not mend and isinstance(value, Module) and isinstance(value.type, Class):
        mend = f"make it in __init__: self.{name[:40]} = …"
        if there := [own for own, layer in value.fields.items() if isinstance(layer, Module)]:
            mend = f"it has {', '.join(there[:8])}{' and more' if len(there) > 8 else ''}; {mend}"
    return LabError(f"{value.type.name} has no {name!r}", mend=mend)


def _not_on_tensor(value: Tensor, name: str) -> LabError:
    if name in ("item", "tolist", "numpy", "argmax", "backward"):
        return LabError(
            f".{name}() asks for the values of a tensor; the lab follows shapes, not values", mend="leave it out here"
        )
    mend = f"write F.{name}(x)" if name in FUNCTIONAL else nearest(name, TENSOR_METHODS)
    if name in _NOT_FOLLOWED:
        mend = "leave it out, or use a layer that does something like it"
    return LabError(f"a tensor has no {name!r} that the lab reads ({shown(value)})", mend=mend)
