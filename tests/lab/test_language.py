"""What is read, which network is measured, where its lines come from, and how errors teach."""

# ruff: noqa: E501 - a program in a line

from typing import Any

import pytest

from app.lab import counting, language
from app.lab.messages import LabError
from app.lab.network import Network

INPUT = (3, 32, 32)


def read(code: str, input: tuple[int, int, int] = INPUT) -> Network:
    return language.read(code, input)


def ops(network: Network) -> list[str]:
    return [node.op for node in network.nodes[1:]]


def params(network: Network) -> int:
    total: Any = counting.count(network)["total"]
    return int(total["params"])


# --- the snippets that circulate about VGG and ResNet ---


def test_a_residual_block_of_names_that_are_nowhere_defined() -> None:
    network = read(
        """
def residual_block(x):
    identity = x # Save the original input

    out = conv3x3(x)
    out = relu(out)
    out = conv3x3(out)

    # The ResNet Magic: Add the input back!
    return out + identity
""",
        (64, 56, 56),
    )
    assert ops(network) == ["Conv2d", "ReLU", "Conv2d", "add"]
    assert [node.line for node in network.nodes[1:]] == [5, 6, 7, 10]
    assert network.nodes[-1].inputs == (3, 0)
    assert params(network) == 2 * 9 * 64 * 64
    ((line, text),) = network.notes
    assert line == 5
    assert "conv3x3 is not defined" in text


def test_pretrained_is_weights_now() -> None:
    network = read("from torchvision import models\n\nvgg = models.vgg16(pretrained=True)\n", (3, 224, 224))
    assert params(network) == 138_357_544
    ((line, text),) = network.notes
    assert line == 3
    assert "weights=" in text
    assert "0.13" in text
    assert {node.line for node in network.nodes[1:]} == {3}


def test_two_resnets_and_a_print() -> None:
    network = read(
        """import torchvision.models as models

resnet50 = models.resnet50(pretrained=True)
resnet101 = models.resnet101(pretrained=True)
print('Deep Architectures Ready.')
""",
        (3, 224, 224),
    )
    assert params(network) == 44_549_160
    assert network.printed == ("Deep Architectures Ready.",)


KERAS = '''
import tensorflow as tf
from tensorflow.keras import layers, models
def vgg_block(num_convs, num_filters):
    """Creates a VGG-style block."""
    block = models.Sequential()
    for _ in range(num_convs):
        block.add(layers.Conv2D(num_filters, (3, 3), padding='same', activation='relu'))
    block.add(layers.MaxPooling2D((2, 2), strides=(2, 2)))
    return block
example_block = vgg_block(num_convs=2, num_filters=64)
'''


def test_a_keras_block() -> None:
    network = read(KERAS, (3, 224, 224))
    assert ops(network) == ["Conv2d", "ReLU", "Conv2d", "ReLU", "MaxPool2d"]
    assert params(network) == 1_792 + 36_928
    assert network.nodes[-1].shape == (64, 112, 112)
    assert [node.line for node in network.nodes[1:]] == [8, 8, 8, 8, 9]


@pytest.mark.parametrize("code", ["# Degradation\n# 20 layers -> 95 %", "a = 49\nprint(a * 3)", "", "x = [1, 2]\n"])
def test_nothing_to_measure(code: str) -> None:
    with pytest.raises(LabError, match="nothing to measure: assign a network to net") as caught:
        read(code)
    assert "nn.Sequential" in caught.value.mend


def test_a_css_comment_is_no_python() -> None:
    with pytest.raises(LabError, match="Python cannot read this") as caught:
        read("/* Deep Convolutional Architectures */")
    assert caught.value.line == 1


# --- Keras, by the numbers that Keras prints ---


