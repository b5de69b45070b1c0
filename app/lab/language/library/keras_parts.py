"""What the layers of Keras share: channels from the input, TensorFlow's padding, an activation behind.

Keras keeps channels last and takes their number from the input; shapes here are channels first throughout. Padding
"same" is TensorFlow's: ⌈n/stride⌉ outputs, the odd cell behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.lab.language.library.layers import LAYERS
from app.lab.language.library.pointwise import FUNCTIONS
from app.lab.language.library.registry import FUNCTIONAL
from app.lab.language.operations.shapes import image
from app.lab.language.run import Run
from app.lab.language.values import Builtin, LayerType, Module, Tensor, Value
from app.lab.language.words import nearest
from app.lab.messages import LabError
from app.lab.network import Pair

KERAS_LAYERS: dict[str, Value] = {}
CHANNELS = "Keras keeps channels last; shapes are shown channels first here"
Make = Callable[..., None]
Call = Callable[[Run, Module, Tensor], Value]


def keras_layer(call: Callable[..., Value], *names: str, joins: bool = False) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        for name in names:
            KERAS_LAYERS[name] = LayerType(name, make, call, called=f"layers.{name}", joins=joins)
        return make

    return register


def expect_input(run: Run, shape: Value) -> None:
    run.note(CHANNELS)
    if shape is None:
        return
    if not isinstance(shape, tuple | list) or len(shape) != 3:
        raise LabError("the shape of an image is (height, width, channels)")
    channels, high, wide = run.input
    if tuple(shape) != (high, wide, channels):
        given = "×".join(str(side) for side in shape if isinstance(side, int | None))
        run.note(f"the code says {given}; it is measured on an input of {high}×{wide}×{channels}")


def torch_layer(run: Run, module: Module, kind: str, args: tuple[Value, ...], settings: Mapping[str, Value]) -> Module:
    """The layer of ``torch.nn`` that stands behind a Keras layer, made when the channels are known."""
    made = module.fields.get("made")
    if not isinstance(made, Module):
        run.at = module.place
        made = run.make_layer(LAYERS[kind], args, settings)
        module.fields["made"] = made
    if module in run.names:
        run.names[made] = run.names[module]
    return made


def activated(run: Run, module: Module, x: Tensor) -> Value:
    activation = module.attrs.get("activation")
    if activation is None or activation == "linear":
        return x
    run.at = module.place
    return run.call(activation_function(activation), (x,))


def activation_function(activation: Value) -> Value:
    if isinstance(activation, Builtin | Module):
        return activation
    if activation == "softmax":
        return FUNCTIONAL["softmax"]
    if isinstance(activation, str) and activation in FUNCTIONS:
        return FUNCTIONAL[activation]
    raise LabError(
        f"there is no activation {activation!r}" if isinstance(activation, str) else "an activation is named by text",
        mend=nearest(activation, FUNCTIONS) if isinstance(activation, str) else "such as activation='relu'",
    )


def _same(size: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """TensorFlow's padding before and after, for the two axes."""
    before, after = [], []
    for side, width, step, spread in zip(size, kernel, stride, dilation, strict=True):
        total = max((-(-side // step) - 1) * step + spread * (width - 1) + 1 - side, 0)
        before.append(total // 2)
        after.append(total - total // 2)
    return (before[0], before[1]), (after[0], after[1])


def padded_as_keras(
    run: Run, module: Module, x: Tensor, kernel: Pair, stride: Pair, dilation: Pair, fill: float
) -> tuple[Tensor, Pair]:
    """The input with its odd cells of padding, and the even padding that is left for the layer itself."""
    if module.attrs["padding"] == "valid":
        return x, (0, 0)
    _, _, high, wide = image(x, module.layer.called)
    before, after = _same((high, wide), kernel, stride, dilation)
    if before == after:
        return x, before
    pads = (before[1], after[1], before[0], after[0])
    run.at = module.place
    padded = run.call(FUNCTIONAL["pad"], (x, pads), {"value": fill})
    assert isinstance(padded, Tensor)
    return padded, (0, 0)


def padding_word(padding: Value) -> str:
    if isinstance(padding, str) and padding.lower() in ("same", "valid"):
        return padding.lower()
    raise LabError("padding is 'same' or 'valid' in Keras")
