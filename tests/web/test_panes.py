"""Every state that a pane can be in, and the words for it."""

from dataclasses import replace
from typing import Any

import pytest

from app.lab.catalogue import EXPERIMENTS
from app.lab.messages import LabError
from app.runs import Run
from app.web.panes import Frame, Pane, pane, refused
from app.web.states import ago, left
from tests.web.results import FIELD, FLOW, PARAMETERS, run

FRAME = Frame("lab-x", "lab-x", "course/x")
NOW = 1200.0


def shown(told: Run | None, **more: Any) -> Pane:
    kind = EXPERIMENTS[told.spec.experiment if told else "receptive-field"]
    return pane(told, kind, FRAME, NOW, **more)


def words(seen: Pane) -> str:
    return f"{seen.strip.lead} {seen.strip.rest}".strip()


def test_what_is_too_little_to_draw_leaves_the_last_result() -> None:
    told = run("receptive-field", {"effective": {}}, "running", finished=None)
    assert shown(told).figure is None


def test_idle() -> None:
    seen = shown(None)
    assert (seen.state, seen.live, seen.say, seen.badge) == ("idle", False, "", None)
    assert words(seen) == "Ready. Say what you expect, then run it."


@pytest.mark.parametrize(
    ("place", "starts_in", "said"),
    [
        (3, None, "Queued, 2 ahead"),
        (1, None, "Queued, next in line"),
        (3, 20.0, "Queued, 2 ahead, about 20 s until it starts"),
        (1, 0.0, "Queued, next in line"),
    ],
)
def test_queued(place: int, starts_in: float | None, said: str) -> None:
    seen = shown(run("receptive-field", None, "queued", place=place, starts_in=starts_in, finished=None))
    assert (seen.state, words(seen), seen.live) == ("queued", said, True)
    assert seen.stream == f"/runs/{seen.run.id if seen.run else ''}/stream?lab=course%2Fx"


def test_the_engine_is_starting() -> None:
    seen = shown(run("receptive-field", None, "queued", finished=None), ready=False)
    assert (seen.state, words(seen)) == ("loading", "LOADING ENGINE…")
    assert [step.state for step in seen.steps] == ["now", "ahead", "ahead"]


def test_torch_is_loading() -> None:
    progress = {"step": "loading torch", "done": 0, "of": 1}
    seen = shown(run("receptive-field", None, "running", progress=progress, finished=None))
    assert seen.state == "loading"
    assert [(step.name, step.state) for step in seen.steps][:2] == [("worker process", "over"), ("torch", "now")]


def test_running_with_progress() -> None:
    progress = {"step": "plain-56", "done": 2, "of": 6}
    seen = shown(run("gradient-flow", None, "running", progress=progress, device=None, finished=None))
    assert (seen.state, words(seen), seen.progress) == ("running", "Running plain-56", (2, 6))
    assert seen.badge
    assert seen.badge.text == "200.0 s"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.9, ""), (7.4, "about 7 s left"), (13, "about 15 s left"), (100, "about 90 s left")],
)
def test_a_time_to_go_is_said_no_finer_than_it_is_known(seconds: float | None, words: str) -> None:
    assert left(seconds) == words


def test_streaming_shows_what_is_known_so_far() -> None:
    progress = {"step": "plain-56", "done": 1, "of": 4}
    seen = shown(run("gradient-flow", {"series": FLOW["series"][:1]}, "running", progress=progress, finished=None))
    assert (seen.state, words(seen)) == ("streaming", "plain-56, so far")
    assert seen.figure
    assert seen.say == ""


def test_done_is_said_once_with_its_figures() -> None:
    seen = shown(run("parameters", PARAMETERS))
    assert (seen.state, seen.strip.tone) == ("done", "ok")
    assert "75\u202f648" in seen.say
    assert seen.badge
    assert seen.badge.text == "CPU · 0.4 s"


def test_cached_says_which_run_and_how_old() -> None:
    told = run("receptive-field", FIELD, cached=True)
    seen = shown(told)
    assert (seen.state, words(seen)) == ("cached", f"Same inputs as run {told.id[:6]}, 3 min ago")
    assert seen.again
    assert seen.badge
    assert seen.badge.text == "cached · CPU 0.4 s"


