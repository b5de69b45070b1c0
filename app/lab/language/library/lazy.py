"""Layers that take their number of inputs from what first reaches them, and are ordinary layers from then on."""

from __future__ import annotations

from app.lab.language.library import convolutions, norms  # noqa: F401 - what is lazy below is defined there
from app.lab.language.library.layers import LAYERS
from app.lab.language.operations.shapes import shown
from app.lab.language.run import Run
from app.lab.language.values import LayerType, Module, Tensor, Value
from app.lab.messages import LabError


def _lazy(real: LayerType) -> LayerType:
    def make(run: Run, module: Module, *settings: Value) -> None:
        module.attrs = {"settings": settings}

    def call(run: Run, module: Module, x: Tensor) -> Value:
        rank = 2 if real.name in ("Linear", "BatchNorm1d") else 4
        if len(x.shape) < rank:
            raise LabError(f"nn.Lazy{real.name} cannot be made for {shown(x)}", mend="it needs a dimension more")
        settings: tuple[Value, ...] = module.attrs["settings"]  # type: ignore[assignment]
        if type(module.type) is LayerType:
            module.type = real
        module.layer = real
        real.make(run, module, x.shape[-1 if real.name == "Linear" else 1], *settings)
        module.cached = None
        return real.call(run, module, x)

    return LayerType(f"Lazy{real.name}", make, call, real.signature.without_first())


LAYERS.update(
    {
        f"Lazy{name}": _lazy(LAYERS[name])
        for name in ("Conv2d", "ConvTranspose2d", "Linear", "BatchNorm1d", "BatchNorm2d", "InstanceNorm2d")
    }
)
