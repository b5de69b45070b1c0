"""A Network as PyTorch that runs by itself: for what a student wrote in a dialect that torch cannot run.

One flat class: layers in the order in which they are called, which is the order in which the lab draws their weights,
and a ``forward`` of one line an operation. What it says of each operation is ``app.lab.network``.
"""

import keyword
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from app.lab.network import MODULES, Network, Node

#: What an ``nn.Module`` has already, so that no layer can be called so.
TAKEN = frozenset(
    (
        *("add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu", "cuda"),
        *("double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state"),
        *("get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers"),
        *("named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook"),
        *("register_buffer", "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook"),
        *("register_full_backward_pre_hook", "register_load_state_dict_post_hook"),
        *("register_load_state_dict_pre_hook", "register_module", "register_parameter"),
        *("register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_", "set_extra_state"),
        *("set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training", "type", "xpu"),
        *("zero_grad", "T_destination"),
    )
)
#: Settings that are left out where they are torch's own.
_DEFAULTS: Mapping[str, object] = {
    **{"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1, "bias": True, "padding_mode": "zeros"},
    **{"output_padding": (0, 0), "ceil_mode": False, "count_include_pad": True, "eps": 1e-05, "affine": True},
    **{"elementwise_affine": True, "negative_slope": 0.01, "approximate": "none"},
}
#: Where torch's own differs from the table above, the setting is written out.
_ALWAYS = frozenset({("MaxPool2d", "stride"), ("AvgPool2d", "stride"), ("InstanceNorm2d", "affine")})
_NORMS = ("BatchNorm1d", "BatchNorm2d")
_OF_NORMS: Mapping[str, object] = {"momentum": 0.1, "track_running_stats": True}
#: Settings that are given by their place.
_PLACED: Mapping[str, tuple[str, ...]] = {
    "Conv2d": ("in_channels", "out_channels", "kernel_size"),
    "ConvTranspose2d": ("in_channels", "out_channels", "kernel_size"),
    "Linear": ("in_features", "out_features"),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "InstanceNorm2d"), ("num_features",)),
    **dict.fromkeys(("MaxPool2d", "AvgPool2d"), ("kernel_size",)),
    **dict.fromkeys(("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"), ("output_size",)),
    "LayerNorm": ("normalized_shape",),
    "GroupNorm": ("num_groups", "num_channels"),
}
_ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_INDENT = " " * 8


