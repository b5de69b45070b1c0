"""The localhost pane at one moment, as its template sees it. Pure; time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.lab.catalogue import EXPERIMENTS, Kind
from app.lab.messages import LabError
from app.runs import Run
from app.web.drawings.curves import Plot
from app.web.drawings.race_board import Board, waiting
from app.web.drawings.sketch import Sketch
from app.web.figures import Figure, drawable, figure
from app.web.states import (
    Badge,
    State,
    Step,
    Strip,
    ago,
    badge_of,
    capital,
    duration,
    kept,
    progress_of,
    sentence,
    state_of,
    steps_of,
    strip_of,
    word,
)
from app.words import _


@dataclass(frozen=True)
class Frame:
    """Where a pane stands, and what belongs to it there."""

    #: Begins every id within, so that several panes can stand on a page.
    at: str
    #: Begins the ids of the code's lines; empty where the page shows no code.
    code_at: str = ""
    #: ``course/lab``; empty on a run's own page.
    lab: str = ""
    #: The experiments that the lab offers.
    kinds: tuple[Kind, ...] = ()
    #: The line of a listing that measures; None where lines come with the result.
    line: int | None = None
    #: The page that shows this without a script; empty where that is this page.
    page: str = ""
    #: What the student drew before the run; None where nothing was.
    sketch: Sketch | None = None
    #: Whether the drawing is in the pane's address; elsewhere it is kept for the student.
    carried: bool = False
    #: The empty chart to draw in, and where the drawing is sent.
    board: Board | None = None
    sends: str = ""
    #: What is sent with it: the name and the value of each hidden field.
    fields: tuple[tuple[str, str], ...] = ()
    #: The share that the code was copied from; empty where it was not.
    grown: str = ""


@dataclass(frozen=True)
class Pane:
    """What ``runs/_pane.html`` is a function of."""

    frame: Frame
    kind: Kind
    state: State
    badge: Badge | None
    strip: Strip
    #: The run that is told of; None before any, and where what was asked for could not be a run.
    run: Run | None
    #: The run whose result is drawn: this one, or the last good one.
    drawn: Run | None
    figure: Figure | None
    #: ``LabError.as_json()``.
    error: Mapping[str, object]
    #: (done, of) of what is under way.
    progress: tuple[int, int] | None
    steps: tuple[Step, ...]
    now: float

    @property
    def at(self) -> str:
        return self.frame.at

    @property
    def code_at(self) -> str:
        return self.frame.code_at

    @property
    def drawn_at(self) -> str:
        """What the ids of the lines begin with that the drawing points at; empty where it is of other code."""
        same = self.drawn is not None and self.run is not None and self.drawn.spec.code == self.run.spec.code
        return self.code_at if same else ""

    @property
    def live(self) -> bool:
        return self.run is not None and not self.run.ended

    @property
    def board(self) -> Board | None:
        """The empty chart to draw in, while there is nothing else to see."""
        free = self.figure is None and not self.live and self.kind.draws
        return self.frame.board if free else None

    @property
    def waiting(self) -> tuple[Plot, Plot] | None:
        """What was drawn, wide and narrow, until the first result is there."""
        sketch = self.frame.sketch
        live = self.live and self.run is not None and sketch is not None and sketch.fits(self.run.spec.options)
        return waiting(sketch) if sketch and live else None

    @property
    def again(self) -> bool:
        """Whether it makes sense to run this once more."""
        return self.run is not None and (
            self.state in ("cached", "cancelled") or (self.state == "failed" and self.line is None)
        )

    @property
    def stale(self) -> bool:
        """What is drawn is of an earlier run."""
        return self.drawn is not None and (self.run is None or self.drawn.id != self.run.id)

    @property
    def say(self) -> str:
        """What a screen reader is told, once, when there is something to tell; empty while it runs."""
        if self.live or self.state == "idle":
            return ""
        said = f"{self.strip.lead} {self.strip.rest}".strip()
        return f"{sentence(said)} {self.figure.summary}" if self.figure and not self.stale else said

    @property
    def line(self) -> int | None:
        """The line of the code at which it stopped."""
        line = self.error.get("line")
        return line if isinstance(line, int) else None

    @property
    def mend(self) -> str:
        return sentence(capital(str(self.error.get("mend") or "")))

    @property
    def query(self) -> str:
        """What tells the run's routes where they answer to."""
        words = {"lab": self.frame.lab, "last": self.drawn.id if self.drawn else "", "drawn": self.guess}
        words["grown"] = self.frame.grown
        return "?" + urlencode({name: word for name, word in words.items() if word}) if any(words.values()) else ""

    @property
    def guess(self) -> str:
        """The drawing as it is sent along; empty where there is none, or where it is kept."""
        return self.frame.sketch.text if self.frame.sketch and self.frame.carried else ""

    @property
    def stream(self) -> str:
        return f"/runs/{self.run.id}/stream{self.query}" if self.run else ""

    @property
    def opens(self) -> str:
        """The experiment's own page with what is drawn here; empty where this stands there, or on a run's page."""
        in_lesson = self.frame.lab and not self.frame.lab.startswith("/")
        return f"/lab/{self.kind.name}?from={self.drawn.id}" if self.drawn and in_lesson else ""

    @property
    def program(self) -> str:
        """Where what is drawn on an experiment's own page lies as a program of PyTorch; empty elsewhere."""
        free = self.frame.lab.startswith("/") and self.drawn is not None and self.drawn.status == "done"
        return f"/runs/{self.drawn.id}/network" if free and self.drawn else ""

    @property
    def shares(self) -> str:
        """Where what is drawn in a lab can be shared; empty elsewhere."""
        if not self.drawn or self.drawn.status != "done" or not self.frame.lab:
            return ""
        words = {"run": self.drawn.id, "lab": self.frame.lab, "grown": self.frame.grown}
        return "/nexus/new?" + urlencode({name: word for name, word in words.items() if word})

    @property
    def age(self) -> str:
        """How long ago what is drawn was computed, in words."""
        return ago(self.now - (self.drawn.finished or self.drawn.created)) if self.drawn else ""

    @property
    def settings(self) -> tuple[str, ...]:
        """Seed, input and options of what is drawn, as the log shows them."""
        return settings(self.drawn) if self.drawn else ()


