"""The localhost pane at one moment: what a run's state looks like and says. Pure; time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from app.lab.catalogue import EXPERIMENTS, Kind
from app.lab.messages import LabError
from app.runs import Run
from app.web.figures import Figure, drawable, figure

Tone = Literal["", "ok", "warn", "err"]
State = Literal["idle", "queued", "loading", "running", "streaming", "done", "cached", "failed", "cancelled"]

#: The step that a worker reports while its engine starts.
LOADING = "loading torch"


@dataclass(frozen=True)
class Badge:
    icon: str
    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Strip:
    """One line of state: an icon (none: something moves), a word that says it all, and the rest."""

    icon: str
    lead: str
    rest: str
    tone: Tone = ""


@dataclass(frozen=True)
class Step:
    """A named step of starting the engine."""

    name: str
    state: Literal["over", "now", "ahead"]


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
    def live(self) -> bool:
        return self.run is not None and not self.run.ended

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
        return f"{_sentence(said)} {self.figure.summary}" if self.figure and not self.stale else said

    @property
    def line(self) -> int | None:
        """The line of the code at which it stopped."""
        line = self.error.get("line")
        return line if isinstance(line, int) else None

    @property
    def mend(self) -> str:
        mend = str(self.error.get("mend") or "")
        return _sentence(mend[:1].upper() + mend[1:])

    @property
    def query(self) -> str:
        """What tells the run's routes where they answer to."""
        words = {"lab": self.frame.lab, "last": self.drawn.id if self.drawn else ""}
        return "?" + urlencode({name: word for name, word in words.items() if word}) if any(words.values()) else ""

    @property
    def stream(self) -> str:
        return f"/runs/{self.run.id}/stream{self.query}" if self.run else ""

    @property
    def age(self) -> str:
        """How long ago what is drawn was computed, in words."""
        return ago(self.now - (self.drawn.finished or self.drawn.created)) if self.drawn else ""

    @property
    def settings(self) -> tuple[str, ...]:
        """Seed, input and options of what is drawn, as the log shows them."""
        if self.drawn is None:
            return ()
        spec = self.drawn.spec
        words = [f"seed {spec.seed}"] if self.kind.needs_torch else []
        words += ["input " + "×".join(map(str, spec.input))] if spec.input else []
        options = ((name.replace("_", " "), _word(value)) for name, value in spec.options.items() if value != "")
        return (*words, *(f"{name} {value}" for name, value in options))


def pane(run: Run | None, kind: Kind, frame: Frame, now: float, *, last: Run | None = None, ready: bool = True) -> Pane:
    """The pane of ``run`` (None: nothing was asked yet), with the result of ``last`` while it has none of its own.

    ``ready``: the engine is up.
    """
    drawn = run if drawable(run) else _fitting(last, kind)
    state = _state(run, ready)
    return Pane(
        frame=frame,
        kind=kind,
        state=state,
        badge=_badge(run, state, now),
        strip=_strip(run, state, drawn, now),
        run=run,
        drawn=drawn,
        figure=figure(drawn) if drawn is not None else None,
        error=(run.error if run else None) or {},
        progress=_progress(run) if run is not None and not run.ended else None,
        steps=_steps(kind, ready) if state == "loading" and drawn is None else (),
        now=now,
    )


def refused(error: LabError, kind: Kind, frame: Frame, now: float, last: Run | None = None) -> Pane:
    """The pane where what was asked for can be no run at all."""
    drawn = _fitting(last, kind)
    strip = Strip("error", "This cannot be run.", _sentence(error.message) + _kept(drawn), "err")
    shown = figure(drawn) if drawn is not None else None
    return Pane(frame, kind, "failed", None, strip, None, drawn, shown, error.as_json(), None, (), now)


def _fitting(last: Run | None, kind: Kind) -> Run | None:
    return last if last is not None and last.status == "done" and last.spec.experiment == kind.name else None


def _state(run: Run | None, ready: bool) -> State:
    if run is None:
        return "idle"
    if run.status == "queued":
        return "queued" if ready else "loading"
    if run.status == "running":
        if run.result is not None:
            return "streaming"
        return "loading" if _step(run) == LOADING else "running"
    if run.status == "done":
        return "cached" if run.cached else "done"
    return run.status


def _badge(run: Run | None, state: State, now: float) -> Badge | None:
    if run is None:
        return None
    device = run.device or ""
    icon = "cpu" if not device or device == "CPU" else "gpu"
    if state == "cached":
        return Badge("cache", f"cached · {device} {_seconds(run.seconds)}", "ok")
    if state in ("done", "failed") and device:
        return Badge(icon, f"{device} · {_seconds(run.seconds)}")
    if state in ("running", "streaming", "loading") and run.status == "running":
        return Badge("clock", f"{max(0.0, now - run.created):.1f} s")
    return Badge(icon, device) if device else None


def _strip(run: Run | None, state: State, drawn: Run | None, now: float) -> Strip:
    if run is None:
        return Strip("open", "Ready.", "Predict first, or just run it.")
    if run.note and not run.ended and run.result is None:
        lead, _, rest = run.note.partition(";")
        return Strip("warn", f"{lead[:1].upper()}{lead[1:]};" if rest else lead, rest.strip(), "warn")
    kept = _kept(drawn) if drawn is not run else ""
    match state:
        case "queued":
            ahead = (run.place or 1) - 1
            return Strip("queue", "Queued,", f"{ahead} ahead" if ahead else "next in line")
        case "loading":
            return Strip("", "LOADING ENGINE…", "")
        case "running":
            return Strip("", "Running", _step(run))
        case "streaming":
            return Strip("", f"{_step(run) or 'Running'},", "values so far")
        case "done":
            seed = f"seed {run.seed}, " if EXPERIMENTS[run.spec.experiment].needs_torch else ""
            return Strip("check", "Done,", f"{seed}run {run.id[:6]}", "ok")
        case "cached":
            return Strip("cache", f"Same inputs as run {run.id[:6]},", ago(now - (run.finished or run.created)))
        case "cancelled":
            shown = "The values so far are shown, not kept." if drawn is run else f"Nothing of it was kept.{kept}"
            return Strip("cross", "Stopped.", shown)
    error: Mapping[str, object] = run.error or {}
    lead = f"Stopped at line {error['line']}." if error.get("line") else "This did not run."
    message = str(error.get("message", ""))
    return Strip("error", lead, f"{_sentence(message[:1].upper() + message[1:])}{kept}", "err")


def _kept(drawn: Run | None) -> str:
    return f" Run {drawn.id[:6]} is still shown; your code is kept." if drawn else " Your code is kept."


def _steps(kind: Kind, ready: bool) -> tuple[Step, ...]:
    names = ("worker process", "torch", "your network" if kind.takes_network else "the networks")
    at = 1 if ready else 0
    return tuple(Step(name, "over" if i < at else "now" if i == at else "ahead") for i, name in enumerate(names))


def _progress(run: Run) -> tuple[int, int] | None:
    done, of = ((run.progress or {}).get(name) for name in ("done", "of"))
    return (done, of) if isinstance(done, int) and isinstance(of, int) and of > 1 else None


def _step(run: Run) -> str:
    return str((run.progress or {}).get("step") or "")


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds:.1f} s"


def ago(seconds: float) -> str:
    """An age in words: ``just now``, ``3 min ago``, ``2 days ago``."""
    for size, name in ((86400, "day"), (3600, "h"), (60, "min")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if name == 'day' and count > 1 else ''} ago"
    return "just now"


def kind_of(run: Run) -> Kind:
    return EXPERIMENTS[run.spec.experiment]
