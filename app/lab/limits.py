"""How much the lab follows before it says "too large".

The language charges every host operation to a :class:`~app.lab.language.budget.Budget` of these sizes, so reading a
program takes a bounded time and a bounded memory whatever the program says. The sizes are round numbers well above
what a lesson needs: ResNet-152, read from source, takes 32,000 steps, 516 nodes and 11.5 billion multiply-adds.
"""

import math

from app.lab.messages import LabError

#: Characters of source text.
SOURCE = 40_000
#: Brackets within brackets, and syntax within syntax: Python's own parser and this one both recurse on them.
BRACKETS = 60
SYNTAX_DEPTH = 90
#: Syntax nodes evaluated, plus what an operation costs beyond that (an element compared, a layer made).
STEPS = 600_000
#: Elements put into lists, tuples and dicts, in all; what is thrown away is not given back.
CELLS = 400_000
#: Characters of text made, in all.
CHARACTERS = 1_000_000
#: Lines and characters that ``print`` may write.
PRINTED_LINES = 200
PRINTED = 20_000
#: Calls within calls.
CALL_DEPTH = 40
#: Bits of a whole number.
INTEGER_BITS = 64
#: Layers and containers made, and operations traced.
MODULES = 8_000
NODES = 8_000
#: Elements of all parameters; multiply-adds and output elements of one pass, for one image.
PARAMETERS = 4_000_000_000
MACS = 20_000_000_000_000
ACTIVATIONS = 4_000_000_000
#: Sides, steps and borders of windows: wider ones than any image would only be padding.
WINDOW = 65_536
#: Dimensions of a tensor, its batch among them.
DIMENSIONS = 8
#: Characters of a layer's dotted name, and of a message; remarks that a reading makes.
NAME = 200
MESSAGE = 400
NOTES = 50
#: Channels, height or width of an input, and their product.
INPUT_SIDE = 4_096
INPUT_ELEMENTS = 16_777_216


def check_input(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The input's (channels, height, width), or a LabError that says what an input may be."""
    if len(shape) != 3 or not all(type(side) is int and 0 < side <= INPUT_SIDE for side in shape):
        raise LabError(
            f"an input is channels × height × width, each from 1 to {INPUT_SIDE:,}",
            mend="3x32x32 is a small colour image, 3x224x224 the size that VGG and ResNet were made for",
        )
    if math.prod(shape) > INPUT_ELEMENTS:
        raise LabError(f"an input of {math.prod(shape):,} values is too large", mend=f"at most {INPUT_ELEMENTS:,}")
    return shape[0], shape[1], shape[2]
