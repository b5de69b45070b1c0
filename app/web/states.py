"""What the state of a run is called, and what is said of it: the words and badges of a pane. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.lab.catalogue import EXPERIMENTS, Kind
from app.runs import Run
from app.words import N_, _, ngettext

Tone = Literal["", "ok", "warn", "err"]
State = Literal["idle", "queued", "loading", "running", "streaming", "done", "cached", "failed", "cancelled"]

#: The step that a worker reports while its engine starts.
LOADING = "loading torch"
#: What else workers and the queue say, in the words in which they say it.
TOLD = (
    *(N_("gradients"), N_("training"), N_("following the image"), N_("racing"), N_("measuring")),
    *(N_("reading the network"), N_("it stops at its next step")),
    N_("the server that ran it is gone; it begins again"),
    N_(
        "the lab has not come up; your run is kept, and begins by itself when it does. "
        "If this lasts, tell whoever looks after this site."
    ),
)


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


def state_of(run: Run | None, ready: bool) -> State:
    """``ready``: the engine is up."""
    if run is None:
        return "idle"
    if run.status == "queued":
        return "queued" if ready else "loading"
    if run.status == "running":
        if run.result is not None:
            return "streaming"
        return "loading" if (run.progress or {}).get("step") == LOADING else "running"
    if run.status == "done":
        return "cached" if run.cached else "done"
    return run.status


def badge_of(run: Run | None, state: State, now: float) -> Badge | None:
    """Where it runs or ran, and how long; None before any of it is known."""
    if run is None:
        return None
    device = run.device or ""
    icon = "cpu" if not device or device == "CPU" else "gpu"
    if state == "cached":
        return Badge("cache", _("cached · %(device)s %(time)s", device=device, time=duration(run.seconds)), "ok")
    if state in ("done", "failed") and device:
        return Badge(icon, f"{device} · {duration(run.seconds)}")
    if state in ("running", "streaming", "loading") and run.status == "running":
        return Badge("clock", f"{max(0.0, now - run.created):.1f} s")
    return Badge(icon, device) if device else None


def strip_of(run: Run | None, state: State, drawn: Run | None, now: float) -> Strip:
    """``drawn``: the run whose result is on show, this one or an earlier one."""
    if run is None:
        return Strip("open", _("Ready."), _("Say what you expect, then run it."))
    if run.note and not run.ended and run.result is None:
        lead, _sep, rest = _(run.note).partition(";")
        return Strip("warn", f"{lead[:1].upper()}{lead[1:]};" if rest else lead, rest.strip(), "warn")
    still = kept(drawn) if drawn is not run else ""
    match state:
        case "queued":
            ahead = (run.place or 1) - 1
            place, begins = _("%(n)s ahead", n=ahead) if ahead else _("next in line"), about(run.starts_in)
            waits = _("%(place)s, %(time)s until it starts", place=place, time=begins) if begins else place
            return Strip("queue", _("Queued,"), waits)
        case "loading":
            return Strip("", _("LOADING ENGINE…"), "")
        case "running":
            return Strip("", _("Running"), ", ".join(filter(None, (_step(run), left(run.remaining)))))
        case "streaming":
            return Strip(
                "", (_step(run) or _("Running")) + ",", ", ".join(filter(None, (_("so far"), left(run.remaining))))
            )
        case "done":
            seeded = EXPERIMENTS[run.spec.experiment].needs_torch
            named = _("run %(id)s", id=run.id[:6])
            said = _("seed %(seed)s, %(run)s", seed=run.seed, run=named) if seeded else named
            return Strip("check", _("Done,"), said, "ok")
        case "cached":
            return Strip(
                "cache", _("Same inputs as run %(id)s,", id=run.id[:6]), ago(now - (run.finished or run.created))
            )
        case "cancelled":
            if drawn is run:
                return Strip("cross", _("Stopped."), _("The values so far are shown, not kept."))
            return Strip("cross", _("Stopped."), " ".join(filter(None, (_("Nothing of it was kept."), still))))
    error: Mapping[str, object] = run.error or {}
    lead = _("Stopped at line %(line)s:", line=error["line"]) if error.get("line") else _("This did not run:")
    return Strip("error", lead, f"{sentence(str(error.get('message', '')))} {still}".rstrip(), "err")


def kept(drawn: Run | None) -> str:
    """What is said of an earlier result, and of the code, where something went wrong."""
    if drawn is None:
        return _("Your code is kept.")
    return _("Run %(id)s is still shown; your code is kept.", id=drawn.id[:6])


def steps_of(kind: Kind, ready: bool) -> tuple[Step, ...]:
    """The steps of starting the engine for this experiment."""
    names = (_("worker process"), "torch", _("your network") if kind.takes_network else _("the networks"))
    at = 1 if ready else 0
    return tuple(Step(name, "over" if i < at else "now" if i == at else "ahead") for i, name in enumerate(names))


def progress_of(run: Run) -> tuple[int, int] | None:
    """(done, of) where it is worth a bar."""
    done, of = ((run.progress or {}).get(name) for name in ("done", "of"))
    return (done, of) if isinstance(done, int) and isinstance(of, int) and of > 1 else None


def _step(run: Run) -> str:
    """What a worker is at, in words; a net's name or a count in it is the worker's own."""
    step = str((run.progress or {}).get("step") or "")
    verb, _space, name = step.partition(" ")
    if verb == "training" and name:
        return _("training %(name)s", name=name)
    return _(step)


def word(value: object) -> str:
    """An option's value as the log shows it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def capital(text: str) -> str:
    """``text`` with a capital, unless it begins with code: a name's case is part of it."""
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+(?![\w.=(\[]| =)", text) else text


def sentence(text: str) -> str:
    """``text`` with a full stop, where it has no end of its own."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def left(seconds: float | None) -> str:
    """A time still to go in words: ``about 20 s left``; empty where nothing is known."""
    words = about(seconds)
    return words and _("%(time)s left", time=words)


def about(seconds: float | None) -> str:
    """A guessed time, no finer than it is known: ``about 20 s``; empty where nothing is known, or nothing to wait."""
    if seconds is None or seconds < 1:
        return ""
    step = 1 if seconds < 10 else 5 if seconds < 60 else 30
    return _("about %(n)s s", n=step * round(seconds / step))


def duration(seconds: float | None) -> str:
    """A time taken in words; empty where it is not known."""
    if seconds is None:
        return ""
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds:.1f} s"


def ago(seconds: float) -> str:
    """An age in words: ``just now``, ``3 min ago``, ``2 days ago``."""
    if seconds >= 86400:
        return ngettext("%(num)s day ago", "%(num)s days ago", int(seconds // 86400))
    if seconds >= 3600:
        return _("%(n)s h ago", n=int(seconds // 3600))
    if seconds >= 60:
        return _("%(n)s min ago", n=int(seconds // 60))
    return _("just now")
