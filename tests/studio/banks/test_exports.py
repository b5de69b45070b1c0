"""Exports held against what each format's own description asks, by readers written here from it."""

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.reading import read_course
from app.studio.banks import to_gift, to_moodle, to_qti
from app.studio.banks.hypertext_out import TAGS, html
from app.studio.banks.item import BankItem, Option, Pair, Wrong
from app.studio.banks.taken import taken
from app.studio.banks.tolerances import bounds
from tests.content import manual

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
ITEMS = (
    BankItem(
        "choice",
        "Which sees ![A block](media/block.png) in $r^2$?",
        name="one",
        options=(Option("3×3", False, "That is one."), Option("5×5", True, "Yes.")),
        explanation="Two rings.",
    ),
    BankItem(
        "multiple",
        "Which are odd?",
        name="several",
        options=(Option("3", True), Option("5", True), Option("4", False, "It is even.")),
        partial="net",
    ),
    BankItem("multiple", "All?", name="all", options=(Option("3", True), Option("4")), partial="off"),
    BankItem(
        "number", "A third of 1?", name="third", value="0.3333333333", tolerance="± 1 %", wrong=(Wrong("3", "Of."),)
    ),
    BankItem("number", "9 of 2?", name="exact", value="4.5", hints=("Halve it.",)),
    BankItem(
        "text", "A path?", name="path", accepted=("skip connection(s)", "a*b"), wrong=(Wrong("pool", "It shrinks."),)
    ),
    BankItem("match", "Which?", name="pairs", pairs=(Pair("a", "one"), Pair("*b*", "two"), Pair("", "three"))),
    BankItem("order", "When?", name="order", options=(Option("first", True), Option("then", True), Option("never"))),
)
MEDIA = {"block.png": b"\x89PNG\r\n\x1a\n" + b"x" * 50}


def package() -> dict[str, ET.Element]:
    data, _ = to_qti.write(ITEMS, MEDIA, "Course")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert "media/block.png" in names
        return {name: ET.fromstring(archive.read(name)) for name in names if name.endswith(".xml")}


def test_a_package_s_manifest_names_every_file_once() -> None:
    root = package()["imsmanifest.xml"]
    assert [child.tag.removeprefix(CP) for child in root if isinstance(child.tag, str)] == [
        *("metadata", "organizations", "resources"),
    ]
    resources = root.findall(f".//{CP}resource")
    assert len(resources) == len(ITEMS) == len({one.get("identifier") for one in resources})
    assert {one.get("type") for one in resources} == {"imsqti_item_xmlv2p1"}
    listed = {file.get("href") for file in root.iter(f"{CP}file")}
    assert listed == {*(name for name in package() if name != "imsmanifest.xml"), "media/block.png"}


#: The children of an assessmentItem, in the order in which the specification allows them.
ORDER = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"]


def test_items_have_the_structure_of_the_specification() -> None:
    for name, item in package().items():
        if name == "imsmanifest.xml":
            continue
        tags = [child.tag.removeprefix(QTI) for child in item]
        assert tags == sorted(tags, key=ORDER.index), name
        assert item.get("adaptive") == item.get("timeDependent") == "false"
        declared = {one.get("identifier") for tag in ORDER[:2] for one in item.findall(f"{QTI}{tag}")}
        for one in item.iter():
            if one.tag in (f"{QTI}variable", f"{QTI}correct", f"{QTI}mapResponse", f"{QTI}setOutcomeValue"):
                assert one.get("identifier") in declared
            if one.get("responseIdentifier"):
                assert one.get("responseIdentifier") == "RESPONSE"
            if one.get("outcomeIdentifier"):
                assert one.get("outcomeIdentifier") in declared
        choices = {one.get("identifier") for one in item.iter() if one.tag.endswith("hoice")}
        response = item.find(f"{QTI}responseDeclaration")
        assert response is not None
        if response.get("baseType") in ("identifier", "directedPair"):
            right = " ".join(value.text or "" for value in response.iter(f"{QTI}value")).split()
            assert right
            assert set(right) <= choices
        # A text entry is inline: it stands in a paragraph.
        body = item.find(f"{QTI}itemBody")
        assert body is not None
        assert body.find(f"{QTI}textEntryInteraction") is None


