"""``torchvision.models``: the zoo's networks, read from their printed source as if they stood in the program."""

from __future__ import annotations

import ast
from functools import lru_cache

from app.lab.language.operations.shapes import whole
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Missing, Quiet, Value
from app.lab.messages import LabError
from app.lab.zoo import texts


@lru_cache(maxsize=32)
def _parsed(name: str, classes: int) -> ast.Module:
    return ast.parse(texts.source(name, classes))


def _model(name: str) -> Builtin:
    def make(
        run: Run,
        *,
        pretrained: Value = None,
        weights: Value = None,
        progress: Value = True,
        num_classes: Value = 1000,
    ) -> Value:
        from app.lab.language.compiler.program import execute  # the compiler needs this library

        if pretrained is not None:
            run.note(
                f'pretrained= was replaced in torchvision 0.13: write models.{name}(weights="IMAGENET1K_V1"). '
                "The lab measures the architecture and downloads no weights"
            )
        elif weights is not None:
            run.note("the lab measures the architecture and downloads no weights")
        at = run.at
        frame = execute(run, _parsed(name, whole(num_classes, "num_classes")), at)
        run.at = at
        return frame.names["net"]

    return Builtin(f"models.{name}", make)


def _get_model(run: Run, name: Value, *, weights: Value = None, num_classes: Value = 1000) -> Value:
    found = MODELS.get(name) if isinstance(name, str) else None
    if not isinstance(found, Builtin):
        raise LabError("get_model() takes the name of a network", mend="such as 'resnet50'")
    return run.call(found, (), {"weights": weights, "num_classes": num_classes})


def _enumeration(name: str) -> str:
    """``resnet50`` -> ``ResNet50_Weights``, ``wide_resnet50_2`` -> ``Wide_ResNet50_2_Weights``."""
    family = next(family for family in _FAMILIES if name.startswith(family))
    return f"{_FAMILIES[family]}{name.removeprefix(family).upper()}_Weights"


_FAMILIES = {"resnet": "ResNet", "resnext": "ResNeXt", "wide_resnet": "Wide_ResNet", "vgg": "VGG"}


MODELS: dict[str, Value] = {
    **{name: _model(name) for name in texts.TORCHVISION},
    **{
        name: Missing(f"models.{name}", f"the lab has {', '.join(texts.TORCHVISION)}; write other networks out")
        for name in (
            "alexnet", "densenet121", "mobilenet_v2", "efficientnet_b0", "inception_v3", "googlenet", "vit_b_16",
            "convnext_tiny", "squeezenet1_0",
        )
    },
}  # fmt: skip


MODELS["get_model"] = Builtin("models.get_model", _get_model)


WEIGHTS: dict[str, Value] = {_enumeration(name): Quiet(_enumeration(name)) for name in texts.TORCHVISION}
