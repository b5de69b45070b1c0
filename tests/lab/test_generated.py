"""Generated networks: the lab says what torch says, on those that fit together and on those that do not."""

import pytest
import torch

from app.lab import language
from app.lab.experiments.build import build
from app.lab.messages import LabError
from tests.lab import oracle
from tests.lab.generated import network


def agree(seed: int) -> bool:
    """Whether the network of this seed fits together, by torch and the lab alike."""
    code, input = network(seed)
    try:
        oracle.run(oracle.made(code), input)
    except (RuntimeError, ValueError, IndexError):
        with pytest.raises(LabError):
            language.read(code, input)
        return False
    oracle.compare(code, input)
    return True


@pytest.mark.parametrize("block", range(8))
def test_the_lab_and_torch_agree(block: int) -> None:
    fit = [agree(seed) for seed in range(12 * block, 12 * block + 12)]
    assert any(fit)


@pytest.mark.parametrize("seed", range(24))
def test_shapes_are_those_of_real_values(seed: int) -> None:
    """Every operation on the way, not only the last."""
    code, input = network(seed)
    try:
        read = language.read(code, input)
    except LabError:
        return
    shapes: list[tuple[int, ...]] = []
    with torch.no_grad():
        build(read)(torch.rand(2, *input), lambda value: shapes.append(tuple(value.shape)))
    wanted = [node.shape for node in read.nodes]
    assert [shape[1:] for shape in shapes] == wanted
