"""VGG, ResNet, the CIFAR ResNets with their plain twins, and their heirs, by name.

Each is a text in the language that students write (``source``), read in the way theirs is.
"""

from collections.abc import Mapping
from functools import lru_cache

from app.lab.messages import LabError
from app.lab.network import Network
from app.lab.zoo import texts


def names() -> tuple[str, ...]:
    """Every name, in the order of a menu. ``network`` knows the CIFAR family of other depths 6n + 2 as well."""
    return texts.NAMES


def families() -> Mapping[str, tuple[str, ...]]:
    """The same names under the titles of their families."""
    return texts.FAMILIES


def default_input(name: str) -> tuple[int, int, int]:
    """(channels, height, width) of the images that the network was made for."""
    return (3, 32, 32) if name.startswith("cifar_") else (3, 224, 224)


def source(name: str) -> str:
    """The network as PyTorch; its last line assigns ``net``. Raises LabError with the nearest name."""
    try:
        return texts.source(name)
    except KeyError:
        from app.lab.language.words import nearest

        mend = nearest(name, names()) or f"such as {', '.join(names()[:3])} or resnet50"
        raise LabError(f"there is no network {name[:60]!r} in the zoo", mend=mend) from None


def network(name: str, input: tuple[int, int, int] | None = None) -> Network:
    """The network, read from its source at this input (the default one where None); its nodes have no lines."""
    return _network(name, tuple(input) if input else default_input(name))


@lru_cache(maxsize=64)
def _network(name: str, input: tuple[int, int, int]) -> Network:
    from app.lab.language import read_own

    return read_own(source(name), input)
