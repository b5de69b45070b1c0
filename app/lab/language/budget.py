"""What one reading may still spend. Counted, never timed, so that a program means the same on every machine."""

from app.lab import limits
from app.lab.messages import LabError


class Budget:
    """Steps, cells and characters left. Each method raises LabError when its account is empty."""

    __slots__ = ("cells", "characters", "depth", "modules", "nodes", "steps")

    def __init__(self) -> None:
        self.steps = limits.STEPS
        self.cells = limits.CELLS
        self.characters = limits.CHARACTERS
        self.modules = limits.MODULES
        self.nodes = limits.NODES
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Pay for work, before it is done."""
        self.steps -= steps
        if self.steps < 0:
            raise LabError(
                f"this takes more than {limits.STEPS:,} steps",
                mend="look for a loop that never ends or that runs far too often; a network is built in a few thousand",
            )

    def hold(self, cells: int) -> None:
        """Pay for elements of a list, tuple or dict, before they are made."""
        self.steps -= cells
        self.cells -= cells
        if self.cells < 0 or self.steps < 0:
            raise LabError(
                f"this fills lists with more than {limits.CELLS:,} elements",
                mend="a network needs lists of layers, not of values: layers hold their own weights",
            )

    def write(self, characters: int) -> None:
        """Pay for text, before it is made."""
        self.steps -= characters >> 4
        self.characters -= characters
        if self.characters < 0 or self.steps < 0:
            raise LabError(f"this makes more than {limits.CHARACTERS:,} characters of text", mend="print less")

    def make_module(self) -> None:
        self.steps -= 20
        self.modules -= 1
        if self.modules < 0:
            raise LabError(f"this makes more than {limits.MODULES:,} layers", mend="make fewer layers")

    def make_node(self) -> None:
        self.steps -= 20
        self.nodes -= 1
        if self.nodes < 0:
            raise LabError(
                f"a pass through this network takes more than {limits.NODES:,} operations", mend="call fewer layers"
            )

    def enter(self) -> None:
        """A call begins; ``depth`` is lowered by the caller when it ends."""
        self.depth += 1
        if self.depth > limits.CALL_DEPTH:
            raise LabError(
                f"calls are nested more than {limits.CALL_DEPTH} deep",
                mend="does a function call itself without end, or does a module contain itself?",
            )
