"""The language against real torch: shape, parameters, multiply-adds and values."""

import pytest
import torch

from app.lab import language
from app.lab.experiments.build import build
from tests.lab import oracle
from tests.lab.programs import PROGRAMS


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_lab_counts_what_torch_counts(name: str) -> None:
    oracle.compare(*PROGRAMS[name])


@pytest.mark.parametrize("name", PROGRAMS)
def test_names_are_those_of_named_modules(name: str) -> None:
    code, input = PROGRAMS[name]
    real = dict(oracle.made(code).named_modules())
    for node in language.read(code, input).nodes:
        if node.module is not None and node.weights:
            assert type(real[node.name]).__name__ in (node.op, "Swish")
            for weight, shape in node.weights.items():
                assert tuple(getattr(real[node.name], weight).shape) == shape


#: Free parameters stand in no module that could be named.
_WITHOUT_NAMES = ("functional weights", "convnext")


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in _WITHOUT_NAMES])
def test_the_graph_computes_what_the_program_computes(name: str) -> None:
    code, input = PROGRAMS[name]
    torch.manual_seed(0)
    real = oracle.made(code, device="cpu")
    copy = build(language.read(code, input))
    oracle.same_weights(real, copy, language.read(code, input))
    x = torch.randn(2, *input)
    with torch.no_grad():
        torch.testing.assert_close(copy(x), real(x))
