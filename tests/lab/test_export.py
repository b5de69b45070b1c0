"""Exported programs, run by plain PyTorch in a process of its own: what they measure is what the run measured."""

import ast
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from app.lab import experiments, export, zoo
from app.lab.catalogue import EXPERIMENTS, spec
from app.lab.messages import LabError, RunSpec
from app.lab.pictures import SAMPLES
from tests.lab.experiments.reports import Reports
from tests.lab.programs import PROGRAMS

#: All files that it is given, one after another; of each, the figures that it compared.
RUNNER = """
import contextlib, io, json, runpy, sys, torch
torch.set_num_threads(1)
found = {}
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            names = runpy.run_path(path, run_name="__main__")
            found[path] = {"figures": names["FIGURES"], "said": said.getvalue()}
        except BaseException as error:
            found[path] = {"figures": [], "said": f"{error!r} after {said.getvalue()}"}
print(json.dumps(found))
"""
KERAS = """from tensorflow.keras import layers, models
net = models.Sequential([
    layers.Conv2D(8, 3, activation="relu", padding="same", input_shape=(16, 16, 3)),
    layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10, activation="softmax"),
])
"""
PIECES = "def residual_block(x):\n    y = relu(bn(conv3x3(x)))\n    return relu(x + conv3x3(y))\n"
#: The layers are made in another order than they are called in; one of them drops by chance.
DIGITS = """class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 10)
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.bn = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        return self.head(self.drop(F.relu(self.bn(self.conv(x)))).mean((2, 3)))
"""
ALL = "params,macs,depth,rf,shape,uses,erf,grad_ratio,loss,accuracy"
#: A run of every experiment, and of every kind of subject.
ASKED: Mapping[str, dict[str, Any]] = {
    "parameters": {"code": PROGRAMS["unet"][0], "input": PROGRAMS["unet"][1]},
    "parameters, Keras": {"code": KERAS, "input": "3x16x16"},
    "receptive-field": {"network": "cifar_resnet20_a", "options": {"samples": 2, "along": 3}, "seed": 5},
    "receptive-field, Keras": {"code": KERAS, "input": "3x16x16", "options": {"samples": 1}},
    "receptive-field, dilated": {
        "code": "net = nn.Sequential(*[nn.Conv2d(3, 3, 3, dilation=3) for _ in range(2)])",
        "input": "3x32x32",
        "options": {"samples": 1},
    },
    "trace": {"network": "cifar_preresnet20", "seed": 3},
    "trace, pieces": {"code": PIECES, "input": "4x9x9", "options": {"init": "he"}},
    "measures": {"code": DIGITS, "input": "1x8x8", "options": {"measure": ALL, "steps": 20}, "seed": 2},
    "gradient-flow": {
        "options": {"depths": [8], "width": 4, "size": 8, "batch": 4, "steps": 2, "seeds": 2, "batch_norm": True}
    },
    "gradient-flow, before": {
        "options": {"depths": [20], "width": 4, "size": 8, "batch": 4, "pre_activation": True, "init": "he"}
    },
    "degradation": {"options": {"depths": [8], "width": 2, "steps": 20, "seeds": 2}, "seed": 4},
    "degradation, bare": {"options": {"depths": [8], "width": 2, "steps": 20, "arena": "bare"}},
    "landscape": {"options": {"depth": 8, "grid": 9, "steps": 5, "skip": ["on"]}},
    "lesion": {"options": {"depth": 8, "steps": 20}},
    "lesion, zero": {"options": {"depth": 8, "steps": 20, "what": "zero", "skip": ["on"]}},
    "lesion, swap": {"options": {"depth": 14, "steps": 20, "what": "swap", "skip": ["off"]}},
    "feature-maps": {"options": {"steps": 5, "without": 2, "digit": 7, "example": 3}},
    "feature-maps, drawn": {"options": {"steps": 5, "image": SAMPLES[4]}},
}
#: Texts that mean more to Python, to a notebook or to the program's other cells than they should.
STRANGE: Mapping[str, str] = {
    "a future": "from __future__ import annotations\nimport numpy as np\nnet: Later = nn.Conv2d(3, 4, 3)\n",
    "names of Python's": "sum = print = len = None\nFIGURES = beside = 3\nnet = nn.Sequential(nn.Conv2d(3, 4, 3))\n",
    "quotes": 'net = nn.Sequential(nn.Conv2d(3, 4, 3))\n"""\n# %% a cell\n%%bash\n!ls\n\'\'\'"""\n',
    "names": "net = nn.Sequential(OrderedDict([('\"\"\"); exit() #', nn.Conv2d(3, 4, 3)), ('class', nn.ReLU())]))\n",
    "names, printed": "net = nn.Sequential(OrderedDict([('\"\"\"); exit() #', nn.Conv2d(3, 4, 3)), ('train_', "
    "nn.Conv2d(4, 4, 3, bias=False))]))\nsum = 1\n",
    "its own class": "class Net(nn.Module):\n    def __init__(self, channels):\n        super().__init__()\n"
    "        self.c = nn.Conv2d(channels, 4, 3)\n\n    def forward(self, x):\n        return self.c(x), x\n",
    "a maker": "def make():\n    return nn.Sequential(nn.Conv2d(3, 4, 3))\n",
    "continued": "net = nn.Sequential(nn.Conv2d(3, 4, 3)) \\\n\n",
}


