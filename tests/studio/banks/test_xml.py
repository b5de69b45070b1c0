# ruff: noqa: E501 - rows of files stand on one line.
"""Moodle XML and QTI, with what real exports have that specifications do not."""

import base64

from app.studio.banks import moodle, qti1, qti2, recognise, write
from app.studio.banks.item import BankItem, Import

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


def one(found: Import) -> BankItem:
    (item,) = found.items
    kept, lost = write.written([item], "skill")
    assert not lost
    assert kept
    return item


def quiz(inside: str, kind: str = "multichoice") -> bytes:
    return f'<?xml version="1.0"?>\n<quiz>\n<question type="{kind}"><name><text>N</text></name>{inside}</question></quiz>'.encode()


def asked(html: str) -> str:
    return f'<questiontext format="html"><text><![CDATA[{html}]]></text></questiontext>'


def answer(text: str, fraction: str = "0", more: str = "") -> str:
    return f'<answer fraction="{fraction}"><text>{text}</text>{more}</answer>'


def test_pictures_code_and_formulas_of_moodle_come_over() -> None:
    picture = f'<file name="a b.png" path="/" encoding="base64">{base64.b64encode(PNG).decode()}</file>'
    html = (
        '<p>Is $$x^2$$ at \\(a &lt; b\\)?</p><pre>if a:\n    b()</pre><img src="@@PLUGINFILE@@/a%20b.png" alt="A net">'
    )
    text = asked(html).replace("</questiontext>", f"{picture}</questiontext>")
    found = moodle.read(quiz(text + answer("yes", "100", "<feedback><text>So it is.</text></feedback>") + answer("no")))
    item = one(found)
    (name,) = found.media
    assert item.prompt == f"Is $x^2$ at $a < b$?\n\n```\nif a:\n    b()\n```\n\n![A net](media/{name})"
    assert found.media[name] == PNG
    assert [(o.text, o.correct, o.feedback) for o in item.options] == [("yes", True, "So it is."), ("no", False, "")]


def test_one_broken_question_stops_none_of_the_others() -> None:
    good = quiz(asked("Odd?") + answer("3", "100") + answer("4")).decode()
    body = good.replace("</quiz>", "")
    bank = f"{body}<question type=multichoice><name><text>B & C</text></name>{asked('Even?')}{answer('4', '100')}{answer('5')}</question>"
    bank += "<question type='essay'><name><text>E</text></name></question><question type='numerical'><name></questiontext></question></quiz>"
    found = moodle.read(bank.encode())
    assert [item.title for item in found.items] == ["N", "B & C"]
    assert len(found.losses) == 2
    assert all(loss.left_out and loss.line for loss in found.losses)


def test_gaps_become_questions_and_values_become_variables() -> None:
    text = asked("<p>Two and two {1:SHORTANSWER:=four~=4~%50%for#almost}, one {1:MC:up~=down}, pi {:NM:=3.14:0.01}</p>")
    gaps = moodle.read(quiz(text, "cloze")).items
    assert [item.kind for item in gaps] == ["text", "choice", "number"]
    assert (gaps[2].value, gaps[2].tolerance) == ("3.14", "± 0.01")
    values = "".join(f"<dataset_item><value>{n}</value></dataset_item>" for n in (2, 5))
    sets = f"<dataset_definitions><dataset_definition><name><text>a</text></name><dataset_items>{values}</dataset_items></dataset_definition></dataset_definitions>"
    worked = answer("{a}*2", "100", "<tolerance>0.01</tolerance><tolerancetype>1</tolerancetype>")
    item = one(moodle.read(quiz(asked("Twice {a}?") + worked + sets, "calculated")))
    assert (item.value, item.tolerance, item.variables) == ("a*2", "± 1 %", "a in [2, 5]")


def test_rows_and_places_become_matches() -> None:
    rows = "".join(
        f"<subquestion><text>{a}</text><answer><text>{b}</text></answer></subquestion>"
        for a, b in [("Italy", "Rome"), ("Japan", "Tokyo"), ("", "Oslo")]
    )
    item = one(moodle.read(quiz(asked("Capitals") + rows, "matching")))
    assert [(pair.left, pair.right) for pair in item.pairs] == [("Italy", "Rome"), ("Japan", "Tokyo"), ("", "Oslo")]
    boxes = "".join(f"<dragbox><text>{word}</text><group>1</group></dragbox>" for word in ("quick", "fox", "dog"))
    item = one(moodle.read(quiz(asked("The [[1]] brown [[2]]") + boxes, "ddwtos")))
    assert item.prompt == "The **(1)** brown **(2)**"
    assert [(pair.left, pair.right) for pair in item.pairs] == [("(1)", "quick"), ("(2)", "fox"), ("", "dog")]


