"""Counting: ties, buffers, shares, depth, and the table's shape."""

import json
import time
from typing import Any

import pytest

from app.lab import counting, language, limits, receptive_field, zoo
from app.lab.language.run import Run


def counted(code: str, input: tuple[int, int, int] = (3, 8, 8)) -> dict[str, Any]:
    return counting.count(language.read(code, input))


def test_a_row_for_each_operation() -> None:
    table = counted(
        "net = nn.Sequential(\n    nn.Conv2d(3, 4, 3),\n    nn.BatchNorm2d(4), nn.ReLU(),\n    nn.Flatten())"
    )
    assert table["input"] == [3, 8, 8]
    assert table["layers"][0] == {
        "name": "0",
        "kind": "Conv2d",
        "line": 2,
        "output": [4, 6, 6],
        "params": 112,
        "macs": 36 * 108,
        "activations": 144,
        "buffers": 0,
        "share": 112 / 120,
        "tied": False,
    }
    assert [row["buffers"] for row in table["layers"]] == [0, 9, 0, 0]
    assert table["total"] == {
        "params": 120,
        "macs": 3888,
        "activations": 4 * 144,
        "activation_bytes": 16 * 144,
        "buffers": 9,
        "depth": 1,
        "params_with_unused": 120,
    }


def test_the_table_is_plain_json() -> None:
    for table in (counting.count(zoo.network("resnet18")), receptive_field.trace(zoo.network("resnet18"))):
        assert json.loads(json.dumps(table)) == table


def test_totals_are_sums_of_rows() -> None:
    table: Any = counting.count(zoo.network("resnet50"))
    for name in ("params", "macs", "activations", "buffers"):
        assert table["total"][name] == sum(row[name] for row in table["layers"])
    assert abs(sum(row["share"] for row in table["layers"]) - 1) < 1e-9


def test_most_of_vgg16_is_in_three_linear_layers() -> None:
    table: Any = counting.count(zoo.network("vgg16"))
    linear = sum(row["params"] for row in table["layers"] if row["kind"] == "Linear")
    assert linear == 123_642_856


def test_tied_weights_count_once() -> None:
    code = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Conv2d(8, 8, 3, padding=1, bias=False)\n        self.b = nn.Conv2d(8, 8, 3, padding=1)\n"
        "        self.b.weight = self.a.weight\n"
        "    def forward(self, x):\n        return self.b(self.a(x))\nnet = Net()"
    )
    table = counted(code, (8, 8, 8))
    assert table["total"]["params"] == 576 + 8
    assert [row["params"] for row in table["layers"]] == [576, 8]
    assert [row["tied"] for row in table["layers"]] == [False, True]
    assert table["total"]["macs"] == 2 * 576 * 64


def test_a_functional_convolution_counts() -> None:
    table = counted("w = nn.Parameter(torch.randn(8, 3, 3, 3))\nnet = lambda x: F.conv2d(x, w)")
    assert table["total"]["params"] == 216
    assert table["total"]["macs"] == 216 * 36
    assert table["layers"][0]["kind"] == "Conv2d"


def test_a_free_parameter_is_a_row_without_activations() -> None:
    table = counted("s = nn.Parameter(torch.ones(3, 1, 1))\nnet = lambda x: x * s + torch.zeros(1)")
    rows = [(row["kind"], row["params"], row["activations"]) for row in table["layers"]]
    assert rows == [("parameter", 3, 0), ("mul", 0, 192), ("constant", 0, 0), ("add", 0, 192)]


def test_unused_layers_are_named_and_kept_apart() -> None:
    code = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Conv2d(3, 4, 1)\n"
        "        self.b = nn.Linear(9, 9)\n    def forward(self, x):\n        return self.a(x)\nnet = Net()"
    )
    table = counted(code)
    assert table["unused"] == {"b": 90}
    assert table["total"]["params"] == 16
    assert table["total"]["params_with_unused"] == 106


def test_what_a_layer_keeps_counts_once_however_often_it_is_called() -> None:
    table = counted("norm = nn.BatchNorm2d(3)\nnet = nn.Sequential(norm, nn.ReLU(), norm)")
    # Mean and variance of three channels, and how many batches there were.
    assert [row["buffers"] for row in table["layers"]] == [7, 0, 0]
    assert (table["total"]["buffers"], table["total"]["params"]) == (7, 6)


def test_depth_is_the_longest_path() -> None:
    code = "c = [nn.Conv2d(3, 3, 1) for _ in range(4)]\nnet = lambda x: c[0](x) + c[3](F.relu(c[2](c[1](x))))"
    assert counted(code)["total"]["depth"] == 3


@pytest.mark.parametrize(
    ("body", "shortest", "longest"),
    [
        ("c[0](x) + c[3](F.relu(c[2](c[1](x))))", 1, 3),
        ("x - c[0](x)", 0, 1),
        ("c[0](torch.stack([c[1](x), c[2](c[3](x))], 1).sum(1))", 2, 3),
        ("c[0](x) * torch.sigmoid(c[1](c[2](torch.ones(1, 3, 8, 8))))", 1, 1),
    ],
)
def test_paths_lead_from_the_input_to_the_output(body: str, shortest: int, longest: int) -> None:
    network = language.read(f"c = [nn.Conv2d(3, 3, 1) for _ in range(4)]\nnet = lambda x: {body}", (3, 8, 8))
    assert counting.shortest_path(network) == shortest
    assert counting.depth(network) == longest


def test_a_network_that_ignores_its_input_has_no_path() -> None:
    code = "class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.p = nn.Parameter("
    code += "torch.ones(3))\n    def forward(self, x):\n        return self.p * 2\nnet = N()"
    assert counting.shortest_path(language.read(code, (3, 8, 8))) is None


@pytest.mark.parametrize(("name", "shortest"), [("vgg16", 16), ("cifar_plain20", 20), ("resnet50", 6), ("resnet18", 5)])
def test_shortcuts_make_the_path_short(name: str, shortest: int) -> None:
    # ResNet's stem and classifier, and the projections of the stages that change shape.
    assert counting.shortest_path(zoo.network(name)) == shortest


def test_what_was_said_is_in_the_table() -> None:
    table = counted("print('one')\nnet = nn.Sequential(*[nn.ReLU()] * 2)\nprint('two')")
    assert table["printed"] == ["one", "two"]
    assert table["notes"][0][0] == 2


def test_resnet152_takes_few_steps_and_little_time() -> None:
    text = zoo.source("resnet152")
    took = []
    for _ in range(5):
        start = time.process_time()
        network = language.read(text, (3, 224, 224))
        counting.count(network)
        receptive_field.trace(network)
        took.append(time.process_time() - start)
    # 10 ms on an idle core; the bound is for a busy one, and catches what grows.
    assert min(took) < 0.08
    assert len(network.nodes) == 516


def test_the_budget_of_a_large_network_is_a_small_part() -> None:
    from app.lab.language.choosing import measured
    from app.lab.language.compiler.program import execute, parse

    run = Run((3, 224, 224))
    measured(run, execute(run, parse(zoo.source("resnet152"))))
    assert limits.STEPS - run.budget.steps < limits.STEPS / 10
    assert limits.CELLS - run.budget.cells < limits.CELLS / 10