@pytest.mark.parametrize(
    ("layers", "expected", "shape"),
    [
        ("layers.Conv2D(16, 3, strides=2, padding='same')", 448, (16, 16, 16)),
        ("layers.Conv2D(16, 5)", 1216, (16, 28, 28)),
        ("layers.Conv2D(8, 3, padding='SAME', use_bias=False, dilation_rate=2)", 216, (8, 32, 32)),
        ("layers.DepthwiseConv2D(3, padding='same')", 30, (3, 32, 32)),
        ("layers.MaxPool2D(3, strides=2, padding='same')", 0, (3, 16, 16)),
        ("layers.AveragePooling2D()", 0, (3, 16, 16)),
        ("layers.BatchNormalization(), layers.ReLU(), layers.Activation('gelu')", 6, (3, 32, 32)),
        ("layers.GlobalAveragePooling2D(), layers.Dense(10, activation='softmax')", 40, (10,)),
        ("layers.Flatten(), layers.Dropout(0.5), layers.Dense(4)", 12_292, (4,)),
        ("layers.ZeroPadding2D(2), layers.Softmax()", 0, (3, 36, 36)),
        ("keras.Input(shape=(32, 32, 3)), layers.GlobalMaxPooling2D(keepdims=True)", 0, (3, 1, 1)),
    ],
)
def test_keras_layers(layers: str, expected: int, shape: tuple[int, ...]) -> None:
    network = read(
        f"from tensorflow import keras\nfrom tensorflow.keras import layers\nnet = keras.Sequential([{layers}])"
    )
    assert params(network) == expected
    assert network.nodes[-1].shape == shape


def test_keras_puts_the_odd_padding_behind() -> None:
    network = read(
        "from keras import layers\nfrom keras.models import Sequential\nnet = Sequential([layers.Conv2D(4, 3, 2, 'same')])"
    )
    assert network.nodes[1].op == "pad"
    assert network.nodes[1].attrs["pad"] == (0, 1, 0, 1)


def test_a_keras_model_of_tensors() -> None:
    network = read(
        """
from tensorflow.keras import Input, Model, layers
inputs = Input(shape=(32, 32, 3))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(16, 3, padding="same")(x)
z = layers.add([x, y])
z = layers.Concatenate()([z, x])
outputs = layers.Dense(10)(layers.GlobalAveragePooling2D()(z))
model = Model(inputs, outputs)
model.summary()
"""
    )
    assert params(network) == 448 + 2320 + 330
    assert ops(network) == ["Conv2d", "ReLU", "Conv2d", "add", "cat", "mean", "Linear"]


def test_keras_is_told_what_the_lab_measures_at() -> None:
    network = read(
        "from keras import layers, Sequential\nnet = Sequential([layers.Conv2D(4, 3, input_shape=(28, 28, 1))])"
    )
    assert any("28×28×1" in text for _, text in network.notes)


# --- which network ---

A, B = "nn.Conv2d(3, 4, 1)", "nn.Conv2d(3, 5, 1)"


@pytest.mark.parametrize(
    ("code", "channels"),
    [
        (f"net = {A}\nother = {B}", 4),
        (f"net = {A}\nmodel = {B}", 5),
        (f"model = {B}\nnet = {A}", 4),
        (f"net = {A}\nmodel = {B}\nnet = {A}", 4),
        (f"first = {A}\nsecond = {B}", 5),
        (f"second = {B}\nfirst = {A}\nnumber = 3", 4),
        (f"layers = nn.ModuleList([{A}])\nlast = {B}\nlayers = nn.ModuleList([{A}])", 5),
        (f"def make():\n    return {A}", 4),
        (f"def make(n):\n    return {A}\nblock = make(1)", 4),
        (f"conv = {A}\ndef block(x):\n    return F.relu({B}(x))", 5),
        (f"block = {A}\ndef count(model):\n    return 1", 4),
        (f"class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = {A}\n"
         "    def forward(self, x):\n        return self.c(x)", 4),
        (f"class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__({A})\nnet = Net", 4),
        ("class Block(nn.Module):\n    def __init__(self, channels):\n        super().__init__()\n"
         "        self.c = nn.Conv2d(channels, 4, 1)\n    def forward(self, x):\n        return self.c(x)", 4),
        (f"y = {A}(x)\nz = F.relu(y)", 4),
        (f"net = {A}(x)", 4),
        (f"net = lambda x: {A}(x)", 4),
        (f"import torch.nn as nn\nclass A:\n    pass\nnet = {A}", 4),
    ],
)  # fmt: skip
def test_which_network_is_measured(code: str, channels: int) -> None:
    assert read(code).nodes[-1].shape[0] == channels


def test_a_guess_is_said() -> None:
    code = (
        "class Block(nn.Module):\n    def __init__(self, in_channels, out_channels):\n        super().__init__()\n"
        "        self.c = nn.Conv2d(in_channels, out_channels, 1)\n    def forward(self, x):\n        return self.c(x)"
    )
    ((_, text),) = read(code).notes
    assert "in_channels and out_channels = 3" in text


def test_tensors_that_lead_nowhere_are_left_out() -> None:
    network = read("def f(x):\n    unused = F.relu(x)\n    y = torch.tanh(x)\n    return y * 2\nnet = f")
    assert ops(network) == ["Tanh", "mul"]
    assert [node.index for node in network.nodes] == [0, 1, 2]
    assert network.nodes[2].inputs == (1,)


