"""Diagnostics and their mends as an editor takes them."""

from collections.abc import Sequence
from typing import Any

from app.content.diagnostics import Diagnostic, Edit


def diagnostics(found: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as an editor takes them."""
    return [_diagnostic(one) for one in found]


def _diagnostic(one: Diagnostic) -> dict[str, Any]:
    mend = one.mend
    return {
        "file": one.path.rpartition("/")[2],
        "line": one.line,
        "column": one.column,
        "endColumn": one.end_column,
        "code": one.code,
        "severity": one.severity,
        "message": one.message,
        "help": f"/studio/help/lesson-format#{one.code.lower()}",
        "mend": {"label": mend.label, "file": mend.file, "edits": [_edit(edit) for edit in mend.edits]}
        if mend
        else None,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "line": edit.line,
        "column": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
        "text": edit.text,
    }
