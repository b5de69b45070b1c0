"""The bundled images that networks are trained on: real hand-written digits, 8×8 pixels (see ``app/lab/data``)."""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

#: (channels, height, width) of an image, and how many kinds of it there are.
SHAPE, CLASSES = (1, 8, 8), 10
#: Shades of the pixels as they are stored: 0 (paper) to 16 (ink).
SHADES = 16

_FILE = Path(__file__).parents[1] / "data" / "digits.npz"


@cache
def stored() -> tuple[Tensor, Tensor]:
    """Images (1797, 8, 8) in shades from 0 to 16 and labels (1797,) from 0 to 9, as bytes, in the order of the set."""
    with np.load(_FILE) as kept:
        return torch.from_numpy(kept["images"]), torch.from_numpy(kept["labels"])


@cache
def load() -> tuple[Tensor, Tensor]:
    """Images (1797, 1, 8, 8), float32, shifted and scaled to mean 0 and variance 1; labels (1797,), int64."""
    shades, labels = stored()
    return scaled(shades), labels.long()


def scaled(shades: Tensor) -> Tensor:
    """Images (n, 8, 8) in shades from 0 to 16 as networks are shown them, (n, 1, 8, 8): by the set's own scale."""
    every = stored()[0].float()
    return ((shades.float() - every.mean()) / every.std())[:, None]
