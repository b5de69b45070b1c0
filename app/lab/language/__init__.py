"""Student PyTorch, read and never executed: Python's own syntax tree, walked over a closed set of nodes and values.

What ``read`` measures is the last value of ``net`` or ``model``; where neither is set, the last network, network
class or function of one tensor that the program makes; else the last tensor that it computes from ``x``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.lab import limits
from app.lab.language.choosing import called, measured
from app.lab.language.compiler.program import execute, parse
from app.lab.language.run import Run
from app.lab.language.values import Class, Module
from app.lab.language.words import shown
from app.lab.messages import LabError
from app.lab.network import Network

T = TypeVar("T")

__all__ = ["Made", "made", "printed", "read", "read_own"]


@dataclass(frozen=True)
class Made:
    """A network, and how Python comes by it once the program has run."""

    network: Network
    #: An expression over the program's names, such as ``net`` or ``LeNet()``; empty where no module makes it.
    called: str
    #: The dotted names of the modules within it that compute as torch's own do.
    modules: frozenset[str]


def read(code: str, input: tuple[int, int, int]) -> Network:
    """The network that ``code`` describes, for an ``input`` of (channels, height, width).

    Raises LabError, with line and column (from 1, in characters) where there is a place, and nothing else, whatever
    the code is.
    """
    return _read(code, limits.check_input(input), lined=True)


def read_own(code: str, input: tuple[int, int, int]) -> Network:
    """``read`` for a text of the zoo: its nodes have no lines, since no student wrote them."""
    return _read(code, limits.check_input(input), lined=False)


def made(code: str, input: tuple[int, int, int]) -> Made:
    """``read``, with what a program outside of the lab needs to know. Raises LabError as ``read`` does."""
    run = Run(limits.check_input(input))

    def work() -> Made:
        frame = execute(run, parse(code))
        name = called(run, frame)
        network = measured(run, frame)
        plain = (name for module, name in run.names.items() if not _has_forward(module))
        return Made(network, name, frozenset(plain))

    return _guarded(run, code, work)


def _has_forward(module: Module) -> bool:
    return isinstance(module.type, Class) and module.type.find("forward")[1]


def printed(code: str, input: tuple[int, int, int]) -> tuple[str, ...]:
    """The lines that ``code`` prints; it need not make a network. Raises LabError as ``read`` does."""
    run = Run(limits.check_input(input))
    _guarded(run, code, lambda: execute(run, parse(code)))
    return tuple(run.printed)


def _read(code: str, input: tuple[int, int, int], lined: bool) -> Network:
    run = Run(input, lined)
    return _guarded(run, code, lambda: measured(run, execute(run, parse(code))))


def _guarded(run: Run, code: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except LabError as error:
        _count_characters(code, error)
        error.message, error.mend = shown(error.message), shown(error.mend)
        raise
    except RecursionError:
        line, column = run.at or (None, 0)
        raise LabError(
            "this is nested too deeply", line, line and column + 1, "give its parts names, one a line"
        ) from None
    except Exception as error:
        # The language means to have words for everything; where it has none, the student still gets an answer.
        line, column = run.at or (None, 0)
        raise LabError(
            f"the lab cannot read this ({type(error).__name__})", line, line and column + 1, "write it more simply"
        ) from error


def _count_characters(code: str, error: LabError) -> None:
    """Turn a column counted in bytes, as ``ast`` does, into one counted in characters."""
    lines = code.split("\n")
    if error.line is None or error.column is None or not 0 < error.line <= len(lines):
        return
    before = lines[error.line - 1].encode("utf-8", "replace")[: error.column - 1]
    error.column = len(before.decode("utf-8", "ignore")) + 1