def test_a_script_that_tries_its_network_out() -> None:
    network = read(
        """
import torch
import torch.nn as nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten()).to(device)
net.eval()
x = torch.randn(16, 3, 20, 20, device=device)
with torch.no_grad():
    print(net(x).shape)
print(f"{sum(p.numel() for p in net.parameters()):,} parameters")
for name, child in net.named_children():
    print(name, child)
"""
    )
    assert network.printed == (
        "torch.Size([16, 2592])",
        "224 parameters",
        "0 Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))",
        "1 Flatten(start_dim=1, end_dim=-1)",
    )
    assert network.nodes[-1].shape == (7200,)


def test_a_model_of_torchvision_with_a_new_head() -> None:
    network = read(
        "model = models.resnet18(weights=models.ResNet18_Weights.DEFAULT)\n"
        "model.fc = nn.Linear(model.fc.in_features, 10)\n"
        "for p in model.parameters():\n    p.requires_grad = False\n",
        (3, 64, 64),
    )
    assert network.nodes[-1].shape == (10,)
    assert network.nodes[-1].line == 2
    assert network.nodes[1].line == 1


# --- lines and names ---


def test_a_layer_has_the_line_that_made_it_and_a_function_the_line_that_called_it() -> None:
    network = read(
        """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(
            3, 4, 1)
        self.block = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(4, 4, 1),
        )

    def forward(self, x):
        x = self.conv(x)
        y = self.block(
            x)
        x = (y
             + x)
        return F.relu(x)


net = Net()
"""
    )
    assert [(node.name, node.line) for node in network.nodes[1:]] == [
        ("conv", 4),
        ("block.0", 7),
        ("block.1", 8),
        ("add", 15),
        ("relu", 17),
    ]


def test_names_of_functions_stand_below_their_module() -> None:
    code = """
class Block(nn.Module):
    def forward(self, x):
        return F.relu(F.relu(x) + x)

net = nn.Sequential(Block(), Block())
"""
    names = [node.name for node in read(code).nodes[1:]]
    assert names == ["0.relu", "0.add", "0.relu_1", "1.relu", "1.add", "1.relu_1"]


def test_a_layer_that_is_called_twice_is_one_layer() -> None:
    network = read("c = nn.Conv2d(3, 3, 3, padding=1)\nnet = nn.Sequential(c, nn.ReLU(), c)")
    first, _, second = network.nodes[1:]
    assert first.module == second.module
    assert first.ties == second.ties
    rows: Any = counting.count(network)["layers"]
    assert [(row["params"], row["tied"]) for row in rows] == [(84, False), (0, False), (0, True)]


def test_repeating_a_layer_in_a_list_is_noted() -> None:
    network = read("net = nn.Sequential(*[nn.Conv2d(3, 3, 1)] * 3)")
    assert "one set of weights" in network.notes[0][1]


def test_layers_in_a_plain_list_are_noted() -> None:
    code = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.all = [nn.ReLU()]\n"
        "    def forward(self, x):\n        return self.all[0](x)\nnet = Net()"
    )
    ((line, text),) = read(code).notes
    assert line == 4
    assert "nn.ModuleList" in text


# --- errors that teach ---

BLOCK = """class Block(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, padding=1)

    def forward(self, x):
        return self.conv1(x) + x


net = Block(3, 16)
"""


