"""What can be taken away of a run, and two runs beside each other."""

import csv
import io
import re
import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

from app.lab.catalogue import EXPERIMENTS, spec
from app.runs import Run
from app.web import take_away
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.web.standalone import drawing
from app.web.take_away import Row, tables
from tests.web.results import PARAMETERS, STACK, run

#: Of every experiment, a run that takes a moment.
QUICK: dict[str, dict[str, object]] = {
    "parameters": {"code": STACK, "input": "3x32x32"},
    "receptive-field": {"code": STACK, "input": "3x32x32", "options": {"samples": 1}},
    "gradient-flow": {"options": {"depths": [8], "width": 4, "size": 8, "batch": 2, "steps": 1, "seeds": 2}},
    "trace": {"code": STACK, "input": "3x16x16"},
    "feature-maps": {"options": {"steps": 5, "without": 2}},
    "landscape": {"options": {"depth": 8, "grid": 9, "steps": 5}},
    "lesion": {"options": {"depth": 8, "steps": 20}},
    "measures": {"code": STACK, "input": "3x16x16"},
    "degradation": {"options": {"depths": [8], "width": 2, "steps": 20}},
}


@pytest.fixture(scope="module")
def ids(lab_app: TestClient) -> dict[str, str]:
    found = {}
    for experiment, asked in QUICK.items():
        body = {"experiment": experiment, "wait": 60, **asked}
        done = lab_app.post("/api/v1/runs", json=body, headers={"sec-fetch-site": "same-origin"}).json()
        assert done["status"] == "done", done
        found[experiment] = done["id"]
    return found


def test_every_experiment_is_taken_away_here() -> None:
    assert QUICK.keys() == EXPERIMENTS.keys()


