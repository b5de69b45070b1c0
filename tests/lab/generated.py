"""Networks made up by hypothesis, as a student might write them: some fit together, and torch says which."""

import random

from hypothesis import strategies as st

Shape = tuple[int, int, int]


class Writer:
    """Writes one class with layers in ``__init__`` and calls in ``forward``; ``c`` follows the channels."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.input = (self.chance.randint(1, 4), self.chance.randint(5, 20), self.chance.randint(5, 20))
        self.c = self.input[0]
        self.made: list[str] = []
        self.called: list[str] = []
        self.count = 0

    def layer(self, text: str) -> str:
        """Keep a layer; the call of it."""
        self.count += 1
        self.made.append(f"self.l{self.count} = {text}")
        return f"self.l{self.count}(x)"

    def pair(self, least: int, most: int) -> str:
        a, b = self.chance.randint(least, most), self.chance.randint(least, most)
        return str(a) if self.chance.random() < 0.7 else f"({a}, {b})"

    def step(self) -> str:
        """An expression of x that keeps four dimensions."""
        return self.chance.choice(
            (self.convolution, self.convolution, self.convolution, self.pooling, self.activation, self.norm,
             self.shortcut, self.branches, self.slices, self.padding, self.arithmetic, self.block, self.gate,
             self.transposed, self.resize, self.shuffle, self.last, self.in_place)
        )()  # fmt: skip

    def convolution(self) -> str:
        chance = self.chance
        old, self.c = self.c, chance.choice((2, 3, 4, 6, 8))
        inside = old if chance.random() < 0.96 else old + 1
        groups = chance.choice([g for g in (1, 1, 1, 2, 3, 4) if inside % g == 0 and self.c % g == 0])
        settings = [f"groups={groups}"] if groups > 1 else []
        kernel = self.pair(1, 4)
        if chance.random() < 0.15:
            settings.append("padding='same'")
        else:
            settings += [f"stride={self.pair(1, 3)}", f"padding={self.pair(0, 2)}"]
        if chance.random() < 0.3:
            settings.append(f"dilation={self.pair(1, 2)}")
        if chance.random() < 0.15:
            settings.append(f"padding_mode={chance.choice(('reflect', 'circular', 'replicate'))!r}")
        if chance.random() < 0.4:
            settings.append("bias=False")
        return self.layer(f"nn.Conv2d({inside}, {self.c}, {kernel}, {', '.join(settings)})")

    def pooling(self) -> str:
        chance = self.chance
        kernel = self.pair(1, 3)
        settings = f"{kernel}, stride={self.pair(1, 3)}, padding={self.pair(0, 1)}, ceil_mode={chance.random() < 0.3}"
        text = chance.choice(
            (
                f"nn.MaxPool2d({settings})",
                f"nn.AvgPool2d({settings})",
                f"nn.AdaptiveAvgPool2d({self.pair(1, 5)})",
                f"F.max_pool2d(x, {settings}, dilation={self.pair(1, 2)})",
                f"F.avg_pool2d(x, {kernel})",
            )
        )
        return self.layer(text) if text.startswith("nn.") else text

    def activation(self) -> str:
        names = ("ReLU()", "GELU()", "SiLU(inplace=True)", "LeakyReLU(0.2)", "Sigmoid()", "Hardswish()", "Dropout(0.3)")
        texts = ("F.relu(x)", "torch.relu(x)", "x.tanh()", "F.leaky_relu(x, 0.1)", "F.softplus(x)", "x.clamp(min=0)")
        if self.chance.random() < 0.5:
            return self.layer(f"nn.{self.chance.choice(names)}")
        return self.chance.choice(texts)

    def norm(self) -> str:
        c = self.c if self.chance.random() < 0.97 else self.c + 1
        return self.layer(self.chance.choice((f"nn.BatchNorm2d({c})", f"nn.GroupNorm(1, {c})")))

    def shortcut(self) -> str:
        kernel = self.chance.choice((1, 3, 3, 5))
        same = self.layer(f"nn.Conv2d({self.c}, {self.c}, {kernel}, padding={kernel // 2})")
        return self.chance.choice((f"{same} + x", f"F.relu(x + {same})", f"torch.add({same}, x)", f"x * {same} - 1"))

    def branches(self) -> str:
        a, b = self.chance.choice((1, 2)), self.chance.choice((1, 2, 3))
        one = self.layer(f"nn.Conv2d({self.c}, {a}, 1)")
        two = self.layer(f"nn.Conv2d({self.c}, {b}, 3, padding=1, bias=False)")
        old, self.c = self.c, a + b + self.c
        return f"torch.cat([{one}, {two}, x], {self.chance.choice((1, -3))})" if old else "x"

    def slices(self) -> str:
        start = self.chance.choice(("", "0"))
        return f"x[:, :, {start}::{self.chance.randint(1, 2)}, {self.chance.choice(('', '1', '-4'))}:]"

    def padding(self) -> str:
        amounts = ", ".join(str(self.chance.randint(-1, 2)) for _ in range(4))
        if self.chance.random() < 0.5:
            return self.layer(f"nn.ZeroPad2d({self.chance.choice((0, 1, 2, (1, 2, 0, 1)))})")
        return f"F.pad(x, ({amounts}))"

    def arithmetic(self) -> str:
        return self.chance.choice(
            (
                *("x * 2 + 1", "1 - x", "-x / 3", "x ** 2", "x - x.mean((2, 3), keepdim=True)", "x.abs()"),
                *("F.relu(x, inplace=True) + x", "x - x.relu_()"),
            )
        )

    def block(self) -> str:
        width = self.chance.choice((2, 4))
        return self.layer(
            f"nn.Sequential(nn.Conv2d({self.c}, {width}, 1), nn.ReLU(), nn.Sequential(), "
            f"nn.Conv2d({width}, {self.c}, 3, padding=1))"
        )

    def gate(self) -> str:
        gate = self.layer(f"nn.Conv2d({self.c}, {self.c}, 1)").replace("(x)", "(F.adaptive_avg_pool2d(x, 1))")
        return f"x * torch.sigmoid({gate})"

    def transposed(self) -> str:
        old, self.c = self.c, self.chance.choice((2, 3))
        return self.layer(f"nn.ConvTranspose2d({old}, {self.c}, {self.pair(1, 3)}, stride={self.pair(1, 2)})")

    def resize(self) -> str:
        scale = self.chance.choice((2, 1.5, 0.7, "(1.3, 2)"))
        mode = self.chance.choice(("", ", mode='bilinear'", ", mode='bilinear', align_corners=True"))
        if self.chance.random() < 0.5:
            return self.layer(
                self.chance.choice(("nn.Upsample(size=(7, 9))", f"nn.Upsample(scale_factor={scale}{mode})"))
            )
        return f"F.interpolate(x, scale_factor={scale}{mode})"

    def shuffle(self) -> str:
        if self.c % 4 == 0 and self.chance.random() < 0.5:
            self.c //= 4
            return self.layer("nn.PixelShuffle(2)")
        groups = 2 if self.c % 2 == 0 else 1
        return f"x.unflatten(1, ({groups}, -1)).transpose(1, 2).flatten(1, 2)"

    def last(self) -> str:
        """Channels last and back."""
        inside = self.chance.choice(
            (f"nn.Linear({self.c}, {self.c})", f"nn.LayerNorm({self.c})", "nn.Softmax(dim=-1)", "nn.PReLU()")
        )
        return self.layer(inside).replace("(x)", "(x.permute(0, 2, 3, 1))") + ".permute(0, 3, 1, 2)"

    def in_place(self) -> str:
        how = ("y.add_(1)", "y.mul_(x)", "F.relu_(y)", "y.sub_(x.mean((2, 3), keepdim=True))", "y.relu_()")
        return f"x * 1\n        y = x\n        {self.chance.choice(how)}\n        x = x + y"

    def ending(self) -> list[str]:
        linear = self.layer(f"nn.Linear({self.c}, 5)").replace("(x)", "")
        flat = self.chance.choice(
            ("torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1)", "x.mean((2, 3))", "x.amax(dim=(-2, -1))")
        )
        return self.chance.choice(
            ([], [], [f"x = {linear}({flat})"], [f"x = {flat}", f"x = F.softmax({linear}(x), 1)"])
        )

    def text(self) -> str:
        self.called = [f"x = {self.step()}" for _ in range(self.chance.randint(1, 7))]
        self.called += self.ending()
        start = "\n        ".join(["super().__init__()", *self.made])
        run = "\n        ".join([*self.called, "return x"])
        return (
            f"class Net(nn.Module):\n    def __init__(self):\n        {start}\n\n"
            f"    def forward(self, x):\n        {run}\n\n\nnet = Net()\n"
        )


def _written(chance: random.Random) -> tuple[str, Shape]:
    writer = Writer(chance)
    return writer.text(), writer.input


def networks() -> st.SearchStrategy[tuple[str, Shape]]:
    """A program and the input that it is read at."""
    return st.randoms(use_true_random=False).map(_written)
