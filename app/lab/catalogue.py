"""What can be measured: the experiments, their options and their headlines, as data.

Torch-free, so the web process can check, name and hash a run before any worker hears of it. ``spec`` is the one way
to a ``RunSpec``: it fills in every default, so equal questions hash equally whoever asks them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.lab import limits
from app.lab.messages import LabError, RunSpec
from app.lab.options import Option, checked, nearest
from app.lab.zoo.texts import TORCHVISION

#: Channels, height and width that student code is read at where none is given.
CODE_INPUT = (3, 224, 224)
#: Sides of an input in pixels, and its channels, that a run may ask for.
MAX_SIDE, MAX_CHANNELS = 1024, 2048
MAX_SEED = 2**31 - 1


@dataclass(frozen=True)
class Kind:
    """One experiment, as the web and the authors of lessons know it."""

    name: str
    title: str
    #: What it shows, in a sentence for a beginner.
    summary: str
    #: Whether it reads a network (a zoo name or code); otherwise it builds its own.
    takes_network: bool
    options: Mapping[str, Option] = field(default_factory=dict)
    #: What a lesson's ``:reveals:`` may name; ``headline`` puts each in words.
    headlines: tuple[str, ...] = ()
    #: What a lesson's ``:draw:`` may name: measurements whose curves a student can draw before the run.
    draws: tuple[str, ...] = ()
    #: Whether it computes with torch, and so gains from a GPU.
    needs_torch: bool = True
    #: The papers that it follows, each in words and at an address.
    sources: tuple[tuple[str, str], ...] = ()


#: Depths of the form 6n + 2: three groups of n two-layer blocks, a first convolution and a classifier (He et al. 2016).
DEPTHS = tuple(range(8, 153, 6))

#: What ``measures`` knows by name.
MEASURES = (
    *("params", "macs", "activations", "depth", "shortest_path", "rf", "shape", "uses", "same_as"),
    *("erf", "grad_ratio", "loss", "accuracy"),
)

EXPERIMENTS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="parameters",
            title="Parameters and multiply-adds",
            summary="Where the weights of a network sit and where its work is done, layer by layer and line by line.",
            takes_network=True,
            headlines=("params", "macs", "activations"),
            sources=(("He et al. 2016, Deep residual learning", "https://arxiv.org/abs/1512.03385"),),
            needs_torch=False,
        ),
        Kind(
            name="receptive-field",
            title="Receptive field",
            summary="How large a part of the image one unit can see, and how much of it that unit really feels.",
            takes_network=True,
            options={
                "effective": Option("bool", True, "Measure the effective receptive field by autograd as well."),
                "samples": Option("int", 8, "Random inputs to average the gradient over.", min=1, max=32),
                "layer": Option("str", "", "The layer to look from; empty: the last one that still has places."),
                "along": Option("int", 1, "Layers to look from, along the depth.", min=1, max=6),
                "init": Option("str", "he", "How the weights are drawn.", choices=("he", "default")),
            },
            headlines=("size", "jump"),
            sources=(
                ("Araujo, Norris and Sim 2019, Computing receptive fields", "https://doi.org/10.23915/distill.00021"),
                ("Luo et al. 2016, Understanding the effective receptive field", "https://arxiv.org/abs/1701.04128"),
            ),
        ),
        Kind(
            name="gradient-flow",
            title="Gradient flow",
            summary="How much of the loss’s gradient reaches each layer of a deep stack, with and without shortcuts.",
            takes_network=False,
            options={
                "depths": Option("ints", [8, 20, 56], "Weighted layers of each stack: 6n + 2.", choices=DEPTHS),
                "skip": Option("strs", ["off", "on"], "Without and with shortcuts.", choices=("off", "on")),
                "init": Option("str", "default", "How the weights are drawn.", choices=("he", "default")),
                "activation": Option(
                    "str", "relu", "What follows each convolution.", choices=("relu", "sigmoid", "tanh")
                ),
                "batch_norm": Option("bool", False, "Normalise beside each convolution."),
                "pre_activation": Option("bool", False, "Norm and activation before each convolution."),
                "width": Option("int", 8, "Channels of every convolution.", min=2, max=32),
                "size": Option("int", 16, "Side of the input in pixels.", min=8, max=32),
                "batch": Option("int", 16, "Images in the batch.", min=2, max=64),
                "steps": Option("int", 0, "Steps of SGD; one looks on the way, too.", min=0, max=20),
                "seeds": Option("int", 1, "How often each stack is measured, from other first weights.", min=1, max=5),
            },
            headlines=("decades",),
            sources=(
                ("He et al. 2016, Deep residual learning", "https://arxiv.org/abs/1512.03385"),
                ("Yang et al. 2019, A mean field theory of batch normalization", "https://arxiv.org/abs/1902.08129"),
            ),
        ),
        Kind(
            name="degradation",
            title="The degradation race",
            summary="Plain and residual nets learn the same digits side by side: the deeper plain net trains worse.",
            takes_network=False,
            options={
                "depths": Option("ints", [20, 56], "Weighted layers of each net: 6n + 2.", choices=DEPTHS),
                "skip": Option("strs", ["off", "on"], "Without and with shortcuts.", choices=("off", "on")),
                "arena": Option(
                    "str",
                    "batch-norm",
                    "With batch norm and He initialisation, or bare: neither of them.",
                    choices=("batch-norm", "bare"),
                ),
                "steps": Option("int", 150, "Steps of SGD, a batch of 128 digits each.", min=20, max=1500),
                "seeds": Option("int", 1, "How often each net runs, from other first weights.", min=1, max=5),
                "width": Option("int", 8, "Channels of the first stage.", min=2, max=16),
            },
            headlines=("loss", "accuracy"),
            draws=("loss",),
            sources=(("He et al. 2016, Deep residual learning", "https://arxiv.org/abs/1512.03385"),),
        ),
        Kind(
            name="landscape",
            title="Loss landscape",
            summary="How the loss lies around a trained net: smooth with shortcuts, rougher without and with depth.",
            takes_network=False,
            options={
                "depth": Option("int", 20, "Weighted layers: 6n + 2.", choices=DEPTHS[:9]),
                "skip": Option("strs", ["off", "on"], "Without and with shortcuts.", choices=("off", "on")),
                "steps": Option("int", 150, "Steps of training before one looks around.", min=0, max=500),
                "extent": Option("str", "1", "How far to look, in norms of the filters.", choices=("0.5", "1", "2")),
                "grid": Option("int", 25, "Points along a side of the finest grid.", choices=(9, 17, 25)),
            },
            headlines=("minima",),
            sources=(
                ("Li et al. 2018, Visualizing the loss landscape of neural nets", "https://arxiv.org/abs/1712.09913"),
            ),
        ),
        Kind(
            name="lesion",
            title="Lesions",
            summary="A trained net loses a block: a residual one hardly notices, a plain one fails.",
            takes_network=False,
            options={
                "depth": Option("int", 20, "Weighted layers: 6n + 2.", choices=DEPTHS[:9]),
                "skip": Option("strs", ["off", "on"], "Without and with shortcuts.", choices=("off", "on")),
                "what": Option(
                    "str",
                    "remove",
                    "Leave a block out, silence it, or let it change places with the next.",
                    choices=("remove", "zero", "swap"),
                ),
                "steps": Option("int", 150, "Steps of training before the lesion.", min=20, max=500),
            },
            headlines=("accuracy",),
            sources=(
                ("Veit et al. 2016, Residual networks behave like ensembles", "https://arxiv.org/abs/1605.06431"),
            ),
        ),
        Kind(
            name="feature-maps",
            title="Feature maps",
            summary="What the layers of a trained net make of a digit or of your own picture, and what changes "
            "without a block.",
            takes_network=False,
            options={
                "digit": Option("int", 3, "The digit that is shown to it.", choices=tuple(range(10))),
                "example": Option("int", 0, "Which of the pictures of this digit.", min=0, max=173),
                "image": Option(
                    "image", "", "Your own 8×8 picture, in place of a digit.", late=True, replaces=("digit", "example")
                ),
                "depth": Option("int", 8, "Weighted layers: 6n + 2.", choices=DEPTHS[:3]),
                "skip": Option("str", "on", "Without or with shortcuts.", choices=("off", "on")),
                "weights": Option(
                    "str",
                    "",
                    "A network with the weights that lie on this server’s disk, in place of one that is trained here.",
                    choices=("", *TORCHVISION),
                    late=True,
                    replaces=("depth", "skip", "steps"),
                ),
                "photo": Option(
                    "photo",
                    "",
                    "Your own 112×112 picture in colour, for a network with weights.",
                    late=True,
                    replaces=("digit", "example", "image"),
                    needs="weights",
                ),
                "without": Option("int", 0, "A block to leave out, counted from 1; 0 for none.", min=0, max=50),
                "steps": Option("int", 150, "Steps of training before one looks.", min=0, max=300),
            },
            headlines=("score",),
            sources=(
                ("Zeiler and Fergus 2014, Visualizing and understanding CNNs", "https://arxiv.org/abs/1311.2901"),
            ),
        ),
        Kind(
            name="trace",
            title="Step by step",
            summary="What every line of your forward pass makes of one image: shapes, means, spreads, histograms.",
            takes_network=True,
            options={
                "init": Option("str", "default", "How the weights are drawn.", choices=("he", "default")),
            },
            headlines=("std",),
        ),
        Kind(
            name="measures",
            title="Single measures",
            summary="The figures of a network by name, from its parameters to what it learns: what challenges ask for.",
            takes_network=True,
            options={
                "measure": Option(
                    "strs",
                    ["params", "macs", "depth", "rf", "shape"],
                    "What to measure. params: parameters. macs: multiply-adds. activations: numbers kept for an image. "
                    "depth: layers with weights, one after another; shortest_path: the fewest of them from input to "
                    "output. rf: receptive field, in pixels; erf: the part of it that is felt. uses: operations. "
                    "same_as: whether it is the network named below. grad_ratio: the first layer’s gradient over the "
                    "last one’s. loss, accuracy: after training on the digits.",
                    choices=MEASURES,
                ),
                "steps": Option("int", 100, "Steps of training on the digits, for loss and accuracy.", min=20, max=300),
                "same_as": Option("str", "", "A network of the zoo that it may be, in another writing."),
            },
            headlines=MEASURES,
        ),
    )
}


def spec(
    experiment: str,
    network: str | None = None,
    code: str | None = None,
    input: str | Sequence[int] | None = None,
    options: Mapping[str, object] | None = None,
    seed: int = 0,
) -> RunSpec:
    """The run that is asked for, checked and with every default filled in.

    ``input`` is (channels, height, width) or text such as ``3x224x224``. Option values may be text, as a form sends
    them. Raises ``LabError``, with the nearest right name as its mend, for anything that no worker could run. The code
    itself is not read here: that is a worker's work.
    """
    kind = EXPERIMENTS.get(experiment)
    if kind is None:
        raise LabError(f"there is no experiment {experiment!r}", mend=nearest(experiment, EXPERIMENTS))
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise LabError(f"a seed is a whole number from 0 to {MAX_SEED}", mend="try seed 0")
    code = code.replace("\r\n", "\n").replace("\r", "\n") if code and code.strip() else None
    if code and len(code) > limits.SOURCE:
        raise LabError(f"this has {len(code):,} characters; the lab reads at most {limits.SOURCE:,}")
    shape = None
    if kind.takes_network:
        shape = _input(network or None, code, input)
    elif network or code or input:
        raise LabError(f"{experiment} builds its own networks", mend="leave out the network, the code and the input")
    return RunSpec(
        experiment=experiment,
        network=network or None,
        code=code,
        input=shape,
        options=checked(experiment, kind.options, options or {}),
        seed=seed,
    )


def _input(network: str | None, code: str | None, given: str | Sequence[int] | None) -> tuple[int, int, int]:
    if (network is None) == (code is None):
        raise LabError(
            "one network is measured at a time" if network else "there is no network to measure",
            mend="give either the name of a network or its code",
        )
    default = CODE_INPUT
    if network is not None:
        from app.lab import zoo

        zoo.source(network)  # raises, with the nearest name
        default = zoo.default_input(network)
    return default if given is None or given == "" else input_shape(given)


def input_shape(given: str | Sequence[int]) -> tuple[int, int, int]:
    """(channels, height, width) of text such as ``3x224x224``, or of three numbers. Raises LabError."""
    sides = re.split(r"[x×,]", given) if isinstance(given, str) else list(given)
    try:
        channels, height, width = (int(side) for side in sides)
    except (ValueError, TypeError):
        channels = height = width = 0
    if not (1 <= channels <= MAX_CHANNELS and 1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise LabError(
            "an input is channels×height×width, in whole numbers",
            mend=f"try 3x224x224; at most {MAX_CHANNELS} channels, and {MAX_SIDE} pixels a side",
        )
    return limits.check_input((channels, height, width))
