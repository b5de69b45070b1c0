"""Weights of networks of the zoo that an operator has put on disk, in files named as torchvision names them.

``resnet18-f37072fd.pth`` or ``resnet18.pth``. Nothing is ever downloaded. Torch-free: the web process looks what there
is, a worker reads it.
"""

import re
from pathlib import Path

from app.lab.messages import LabError
from app.lab.zoo.texts import TORCHVISION

#: Names the folder, in the environment of a worker as in that of the server.
VARIABLE = "RECEPTIVE_WEIGHTS"


class Unready(LabError):
    """What only an operator can mend. It is asked anew each time, where another error is kept with its run."""


def offered(folder: Path | None) -> tuple[str, ...]:
    """The networks of the zoo that have a file, of those that torchvision knows."""
    there = _names(folder)
    return tuple(name for name in TORCHVISION if any(_of(name, file) for file in there))


def file(folder: Path | None, network: str) -> Path:
    """The file of a network. Raises Unready where there is none, or more than one."""
    if folder is None:
        raise Unready("this lab has no weights on disk", mend=f"its operator can name a folder of them in {VARIABLE}")
    found = [name for name in _names(folder) if _of(network, name)]
    if not found:
        raise Unready(
            f"there is no file of weights for {network} here",
            mend=f"its operator can put torchvision’s, {network}-….pth, into the folder {VARIABLE} of every worker",
        )
    if len(found) > 1:
        raise Unready(f"there are several files for {network}: {', '.join(found)}", mend="its operator can leave one")
    return folder / found[0]


def _names(folder: Path | None) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir() if entry.is_file()) if folder else []
    except OSError:
        return []


def _of(network: str, name: str) -> bool:
    return re.fullmatch(rf"{network}(-[\w.]+)?\.pth", name) is not None
