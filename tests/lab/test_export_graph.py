"""A Network printed as PyTorch computes what the lab builds of it, with the weights that the lab draws."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from torch import nn

from app.lab import language
from app.lab.experiments.build import build
from app.lab.export.graph import TAKEN, Printed
from app.lab.messages import LabError
from tests.lab.generated import Shape, networks
from tests.lab.programs import PROGRAMS
from tests.lab.test_export import KERAS, PIECES

#: More than torch alone can run as it stands.
TEXTS = {**PROGRAMS, "Keras": (KERAS, (3, 16, 16)), "pieces": (PIECES, (4, 9, 9))}


def same(code: str, input: Shape) -> None:
    network = language.read(code, input)
    names: dict[str, Any] = {"torch": torch, "nn": nn, "F": F}
    torch.manual_seed(3)
    exec(Printed(network).text, names)
    built = build(network, 3)
    x = torch.randn(2, *input)
    with torch.no_grad():
        torch.testing.assert_close(names["net"].eval()(x), built(x), rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", TEXTS)
def test_it_computes_what_the_lab_builds(name: str) -> None:
    same(*TEXTS[name])


@settings(max_examples=60, deadline=None)
@given(networks())
def test_whatever_the_network(written: tuple[str, Shape]) -> None:
    try:
        same(*written)
    except LabError:
        return  # not every text that is made up is a network


def test_no_layer_is_called_what_a_module_has() -> None:
    assert {name for name in dir(nn.Module) if not name.startswith("_")} <= TAKEN
    layers = ", ".join(f"('{name}_', nn.Conv2d(3, 3, 1))" for name in ("train", "class", "to"))
    same(f"net = nn.Sequential(OrderedDict([{layers}]))\n", (3, 4, 4))


def test_numbers_without_a_literal() -> None:
    same("def net(x):\n    return (x * float('inf')).clamp(-1e400, 2.0) ** 2 - -1\n", (1, 2, 2))