@pytest.mark.parametrize(
    ("code", "place", "words", "mend"),
    [
        (BLOCK, (7, 16), "shapes [16, 32, 32] and [3, 32, 32] cannot be added", "1×1 convolution"),
        (BLOCK.replace("padding=1", "padding=0").replace("3, 16", "3, 3"), (7, 16), "[3, 30, 30] and [3, 32, 32]", "padding"),
        ("net = nn.Sequential(\n    nn.Conv2d(3, 64, 3),\n    nn.Conv2d(32, 64, 3),\n)", (3, 5), "32 channels, and what reaches it has 64", "nn.Conv2d(64, 64"),
        ("net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(16))", (1, 41), "16 channels", "nn.BatchNorm2d(8)"),
        ("net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Linear(8, 10))", (1, 41), "takes 8 values", "nn.Flatten() or torch.flatten(x, 1) before it and write nn.Linear(7200, 10)"),
        ("net = nn.Sequential(nn.Flatten(), nn.Linear(512, 10))", (1, 35), "512 values, and what reaches it has the shape [3072]", "nn.Linear(3072, 10)"),
        ("net = nn.Sequential(nn.Flatten(), nn.Conv2d(3, 8, 3))", (1, 35), "[3072]", "flattened before"),
        ("net = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(3, 4, 17))", (1, 38), "17×17 window", "padding"),
        ("net = nn.Sequential(\n    nn.Conv2D(3, 8, 3))", (2, 5), "'Conv2D'", "did you mean Conv2d?"),
        ("net = nn.Conv2d(3, 8, kernal_size=3)", (1, 7), "'kernal_size'", "did you mean kernel_size?"),
        ("net = nn.Conv2d(3, 8)", (1, 7), "needs kernel_size", "nn.Conv2d(in_channels, out_channels, kernel_size, …)"),
        ("net = nn.Conv2d(3, 8, 3, 1, 1, 1, 1, True, 'zeros', None, None, 7)", (1, 7), "at most 11 arguments", "in_channels"),
        ("net = nn.Conv2d(3, 8, 3, stride=0)", (1, 7), "stride must be at least 1", ""),
        ("net = nn.Conv2d(3, 32 / 2, 3)", (1, 7), "16.0 is not", "//"),
        ("net = nn.Conv2d(3, 8, 3, groups=2)", (1, 7), "groups=2", "depthwise"),
        ("net = nn.Conv2d(3, 8, 3, stride=2, padding='same')", (1, 7), "stride 1", "kernel_size // 2"),
        ("conv = nn.Conv2d(3, 8, 3)\nnet = nn.Sequential(cov)", (2, 21), "'cov'", "did you mean conv?"),
        ("class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.ReLU()\n    def forward(self, x):\n        return self.cnov(x)\nnet = N()", (6, 16), "N has no 'cnov'", "did you mean conv?"),
        ("class N(nn.Module):\n    def __init__(self):\n        self.conv = nn.ReLU()\nnet = N()", (3, 9), "before Module.__init__", "super().__init__()"),
        ("class N(nn.Module):\n    def forwrad(self, x):\n        return x\nnet = N()", (4, 7), "N has no forward", "rename forwrad to forward"),
        ("class N(nn.Module):\n    def forward(self, x):\n        F.relu(x)\nnet = N()", (2, 5), "returns None", "return x"),
        ("net = nn.Sequential([nn.ReLU()])", (1, 7), "number 1 is a list", "nn.Sequential(*layers)"),
        ("net = nn.Sequential(nn.ReLU)", (1, 7), "number 1 is a class", "nn.ReLU()"),
        ("net = nn.ModuleList([nn.ReLU()])", (1, 7), "only holds layers", "for layer in"),
        ("def f(x):\n    return nn.ReLU(x)\nnet = f", (2, 12), "then called on a tensor", "nn.ReLU(…)(x)"),
        ("def f(x):\n    return nn.Conv2d(3, 4, 1) + x\nnet = f", (2, 12), "add does not work between the layer Conv2d", "call the layer on x"),
        ("def f(x):\n    if x.sum() > 0:\n        return x\n    return x\nnet = f", (2, 8), "over dimension 0", "x.sum((2, 3))"),
        ("def f(x):\n    if x:\n        return x\nnet = f", (2, 8), "follows shapes, not values", "shape"),
        ("def f(x):\n    return x.view(-1)\nnet = f", (2, 12), "3072 rows", "torch.flatten(x, 1)"),
        ("def f(x):\n    return torch.flatten(x)\nnet = f", (2, 12), "images of a batch", "torch.flatten(x, 1)"),
        ("def f(x):\n    return x.view(-1, 100)\nnet = f", (2, 12), "3,072 values", "view"),
        ("def f(x):\n    return torch.cat([x, x])\nnet = f", (2, 12), "adds images", "torch.cat([a, b], 1)"),
        ("def f(x):\n    return torch.cat([x, x[:, :, 1:]], 1)\nnet = f", (2, 12), "cannot be concatenated", "stride"),
        ("def f(x):\n    return x.item()\nnet = f", (2, 12), "shapes, not values", ""),
        ("def f(x):\n    x[:, 0] = 1\n    return x\nnet = f", (2, 5), "not changed in place", "torch.cat"),
        ("net = nn.Conv2d(3, 8, 3", (1, 16), "never closed", "bracket"),
        ("net = nn.Sequential(\n    nn.ReLU()\n    nn.ReLU()\n)", (2, 5), "Perhaps you forgot a comma", "comma"),
        ("def f(x):\nreturn x", (2, 1), "indented", "four spaces"),
        ("x = 1\n  y = 2", (2, 1), "unexpected indent", "spaces"),
        ("é = 'ü'; net = nn.Sequental()", (1, 16), "'Sequental'", "Sequential"),
        ("try:\n    pass\nexcept:\n    pass", (1, 1), "try is not read here", ""),
        ("import os\nos.getcwd()", (2, 1), "os is not part", "torch"),
        ("import torhc", (1, 1), "no module 'torhc'", "did you mean torch?"),
        ("from torch import nm", (1, 1), "'nm'", "did you mean"),
        ("import numpy as np\nnp.zeros(3)", (2, 1), "numpy is not part", "torch"),
        ("import torch.optim as optim\nnet = nn.ReLU()\noptim.SGD(net.parameters())", (3, 1), "torch.optim", "training"),
        ("loss = nn.CrossEntropyLoss()", (1, 8), "CrossEntropyLoss", "training"),
        ("net = models.resnet51()", (1, 7), "'resnet51'", "resnet50"),
        ("net = models.alexnet()", (1, 7), "alexnet", "vgg16"),
        ("def f(a, b):\n    return a\nf(1)", (3, 1), "f() needs b", "defined with: a, b"),
        ("def f(a):\n    return a\nf(1, 2)", (3, 1), "takes 1 argument and was given 2", "defined with: a"),
        ("class B(nn.Module):\n    def __init__(self, c):\n        super().__init__()\nnet = B(1, 2)", (4, 7), "B() takes 1 argument and was given 2", "c"),
        ("class B(nn.Module):\n    def __init__(self, kind):\n        super().__init__()\n    def forward(self, x):\n        return x", (1, 1), "B needs kind", "net = B(kind=…)"),
        ("def f():\n    print(y)\n    y = 1\nf()", (2, 11), "used before it has a value", "above"),
        ("[1, 2][5]", (1, 1), "no element 5", ""),
        ("{'conv': 1}['cnov']", (1, 1), "no 'cnov'", "did you mean conv?"),
        ("1 + 'a'", (1, 1), "between a whole number and text", "f-string"),
        ("a, b = 1, 2, 3", (1, 1), "3 values cannot be unpacked into 2", ""),
        ("net = 5", (1, 1), "it is a whole number", "nn.Sequential"),
        ("raise ValueError('no such depth')", (1, 1), "ValueError: no such depth", ""),
        ("assert 1 == 2, 'unequal'", (1, 1), "the assertion failed: unequal", ""),
        ("'%d' % 3", (1, 1), "not formatted with %", "f-string"),
        ("net = nn.Softmax(0)", (1, 7), "mixes the images", "dim=1"),
        ("net = nn.AdaptiveAvgPool2d('7')", (1, 7), "output_size", ""),
        ("net = nn.MaxPool2d(2, padding=2)", (1, 7), "more than half", ""),
        ("net = nn.Upsample()", (1, 7), "say how large", ""),
        ("net = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.InstanceNorm2d(3))", (1, 46), "has one place", "GroupNorm"),
    ],
)  # fmt: skip
def test_errors_teach(code: str, place: tuple[int | None, int | None], words: str, mend: str) -> None:
    with pytest.raises(LabError) as caught:
        read(code)
    error = caught.value
    assert error.line == place[0], error.message
    if "Python cannot read" not in error.message:  # where in the line a syntax error is, every Python sees differently
        assert error.column == place[1], error.message
    assert words in error.message
    assert mend in error.mend


def test_code_that_is_never_reached_does_no_harm() -> None:
    code = "def train():\n    try:\n        yield {1, 2}\n    finally:\n        global x\nnet = nn.ReLU()"
    assert ops(read(code)) == ["ReLU"]


def test_windows_line_ends_and_tabs() -> None:
    assert ops(read("if True:\r\n\tnet = nn.Sequential(\r\n\t\tnn.ReLU())\r\n")) == ["ReLU"]


def test_reading_is_repeatable() -> None:
    code = "net = models.resnet18()"
    assert read(code) == read(code)


def test_unused_layers_are_named() -> None:
    code = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Conv2d(3, 4, 1)\n"
        "        self.spare = nn.Sequential(nn.Linear(10, 10), nn.ReLU())\n"
        "        self.scale = nn.Parameter(torch.ones(7))\n    def forward(self, x):\n        return self.a(x)\nnet = Net()"
    )
    network = read(code)
    assert network.unused == {"spare.0": 110, "scale": 7}
    assert params(network) == 16
