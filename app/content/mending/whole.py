"""All mends of a course that can be made unseen, over and over until none is left."""

from collections import defaultdict
from pathlib import Path

from app.content.diagnostics import Edit
from app.content.mending import apply, of
from app.content.reading import read_course

#: Rounds of reading and mending: a mend can bring to light what another ends.
MOST_ROUNDS = 20


def changes(folder: Path) -> dict[str, tuple[str, str]]:
    """The files of a course that safe mends change, by name: as they are, and mended. Nothing is written."""
    over: dict[str, str | None] = {}
    before: dict[str, str] = {}
    for _ in range(MOST_ROUNDS):
        edits: dict[str, list[Edit]] = defaultdict(list)
        for one in of(read_course(folder, {}, over=over), over):
            if one.mend and one.mend.safe and not one.mend.file:
                name = Path(one.path).name
                before.setdefault(name, (folder / name).read_bytes().decode())
                try:
                    apply(over.get(name) or before[name], [*edits[name], *one.mend.edits])
                except ValueError:
                    continue  # It overlaps another of this round.
                edits[name] += one.mend.edits
        if not any(edits.values()):
            break
        over |= {name: apply(over.get(name) or before[name], made) for name, made in edits.items()}
    return {name: (before[name], text) for name, text in over.items() if text is not None and text != before[name]}
