"""From text to a program that has run: checked, parsed by Python, walked by us."""

from __future__ import annotations

import ast
import warnings

from app.lab import limits
from app.lab.language.compiler import syntax
from app.lab.language.compiler.scope import Scope, assigned_names
from app.lab.language.compiler.statements import Statements
from app.lab.language.compiler.tree import children
from app.lab.language.library.free import FREE
from app.lab.language.run import Frame, Run
from app.lab.language.values import Place
from app.lab.messages import LabError

_FILE = "<student>"


# Python's remarks on a student's text ("invalid escape sequence") would fill the server's log.
warnings.filterwarnings("ignore", module=_FILE)


def parse(code: str) -> ast.Module:
    """The syntax tree. LabError for what is too large or too deep, or no Python."""
    if len(code) > limits.SOURCE:
        raise LabError(
            f"this has {len(code):,} characters; the lab reads at most {limits.SOURCE:,}",
            mend="leave out what is no part of the network",
        )
    _check_brackets(code)
    try:
        tree = ast.parse(code, _FILE)
    except SyntaxError as error:
        line = error.lineno or 1
        lines = code.split("\n")
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        column = max(1, min(error.offset or 1, len(text) + 1))
        raise _syntax_error(error.msg, text, line, column) from None
    except ValueError:
        raise LabError("Python cannot read this text", 1, 1, "is there a character that no one can see?") from None
    except (MemoryError, RecursionError):
        raise LabError("this program is nested too deeply", 1, 1, "give its parts names, one a line") from None
    _check_depth(tree)
    return tree


def _syntax_error(said: str, text: str, line: int, column: int) -> LabError:
    words, mend = syntax.told(said, text)
    return LabError(words, line, column, mend)


def execute(run: Run, tree: ast.Module, fixed: Place = None) -> Frame:
    """Run a program; the frame holds its names in the order of their last assignment."""
    names = assigned_names(*tree.body)
    program = Statements(Scope(None, names, function=True, free=FREE), fixed).block(tree.body)
    frame = Frame(run, None, {})
    program(frame)
    return frame


def _check_brackets(code: str) -> None:
    """Brackets within brackets cost Python's parser more than linear time, so they are counted before it sees them."""
    depth = line = 0
    for line, text in enumerate(code.split("\n"), 1):
        if "(" in text or "[" in text or "{" in text or ")" in text or "]" in text or "}" in text:
            for column, character in enumerate(text, 1):
                if character in "([{":
                    depth += 1
                    if depth > limits.BRACKETS:
                        raise LabError(
                            f"brackets are nested more than {limits.BRACKETS} deep", line, column, "is one not closed?"
                        )
                elif character in ")]}":
                    depth = max(0, depth - 1)


def _check_depth(tree: ast.Module) -> None:
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        depth += 1
        if depth > limits.SYNTAX_DEPTH:
            place = next((node for node in level if isinstance(node, ast.expr | ast.stmt)), None)
            raise LabError(
                "this program is nested too deeply",
                place.lineno if place else 1,
                1,
                "give its parts names, one a line",
            )
        level = [child for node in level for child in children(node)]