class Printed:
    """The text of ``class Net`` and, by node, the name of the layer in it that gives its value.

    The values of the nodes in ``watched`` can be looked at by a hook, though they be no layers: ``names`` has them.
    """

    def __init__(self, network: Network, watched: Collection[int] = ()) -> None:
        self._network, self._watched = network, frozenset(watched)
        self.names: dict[int, str] = {}
        self._taken = set(TAKEN)
        self._layers: dict[int, str] = {}
        self._tensors: dict[int, str] = {}
        self._made: list[str] = []
        self._called: list[str] = []
        self._batched = [False] * len(network.nodes)
        #: By node, what stands for its value; by variable, the node up to which its value is needed.
        self._held: dict[int, str] = {}
        self._until: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._last_use = {source: node.index for node in network.nodes for source in node.inputs}
        for node in network.nodes:
            self._batched[node.index] = node.op == "input" or any(self._batched[source] for source in node.inputs)
            self._add(node)
        made = "".join(f"\n{_INDENT}{line}" for line in self._made)
        called = "".join(f"\n{_INDENT}{line}" for line in self._called)
        shape = ", ".join(map(str, network.input))
        self.text = (
            "class Net(nn.Module):\n    def __init__(self):\n"
            f"{_INDENT}super().__init__(){made}\n\n"
            f"    def forward(self, x):  # (images, {shape}){called}\n"
            f"{_INDENT}return {self._held[network.output]}\n\n\nnet = Net()\n"
        )

    def _add(self, node: Node) -> None:
        if node.op == "input":
            self._held[node.index] = "x"
            self._until["x"] = self._used(node)
        elif node.op == "parameter":
            self._held[node.index] = f"self.{self._leaf(node)}"
        elif node.op == "constant":
            name = self._name(node)
            self._made.append(f'self.register_buffer("{name}", {_constant(node)})')
            self._held[node.index] = f"self.{name}"
        else:
            self._call(node)

    def _call(self, node: Node) -> None:
        inputs = [self._held[source] for source in node.inputs]
        if node.op in MODULES:
            self.names[node.index] = name = self._layer(node)
            value = f"self.{name}({inputs[0]})"
        else:
            value = self._function(node, inputs)
            if node.index in self._watched:
                self.names[node.index] = name = self._name(node)
                self._made.append(f"self.{name} = nn.Identity()  # to be looked at")
                value = f"self.{name}({value})"
        self._held[node.index] = target = self._free(node, inputs)
        shape = ", ".join(map(str, node.shape))
        self._called.append(f"{target} = {value}  # ({shape})")

    def _free(self, node: Node, inputs: Sequence[str]) -> str:
        """A variable for the node's value: one that nobody reads any more, or a new one."""
        over = sorted((held for held in inputs if self._until.get(held, len(self._held)) <= node.index), key=_age)
        number = 0
        while not over and self._until.get(_variable(number), -1) > node.index:
            number += 1
        name = over[0] if over else _variable(number)
        self._until[name] = self._used(node)
        return name

    def _used(self, node: Node) -> int:
        """The last node that reads the value of this one; the output is read at the end."""
        network = self._network
        return len(network.nodes) if node.index == network.output else self._last_use.get(node.index, -1)

    def _name(self, node: Node) -> str:
        """A name for what the node has, after its own."""
        name = re.sub(r"[^0-9A-Za-z_]", "_", node.name).strip("_") or "layer"
        if name[0].isdigit():
            name = f"layer_{name}"
        if keyword.iskeyword(name):
            name = f"{name}_"
        wanted = name
        while name in self._taken:
            self._counts[wanted] = number = self._counts.get(wanted, 1) + 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name

    def _layer(self, node: Node) -> str:
        if node.module in self._layers:
            return self._layers[node.module]
        name = self._name(node)
        if node.module is not None:
            self._layers[node.module] = name
        self._made.append(f"self.{name} = nn.{node.op}({_settings(node)})")
        for tensor in node.weights:
            if (tie := node.ties.get(tensor)) is None:
                continue
            here = f"self.{name}.{tensor}"
            if (there := self._tensors.setdefault(tie, here)) != here:
                self._made.append(f"{here} = {there}")
        return name

    def _leaf(self, node: Node) -> str:
        name = self._name(node)
        there = self._tensors.setdefault(node.ties.get("weight", -1 - node.index), f"self.{name}")
        made = there if there != f"self.{name}" else f"nn.Parameter(torch.ones({_tuple(node.shape)}))"
        self._made.append(f"self.{name} = {made}")
        return name

    def _function(self, node: Node, inputs: list[str]) -> str:
        attrs: Mapping[str, Any] = node.attrs
        if node.op in ("cat", "stack") and attrs["dim"] > 0:
            inputs = self._repeated(node, inputs)
        if node.op in ("view", "expand"):
            batch = [f"{inputs[0]}.shape[0]"] if self._batched[node.index] else []
            sizes = ", ".join([*batch, *map(str, attrs["shape"])])
            return f"{inputs[0]}.{'reshape' if node.op == 'view' else 'expand'}({sizes})"
        if node.op == "slice":
            parts = [":"] if self._batched[node.index] else []
            return f"{inputs[0]}[{', '.join([*parts, *map(_index, attrs['index'])])}]"
        if node.op in _ARITHMETIC:
            sign = _ARITHMETIC[node.op]
            sides = inputs if len(inputs) == 2 else [inputs[0], _literal(attrs["scalar"])]
            return f" {sign} ".join(reversed(sides) if attrs.get("reverse") else sides)
        return _FUNCTIONS[node.op](attrs, inputs)

    def _repeated(self, node: Node, inputs: list[str]) -> list[str]:
        """What has no batch of its own is repeated for each image."""
        batched = [self._batched[source] for source in node.inputs]
        if all(batched) or not any(batched):
            return inputs
        many = f"{inputs[batched.index(True)]}.shape[0]"
        return [
            held if has else f"{held}.expand({many}, *{held}.shape[1:])"
            for held, has in zip(inputs, batched, strict=True)
        ]


