"""Made-up networks: the lab says what torch says, on those that fit together and on those that do not."""

import pytest
import torch
from hypothesis import given, note

from app.lab import language
from app.lab.experiments.build import build
from app.lab.messages import LabError
from tests.lab import oracle
from tests.lab.fuzzing import SEEDS, try_all
from tests.lab.generated import Shape, networks


def agree(code: str, input: Shape) -> bool:
    """Whether a network fits together, by torch and the lab alike: in shapes, counts and values, or not at all."""
    try:
        oracle.run(oracle.made(code), input)
    except (RuntimeError, ValueError, IndexError):
        with pytest.raises(LabError):
            language.read(code, input)
        return False
    try:
        network = oracle.compare(code, input)
    except LabError as error:
        # torch carries on with a tensor that holds nothing; the lab says so at once.
        if not any(words in error.message for words in ("is empty", "cuts away all", "nothing is left")):
            raise
        return False
    torch.manual_seed(0)
    real, copy = oracle.made(code, device="cpu"), build(network)
    oracle.same_weights(real, copy, network)
    x, shapes = torch.randn(2, *input), []
    with torch.no_grad():
        wanted = real(x.clone())  # a first layer may work in place
        found = copy(x, lambda value: shapes.append(tuple(value.shape[1:])))
    # Every operation on the way has the shape that was worked out for it, not only the last.
    assert shapes == [node.shape for node in network.nodes]
    finite = wanted[wanted.isfinite()]
    scale = max(1.0, finite.abs().max().item() if finite.numel() else 1.0)
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5 * scale, equal_nan=True)
    return True


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lab_and_torch_agree(seed: int) -> None:
    fit = []

    @given(networks())
    def check(written: tuple[str, Shape]) -> None:
        code, input = written
        note(f"at {input}:\n{code}")
        fit.append(agree(code, input))

    try_all(check, seed)
    assert {True, False} <= set(fit)


@pytest.mark.parametrize("step", ["F.pad(x, (0, 0, 0, -1))", "x[:, :, 1:]", "F.interpolate(x, scale_factor=0.7)"])
def test_what_leaves_nothing_is_refused_where_torch_carries_on(step: str) -> None:
    with pytest.raises(LabError, match=r"is empty|cuts away all|nothing is left") as caught:
        language.read(f"def net(x):\n    x = F.adaptive_avg_pool2d(x, 1)\n    return {step}", (1, 5, 5))
    assert caught.value.line == 3