def settings(run: Run) -> tuple[str, ...]:
    """Seed, input and options of a run, each in words."""
    spec = run.spec
    words = [_("seed %(seed)s", seed=spec.seed)] if EXPERIMENTS[spec.experiment].needs_torch else []
    words += [_("input %(shape)s", shape="×".join(map(str, spec.input)))] if spec.input else []
    return (*words, *(f"{name} {value}" for name, value in _options(run)))


def facts(run: Run) -> list[tuple[str, str]]:
    """How a run was made, for its page: each setting by name, the device, the time taken and the versions."""
    spec = run.spec
    found = [(_("seed"), str(spec.seed))] if EXPERIMENTS[spec.experiment].needs_torch else []
    found += [(_("network"), spec.network)] if spec.network else []
    found += [(_("input"), "×".join(map(str, spec.input)))] if spec.input else []
    found += _options(run)
    found += [(_("device"), run.device or "CPU"), (_("time taken"), duration(run.seconds))]
    versions = (run.result or {}).get("versions") or {}
    return [*found, *versions.items()]


def _options(run: Run) -> list[tuple[str, str]]:
    kinds = EXPERIMENTS[run.spec.experiment].options
    pictured = {name for name, option in kinds.items() if option.type in ("image", "photo")}
    given = ((name, value) for name, value in run.spec.options.items() if value != "")
    return [(name.replace("_", " "), _("of one’s own") if name in pictured else word(value)) for name, value in given]


def pane(run: Run | None, kind: Kind, frame: Frame, now: float, *, last: Run | None = None, ready: bool = True) -> Pane:
    """The pane of ``run`` (None: nothing was asked yet), with the result of ``last`` while it has none of its own.

    ``ready``: the engine is up.
    """
    drawn = run if drawable(run) else _fitting(last, kind)
    state = state_of(run, ready)
    return Pane(
        frame=frame,
        kind=kind,
        state=state,
        badge=badge_of(run, state, now),
        strip=strip_of(run, state, drawn, now),
        run=run,
        drawn=drawn,
        figure=figure(drawn, frame.sketch) if drawn is not None else None,
        error=(run.error if run else None) or {},
        progress=progress_of(run) if run is not None and not run.ended else None,
        steps=steps_of(kind, ready) if state == "loading" and drawn is None else (),
        now=now,
    )


def refused(error: LabError, kind: Kind, frame: Frame, now: float, last: Run | None = None) -> Pane:
    """The pane where what was asked for can be no run at all."""
    drawn = _fitting(last, kind)
    strip = Strip("error", _("This cannot be run:"), f"{sentence(error.message)} {kept(drawn)}", "err")
    shown = figure(drawn, frame.sketch) if drawn is not None else None
    return Pane(frame, kind, "failed", None, strip, None, drawn, shown, error.as_json(), None, (), now)


def _fitting(last: Run | None, kind: Kind) -> Run | None:
    return last if last is not None and last.status == "done" and last.spec.experiment == kind.name else None
