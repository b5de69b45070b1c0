"""Single measures: each against another way to the same number."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from app.lab import counting, language, zoo
from app.lab.catalogue import spec
from app.lab.experiments import measures, run
from app.lab.headlines import headline
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports

CODE = """
net = nn.Sequential(
    nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 6, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10)
)
"""


def measured(names: str, code: str = CODE, input: str = "1x8x8", **options: Any) -> dict[str, Any]:
    result: Any = run(spec("measures", code=code, input=input, options={"measure": names, **options}), Reports())
    found: dict[str, Any] = result["measures"]
    return found


def test_counts_are_those_of_the_table() -> None:
    total: Any = counting.count(language.read(CODE, (1, 8, 8)))["total"]
    found = measured("params,macs,activations,depth,shape,uses")
    assert {name: found[name] for name in ("params", "macs", "activations", "depth")} == {
        name: total[name] for name in ("params", "macs", "activations", "depth")
    }
    assert found["shape"] == [10]
    assert found["uses"] == ["Conv2d", "Linear", "ReLU", "flatten"]


def test_fields_are_those_of_the_last_layer_with_places() -> None:
    assert measured("rf")["rf"] == [5, 5]
    # A single kernel is felt evenly, but for taps that happen to be drawn near zero.
    assert 7.5 < measured("erf", "net = nn.Conv2d(1, 8, 9, padding=4)", "1x17x17")["erf"] <= 9


def test_the_ratio_is_that_of_the_gradients() -> None:
    found = measured(
        "grad_ratio", "net = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Conv2d(3, 2, 3), nn.Flatten())"
    )
    ratios = []
    for seed in range(measures.SEEDS):
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Conv2d(3, 2, 3), nn.Flatten())
        draw = torch.Generator().manual_seed(seed)
        x = torch.randn(measures.BATCH, 1, 8, 8, generator=draw)
        labels = torch.randint(32, (measures.BATCH,), generator=draw)
        F.cross_entropy(net(x), labels).backward()
        first, last = (layer.weight.grad for layer in (net[0], net[2]))
        assert isinstance(first, torch.Tensor)
        assert isinstance(last, torch.Tensor)
        ratios.append((first.norm() / last.norm()).item())
    assert found["grad_ratio"] == pytest.approx(sorted(ratios)[1], rel=1e-4)


def test_the_ratio_leaves_out_the_layer_of_the_scores_and_no_other() -> None:
    layers = "nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 4), nn.Linear(4, 10)"
    found = measured("grad_ratio", f"net = nn.Sequential({layers})")["grad_ratio"]
    ratios = []
    for seed in range(measures.SEEDS):
        torch.manual_seed(seed)
        net = eval(f"nn.Sequential({layers})")
        draw = torch.Generator().manual_seed(seed)
        x = torch.randn(measures.BATCH, 1, 8, 8, generator=draw)
        labels = torch.randint(10, (measures.BATCH,), generator=draw)
        F.cross_entropy(net(x), labels).backward()
        ratios.append((net[0].weight.grad.norm() / net[3].weight.grad.norm()).item())
    assert found == pytest.approx(sorted(ratios)[1], rel=1e-4)


def test_dropout_is_drawn_alike_in_every_process() -> None:
    code = (
        "net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Dropout2d(), nn.Conv2d(4, 4, 3), nn.Flatten(), nn.Linear(64, 10))"
    )
    found = []
    for other in (1, 2):
        torch.manual_seed(other)
        found.append((measured("loss,accuracy", code, steps=20), measured("grad_ratio", code)))
    assert found[0] == found[1]


def test_a_linear_net_learns_the_digits() -> None:
    found = measured("loss,accuracy", "net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))", steps=60)
    assert found["accuracy"] > 0.8
    assert found["loss"] < 1


def test_the_same_network_under_another_name() -> None:
    code = zoo.source("cifar_plain20").replace("Net", "Mine")
    assert measured("same_as", code, "3x32x32", same_as="cifar_plain20")["same_as"] is True
    assert measured("same_as", code, "3x32x32", same_as="cifar_resnet20_a")["same_as"] is False
    assert measured("same_as", code, "3x32x32")["same_as"] is False


@pytest.mark.parametrize(
    ("names", "code", "input", "words"),
    [
        ("accuracy", CODE, "1x16x16", "1×8×8"),
        ("accuracy", "net = nn.Conv2d(1, 10, 3)", "1x8x8", "10 scores"),
        ("grad_ratio", "net = nn.ReLU()", "1x8x8", "nn.Conv2d"),
        ("loss", "net = lambda x: x.flatten(1)[:, :10]", "1x8x8", "nothing to train"),
    ],
)
def test_what_cannot_be_measured_says_why(names: str, code: str, input: str, words: str) -> None:
    with pytest.raises(LabError) as caught:
        measured(names, code, input)
    assert words in f"{caught.value.message} {caught.value.mend}"


def test_what_multiplies_little_and_writes_much_is_refused() -> None:
    code = "net = nn.Sequential(nn.Conv2d(1, 256, 1), *[nn.MaxPool2d(7, 1, 3) for _ in range(60)], nn.Flatten(), "
    with pytest.raises(LabError, match="times what one run may do"):
        measured("accuracy", f"{code}nn.LazyLinear(10))", steps=300)


def test_too_much_training_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "OPERATIONS", 100)
    with pytest.raises(LabError, match="times what one run may do"):
        measured("accuracy")


def test_it_stops_between_steps_and_arithmetic_never_waits_for_torch() -> None:
    with pytest.raises(Cancelled):
        run(spec("measures", code=CODE, input="1x8x8", options={"measure": "accuracy"}), Reports(stop_after=4))
    reports = Reports()
    result = run(spec("measures", code=CODE, input="1x8x8", options={"measure": "params"}), reports)
    assert result["versions"] == {}
    assert headline("measures", "params", result).replace("\u202f", "") == str(result["measures"]["params"])  # type: ignore[index,call-overload]
