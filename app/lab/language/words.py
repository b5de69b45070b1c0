"""Words for messages: the nearest known name, and what kind of thing a value is."""

import difflib
import re
from collections.abc import Iterable

from app.lab import limits

_LONGEST = 40
_MOST = 400
#: What no page or file can hold, or what changes how the text around it is read.
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def shown(text: str, most: int = limits.MESSAGE) -> str:
    """A student's text as it may be kept and shown: what cannot be is replaced, what is too long is cut off."""
    short = text if len(text) <= most else f"{text[:most]}…"
    return _UNSHOWN.sub("\ufffd", short)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """ "did you mean …?" or an empty string. Both sides are cut short, since comparing is quadratic."""
    if len(name) > _LONGEST:
        return ""
    candidates = [other for other in known if len(other) <= _LONGEST and not other.startswith("__")][:_MOST]
    folded = {other.lower(): other for other in candidates}
    if name.lower() in folded:
        return f"did you mean {folded[name.lower()]}?"
    if len(name) < 4:
        # Of few letters, only as many others can be meant.
        folded = {other: folded[other] for other in folded if abs(len(other) - len(name)) < 2}
        cutoff = min(cutoff, 0.5)
    found = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=cutoff)
    return f"did you mean {folded[found[0]]}?" if found else ""


def sizes(shape: Iterable[int]) -> str:
    """A shape as messages write it: ``[64, 56, 56]``."""
    return f"[{', '.join(str(side) for side in shape)}]"


def by(pair: Iterable[int]) -> str:
    """``3×3``."""
    return "×".join(str(side) for side in pair)


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
