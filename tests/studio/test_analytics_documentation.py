"""What docs/analytics.md shows is what comes out."""

import doctest
from pathlib import Path


def test_every_example_is_true() -> None:
    found = doctest.testfile(str(Path("docs/analytics.md").resolve()), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted >= 8