RESPONDUS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<questestinterop><assessment><section><item title="Schichten" ident="Q1"><presentation>
<material><mattext texttype="text/html"><![CDATA[Gr&ouml;&szlig;e <b>zuordnen</b>]]></mattext></material>
{responses}</presentation><resprocessing>{rules}</resprocessing></item></section></assessment></questestinterop>"""


def test_a_match_of_respondus_takes_the_row_that_counts_as_right() -> None:
    labels = "".join(
        f'<response_label ident="A{n}"><material><mattext>Schicht {n}</mattext></material></response_label>'
        for n in (1, 2, 3)
    )
    responses = "".join(
        f'<response_lid ident="R{n}"><material><mattext>Zeile {n}</mattext></material><render_choice>{labels}</render_choice></response_lid>'
        for n in (1, 2)
    )
    rules = "".join(
        f'<respcondition><conditionvar><varequal respident="R{row}">A{n}</varequal></conditionvar>'
        f'<setvar varname="Respondus_{"Correct" if n == row + 1 else "Incorrect"}" action="Add">1</setvar></respcondition>'
        for row in (1, 2)
        for n in (1, 2, 3)
    )
    item = one(qti1.read(RESPONDUS.format(responses=responses, rules=rules).encode("latin-1")))
    assert item.prompt == "Größe **zuordnen**"
    assert [(pair.left, pair.right) for pair in item.pairs] == [
        ("Zeile 1", "Schicht 2"),
        ("Zeile 2", "Schicht 3"),
        ("", "Schicht 1"),
    ]


def test_what_must_not_be_chosen_is_no_key() -> None:
    labels = "".join(
        f'<response_label ident="{n}"><material><mattext>{n}</mattext></material></response_label>' for n in "ABC"
    )
    responses = (
        f'<response_lid ident="R" rcardinality="Multiple"><render_choice>{labels}</render_choice></response_lid>'
    )
    equal = '<varequal respident="R">{}</varequal>'
    rules = f"<respcondition><conditionvar><and>{equal.format('A')}<not>{equal.format('B')}</not>{equal.format('C')}</and></conditionvar><setvar action='Set'>100</setvar></respcondition>"
    item = one(qti1.read(RESPONDUS.format(responses=responses, rules=rules).encode("latin-1")))
    assert (item.kind, item.partial) == ("multiple", "off")
    assert [option.correct for option in item.options] == [True, False, True]


QTI2 = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="T">
<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{type}"><correctResponse>{values}</correctResponse></responseDeclaration>
<itemBody>{body}</itemBody></assessmentItem>"""


def qti(body: str, *values: str, cardinality: str = "single", type: str = "identifier") -> BankItem:
    inside = "".join(f"<value>{value}</value>" for value in values)
    return one(qti2.read(QTI2.format(body=body, values=inside, cardinality=cardinality, type=type).encode()))


def test_interactions_of_qti_2_become_our_kinds() -> None:
    choices = '<simpleChoice identifier="A">3<feedbackInline identifier="A">Right.</feedbackInline></simpleChoice><simpleChoice identifier="B">4</simpleChoice>'
    maths = '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>k</mi><mn>2</mn></msup></math>'
    item = qti(
        f'<choiceInteraction responseIdentifier="RESPONSE"><prompt>Is {maths}?</prompt>{choices}</choiceInteraction>',
        "A",
    )
    assert (item.prompt, item.options[0].feedback) == ("Is $k^{2}$?", "Right.")
    item = qti(
        f'<orderInteraction responseIdentifier="RESPONSE">{choices}</orderInteraction><p>Sort.</p>',
        "B",
        "A",
        cardinality="ordered",
    )
    assert [option.text for option in item.options] == ["4", "3"]
    item = qti('<p>A <textEntryInteraction responseIdentifier="RESPONSE"/> here</p>', "7", type="integer")
    assert (item.kind, item.value, item.prompt) == ("number", "7", "A \\_\\_\\_\\_\\_ here")
    sides = "".join(
        f"<simpleMatchSet>{''.join(f'<simpleAssociableChoice identifier=%r>{n}</simpleAssociableChoice>' % n for n in side)}</simpleMatchSet>"
        for side in (("a", "b"), ("x", "y"))
    )
    item = qti(
        f'<matchInteraction responseIdentifier="RESPONSE"><prompt>Pair</prompt>{sides}</matchInteraction>',
        "a y",
        "b x",
        cardinality="multiple",
        type="directedPair",
    )
    assert [(pair.left, pair.right) for pair in item.pairs] == [("a", "y"), ("b", "x")]


def test_formats_are_recognised_by_what_is_in_the_file() -> None:
    found = [
        (b"<?xml version='1.0'?><!-- a --><quiz/>", "moodle"),
        (b"<!DOCTYPE questestinterop SYSTEM 'x.dtd'><questestinterop/>", "qti1"),
        (b"\xef\xbb\xbf<imsqti:assessmentItem xmlns:imsqti='x'/>", "qti2"),
        ("<qti-assessment-item/>".encode("utf-16"), "qti2"),
        (b"[[questions]]\ntype = 'ShortAnswer'", "mdbook"),
        (b"What? {=a ~b}", "gift"),
        (b"A letter.", ""),
    ]
    assert [recognise.format_of(data) for data, _format in found] == [format for _data, format in found]
