"""One figure read off a result: its value in words, what it is, and the line of code that it comes from."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Read:
    value: str
    label: str
    line: int | None = None
    #: red: the plain path; blue: the skip path.
    tone: Literal["", "red", "blue"] = ""
