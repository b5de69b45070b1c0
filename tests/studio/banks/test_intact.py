"""Banks that were not written here come over whole; a small separate reader of each format says what whole is."""

from pathlib import Path

import pytest

from tests.studio.banks.intact import measure

REAL = Path(__file__).parent / "real"


@pytest.mark.parametrize("path", sorted(REAL.iterdir()), ids=lambda path: path.stem)
def test_every_question_that_our_kinds_can_take_comes_over_intact(path: Path) -> None:
    _format, supported, intact, lost = measure(path.read_bytes())
    assert supported
    assert (intact, lost) == (supported, [])