def score(item: ET.Element, given: object) -> float:
    """What a QTI engine makes of a response: the part of response processing that our items use."""
    response = item.find(f"{QTI}responseDeclaration")
    assert response is not None
    values = [value.text or "" for value in response.findall(f"{QTI}correctResponse/{QTI}value")]
    single = response.get("cardinality") == "single"
    correct: object = values[0] if single else values if response.get("cardinality") == "ordered" else set(values)
    mapping = response.find(f"{QTI}mapping")
    outcomes: dict[str, object] = {"SCORE": 0.0}

    def value(node: ET.Element) -> object:
        tag = node.tag.removeprefix(QTI)
        if tag == "variable":
            return given
        if tag == "correct":
            return correct
        if tag == "baseValue":
            return float(node.text or 0) if node.get("baseType") == "float" else node.text
        if tag == "isNull":
            return given in (None, "", set(), [])
        if tag == "match":
            return value(node[0]) == value(node[1])
        if tag == "or":
            return any(value(one) for one in node)
        if tag == "stringMatch":
            return str(value(node[0])).lower() == str(value(node[1])).lower()
        if tag == "equal":
            mine, right = float(str(value(node[0]))), float(str(value(node[1])))
            low, high = (float(part) for part in (node.get("tolerance") or "0 0").split())
            if node.get("toleranceMode") == "relative":
                return right * (1 - low / 100) <= mine <= right * (1 + high / 100)
            return right - low <= mine <= right + high
        assert tag == "mapResponse", tag
        assert mapping is not None
        entries = {str(one.get("mapKey")).lower(): float(str(one.get("mappedValue"))) for one in mapping}
        parts = given if isinstance(given, set) else {given}
        total = sum(entries.get(str(one).lower(), float(mapping.get("defaultValue", "0"))) for one in parts)
        least, most = mapping.get("lowerBound"), mapping.get("upperBound")
        return min(float(most) if most else total, max(float(least) if least else total, total))

    def run(nodes: ET.Element) -> None:
        for node in nodes:
            if node.tag == f"{QTI}setOutcomeValue":
                outcomes[str(node.get("identifier"))] = value(node[0])
            elif node.tag == f"{QTI}responseCondition":
                for branch in node:
                    tests = [one for one in branch if not one.tag.endswith(("setOutcomeValue", "responseCondition"))]
                    if branch.tag == f"{QTI}responseElse" or value(tests[0]):
                        run(branch)
                        break

    processing = item.find(f"{QTI}responseProcessing")
    assert processing is not None
    run(processing)
    return float(str(outcomes["SCORE"]))


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("one", {"o2": 1, "o1": 0}),
        (
            "several",
            {frozenset({"o1", "o2"}): 1, frozenset({"o1"}): 0.5, frozenset({"o1", "o3"}): 0, frozenset({"o3"}): 0},
        ),
        ("all", {frozenset({"o1"}): 1, frozenset({"o1", "o2"}): 0}),
        ("third", {"0.3333": 1, "0.34": 0, "3": 0, "0.331": 1}),
        ("exact", {"4.5": 1, "4.50": 1, "4.6": 0}),
        ("path", {"Skip connections": 1, "skip connection": 1, "A*B": 1, "pool": 0, "skip": 0}),
        ("pairs", {frozenset({"l1 r1", "l2 r2"}): 1, frozenset({"l1 r1", "l2 r3"}): 0.5, frozenset(): 0}),
        ("order", {("i1", "i2"): 1, ("i2", "i1"): 0, ("i1", "i2", "i3"): 0}),
    ],
)
def test_a_qti_engine_scores_as_the_question_says(name: str, answers: dict[object, float]) -> None:
    item = next(root for path, root in package().items() if path.endswith(f"-{name}.xml"))
    for answer, wanted in answers.items():
        given = set(answer) if isinstance(answer, frozenset) else list(answer) if isinstance(answer, tuple) else answer
        assert score(item, given) == pytest.approx(wanted), answer


def moodle() -> dict[str, ET.Element]:
    root = ET.fromstring(to_moodle.write(ITEMS, MEDIA, "A / course")[0])
    assert root.tag == "quiz"
    assert root.findtext("question[@type='category']/category/text") == "$course$/top/A // course"
    return {str(one.findtext("idnumber")): one for one in root.findall("question") if one.get("type") != "category"}


