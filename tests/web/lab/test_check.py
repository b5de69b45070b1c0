"""``receptive check --lab``: a claim that needs a run is run, and held against what came of it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.content.library import Library
from app.web.lab_view import lab_view
from tests.content import manual

LAB = """
```{lab} two-stacks
:show: gradient-flow
:depths: 8
:batch: 2
:size: 8
:width: 2
```

:::{claim} skips-keep-gradients
:source: simonyan2015very
:says: a skip keeps more of the gradient
:measure: decades(two-stacks, residual-8) SIGN decades(two-stacks, plain-8)

It does.
:::
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECEPTIVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RECEPTIVE_LAB_WORKERS", "1")
    (tmp_path / "lessons").mkdir()
    return manual.course(tmp_path / "lessons") / "first.md"


def test_the_lab_decides(path: Path) -> None:
    text = path.read_text()
    path.write_text(text + LAB.replace("SIGN", ">"))
    run = CliRunner()
    assert run.invoke(cli, ["check", str(path.parent.parent)]).exit_code == 0
    right = run.invoke(cli, ["check", "--lab", str(path.parent.parent)])
    assert (right.exit_code, "done in" in right.output) == (0, True), right.output
    path.write_text(text + LAB.replace("SIGN", "<"))
    # Without the lab nothing is known against it; with it, the stored run is enough.
    assert run.invoke(cli, ["check", str(path.parent)]).exit_code == 0
    wrong = run.invoke(cli, ["check", "--lab", str(path.parent)])
    assert wrong.exit_code == 1
    assert "stored already" in wrong.output
    assert "error M105: the source says 'a skip keeps more of the gradient'" in wrong.output


def test_what_a_claim_measures_of_a_lab_is_the_run_of_its_page(path: Path) -> None:
    path.write_text(path.read_text() + LAB.replace("SIGN", ">"))
    course = Library(path.parent.parent).courses()[0]
    lesson = course.lessons[0]
    view = lab_view(course, lesson, course.lab_by_id["two-stacks"][1])
    assert [spec.id for spec in lesson.measured] == [view.spec("gradient-flow").id]
