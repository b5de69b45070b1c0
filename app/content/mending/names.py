"""Mends of one name by the known one nearest to it, wherever a message asks "did you mean"."""

import re
from dataclasses import dataclass

from app.content.diagnostics import Mend
from app.content.mending.place import Maker, Place, change


@dataclass(frozen=True)
class Name:
    """Where the wrong name stands behind a problem's place: its first group."""

    pattern: str
    #: Whether the nearest name can hardly mean anything else.
    safe: bool = True

    def __call__(self, place: Place) -> Mend | None:
        match = re.match(self.pattern, place.rest)
        if place.meant is None or match is None:
            return None
        edit = place.replace(match[1], place.meant, column=place.column + match.start(1))
        return change(f"Write '{place.meant}'", edit, safe=self.safe)


MENDS: dict[str, Maker] = {
    "C110": Name(r"([\w-]+)", safe=False),
    "L105": Name(r"\{([^{}]*)\}`"),
    "L107": Name(r"\{term\}`(?:[^`]*<)?([^`<>]+?)>?`"),
    "R104": Name(r"([^\s,;`]+)", safe=False),
    "M101": Name(r"([\w.-]+)"),
    "M102": Name(r"([\w.-]+)", safe=False),
    "Q102": Name(r"(\S.*?)\s*$"),
    "B101": Name(r"([^\s,]+)"),
    "B105": Name(r"(\S.*?)\s*$"),
    "W103": Name(r"([^\s,]+)"),
}