def test_moodle_s_questions_say_what_its_documentation_asks() -> None:
    found = moodle()
    types = {name: one.get("type") for name, one in found.items()}
    assert types == {
        **{"one": "multichoice", "several": "multichoice", "all": "multichoice", "third": "numerical"},
        **{"exact": "numerical", "path": "shortanswer", "pairs": "matching", "order": "ordering"},
    }
    for one in found.values():
        assert one.findtext("name/text")
        assert (text := one.find("questiontext")) is not None
        assert text.get("format") == "html"
        assert sum(float(a.get("fraction", "0")) for a in one.findall("answer")) >= 0
    shares = [float(one.get("fraction", "")) for one in found["several"].findall("answer")]
    assert (shares, found["several"].findtext("single")) == ([50, 50, -50], "false")
    picture = found["one"].find("questiontext/file")
    assert picture is not None
    assert (picture.get("name"), picture.get("encoding")) == ("block.png", "base64")
    words = str(found["one"].findtext("questiontext/text"))
    assert 'src="@@PLUGINFILE@@/block.png"' in words
    assert "\\(r^2\\)" in words
    assert [one.findtext("text") for one in found["path"].findall("answer")][:3] == [
        *("skip connections", "skip connection", "a\\*b"),
    ]
    assert found["exact"].findtext("hint/text") == "Halve it."
    assert float(str(found["third"].findtext("answer/tolerance"))) == pytest.approx(0.003333, abs=1e-5)


def gift(text: str) -> dict[str, list[str]]:
    """Answers by a question's name, read as docs.moodle.org/en/GIFT_format has it: escapes aside, ~ and = begin one."""
    found = {}
    for match in re.finditer(r"::((?:\\.|[^:\\])*)::((?:\\.|[^{\\])*)\{((?:\\.|[^}\\])*)\}", text):
        answers = re.split(r"(?<!\\)(?=[~=])", match[3].split("####")[0])
        found[match[1]] = [one.strip() for one in answers if one.strip(" #\n\t")]
    return found


def test_gift_s_answers_stand_as_its_documentation_asks() -> None:
    found = gift(to_gift.write(ITEMS, MEDIA, "Course")[0])
    assert list(found) == ["one", "several", "all", "third", "exact", "path", "pairs"]
    assert found["one"] == ["~[html]3×3#[html]That is one.", "=[html]5×5#[html]Yes."]
    assert [one.split("[")[0] for one in found["several"]] == ["~%50%", "~%50%", "~%-50%"]
    assert found["exact"] == ["=4.5:0"]
    assert found["third"] == ["=0.329999999967..0.336666666633", "=%0%3:0#[html]Of."]
    assert found["pairs"] == ["=[html]a -> one", "=[html]<em>b</em> -> two", "= -> three"]


@pytest.mark.parametrize(
    ("tolerance", "low", "high"),
    [("", 1234.5, 1234.5), ("± 0.5", 1234, 1235), ("± 10 %", 1111.05, 1357.95), ("to 2 figures", 1150, 1250)],
)
def test_bounds_of_a_number(tolerance: str, low: float, high: float) -> None:
    assert tuple(map(float, bounds("1234.5", tolerance))) == (low, high)


ALLOWED = TAGS | {"math"}


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>&\"'`*_[]()!{}$\\/=:#~|-\n \tabimgscriptonerror javascript:https", max_size=120))
def test_nothing_but_plain_html_comes_out(text: str) -> None:
    shown = html(text)
    for tag, attributes in re.findall(r"<\s*/?\s*([^\s<>/]+)([^<>]*)>", shown):
        assert tag in ALLOWED
        for name in re.findall(r"([\w-]+)=\"", attributes):
            assert name in {"href", "src", "alt", "class", "start"}
    assert not re.search(r'href="(?!https://)', shown)


def test_what_cannot_go_is_told_where_it_stands(tmp_path: Path) -> None:
    course = manual.course(tmp_path)
    first = course / "first.md"
    first.write_text(
        first.read_text()
        + "\n````{question} small\n:kind: architecture\n:input: 3x8x8\n\nStay small.\n\nrequire: params < 100\n\n"
        + "```python solution\nnet = nn.Conv2d(3, 2, 3)\n```\n\n! 56.\n````\n"
    )
    found = taken(read_course(course, {}))
    assert [(one.title, one.left_out, one.file) for one in found.losses] == [("small", True, "first.md")]
    assert first.read_text().splitlines()[found.losses[0].line - 1] == "````{question} small"
    drawn = [one for one in found.items if one.title.startswith("weights-of-a-block")]
    assert [one.value for one in drawn] == ["18432", "73728"]
    assert "with 32 channels" in drawn[0].prompt
    assert drawn[0].explanation == "$2 \\cdot 9 \\cdot {32}^2$ = 18\u202f432."
    assert [one.name for one in taken(read_course(course, {}), "first").items] == ["receptive.sees-what"]
