"""Questions of other systems: looked at first, then in one's own draft, and nowhere else."""

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.studio.banks.reading import MOST_BYTES
from tests.content.courses import FOLDER
from tests.web.access import HERE, OTHER, named
from tests.web.conftest import Site

AT = f"/studio/courses/{HERE}/import"
BANK = b"""::One::Is a kernel small? {T#No.#Yes.}

::Two::Which is odd? {=3#Right. ~4#Even.}

::Three::Say why. {}
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "lessons"))


@pytest.fixture
def studio(site: Site, folder: Path, tmp_path: Path) -> Site:
    site.app.state.library = Library(folder, reload=True)
    site.app.state.settings = site.app.state.settings.model_copy(update={"data": tmp_path})
    return site


@pytest.fixture
def author(studio: Site) -> TestClient:
    return named(studio, HERE, "instructor")


def sent(client: TestClient, data: bytes = BANK, name: str = "bank.gift", at: str = AT, **more: str) -> str:
    """Sends a file; where its preview is."""
    answer = client.post(at, data={"lesson": "stacks", "skill": "stacking", **more}, files={"bank": (name, data)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def form(page: str) -> dict[str, list[str]]:
    """What the second form of a preview sends as it stands."""
    body = next(part for part in page.split("<form") if 'name="take"' in part)
    hidden = {name: [value] for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', body)}
    return hidden | {"take": re.findall(r'name="take" value="([^"]+)" checked', body)}


def test_a_bank_is_looked_at_then_stands_in_ones_own_draft_once(studio: Site, author: TestClient, folder: Path) -> None:
    page = author.get(sent(author)).text
    assert "2 questions as they were" in page
    assert "1 left out" in page
    assert "line 5" in page
    given = form(page)
    assert [one.rpartition("-")[0] for one in given["take"]] == ["one", "two"]
    for _again in range(2):
        answer = author.post(AT, data=given)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/studio/courses/{HERE}/files/stacks.md")
    text = author.put(f"/studio/courses/{HERE}/files/stacks.md/draft", json={"text": "", "version": 0}).json()["text"]
    assert text.count(":::{question} one-") == 1
    assert ":skill: stacking" in text
    assert "{question} one-" not in (folder / HERE / "stacks.md").read_text(), "nothing is published by itself"
    other = named(studio, HERE, "instructor")
    assert "already there" not in other.get(sent(other)).text, "somebody else's draft is not theirs"
    assert "2 already there" in author.get(sent(author)).text


def test_only_what_is_ticked_comes_in_and_a_new_lesson_is_listed(author: TestClient, folder: Path) -> None:
    given = form(author.get(sent(author, lesson="", title="More about kernels")).text)
    given["take"] = given["take"][:1]
    assert author.post(AT, data=given).headers["location"].endswith("/files/more-about-kernels.md")
    page = author.get(f"/studio/courses/{HERE}").text
    assert "More about kernels" in page
    draft = author.get(f"/studio/courses/{HERE}/files/more-about-kernels.md").text
    assert "{question} one-" in draft
    assert "{question} two-" not in draft
    text = draft.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0].replace("&#34;", '"')
    at = f"/studio/courses/{HERE}/files/more-about-kernels.md/draft"
    said = author.put(at, json={"text": text, "version": 1}).json()
    assert said["errors"] == 0, said["diagnostics"]
    assert not (folder / HERE / "more-about-kernels.md").exists()


def test_pictures_of_a_package_come_into_the_course_with_the_question(author: TestClient, folder: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bank.gift", '::P::[html]<img src\\="pics/net.png" alt\\="A net"> Odd? {=3 ~4}')
        archive.writestr("pics/net.png", PNG)
    page = author.get(sent(author, packed.getvalue(), "bank.zip")).text
    assert "A net" in page
    assert not list((folder / HERE / "media").glob("net-*")), "looking at it keeps nothing"
    author.post(AT, data=form(page))
    (kept,) = (folder / HERE / "media").glob("net-*.png")
    assert kept.read_bytes() == PNG
    assert f"![A net](media/{kept.name})" in author.get(f"/studio/courses/{HERE}/files/stacks.md").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"just a letter", "none of the formats"),
        (b"<!DOCTYPE q [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><quiz>&x;</quiz>", "entities of its own"),
        (b"PK\x03\x04nothing", "The archive is broken"),
    ],
)
def test_what_cannot_be_read_is_said_with_nothing_to_take(author: TestClient, data: bytes, words: str) -> None:
    page = author.get(sent(author, data, "bank.xml")).text
    assert words in page
    assert 'name="take"' not in page


def test_nothing_chosen_nothing_ticked_and_what_is_gone_are_said(author: TestClient) -> None:
    assert author.post(AT, data={}, files={"bank": ("a.gift", b"")}).status_code == 422
    given = form(author.get(sent(author)).text)
    assert "Tick the questions" in author.post(AT, data=given | {"take": []}).text
    assert "no longer here" in author.post(AT, data=given | {"file": ["0" * 32]}).text
    assert "no longer here" in author.get(f"{AT}?file=../../etc/passwd").text
    assert author.post(AT, files={"bank": ("a.gift", b" " * (MOST_BYTES + (1 << 20)))}).status_code == 413


def test_what_somebody_sent_is_there_for_nobody_else(studio: Site, author: TestClient) -> None:
    at = sent(author)
    assert "Is a kernel small" in author.get(at).text
    assert "no longer here" in named(studio, HERE, "instructor").get(at).text
    assert named(studio, OTHER, "instructor").get(at).status_code == 403
    assert named(studio, HERE, "assistant").get(at).status_code == 403


def test_text_of_a_bank_carries_no_script_into_the_page(author: TestClient) -> None:
    bank = b'::<script>x</script>::[html]<script>alert(1)</script><b onclick\\="x()">Odd?</b> {=3 ~<iframe src\\=x>4}'
    page = author.get(sent(author, bank)).text
    assert "alert(1)" not in page
    assert "<script>x" not in page
    assert "onclick" not in page
    assert "<iframe" not in page