def _dims(name: str) -> Callable[[Mapping[str, Any], list[str]], str]:
    return lambda attrs, x: f"{x[0]}.{name}({attrs['dim']!r}, keepdim={attrs['keepdim']})"


def _alone(name: str) -> Callable[[Mapping[str, Any], list[str]], str]:
    return lambda _, x: f"{x[0]}.{name}()"


def _pad(attrs: Mapping[str, Any], x: list[str]) -> str:
    how = "" if attrs["mode"] == "constant" else f", mode={attrs['mode']!r}"
    value = f", value={_literal(attrs['value'])}" if not how and attrs["value"] else ""
    return f"F.pad({x[0]}, {tuple(attrs['pad'])!r}{how}{value})"


_FUNCTIONS: Mapping[str, Callable[[Mapping[str, Any], list[str]], str]] = {
    "maximum": lambda _, x: f"torch.maximum({x[0]}, {x[1]})",
    "minimum": lambda _, x: f"torch.minimum({x[0]}, {x[1]})",
    "pow": lambda attrs, x: f"{x[0]} ** {_signed(attrs['scalar'])}",
    "neg": lambda _, x: f"-{x[0]}",
    "clamp": lambda attrs, x: f"{x[0]}.clamp({_literal(attrs['min'])}, {_literal(attrs['max'])})",
    "cat": lambda attrs, x: f"torch.cat([{', '.join(x)}], {attrs['dim']})",
    "stack": lambda attrs, x: f"torch.stack([{', '.join(x)}], {attrs['dim']})",
    "flatten": lambda attrs, x: f"{x[0]}.flatten({attrs['start_dim']}, {attrs['end_dim']})",
    "permute": lambda attrs, x: f"{x[0]}.permute({', '.join(map(str, attrs['dims']))})",
    "pad": _pad,
    **{name: _dims(name) for name in ("mean", "sum", "amax")},
    **{name: _alone(name) for name in ("abs", "exp", "log", "sqrt")},
}


def _settings(node: Node) -> str:
    attrs = dict(node.attrs)
    # A value may be read by several operations, which one in place would change under them.
    attrs.pop("inplace", None)
    placed = [_short(attrs.pop(name)) for name in _PLACED.get(node.op, ()) if name in attrs]
    named = [f"{name}={_short(value)}" for name, value in attrs.items() if not _is_default(node.op, name, value)]
    return ", ".join([*placed, *named])


def _is_default(op: str, name: str, value: object) -> bool:
    if (op, name) in _ALWAYS:
        return False
    known = {**_DEFAULTS, **(_OF_NORMS if op in _NORMS else {})}
    return name in known and known[name] == value and type(known[name]) is type(value)


def _short(value: object) -> str:
    """A pair of equals as one of them."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1] and isinstance(value[0], int):
        return repr(value[0])
    return repr(value)


def _tuple(shape: Sequence[int]) -> str:
    return ", ".join(map(str, shape)) or "()"


def _constant(node: Node) -> str:
    if node.attrs["fill"] == "data":
        return f"torch.tensor({_literal(node.attrs['values'])}, dtype=torch.float32)"
    return f"torch.{node.attrs['fill']}({_tuple(node.shape)})"


def _index(index: Any) -> str:
    if isinstance(index, int):
        return str(index)
    start, stop, step = index
    return f"{start}:{'' if stop is None else stop}" + (f":{step}" if step != 1 else "")


def _signed(number: Any) -> str:
    return f"({_literal(number)})" if number < 0 else _literal(number)


def _literal(value: Any) -> str:
    """As Python reads it back: what is not finite has no literal of its own."""
    if isinstance(value, tuple):
        return f"({''.join(f'{_literal(part)}, ' for part in value).rstrip()})"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def _variable(number: int) -> str:
    """x, y, z, then v3, v4 …"""
    return "xyz"[number] if number < 3 else f"v{number}"


def _age(variable: str) -> tuple[int, str]:
    return len(variable), variable
