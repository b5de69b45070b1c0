# ruff: noqa: ARG002 - a seed means nothing to some of these.
"""Questions answered by PyTorch: a network that must meet requirements, graded by what the lab measures of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, ClassVar

from app.content.questions import UNKNOWN, Answer, AnswerError, Feedback, Grade, Question, one_text, paragraph
from app.content.requirements import Requirement
from app.lab import catalogue, limits
from app.lab.headlines import grouped
from app.lab.messages import RunSpec
from app.words import _


@dataclass(frozen=True)
class Architecture(Question):
    """``grade`` needs ``measured``: what a run of ``spec`` gave, put in by ``with_measures``.

    The score is the share of requirements that are met.
    """

    kind: ClassVar[str] = "architecture"

    requires: tuple[Requirement, ...] = ()
    #: (channels, height, width) that the network is read at.
    input: tuple[int, int, int] = (3, 32, 32)
    starter: str = ""
    #: A network that meets every requirement; empty where the author gives none.
    solution: str = ""
    measured: Mapping[str, Any] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What has to be measured."""
        return tuple(dict.fromkeys(one.measure for one in self.requires))

    @property
    def steps(self) -> int:
        """Of training, for loss and accuracy."""
        return next((one.steps for one in self.requires if one.steps), 100)

    def spec(self, code: str) -> RunSpec:
        """The run that measures an answer. It holds no requirement, so its page tells nothing of the key."""
        options: dict[str, object] = {"measure": list(self.names), "steps": self.steps}
        same = next((one.value for one in self.requires if one.measure == "same_as"), "")
        return catalogue.spec("measures", code=code, input=self.input, options={**options, "same_as": same})

    def asked(self) -> Mapping[str, Any]:
        """How an answer is measured, but for its code: what it takes to measure it so again, once this has changed."""
        spec = self.spec("net = nn.ReLU()")
        return {"input": list(self.input), "options": dict(spec.options)}

    def with_measures(self, measured: Mapping[str, Any]) -> "Architecture":
        """The same question, ready to grade what was measured."""
        return replace(self, measured=measured)

    def _options(self, seed: int) -> tuple[tuple[str, str], ...]:
        values = self.draw(seed)
        return tuple((f"r{n}", escape(one.described(values))) for n, one in enumerate(self.requires, 1))

    def read(self, raw: Any) -> Answer:
        if raw is None:
            return None
        code = one_text(raw).replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
        if not code.strip():
            raise AnswerError(_("There is no code in this."))
        if len(code) > limits.SOURCE:
            raise AnswerError(
                _(
                    "This has %(n)s characters; the lab reads at most %(most)s.",
                    n=grouped(len(code)),
                    most=grouped(limits.SOURCE),
                )
            )
        return f"{code}\n"

    def grade(self, answer: Answer, seed: int) -> Grade:
        if answer is None:
            return UNKNOWN
        assert self.measured is not None, "an architecture is measured before it is graded"
        values = self.draw(seed)
        verdicts = [(one.met(self.measured.get(one.measure), values), one) for one in self.requires]
        said = tuple(
            Feedback(f"r{n}", met, one.said(self.measured.get(one.measure), values))
            for n, (met, one) in enumerate(verdicts, 1)
        )
        count = sum(met for met, _ in verdicts)
        whole = Feedback(
            None,
            count == len(verdicts),
            paragraph(_("%(n)s of %(of)s requirements are met.", n=count, of=len(verdicts))),
        )
        return Grade(count == len(verdicts), count / len(verdicts), (*said, whole))

    def key(self, seed: int) -> Answer:
        return self.solution or None
