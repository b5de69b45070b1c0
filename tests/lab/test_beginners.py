"""What someone who is learning Python and networks gets wrong: each is told what is wrong, where, and what to do."""

# ruff: noqa: E501 - a program in a line

import pytest

from app.lab import language
from app.lab.messages import LabError

INIT = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        "
CONV = f"{INIT}self.conv = nn.Conv2d(3, 8, 3)\n    def forward(self, x):\n        "
RELU = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.act = nn.ReLU()\n"

#: Program -> line, words of the message, words of what to do.
MISTAKES: dict[str, tuple[int, str, str]] = {
    # self, super and the parts of a class
    f"{CONV}return conv(x)\nnet = Net()": (6, "'conv' is not known", "write self.conv"),
    f"{INIT}conv = nn.Conv2d(3, 8, 3)\n    def forward(self, x):\n        return self.conv(x)\nnet = Net()": (
        6,
        "no 'conv'",
        "make it in __init__: self.conv = …",
    ),
    f"{RELU}    def forward(x):\n        return x\nnet = Net()": (
        5,
        "first argument is not self",
        "def forward(self, x):",
    ),
    "class Net(nn.Module):\n    def __init__():\n        self.a = 1\nnet = Net()": (
        2,
        "first argument is not self",
        "def __init__(self):",
    ),
    "class Net(nn.Module):\n    def __init__(self):\n        self.n = 3\n    def forward(self, x):\n        return x\nnet = Net()": (
        6,
        "has not run",
        "super().__init__()",
    ),
    "class Net(nn.Module):\n    def __init__(self):\n        super.__init__()\nnet = Net()": (
        3,
        "'super' is not known",
        "super().__init__()",
    ),
    "class Net(nn.Module):\n    def _init_(self):\n        self.a = 1\n    def forward(self, x):\n        return x\nnet = Net()": (
        2,
        "does not call",
        "two underscores",
    ),
    "class Net:\n    def forward(self, x):\n        return x\nnet = Net()": (
        1,
        "does not inherit from nn.Module",
        "class Net(nn.Module):",
    ),
    f"{RELU}    def foward(self, x):\n        return x\nnet = Net()": (7, "no forward", "rename foward to forward"),
    f"{RELU}def forward(self, x):\n    return x\nnet = Net()": (7, "no forward", "indented under the class"),
    f"{RELU}    def forward(self, x, y):\n        return x + y\nnet = Net()": (5, "one image", "y=None"),
    f"{CONV}x = self.conv(x)\nnet = Net()": (5, "returns None", "return x"),
    f"{CONV}y = self.conv(x)\n    return y\nnet = Net()": (7, "outside a function", "indent"),
    "self.conv = nn.Conv2d(3, 8, 3)": (1, "'self' is not known", "methods"),
    "net = Net()\nclass Net(nn.Module):\n    x = 1": (1, "'Net' is not known", "further down"),
    # layers and their settings
    "net = nn.Relu()": (1, "'Relu'", "ReLU"),
    "net = Conv2d(3, 8, 3)": (1, "'Conv2d' is not known", "write nn.Conv2d"),
    "net = nn,Conv2d(3, 8, 3)": (1, "'Conv2d' is not known", "write nn.Conv2d"),
    "net = torch.Conv2d(3, 8, 3)": (1, "torch has no 'Conv2d'", "write nn.Conv2d"),
    "net = nn.Conv2d[3, 8, 3]": (1, "cannot be indexed", "round brackets"),
    "net = nn.Conv2d(3, 8)": (1, "needs kernel_size", "nn.Conv2d(in_channels, out_channels, kernel_size, …)"),
    "net = nn.Conv2d(3, 8, 3).ReLU()": (1, "no 'ReLU'", "nn.Sequential(nn.Conv2d(…), nn.ReLU(…))"),
    "net = nn.Conv2d(3, 8, 3, strides=2)": (1, "'strides'", "called stride in PyTorch"),
    "net = nn.Conv2d(3, filters=8, kernel_size=3)": (1, "'filters'", "called out_channels"),
    "net = nn.Conv2d(3, 8, 3, activation='relu')": (1, "'activation'", "nn.ReLU()"),
    "net = nn.Conv2d(3, '8', 3)": (1, "not text", "without quotation marks"),
    "net = nn.Conv2d(3, 8, '3')": (1, "not text", "without quotation marks"),
    "net = nn.Conv2d(3, 8, (3, 3, 3))": (1, "a tuple of 3", "kernel_size=(3, 5)"),
    "net = nn.Conv2d(3, 0, 3)": (1, "at least 1", "1 or more"),
    "net = nn.Conv2d(3, 64 / 2, 3)": (1, "32.0 is not", "//"),
    "net = nn.Conv2d(3, 8, 3, padding='SAME')": (1, "'same'", "padding=1"),
    "net = nn.Conv2d(3, 8, 3, bias=false)": (1, "'false'", "False"),
    "net = nn.Conv2d(3, 8, kernel_size=3, kernel_size=5)": (1, "twice", "leave one"),
    "net = nn.Conv2d(1, 8, 3)": (1, "takes 1 channel, and what reaches it has 3", "choose an input of 1×32×32"),
    "net = nn.Conv2d(3, num_filters, 3)": (1, "'num_filters'", "num_filters = …"),
    "net = nn.Dropout(50)": (1, "share", "p=0.5"),
    "net = nn.Sequential(nn.Flatten(), nn.BatchNorm2d(3072))": (1, "BatchNorm2d needs", "BatchNorm1d"),
    "net = nn.GroupNorm(2, 3)": (1, "does not divide", "nn.GroupNorm(1, 3)"),
    "net = nn.Sequential(nn.ReLU(), F.relu)": (1, "number 2 is a function", "a layer, such as nn.ReLU()"),
    "net = nn.Sequential([nn.ReLU()])": (1, "is a list", "star"),
    "def make():\n    nn.ReLU()\nnet = nn.Sequential(make())": (3, "is None", "return"),
    "layers = []\nlayers = layers.append(nn.ReLU())\nnet = nn.Sequential(*layers)": (3, "None cannot", ".append()"),
    "layers = []\nlayers += nn.ReLU()": (2, "+ does not work", "square brackets"),
    "net = [nn.ReLU(), nn.ReLU()]": (1, "a list", "nn.Sequential(*layers)"),
    "net = models.resnet18": (1, "a function", "brackets"),
    f"{INIT}self.a = nn.Conv2d(3, 8, 3)(x)\n    def forward(self, x):\n        return self.a(x)\nnet = Net()": (
        6,
        "a tensor cannot be called",
        "without (x)",
    ),
    "net = lambda x: nn.ReLU(x)": (1, "made with settings", "nn.ReLU(…)(x)"),
    "net = nn.Dense(10)": (1, "'Dense'", "nn.Linear"),
    "net = nn.GlobalAvgPool2d()": (1, "'GlobalAvgPool2d'", "nn.AdaptiveAvgPool2d(1)"),
    "net = nn.Concat()": (1, "'Concat'", "torch.cat([a, b], 1)"),
    "net = lambda x: torch.cat(x, x, 1)": (1, "at most 2 arguments", "square brackets"),
    "net = lambda x: F.flatten(x, 1)": (1, "F has no 'flatten'", "torch.flatten"),
    "net = lambda x: x.relu6()": (1, "no 'relu6'", "F.relu6(x)"),
    "def net(x):\n    print(x.shape())\n    return x": (2, "no function", "x.shape[1]"),
    # what belongs to training, to files and to other libraries
    "net = nn.ReLU()\noptimizer.zero_grad()": (2, "'optimizer'", "training"),
    "net = nn.ReLU()\nfor a, b in train_loader:\n    pass": (2, "'train_loader'", "training"),
    "from torch.utils.data import DataLoader\nDataLoader([], 4)": (2, "DataLoader", "training"),
    "net = torch.load('net.pt')": (1, "torch.load", "no trained weights"),
    "net = nn.ReLU()\nnet.load_state_dict({})": (2, ".load_state_dict()", "leave it out"),
    "model = keras.Sequential([keras.layers.ReLU()])\nmodel.fit(1, 2)": (2, ".fit()", "leave it out"),
    "import os\nos.listdir('.')": (2, "os is not part", "leave it out"),
    "y = np.zeros(3)": (1, "'np'", "leave this out"),
    "import tensorflow as tf\ntf.nn.relu(x)": (2, "tensorflow has no 'nn'", "keras.layers"),
    "from nn import Conv2d": (1, "no module 'nn'", "torch.nn"),
    "from torch import Conv2d": (1, "torch has no 'Conv2d'", "from torch.nn import Conv2d"),
    "with open('data.txt') as f:\n    pass": (1, "open()", "torch.nn alone"),
    # Python itself
    "pip install torch": (1, "terminal", "leave this line out"),
    "%matplotlib inline": (1, "notebook", "leave this line out"),
    "```python\nnet = nn.ReLU()": (1, "listing", "leave out"),
    ">>> net = nn.ReLU()": (1, "console", ">>>"),
    "// a remark\nnet = nn.ReLU()": (1, "#", "#"),
    "net = nn.ReLU())": (1, "unmatched", "bracket"),
    "if 1:\n        a = 1\n    b = 2": (3, "unindent", "as many spaces"),
    "if 1:\n        a = 1\n\tb = 2": (3, "tabs", "spaces only"),
    "print(“net”)": (1, "invalid character", "plain quotation marks"),
    "net = nn.Conv2d(3, 8, 3×3)": (1, "invalid character", "(3, 3)"),
    "a = 3\nif a = 3:\n    pass": (2, "==", "compares"),
    "def f(x) {": (1, "expected ':'", "colon in the place of {"),
    "i = 0\ni++": (2, "invalid syntax", "+= 1"),
    "if 1:\n    pass\nelse if 2:\n    pass": (3, "no else if", "elif"),
    "if 1 && 2:\n    pass": (1, "invalid syntax", "write and"),
    "def f(x):\n    retrun x": (2, "invalid syntax", "return"),
    "def Net(nn.Module):\n    pass": (1, "invalid syntax", "class Net(nn.Module):"),
    "my-net = nn.ReLU()": (1, "cannot assign", "letters, digits and _"),
    "3conv = nn.ReLU()": (1, "invalid decimal", "digit"),
    "break": (1, "outside a loop", "loop"),
    "for i in 3:\n    pass": (1, "cannot be gone through", "range(3)"),
    "n = 3\nn(2)": (2, "cannot be called", "*"),
    "def f(a, a):\n    return a": (1, "one name", "own"),
}


@pytest.mark.parametrize("code", MISTAKES)
def test_a_mistake_is_told(code: str) -> None:
    line, words, mend = MISTAKES[code]
    with pytest.raises(LabError) as caught:
        language.read(code, (3, 32, 32))
    error = caught.value
    assert error.line == line, error.message
    assert error.column
    assert words in error.message
    assert mend in error.mend
    assert len(error.message) < 160
    assert len(error.mend) < 160
