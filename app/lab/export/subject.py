"""The network that an exported program measures: as it was written where torch can run that, printed where not."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from app.lab import language, zoo
from app.lab.export.graph import Printed
from app.lab.export.own import Unlike, changes_in_place, own
from app.lab.language import Made
from app.lab.messages import LabError, RunSpec
from app.lab.network import MODULES, WEIGHTED, Network


@dataclass(frozen=True)
class Subject:
    """The text of a network that runs by itself, and how its layers are called in it."""

    network: Network
    #: Lines that the lab adds before the text; the text; and lines that it adds behind.
    before: str
    text: str
    after: str
    #: The text as it was written, where another one stands for it, and why, in words that go on after "it".
    written: str
    why: str
    #: By node, the dotted name of the layer that gives its value, where one does.
    names: dict[int, str]

    @cached_property
    def calls(self) -> dict[int, int]:
        """Which call of its layer a node is, from 0."""
        seen: Counter[str] = Counter()
        found = {}
        for node in sorted(self.names):
            found[node] = seen[self.names[node]]
            seen[self.names[node]] += 1
        return found

    def drawn(self, until: int | None = None) -> list[str]:
        """The layers whose weights are drawn by chance, in that order: those that the node ``until`` needs."""
        nodes = self.network.nodes
        wanted = needed(self.network, self.network.output if until is None else until)
        return list(
            dict.fromkeys(self.names[node.index] for node in nodes if node.index in wanted and node.op in WEIGHTED)
        )


def reading(spec: RunSpec) -> Made:
    """The network of a run, read again. Raises LabError for what the lab cannot read."""
    assert spec.input
    return language.made(_code(spec), spec.input)


def subject(
    spec: RunSpec, made: Made, reserved: Iterable[str], watched: Collection[int] = (), *, values: bool
) -> Subject:
    """The network of a run as a text. ``watched`` are nodes whose value is looked at, whatever they are; ``values``
    says whether its numbers count, not its shapes alone. Raises LabError where they cannot be had again."""
    code = _code(spec)
    for node in made.network.nodes if values else ():
        if node.op == "constant" and str(node.attrs["fill"]).startswith("rand"):
            raise LabError("it holds constants drawn by chance, among its weights", node.line)
    try:
        found = own(code, made, reserved)
        _expect_layers(made, values)
        if values and changes_in_place(code):
            raise Unlike("changes tensors in place, which their gradients need as they were")
        names = {
            node.index: node.name
            for node in made.network.nodes
            if node.op in MODULES and node.module is not None and node.name in made.modules
        }
        if any(node not in names for node in watched):
            raise Unlike("is looked at where no layer stands, but an operation within forward")
    except Unlike as reason:
        printed = Printed(made.network, watched)
        head = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
        return Subject(made.network, head, printed.text, "", code, str(reason), printed.names)
    return Subject(made.network, found.before, found.text, found.after, "", "", names)


def _code(spec: RunSpec) -> str:
    return spec.code or zoo.source(spec.network or "")


def _expect_layers(made: Made, values: bool) -> None:
    """Raises Unlike where weights stand in no layer that can be found, or cannot be drawn as the lab draws them."""
    for node in made.network.nodes:
        if node.op in MODULES and node.weights and (node.module is None or node.name not in made.modules):
            raise Unlike("has weights outside of the layers that net holds")
        if values and node.op == "parameter":
            raise Unlike("has parameters of its own, which the lab fills with ones")
        if values and node.op.startswith("Dropout") and node.name not in made.modules:
            raise Unlike("drops by chance in a function, which the lab takes for a layer")


def needed(network: Network, until: int) -> set[int]:
    """The nodes that a node depends on, and itself."""
    wanted = {until}
    for node in reversed(network.nodes[: until + 1]):
        if node.index in wanted:
            wanted.update(node.inputs)
    return wanted
