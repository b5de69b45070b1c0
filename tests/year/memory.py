"""What a simulated student knows, apart from what the site thinks of it.

Forgetting follows half-life regression (Settles and Meeder 2016, A trainable spaced repetition model for language
learning, ACL): recall after t days is 2^(-t/h), and h grows with each answer. That is another curve than FSRS's
power law, so the site has to estimate what it does not share.
"""

import random
from dataclasses import dataclass, field

DAY = 86_400.0


@dataclass
class Trace:
    """What is left of one question's subject."""

    #: Days until recall has fallen to a half.
    half_life: float
    last: float

    def recall(self, now: float) -> float:
        return float(2.0 ** (-max(0.0, now - self.last) / DAY / self.half_life))


@dataclass
class Memory:
    """A student's memory by question; ``chance`` is theirs alone, so that a year is the same each time."""

    chance: random.Random
    #: Days that a thing stays after it was studied once.
    first: float = 20.0
    #: How much longer it stays after it was recalled: nearly as long when fresh, at most this many times when not.
    growth: float = 4.0
    #: How often somebody who knows slips, and understands an explanation.
    slip: float = 0.04
    understands: float = 0.9
    traces: dict[str, Trace] = field(default_factory=dict)

    def study(self, question: str, now: float) -> None:
        """Read what teaches it."""
        if self.chance.random() < self.understands:
            known = self.traces.get(question)
            longer = max(self.first, known.half_life) if known else self.first
            self.traces[question] = Trace(longer, now)

    def knows(self, question: str, now: float) -> bool:
        trace = self.traces.get(question)
        if trace is None:
            return False
        return self.chance.random() < trace.recall(now) * (1 - self.slip)

    def answered(self, question: str, right: bool, now: float) -> None:
        """Being asked and told teaches, the more the nearer it was to being forgotten."""
        trace = self.traces.get(question)
        if not right or trace is None:
            if self.chance.random() < self.understands:
                half = max(1.5, trace.half_life / 2) if trace else self.first / 2
                self.traces[question] = Trace(half, now)
            return
        forgotten = 1 - trace.recall(now)
        trace.half_life *= min(self.growth, 1 + 8 * forgotten)
        trace.last = now
