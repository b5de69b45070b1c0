"""A student's text as a program that Python and torch run by themselves, where it is one.

The lab knows ``nn`` and ``F`` without their imports, reads Keras and torchvision, and takes a class for its network.
What Python needs beside the text is added before and after it. Where that is not enough, ``Unlike`` says why, and the
network is printed instead (``graph``).
"""

import ast
import builtins
import symtable
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.lab.language import Made

#: What a text may use without importing it, and the line that Python needs.
IMPORTS: Mapping[str, str] = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "math": "import math",
    "OrderedDict": "from collections import OrderedDict",
    "partial": "from functools import partial",
    "Optional": "from typing import Optional",
    **{name: f"from torch import {name}" for name in ("relu", "sigmoid", "tanh", "softmax")},
    "gelu": "from torch.nn.functional import gelu",
}
_TORCH = frozenset(
    {
        *("torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.modules"),
        *("math", "collections", "collections.abc", "functools", "typing", "__future__"),
        *("random", "os", "sys", "json", "argparse", "warnings", "logging", "time", "datetime", "copy", "pathlib"),
        *("torch.optim", "torch.utils.data"),
    }
)
#: Calls that ask for what not everybody has, or that change what numbers are made of.
_TIED = frozenset({"cuda", "compile", "jit", "half", "double", "bfloat16"})


class Unlike(Exception):
    """Why Python and torch alone cannot run a text as it is, in words that go on after "it"."""


@dataclass(frozen=True)
class Own:
    """What stands before the text, the text, and what stands behind it. Each is whole lines of Python, or empty."""

    before: str
    text: str
    after: str


def own(code: str, made: Made, reserved: Iterable[str]) -> Own:
    """The program that makes ``net``. ``reserved`` are names that it must leave alone. Raises Unlike."""
    if not made.called:
        raise Unlike("computes with tensors alone, and makes no module")
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _TIED and not _asks(node):
            raise Unlike(f"calls .{node.attr}, which not every machine has, or which changes the numbers")
        if isinstance(node, ast.Constant) and node.value == "cuda" and "is_available" not in code:
            raise Unlike("asks for a GPU")
    text, future, absent = _without_imports(code, tree)
    needed, assigned = names_of(text)
    imported = _imported(ast.parse(text))
    missing = sorted(needed - assigned - imported - set(dir(builtins)) - {"__name__", "__file__", "__doc__"})
    if foreign := [absent[name] for name in missing if name in absent]:
        raise Unlike(f"needs {foreign[0]}, which torch alone has not got")
    if strange := [name for name in missing if name not in IMPORTS]:
        raise Unlike(f"uses {', '.join(strange[:3])}, which it does not define")
    if taken := sorted(assigned & set(reserved)):
        raise Unlike(f"gives a meaning of its own to {', '.join(taken[:3])}")
    before = [*future, *(IMPORTS[name] for name in missing)]
    after = "" if made.called == "net" else f"net = {made.called}\n"
    return Own("".join(f"{line}\n" for line in before), f"{text.rstrip()}\n", after)


def changes_in_place(code: str) -> bool:
    """Whether a text changes tensors while it computes: their gradients may still need what they were."""
    functions = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    return any(_in_place(node, function) for function in functions for node in ast.walk(function))


def _in_place(node: ast.AST, function: ast.FunctionDef) -> bool:
    if isinstance(node, ast.AugAssign):
        # Elsewhere it is a number that grows: ``self.inplanes *= 2``.
        return "forward" in function.name and isinstance(node.op, ast.Mult | ast.Div | ast.Pow)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and function.name != "__init__":
        return node.func.attr.endswith("_") and "init" not in ast.unparse(node.func.value)
    return False


def _asks(node: ast.Attribute) -> bool:
    """``torch.cuda``, as in ``torch.cuda.is_available()``."""
    return node.attr == "cuda" and isinstance(node.value, ast.Name) and node.value.id == "torch"


def _without_imports(code: str, tree: ast.Module) -> tuple[str, list[str], dict[str, str]]:
    """The text, with what torch alone has not got in comments; the lines that have to stand first of all; and by the
    names that the text lost, their modules."""
    lines, future = code.split("\n"), []
    absent: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        later = modules == ["__future__"]
        if not later and all(module in _TORCH for module in modules):
            continue
        last = node.end_lineno or node.lineno
        if node not in tree.body or ";" in "".join(lines[node.lineno - 1 : last]) or lines[node.lineno - 1][:1] == " ":
            raise Unlike(f"imports {modules[0]}, which torch alone has not got")
        if later:
            future.append(ast.unparse(node))
        else:
            absent |= dict.fromkeys(_bound(node), modules[0].split(".")[0])
        why = "stands at the top of this file" if later else "left out: torch alone has not got it"
        for number in range(node.lineno - 1, last):
            lines[number] = f"# {lines[number]}  # {why}"
    return "\n".join(lines), future, absent


def _imported(tree: ast.Module) -> set[str]:
    """The names that the module's own imports bind."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return {name for node in imports for name in _bound(node)}


def _bound(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The names that an import gives."""
    return [(alias.asname or alias.name).split(".")[0] for alias in node.names]


def names_of(text: str) -> tuple[set[str], set[str]]:
    """The names that are looked for in the module, and those that it gives a meaning to, imports left out."""
    needed: set[str] = set()
    assigned: set[str] = set()
    tables = [symtable.symtable(text, "network.py", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        module = table.get_type() == "module"
        for symbol in table.get_symbols():
            binds = symbol.is_assigned() or symbol.is_namespace()
            if binds and (module or symbol.is_declared_global()):
                assigned.add(symbol.get_name())
            if symbol.is_referenced() and (module or symbol.is_global()):
                needed.add(symbol.get_name())
    return needed, assigned