@pytest.mark.parametrize("experiment", [name for name in QUICK if name != "measures"])
def test_the_drawing_is_a_document_of_its_own(client: TestClient, ids: dict[str, str], experiment: str) -> None:
    answer = client.get(f"/runs/{ids[experiment]}/figure.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert f"receptive-{experiment}-{ids[experiment][:6]}.svg" in answer.headers["content-disposition"]
    root = ET.fromstring(answer.text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in answer.text
    assert "light-dark" not in answer.text
    assert ids[experiment] in answer.text
    names = {name for one in root.iter() for name in (one.get("class") or "").split()}
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", answer.text.split("<style>")[1].split("</style>")[0]))
    assert styled <= names


#: What a drawing's axes are called where it has some, with their units.
AXES = {
    "parameters": ("parameters", "multiply-adds"),
    "gradient-flow": ("‖∂L/∂W‖ ÷ last, after 1 step", "convolutions before the last"),
    "degradation": ("training loss, nats", "training accuracy, %", "steps of training"),
    "lesion": ("accuracy on the training digits, %", "block left out, from the input", "blocks left out at once"),
    "landscape": ("direction one, in filter norms", "direction two, in filter norms", "loss, "),
    "receptive-field": ("felt, % of the strongest pixel",),
    "trace": ("how often each value",),
    "feature-maps": ("What it is taken for, %",),
}


@pytest.mark.parametrize("experiment", AXES)
def test_a_drawing_alone_says_what_its_axes_are(client: TestClient, ids: dict[str, str], experiment: str) -> None:
    root = ET.fromstring(client.get(f"/runs/{ids[experiment]}/figure.svg").text)
    said = " | ".join("".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text"))
    assert [axis for axis in AXES[experiment] if axis not in said] == []


@pytest.mark.parametrize("experiment", QUICK)
def test_the_tables_are_those_of_the_page(client: TestClient, ids: dict[str, str], experiment: str) -> None:
    answer = client.get(f"/runs/{ids[experiment]}/result.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    page = client.get(f"/runs/{ids[experiment]}").text
    assert f'href="/runs/{ids[experiment]}/result.csv"' in page
    headings = [row for row in rows if len(row) > 1]
    assert headings
    for cell in headings[0][:1]:
        assert cell in page
    assert all(len(row) in (0, 1) or len(row) >= 2 for row in rows)


def test_the_json_holds_the_question_and_the_answer(client: TestClient, ids: dict[str, str]) -> None:
    found = client.get(f"/runs/{ids['parameters']}/result.json").json()
    assert found["code"] == STACK
    assert found["input"] == [3, 32, 32]
    assert found["result"]["total"]["params"] > 0
    assert found["id"] == ids["parameters"]


def test_a_cell_is_no_formula(client: TestClient, monkeypatch: pytest.MonkeyPatch, ids: dict[str, str]) -> None:
    table = Table("=1+1", ("a", "b"), [["=cmd()", -1], ["+x", None], ["\n@x", ""]])
    monkeypatch.setattr("app.web.take_away.tables", lambda run: (table,))
    rows = list(csv.reader(io.StringIO(client.get(f"/runs/{ids['parameters']}/result.csv").text)))
    assert rows[2:] == [["'=cmd()", "-1"], ["'+x", ""], ["'\n@x", ""]]


def test_a_run_without_a_result_has_nothing_to_take_away(client: TestClient) -> None:
    body = {"experiment": "parameters", "code": "net = nothing\n", "input": "3x8x8", "wait": 30}
    assert client.post("/api/v1/runs", json=body).status_code == 422
    failed = spec("parameters", code="net = nothing\n", input="3x8x8").id
    for file in ("result.json", "result.csv", "figure.svg"):
        assert client.get(f"/runs/{failed}/{file}").status_code == 404
    assert "/result.csv" not in client.get(f"/runs/{failed}").text


def test_two_runs_stand_side_by_side(client: TestClient, ids: dict[str, str]) -> None:
    other = client.post(
        "/api/v1/runs",
        json={"experiment": "parameters", "code": STACK + "# another\n", "input": "3x16x16", "wait": 30},
    ).json()["id"]
    asked = client.get(f"/runs/{ids['parameters']}/with", params={"other": f"http://testserver/runs/{other}"})
    assert asked.url.path == f"/runs/{ids['parameters']}/with/{other}"
    text = asked.text
    assert f"run {other[:6]}" in text
    assert "only in the second: </span># another" in text
    ids_there = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids_there) == len(set(ids_there))
    assert 'class="trace"' not in text, "there is no code for a line chip to point at"


@pytest.mark.parametrize("experiment", QUICK)
def test_a_run_beside_itself_has_no_id_twice(client: TestClient, ids: dict[str, str], experiment: str) -> None:
    text = client.get(f"/runs/{ids[experiment]}/with/{ids[experiment]}").text
    there = re.findall(r'\bid="([^"]+)"', text)
    assert len(there) == len(set(there))


def compared(first: str, second: str) -> list[tuple[str, str]]:
    runs = [run("parameters", PARAMETERS, code=code) for code in (first, second)]
    return [(line.mark, line.text) for line in take_away._compared(*runs)]


def test_codes_are_compared_line_by_line() -> None:
    assert compared("a\nb\nc\n", "a\nx\nc\nd\n") == [
        ("both", "a"), ("first", "b"), ("second", "x"), ("both", "c"), ("second", "d")]  # fmt: skip
    assert compared("a\n", "a") == []


def test_codes_of_many_lines_are_compared_in_no_time() -> None:
    """What ``difflib.ndiff`` takes minutes for, and what any matching of lines takes many seconds for."""
    others = compared("\n".join(f"a{i}" for i in range(1_500)), "\n".join(f"b{i}" for i in range(1_500)))
    assert [mark for mark, _ in others] == ["first"] * 1_500 + ["second"] * 1_500
    lines = [[str(factor * i % 150) for i in range(9_000)] for factor in (1, 7)]
    unmatched = compared("\n".join(lines[0]), "\n".join(lines[1]))
    assert [text for _, text in unmatched] == [*lines[0], *lines[1]]


def test_lines_are_those_of_python(client: TestClient) -> None:
    code = "# a\u2028b\x0cc\nnet = nn.Conv2d(3, 4, 3)\n"
    body = {"experiment": "parameters", "code": code, "input": "3x8x8", "wait": 30}
    page = client.get(f"/runs/{client.post('/api/v1/runs', json=body).json()['id']}").text
    assert '<code class="weigh__code">net = nn.Conv2d(3, 4, 3)</code>' in page


def test_what_cannot_be_compared_is_said(client: TestClient, ids: dict[str, str]) -> None:
    one = f"/runs/{ids['parameters']}"
    assert client.get(f"{one}/with", params={"other": "that one"}).status_code == 422
    assert client.get(f"{one}/with/{'0' * 32}").status_code == 404
    assert client.get(f"{one}/with/{ids['gradient-flow']}").status_code == 422


def test_a_name_of_markup_spoils_no_drawing(client: TestClient) -> None:
    code = r"net = nn.Sequential(OrderedDict([('\'<b>', nn.Conv2d(3, 4, 3)), ('&amp', nn.Conv2d(4, 4, 3))]))"
    body = {"experiment": "parameters", "code": code, "input": "3x8x8", "wait": 30}
    run = client.post("/api/v1/runs", json=body).json()["id"]
    root = ET.fromstring(client.get(f"/runs/{run}/figure.svg").text)
    said = [one.text or "" for one in root.iter()]
    assert any("'<b>" in text for text in said)
    assert any("&amp" in text for text in said)


def test_of_several_moments_the_last_is_drawn_and_all_are_counted(client: TestClient, ids: dict[str, str]) -> None:
    run = f"/runs/{ids['gradient-flow']}"
    root = ET.fromstring(client.get(f"{run}/figure.svg").text)
    frames = [one for one in root.iter("{http://www.w3.org/2000/svg}g") if one.get("data-frame")]
    assert [(one.get("data-frame"), one.get("display")) for one in frames] == [("0", "none"), ("1", None)] * 3
    assert all("after 1 step" in "".join(one.itertext()) for one in frames[1::2])
    course, weights, *_ = client.get(f"{run}/result.csv").text.split("\r\n\r\n")
    _, columns, *rows = csv.reader(course.splitlines())
    assert columns == ["stack", "0", "1", "lowest", "highest"]
    assert [row[0] for row in rows] == ["plain-8", "residual-8"]
    assert all(-9 < float(cell) < 9 for cell in rows[1][1:])
    _, columns, *rows = csv.reader(weights.splitlines())
    assert columns[:5] == ["layer", "step", "plain-8", "plain-8, lowest", "plain-8, highest"]
    assert [row[:2] for row in rows] == [[str(layer), str(step)] for step in (0, 1) for layer in range(1, 9)]
    assert all(float(low) <= float(middle) <= float(high) for _, _, middle, low, high, *_ in rows)


def test_drawings_stand_one_below_another() -> None:
    page = '<svg class="fig a c" viewBox="0 0 10 20"></svg><svg class="fig fig--narrow" viewBox="0 0 5 5"></svg>' * 2
    sheet = ":root{--surface:light-dark(#fff,#000);--x:var(--surface)}.a{fill:var(--x)}.b{fill:red}"
    sheet += ".c{fill:light-dark(red, blue)}"
    sheet += "@media print{.a{fill:red}}"
    text = drawing(page, sheet, "A & B", "from <here>")
    assert text is not None
    root = ET.fromstring(text)
    heights = [float(one.get("y") or 0) for one in root if one.tag.endswith("svg")]
    assert heights == [16.0, 60.0]
    assert ".a{fill:#fff}" in text
    assert ".c{fill:red}" in text
    assert ".b" not in text
    assert "from &lt;here&gt;" in text
    assert drawing("<p>nothing</p>", sheet, "", "") is None


def test_tables_are_there_while_it_still_runs() -> None:
    growing = spec("degradation")
    result = (
        '{"series": [], "every": 1, "of": 150, "steps": 5, "arena": "bare", "chance": {"loss": 2.3, "accuracy": 0.1}}'
    )
    assert tables(Run(growing.id, growing, "running", 0.0, result_text=result))


@pytest.mark.parametrize(
    ("first", "second", "change"),
    [
        ("11 689 512", "132 863 336", "11.4 times"),
        ("1.81 G", "905 M", "0.5 times"),
        ("42 %", "21 %", "0.5 times"),
        ("1 000", "1 001", "almost the same"),
        ("7×7", "9×9", ""),
        ("−2.1", "−0.4", ""),
        ("0", "5", ""),
        ("18", "18", ""),
    ],
)
def test_two_amounts_are_set_in_proportion(first: str, second: str, change: str) -> None:
    row = Row("measured", Read(first, "measured"), Read(second, "measured"))
    assert row.change == change
    assert row.differs == (first != second)


def test_what_one_run_alone_has_is_no_difference() -> None:
    row = Row("measured", Read("18", "measured"), None)
    assert not row.differs
    assert row.change == ""


def test_a_run_s_page_says_how_it_was_made(client: TestClient, ids: dict[str, str]) -> None:
    page = client.get(f"/runs/{ids['gradient-flow']}").text
    made = page.split('id="made-h"')[1]
    facts = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*(.*?)\s*</dd>", made))
    assert facts["depths"] == "8"
    assert facts["batch norm"] == "off"
    assert facts["seed"] == "0"
    assert facts["torch"]
    assert facts["time taken"].endswith("s")