def test_failed_keeps_the_last_good_result_and_names_the_line_and_the_mend() -> None:
    last = run("receptive-field", FIELD, code="net = nn.ReLU()")
    error = {"message": "shapes cannot be added", "line": 3, "column": 4, "mend": "put a convolution on it"}
    seen = shown(run("receptive-field", None, "failed", error=error), last=last)
    assert (seen.state, seen.line, seen.mend) == ("failed", 3, "Put a convolution on it.")
    assert words(seen).startswith("Stopped at line 3: shapes cannot be added.")
    assert seen.stale
    assert seen.drawn is last
    assert seen.drawn_at == "", "its lines are not those of the code beside it"
    assert last.id[:6] in words(seen)
    assert last.id in seen.query
    assert not seen.again


def test_a_failure_of_the_lab_may_be_run_again() -> None:
    seen = shown(run("receptive-field", None, "failed", error={"message": "the lab broke", "line": None}))
    assert seen.again
    assert seen.line is None


def test_cancelled() -> None:
    seen = shown(run("receptive-field", None, "cancelled"))
    assert (seen.state, seen.again) == ("cancelled", True)
    assert words(seen).startswith("Stopped.")


def test_a_lost_worker_is_a_state_of_its_own() -> None:
    note = "the worker was lost; trying again, 2 of 3"
    seen = shown(run("receptive-field", None, "queued", note=note, tries=1, finished=None))
    assert (words(seen), seen.strip.tone) == ("The worker was lost; trying again, 2 of 3", "warn")


def test_what_cannot_be_a_run_is_refused_in_words() -> None:
    seen = refused(LabError("a seed is a whole number", mend="try seed 0"), EXPERIMENTS["parameters"], FRAME, NOW)
    assert (seen.state, seen.run, seen.mend) == ("failed", None, "Try seed 0.")
    assert words(seen).startswith("This cannot be run: a seed is a whole number.")


@pytest.mark.parametrize(
    ("mend", "said"),
    [
        ("did you mean Conv2d?", "Did you mean Conv2d?"),
        ("net = nn.Sequential(…)", "net = nn.Sequential(…)."),
        ("groups=in_channels makes a depthwise convolution", "groups=in_channels makes a depthwise convolution."),
        ("nn.Flatten() before it", "nn.Flatten() before it."),
    ],
)
def test_the_case_of_a_name_is_left_as_it_is(mend: str, said: str) -> None:
    error = {"message": "stem takes 3 channels", "line": 2, "mend": mend}
    seen = shown(run("parameters", None, "failed", error=error))
    assert seen.mend == said
    assert words(seen).startswith("Stopped at line 2: stem takes 3 channels.")


def test_the_last_result_of_another_experiment_is_not_drawn() -> None:
    seen = shown(run("receptive-field", None, "queued", finished=None), last=run("parameters", PARAMETERS))
    assert seen.drawn is None


def test_the_log_names_seed_input_and_options() -> None:
    told = run("receptive-field", FIELD)
    assert shown(told).settings[:2] == ("seed 0", "input 3×32×32")
    assert "effective on" in shown(told).settings
    options = {**told.spec.options, "layer": ""}
    assert not any("layer" in word for word in shown(replace(told, spec=replace(told.spec, options=options))).settings)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "just now"), (61, "1 min ago"), (7300, "2 h ago"), (86400, "1 day ago"), (200_000, "2 days ago")],
)
def test_ages(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_a_lesson_s_result_is_opened_in_the_lab() -> None:
    told = run("receptive-field", FIELD)
    assert shown(told).opens == f"/lab/receptive-field?from={told.id}"
    assert shown(None).opens == ""
    kind = EXPERIMENTS["receptive-field"]
    for elsewhere in (Frame("run"), Frame("lab-receptive-field", lab="/receptive-field")):
        assert pane(told, kind, elsewhere, NOW).opens == ""
