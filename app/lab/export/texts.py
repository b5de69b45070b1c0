"""The pieces of text that exported programs share, word for word."""

import ast
import base64
import builtins
import zipfile
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from app.lab.export.own import names_of

_HERE = Path(__file__).parent
#: Of the lab's own file of stacks, what a program needs.
_STACK = ("ACTIVATIONS", "CLASSES", "Stack", "_shortcut", "initialise")
#: Parts that stand in every program, before and behind what it measures.
FIRST, LAST = "compare", "summary"


@cache
def part(name: str) -> str:
    """One of the files that say how something is measured."""
    return (_HERE / "parts" / f"{name}.py").read_text(encoding="utf-8")


def reserved(parts: Iterable[str]) -> frozenset[str]:
    """Names that these parts make, and those of Python's own that they need: a program must leave them alone."""
    needed: set[str] = set()
    assigned: set[str] = {"RUN", "DIGITS"}
    for name in (FIRST, *parts, LAST):
        reads, gives = names_of(part(name))
        needed |= reads
        assigned |= gives
    return frozenset((assigned | (needed & set(dir(builtins))) | {"torch", "nn", "F"}) - {"net"})


@cache
def stacks() -> str:
    """The lab's own stacks, without what only the lab needs."""
    source = (_HERE.parent / "experiments" / "stack.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    pieces = [ast.get_source_segment(source, node) or "" for node in tree.body if _name(node) in _STACK]
    imports = "from collections.abc import Callable, Sequence\n\nimport torch\nimport torch.nn.functional as F\n"
    about = commented(ast.get_docstring(tree) or "")
    return f"{about}{imports}from torch import Tensor, nn\n\n" + "\n\n\n".join(pieces) + "\n"


@cache
def digits() -> str:
    """The bundled digits as a literal of Python."""
    with zipfile.ZipFile(_HERE.parent / "data" / "digits.npz") as kept:
        raw = b"".join(_numbers(kept.read(f"{name}.npy")) for name in ("images", "labels"))
    text = base64.b64encode(zlib.compress(raw, 9)).decode()
    lines = "\n".join(text[start : start + 120] for start in range(0, len(text), 120))
    return (
        "# Optical Recognition of Handwritten Digits, test set: E. Alpaydin and C. Kaynak, UCI Machine Learning\n"
        "# Repository, 1998, https://doi.org/10.24432/C50P49 (CC BY 4.0): 8×8 pixels, a byte each, then the labels;\n"
        f'# compressed (zlib), in base64.\nDIGITS = """\n{lines}\n"""\n'
    )


def commented(text: str) -> str:
    """The text as comments. Python ends a line at a line feed alone, which is all that is looked for."""
    return "".join(f"# {line}".rstrip() + "\n" for line in text.rstrip("\n").split("\n"))


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    target = (
        node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    )
    return target.id if isinstance(target, ast.Name) else ""


def _numbers(npy: bytes) -> bytes:
    """The numbers in a file of NumPy's, version 1, behind its header.

    https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    """
    return npy[10 + int.from_bytes(npy[8:10], "little") :]
