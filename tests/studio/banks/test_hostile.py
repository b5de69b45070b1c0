# ruff: noqa: E501 - rows of files stand on one line.
"""Files that want to do harm, and files that are noise: there is always a report, never an exception."""

import io
import stat
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.studio.banks import recognise, write
from app.studio.banks.reading import DEEPEST, MOST_FILES, MOST_UNPACKED

LAUGHS = '<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz><question type="essay">&b;</question></quiz>'
OUTSIDE = '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/hostname">]><quiz><question type="essay">&x;</question></quiz>'
PARAMETER = (
    '<!DOCTYPE q [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd">%x;]><questestinterop><item/></questestinterop>'
)


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return made.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("bank.gift")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "data",
    [
        *(text.encode() for text in (LAUGHS, OUTSIDE, PARAMETER)),
        b"<quiz>" + b"<p>" * (DEEPEST + 5) + b"</quiz>",
        b"<quiz" + b" a='1'" * 9,
        b"questions = " + b"[" * 5_000,
        b"[[questions]]\na" + b".a" * 5_000 + b" = 1",
        packed(("../../etc/cron.d/x", b"Is? {T}")),
        packed(("/etc/x.gift", b"Is? {T}")),
        packed(("C:\\x.gift", b"Is? {T}")),
        packed((link(), b"/etc/passwd")),
        packed(("bomb.xml", b" " * (MOST_UNPACKED // 4))),
        packed(*((f"{n}.gift", b"") for n in range(MOST_FILES + 1))),
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_nothing_is_read_of_what_wants_to_do_harm(data: bytes) -> None:
    found, _format = recognise.read(data, "bank")
    assert not found.items
    assert found.losses
    assert all(loss.left_out and loss.words for loss in found.losses)
    assert "ha" * 4 not in repr(found)


def test_a_bank_of_many_open_marks_is_read_in_time() -> None:
    for data in (
        b"{" * 200_000,
        b"a {=b ~" + b"\\(" * 100_000 + b"}",
        b"<quiz>" + b"<question type='x'>" * 40_000,
        b"::" * 200_000,
    ):
        recognise.read(data, "bank")


SEEDS = [
    b"::T:: [html]<b>What</b> is $$x_1$$? {=a#b ~%50%c ####d}\n\nX {#3:1}\n\nM {=a -> b =c -> d}\n",
    b'<quiz><question type="multichoice"><questiontext><text>a &lt;b&gt; \\(x\\)</text></questiontext><answer fraction="100"><text>1</text></answer>'
    b'<answer fraction="0"><text>2</text></answer></question><question type="cloze"><questiontext><text>{1:SA:=a}</text></questiontext></question></quiz>',
    b'<questestinterop><item ident="i"><presentation><response_lid ident="R"><render_choice><response_label ident="A"><material><mattext>a'
    b"</mattext></material></response_label></render_choice></response_lid></presentation></item></questestinterop>",
    b'<assessmentItem><responseDeclaration identifier="R"><correctResponse><value>A</value></correctResponse></responseDeclaration><itemBody>'
    b'<choiceInteraction responseIdentifier="R"><simpleChoice identifier="A">a</simpleChoice></choiceInteraction></itemBody></assessmentItem>',
    b'[[questions]]\ntype = "MultipleChoice"\nprompt.prompt = "a"\nprompt.distractors = ["b"]\nanswer.answer = "c"\n',
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 40), st.binary(max_size=12)), max_size=4),
    st.sampled_from(["", *recognise.FORMATS]),
)
def test_noise_gives_a_report(seed: bytes, cuts: list[tuple[int, int, bytes]], format: str) -> None:
    for at, width, new in cuts:
        seed = seed[:at] + new + seed[at + width :]
    found, _known = recognise.read(seed, "bank", format)
    kept, lost = write.written(found.items, "skill")
    assert len(kept) + len(lost) == len(found.items)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["html", "plain", "markdown", "moodle"]))
def test_every_text_becomes_markdown_that_the_checker_takes(text: str, format: str) -> None:
    text = "\n".join(line for line in text.splitlines() if line.strip())
    bank = f"::T::[{format}]Q: {''.join(chr(92) + c if c in '~=#{}:' else c for c in text.replace(chr(92), ''))} {{T}}"
    found, _known = recognise.read(bank.encode("utf-8", "replace"), "bank", "gift")
    kept, lost = write.written(found.items, "skill")
    assert len(kept) == len(found.items), lost
