"""A lab as its template sees it: code, options, prediction and pane of one student, or of everyone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from app.content.course import Course, Lab, Lesson
from app.lab import catalogue, zoo
from app.lab.catalogue import EXPERIMENTS, Kind
from app.lab.headlines import grouped, headline
from app.lab.messages import LabError, RunSpec
from app.lab.race import MOST_NETS
from app.web import listing, pages
from app.web.controls import Control, controls, fields
from app.web.drawings.field_figure import pair
from app.web.drawings.race_board import Board, board
from app.web.drawings.sketch import Sketch
from app.web.drawings.table import MOST_ROWS
from app.web.drawings.weight_figure import short
from app.web.panes import Frame, Pane, facts, pane
from app.words import SOURCE, _

#: The network that a free lab starts with.
FIRST = "resnet18"


@dataclass(frozen=True)
class Verdict:
    """What a prediction is held against: the measured value, and the line that it comes from."""

    says: str
    compared: str
    line: int | None


@dataclass(frozen=True)
class LabView:
    """What ``labs/_lab.html`` is a function of. A lab stands in a lesson, or is free: an experiment's own page."""

    lab: Lab
    code: str
    #: (channels, height, width) that the code is read at.
    input: tuple[int, int, int]
    #: By experiment, what its options are set to.
    values: Mapping[str, Mapping[str, object]]
    #: The course and the lesson that it stands in; None where it is free.
    home: tuple[Course, Lesson] | None = None
    #: The network of the zoo that the code was taken from; empty where it is one's own.
    network: str = ""
    seed: int = 0
    #: What the student said; empty for "just show me"; None before either.
    prediction: str | None = None
    #: What the student drew before the run; None where nothing was.
    sketch: Sketch | None = None
    #: The share that the code was copied from; empty where it was not.
    grown: str = ""
    #: The networks that have weights on disk.
    weights: tuple[str, ...] = ()
    #: None on a page for everyone: the pane is loaded when it is seen.
    pane: Pane | None = None
    #: The preview that its author tries it in, where nothing is kept; empty for a student.
    tried: str = ""

    @property
    def at(self) -> str:
        return f"lab-{self.lab.id}"

    @property
    def key(self) -> str:
        """Names it among all labs: ``course/lab``, ``/experiment`` where it is free, its address where it is tried."""
        if self.tried:
            return f"tried:{self.url}"
        return f"{self.home[0].slug}/{self.lab.id}" if self.home else f"/{self.lab.id}"

    @property
    def language(self) -> str:
        """What its course is written in."""
        return self.home[0].language if self.home else SOURCE

    @property
    def url(self) -> str:
        """Where it stands alone; ``/runs`` and ``/predictions`` are posted to below it."""
        course = self.tried or (f"/courses/{self.home[0].slug}" if self.home else "")
        return f"{course}/labs/{self.lab.id}" if course else f"/lab/{self.lab.id}"

    @property
    def place(self) -> str:
        """Where it stands in its lesson."""
        return f"/courses/{self.home[0].slug}/lessons/{self.home[1].slug}#{self.at}" if self.home else self.url

    @property
    def own(self) -> str:
        """The lesson's own code."""
        return tidy(self.lab.code)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(EXPERIMENTS[name] for name in self.lab.show)

    @property
    def editable(self) -> bool:
        """Whether what is measured is what stands in the editor."""
        return any(kind.takes_network for kind in self.kinds)

    @property
    def shape(self) -> str:
        """The input as it is typed."""
        return "x".join(map(str, self.input))

    @property
    def seeded(self) -> bool:
        return any(kind.needs_torch for kind in self.kinds)

    @property
    def listing(self) -> Sequence[Markup]:
        return listing.lines(self.code) if self.code.strip() else ()

    @property
    def frame(self) -> Frame:
        return Frame(
            at=self.at,
            code_at=self.at if self.code.strip() else "",
            lab=self.key,
            kinds=self.kinds,
            line=_measuring(self.code) if not self.editable else None,
            page="" if self.pane or not self.home else self.url,
            sketch=self.sketch,
            carried=self.home is None,
            board=self.board,
            sends=f"{self.url}/{'predictions' if self.home else 'runs'}",
            fields=self._fields,
            grown=self.grown,
        )

    @property
    def race(self) -> RunSpec | None:
        """The race that is drawn first: a lesson's own, or as a free lab is set; None where it cannot be run."""
        values = self.lab.options if self.home else self.values
        try:
            return replace(self, values=values).spec(self.answering) if self.lab.draw else None
        except LabError:
            return None

    @property
    def board(self) -> Board | None:
        """The empty chart to draw in; None where nothing is asked for, or it was said already."""
        race = self.race if self.prediction is None else None
        return board(race.options, self.sketch) if race else None

    @property
    def _fields(self) -> tuple[tuple[str, str], ...]:
        race = self.race if self.home is None else None
        if race is None:
            return ()
        return ("experiment", race.experiment), ("seed", str(race.seed)), *fields(race.experiment, race.options)

    @property
    def idle(self) -> Pane:
        """The pane before anything is known."""
        return pane(None, self.kinds[0], self.frame, 0.0)

    @property
    def answering(self) -> str:
        """The experiment that answers the prediction."""
        found = (
            kind.name
            for kind in self.kinds
            if (self.lab.draw in kind.draws if self.lab.draw else self.lab.reveals in kind.headlines)
        )
        return next(found, self.lab.show[0])

    def controls(self, experiment: str) -> tuple[Control, ...]:
        return controls(experiment, self.values.get(experiment, {}), self.weights)

    def spec(self, experiment: str) -> RunSpec:
        """What is run of this experiment, as the editor and the controls stand. Raises LabError."""
        takes = EXPERIMENTS[experiment].takes_network
        return catalogue.spec(
            experiment,
            code=self.code if takes else None,
            input=self.input if takes else None,
            options=self.values.get(experiment),
            seed=self.seed if EXPERIMENTS[experiment].needs_torch else 0,
        )

    @cached_property
    def verdict(self) -> Verdict | None:
        """The measured answer to the prediction, once it is drawn."""
        drawn = self.pane.drawn if self.pane else None
        if not self.lab.reveals or drawn is None or drawn.spec.experiment != self.answering or drawn.status != "done":
            return None
        value = headline(self.answering, self.lab.reveals, drawn.result or {})
        asked = replace(self, code=self.own, values=self.lab.options).spec(self.answering)
        # Options beside a code, such as how many samples, leave what was predicted as it is.
        own = drawn.spec.code == asked.code if asked.code else drawn.spec.options == asked.options
        several = "; " in value
        if several:
            says = _("Measured: %(value)s.", value=value)
        else:
            says = _("It is %(value)s.", value=value) if own else _("Your version gives %(value)s.", value=value)
        reads = self.pane.figure.reads if self.pane and self.pane.figure else ()
        line = next((read.line for read in reads if read.value == value), None)
        if not self.prediction or not own:
            return Verdict(says, "", line)
        same = _plain(self.prediction) == _plain(value)
        return Verdict(
            says, _("As you said.") if same else _("You said %(prediction)s.", prediction=self.prediction), line
        )


