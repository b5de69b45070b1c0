import json
import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from app.content.course import Lab
from app.lab import catalogue
from app.lab.catalogue import EXPERIMENTS
from app.runs import Run
from app.web import labs
from app.web.lab_view import lab_view
from app.web.panes import pane
from tests.web.lab.conftest import STACKED
from tests.web.results import FLOW, STACK
from tests.web.sample import COURSE

LAB = "/courses/sample/labs/stack"
COUNT = "/courses/sample/labs/count"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count is answered at once also where the machine is busy."""
    monkeypatch.setattr(labs, "MOMENT", 20.0)


def run(client: TestClient, code: str = STACK, lab: str = COUNT, *, script: bool = True, **fields: str) -> str:
    form = {"code": code, "experiment": "parameters", **fields}
    answer = client.post(f"{lab}/runs", data=form, headers=SCRIPT if script else {})
    return answer.text


def test_the_page_of_a_lab_asks_before_it_shows(client: TestClient) -> None:
    page = client.get(LAB).text
    assert "Before you run it:" in page
    assert 'name="value" value="7×7"' in page
    assert "just show me" in page
    assert "Ready." in page
    assert "It is 7×7." not in page


def test_a_prediction_reveals_and_stays_drawn(client: TestClient) -> None:
    answer = client.post(f"{LAB}/predictions", data={"value": "9×9"}, headers=SCRIPT)
    assert answer.status_code == 200
    assert 'id="lab-stack-predict"' in answer.text
    assert re.search(r'is-you"><small>you:</small> 9×9', answer.text)
    assert "It is 7×7." in answer.text
    assert "You said 9×9." in answer.text
    again = client.post(f"{LAB}/predictions", data={"value": "7×7"}, headers=SCRIPT).text
    assert "You said 9×9." in again
    assert "It is 7×7." in client.get(LAB, params={"fragment": "pane"}).text


def test_just_show_me_costs_nothing(client: TestClient) -> None:
    answer = client.post(f"{LAB}/predictions", data={"skip": "1"}, headers=SCRIPT).text
    assert "It is 7×7." in answer
    assert "You said" not in answer


@pytest.mark.parametrize("value", [" ", "11×11"])
def test_a_prediction_is_one_of_the_choices(client: TestClient, value: str) -> None:
    assert client.post(f"{LAB}/predictions", data={"value": value}, headers=SCRIPT).status_code == 422


def test_a_prediction_may_be_typed_where_there_are_no_choices(client: TestClient) -> None:
    answer = client.post(
        "/courses/sample/labs/typed/predictions", data={"value": " 75\u202f648\0 "}, headers=SCRIPT
    ).text
    assert "As you said." in answer
    assert "you:" in answer


def test_a_prediction_without_a_script_leads_to_the_run(client: TestClient) -> None:
    answer = client.post(f"{LAB}/predictions", data={"value": "7×7"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/runs/")
    page = client.get(answer.headers["location"]).text
    assert "As you said." in page
    assert page.lower().startswith("<!doctype html>")


def test_a_lab_shows_the_last_result_of_its_own_code_at_once(client: TestClient) -> None:
    run(client)
    pane = client.get(COUNT, params={"fragment": "pane"}).text
    assert "75\u202f648" in pane
    assert 'id="lab-count-pane"' in pane
    assert "Same inputs as run" in pane
    assert "<html" not in pane


def test_running_gives_the_pane_and_what_stands_below_it(client: TestClient) -> None:
    parts = run(client)
    for part in ("beside", "pane", "foot"):
        assert f'id="lab-count-{part}"' in parts
    assert 'href="#lab-count-L3"' in parts


def test_lines_may_end_as_browsers_send_them(client: TestClient) -> None:
    run(client)
    assert "Same inputs as run" in run(client, STACK.replace("\n", "\r\n").rstrip())


def test_an_edit_is_measured_and_named_as_such(client: TestClient) -> None:
    client.post(f"{LAB}/predictions", data={"value": "9×9"}, headers=SCRIPT)
    code = STACK.replace("    nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(),\n", "", 1)
    answer = run(client, code, LAB, script=True, experiment="receptive-field", **{"receptive-field.effective": "off"})
    assert "Your version gives 5×5." in answer
    assert "It is" not in answer
    assert "You said" not in answer, "that was of the lesson's own code"


def test_other_options_are_not_what_was_predicted() -> None:
    own = {"depths": [8, 20], "skip": ["off", "on"]}
    flow = Lab(
        "flow", "Flow", "flow.py", ("gradient-flow",), "", (3, 32, 32), {"gradient-flow": own}, reveals="decades"
    )
    view = replace(lab_view(COURSE, COURSE.lessons[0], flow), prediction="−6.7")
    said = []
    for options in (own, {**own, "width": 4}):
        spec = catalogue.spec("gradient-flow", options=options)
        done = Run(spec.id, spec, "done", 1000.0, 1003.0, "CPU", result_text=json.dumps({"series": FLOW["series"][:1]}))
        verdict = replace(view, pane=pane(done, EXPERIMENTS["gradient-flow"], view.frame, 1200.0)).verdict
        assert verdict
        said.append((verdict.says, verdict.compared))
    assert said == [("It is plain-20: −6.7.", "You said −6.7."), ("Your version gives plain-20: −6.7.", "")]


def test_code_that_is_wrong_keeps_the_last_good_result(client: TestClient) -> None:
    last = re.search(r'name="last"\s+value="(\w+)"', run(client))
    assert last
    answer = run(client, STACK.replace("(64, 64", "(32, 64"), last=last[1])
    assert "Stopped at line 3:" in answer
    assert 'data-go="3"' in answer
    assert "is-stale" in answer
    assert "75\u202f648" in answer


def test_what_cannot_be_asked_is_refused_beside_the_code(client: TestClient) -> None:
    refused = client.post(f"{COUNT}/runs", data={"code": "# mine", "seed": "x"})
    assert refused.status_code == 422
    assert "a seed is a whole number" in refused.text
    assert "# mine" in refused.text


def test_without_a_script_the_run_page_keeps_the_edit_and_the_options(client: TestClient) -> None:
    code = STACK.replace("64, 64, 3", "64, 64, 5", 1)
    page = run(client, code, LAB, script=False)
    assert "64, 64, 5" in re.sub(r"<[^>]*>", "", page)
    assert f'action="{LAB}/runs"' in page
    assert 'name="receptive-field.effective" value="off"' in page


def test_what_a_student_types_and_prints_is_escaped(client: TestClient) -> None:
    code = f"print('<img src=x onerror=alert(1)>')\n{STACK}# </textarea><script>alert(2)</script>\n"
    page = run(client, code, LAB, script=False)
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page
    assert "<script>alert" not in page
    assert "</textarea><script" not in page


def test_an_error_that_quotes_the_code_is_escaped(client: TestClient) -> None:
    answer = run(client, "net = nn.Sequential(<b>bold</b>)")
    assert "<b>bold" not in answer
    assert "Stopped at line 1:" in answer


def test_every_id_of_a_pane_is_there_once(client: TestClient) -> None:
    client.post(f"{LAB}/predictions", data={"skip": "1"}, headers=SCRIPT)
    ids = re.findall(r'\sid="([^"]+)"', client.get(LAB).text)
    assert len(ids) == len(set(ids))


def test_nothing_breaks_the_content_security_policy(client: TestClient) -> None:
    client.post(f"{LAB}/predictions", data={"skip": "1"}, headers=SCRIPT)
    page = client.get(LAB).text
    assert not re.search(r'\sstyle="|<style|\son\w+="|javascript:', page)


@pytest.mark.parametrize("path", ["/courses/sample/labs/none", "/courses/none/labs/stack"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_experiment_that_the_lab_does_not_show(client: TestClient) -> None:
    assert client.post(f"{COUNT}/runs", data={"code": STACK, "experiment": "gradient-flow"}).status_code == 422


def test_the_lesson_s_page_holds_the_lab_for_everyone(client: TestClient) -> None:
    page = client.get("/courses/sample/lessons/first").text
    assert f'data-load="{LAB}?fragment=pane"' in page
    assert re.search(rf'<noscript>\s*<p>\s*<a href="{LAB}">', page)
    assert STACKED.title in page