def measured(asked: RunSpec) -> dict[str, Any]:
    """A run's result, as it comes out of the store."""
    found: dict[str, Any] = json.loads(json.dumps(experiments.run(asked, Reports())))
    return found


def together(texts: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """What these programs compared, by name; one process runs them all, in which there is nothing of the lab."""
    paths = {}
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"network_{number}.py"
        path.write_text(text, encoding="utf-8")
        paths[str(path)] = name
    command = [sys.executable, "-I", "-c", RUNNER, *paths]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=240, check=True)
    return {paths[path]: found for path, found in json.loads(done.stdout.splitlines()[-1]).items()}


def close(here: Any, run: Any) -> bool:
    """On one machine nothing differs but what was rounded when it was stored: to four figures or more."""
    if isinstance(here, float) and isinstance(run, int | float):
        return here == pytest.approx(run, rel=1e-3, abs=1e-5)
    return bool(here == run)


@pytest.fixture(scope="module")
def programs() -> dict[str, export.Program]:
    found = {}
    for name, asked in ASKED.items():
        one = spec(name.split(",")[0], **asked)
        found[name] = export.program(one, measured(one))
    return found


@pytest.fixture(scope="module")
def compared(programs: dict[str, export.Program], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of files, of the code cells of notebooks, and of what is strange or of the zoo."""
    texts = {name: export.as_python(one) for name, one in programs.items()}
    for name in ("receptive-field", "measures", "lesion"):
        cells = json.loads(export.as_notebook(programs[name]))["cells"]
        texts[f"{name}, notebook"] = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for name, code in STRANGE.items():
        one = spec("parameters", code=code, input="3x16x16")
        texts[f"strange, {name}"] = export.as_python(export.program(one, measured(one)))
    for name in zoo.names()[::5]:
        one = spec("parameters", network=name, input="3x32x32" if name.startswith("cifar") else "3x64x64")
        texts[f"zoo, {name}"] = export.as_python(export.program(one, measured(one)))
    for name, (code, input) in PROGRAMS.items():
        one = spec("trace", code=code, input=input, seed=1)
        texts[f"trace, {name}"] = export.as_python(export.program(one, measured(one)))
    # Layers that are called twice, fields of pools that adapt, dropouts in functions, tensors changed in place.
    for name in ("lenet", "sequential", "shufflenet", "in place", "tied weights"):
        code, input = PROGRAMS[name]
        one = spec("receptive-field", code=code, input=input, options={"samples": 1, "along": 2})
        texts[f"field, {name}"] = export.as_python(export.program(one, measured(one)))
        one = spec("measures", code=code, input=input, options={"measure": "erf,grad_ratio"})
        texts[f"figures, {name}"] = export.as_python(export.program(one, measured(one)))
    return together(texts, tmp_path_factory.mktemp("exported"))


def test_every_experiment_has_a_program() -> None:
    assert {name.split(",")[0] for name in ASKED} == EXPERIMENTS.keys()


def test_what_is_measured_again_is_what_the_run_measured(compared: dict[str, Any]) -> None:
    wrong = {
        name: found["said"] if not found["figures"] else [one for one in found["figures"] if not close(*one[1:3])]
        for name, found in compared.items()
    }
    assert {name: what for name, what in wrong.items() if what} == {}, "of these programs"
    assert all(agree for found in compared.values() for *_, agree in found["figures"])


def test_what_is_compared_is_the_heart_of_each_experiment(compared: dict[str, Any]) -> None:
    def figures(name: str) -> str:
        return " | ".join(what for what, *_ in compared[name]["figures"])

    assert "multiply-adds" in figures("parameters")
    assert "layer 2.relu" not in figures("receptive-field")
    assert "layer layer3.2.relu feels: pixels in the core" in figures("receptive-field")
    assert figures("receptive-field, dilated").count("pixels seen") == 2
    assert "conv1: std" in figures("trace")
    for one in ("parameters", "multiply-adds", "shape", "felt", "gradient", "loss", "accuracy"):
        assert one in figures("measures")
    assert figures("gradient-flow").count("seed") == 2 * 2 * 3
    assert figures("lesion").count("remove block") == 6
    assert "without block 2: taken for 7, share" in figures("feature-maps")


def test_they_need_nothing_but_torch(programs: dict[str, export.Program]) -> None:
    allowed = {"torch", "math", "collections", "functools", "typing", "base64", "zlib", "pathlib", "__future__"}
    for name, one in programs.items():
        tree = ast.parse(export.as_python(one))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, name
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] in allowed, name


def test_a_program_says_what_it_is(programs: dict[str, export.Program]) -> None:
    own = export.as_python(programs["measures"])
    assert DIGITS in own
    assert "from torch import nn" in own.split("class Small")[0]
    assert "net = Small()" in own.split("return self.head")[1]
    assert "Read it\n# before you run it" in own
    assert "depth, rf, uses, which the lab reads off the graph" in own.replace("\n# ", " ")
    keras = export.as_python(programs["parameters, Keras"])
    assert "# net = models.Sequential([" in keras
    assert "needs tensorflow, which torch alone has not got" in keras
    assert "Read it" not in export.as_python(programs["landscape"])


def test_the_notebooks_are_notebooks(programs: dict[str, export.Program]) -> None:
    for one in programs.values():
        found = nbformat.reads(export.as_notebook(one), as_version=4)
        nbformat.validate(found)
        assert found.cells[0].cell_type == "markdown"
        assert not any(cell.get("outputs") for cell in found.cells)
        for cell in found.cells[1:]:
            ast.parse(cell.source)


def test_what_cannot_be_had_again_is_said() -> None:
    code = "class Net(nn.Module):\n    def forward(self, x):\n        return x + torch.randn(3, 8, 8)\n"
    one = spec("trace", code=code, input="3x8x8")
    with pytest.raises(LabError, match="drawn by chance"):
        export.program(one, measured(one))


def test_weights_on_a_disk_are_asked_for(tmp_path: Path) -> None:
    one = spec("feature-maps", options={"weights": "resnet18", "digit": 3})
    result = {
        **{"name": "resnet18", "file": "resnet18-f37072fd.pth", "picture": "A" * 50_176, "device": "CPU"},
        **{"best": [{"class": 1, "share": 0.5}], "versions": {"torch": "2.13.0"}},
    }
    found = together({"loaded": export.as_python(export.program(one, result))}, tmp_path)
    assert "Put resnet18-f37072fd.pth beside it" in found["loaded"]["said"]