def lab_view(course: Course, lesson: Lesson, lab: Lab) -> LabView:
    """The lab as its lesson has it, the same for every student."""
    return LabView(lab, tidy(lab.code), lab.input, lab.options, (course, lesson))


def free_view(experiment: str) -> LabView | None:
    """An experiment's own lab, as one finds it; None where there is no such experiment."""
    kind = EXPERIMENTS.get(experiment)
    if kind is None:
        return None
    code = tidy(zoo.source(FIRST)) if kind.takes_network else ""
    shape = zoo.default_input(FIRST)
    draw = next(iter(kind.draws), "")
    lab = Lab(kind.name, _(kind.title), "network.py", (kind.name,), code, shape, {kind.name: {}}, draw=draw)
    return LabView(lab, code, shape, lab.options)


pages.templates.globals.update(lab_view=lab_view, most_nets=MOST_NETS, most_rows=MOST_ROWS, zoo_families=zoo.families)
pages.templates.filters.update(facts=facts, grouped=grouped, short=short, pair=pair)


def tidy(code: str) -> str:
    """Code as it is hashed and shown: one kind of line end, and one at the end."""
    code = code.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    return f"{code}\n" if code else ""


def _measuring(code: str) -> int | None:
    """The line of a listing that takes a gradient's norm."""
    lines = enumerate(code.split("\n"), start=1)
    return next((number for number, line in lines if ".grad" in line and "norm" in line), None)


def _plain(text: str) -> str:
    """A prediction or a value as far as it matters whether they agree."""
    kept = "".join(c for c in text.lower().replace("×", "x") if not c.isspace() and c not in ",'_")
    return kept.replace("−", "-")
