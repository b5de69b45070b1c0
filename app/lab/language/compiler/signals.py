"""How a statement ends."""

from collections.abc import Callable

from app.lab.language.run import Frame

#: What a statement leaves behind when it does not simply end.
BREAK, CONTINUE, RETURN = "break", "continue", "return"


Signal = str | None
Execute = Callable[[Frame], Signal]
