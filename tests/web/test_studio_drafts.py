"""Writing in the studio: what is saved stays, nobody overwrites, and the preview is the student's page."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.learning import draws
from app.main import create_app
from app.settings import Settings
from app.web import lessons
from tests.content.courses import FOLDER
from tests.web.access import HERE, named
from tests.web.conftest import Site
from tests.web.sample import flat

FILE = f"/studio/courses/{HERE}/files/first-steps.md"
JSON = {"accept": "application/json"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "lessons"))


@pytest.fixture
def studio(site: Site, folder: Path) -> Site:
    site.app.state.library = Library(folder, reload=True)
    return site


@pytest.fixture
def author(studio: Site) -> TestClient:
    return named(studio, HERE, "instructor")


@pytest.fixture
def text(folder: Path) -> str:
    return (folder / HERE / "first-steps.md").read_text()


def put(client: TestClient, text: str | None, version: int = 0, url: str = FILE, **more: object) -> dict[str, Any]:
    answer = client.put(f"{url}/draft", json={"text": text, "version": version, **more}, headers=JSON)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def pieces(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = said["preview"]
    return {one["id"]: one for one in found}


def test_a_draft_is_checked_and_students_see_nothing_of_it(studio: Site, author: TestClient, text: str) -> None:
    said = put(author, text.replace("A kernel slides", "A kernel wanders") + "\n{term}`nothing`\n")
    assert (said["version"], said["errors"]) == (1, 1)
    (wrong,) = said["diagnostics"]
    assert (wrong["code"], wrong["file"], wrong["line"]) == ("L107", "first-steps.md", text.count("\n") + 2)
    assert "A kernel wanders" in author.get(FILE).text
    assert "A kernel wanders" in author.get(f"{FILE}/preview").text
    assert "wanders" not in studio.visitor().get(f"/courses/{HERE}/lessons/first-steps").text


def test_two_tabs_never_overwrite_each_other(author: TestClient, text: str) -> None:
    put(author, text + "one tab")
    late = author.put(f"{FILE}/draft", json={"text": text + "the other", "version": 0}, headers=JSON)
    assert late.status_code == 409
    said = late.json()
    assert said["type"] == "/api/docs#problem-edited-since"
    assert (said["version"], said["text"], said["state"]) == (1, text + "one tab", "open")
    assert put(author, text + "both", 1)["version"] == 2
    form = author.post(f"{FILE}/draft", data={"text": "from a form", "version": "1"})
    assert form.status_code == 409
    assert "from a form" in form.text
    assert "both" in form.text


def test_a_save_that_is_sent_again_is_one(author: TestClient, text: str) -> None:
    assert put(author, text + "x")["version"] == put(author, text + "x")["version"] == 1


def test_two_instructors_write_apart_and_know_of_one_another(studio: Site, author: TestClient, text: str) -> None:
    other = named(studio, HERE, "instructor")
    put(author, text + "\nmine-alone\n")
    assert "mine-alone" not in other.get(FILE).text
    assert "has unpublished changes of this file" in other.get(FILE).text
    assert "also being edited by" in other.get(f"/studio/courses/{HERE}").text
    assert put(other, text + "\ntheirs\n")["version"] == 1


def test_who_writes_learns_that_the_file_was_published_anew(author: TestClient, folder: Path, text: str) -> None:
    assert put(author, text + "\nmine\n")["behind"] is False
    assert 'id="behind" hidden' in author.get(FILE).text
    (folder / HERE / "first-steps.md").write_text(text + "\ntheirs\n")
    assert put(author, text + "\nmine, too\n", 1)["behind"] is True
    assert 'id="behind">' in author.get(FILE).text


def test_a_discarded_draft_is_taken_back(author: TestClient, text: str) -> None:
    put(author, text + "\nmine\n")
    assert author.post(f"{FILE}/draft/discard").status_code == 303
    page = author.get(FILE).text
    assert "A draft of this file was discarded" in page
    assert author.post(f"{FILE}/draft/restore", headers=JSON).json() == {"version": 3, "text": text + "\nmine\n"}
    assert author.post(f"{FILE}/draft/restore", headers=JSON).json()["version"] == 3


def test_what_is_saved_outlives_the_process(studio: Site, author: TestClient, text: str, settings: Settings) -> None:
    put(author, text + "\nstill here\n")
    again = create_app(settings)
    again.state.library = studio.app.state.library
    with Site(again) as second:
        client = second.visitor()
        client.cookies.update(author.cookies)
        assert "still here" in client.get(FILE).text


def test_nobody_else_sees_a_draft(studio: Site, author: TestClient, text: str) -> None:
    put(author, text + "\nsecret-words\n")
    everyone = [studio.visitor(), studio.signed_in(), named(studio, HERE, "assistant"), studio.signed_in("admin")]
    for client, status in zip(everyone, (404, 403, 200, 200), strict=True):
        answer = client.get(f"{FILE}/preview")
        assert answer.status_code == status
        assert "secret-words" not in answer.text


@pytest.mark.parametrize("name", ["nowhere.md", "Up.md", "..%2Fcourse.yaml", "a.txt", "media"])
def test_a_file_that_no_course_has(author: TestClient, name: str) -> None:
    assert author.get(f"/studio/courses/{HERE}/files/{name}").status_code == 404


def test_the_preview_is_the_students_page(studio: Site, author: TestClient) -> None:
    """The same main part as students get, but for what marks the pieces and where forms lead."""
    course = studio.app.state.library.course(HERE)
    theirs = lessons.render_lesson(studio.app.state, course, course.lessons[0], 0)
    shown = author.get(f"{FILE}/preview").text

    def bare(html: str) -> str:
        main = html[html.index("<main") : html.index("</main>")]
        main = re.sub(r' data-(?:piece|hash|lines)="[^"]*"', "", main)
        main = main.replace(f"{FILE}/preview/", f"/courses/{HERE}/").replace(f"tried:/courses/{HERE}/labs/", f"{HERE}/")
        main = re.sub(r'<details class="author".*?</details>', "", main, flags=re.DOTALL)
        main = re.sub(r'<div class="title__mine">.*?</div>', "", main, flags=re.DOTALL)
        main = re.sub(r'name="seed" value="\d+"', "", main)
        main = re.sub(r'<(?:label|div) class="opt.*?</label>', "", main, flags=re.DOTALL)
        return re.sub(r"\s+", "", main)

    assert bare(shown) == bare(theirs)


def test_only_what_changed_is_sent_and_keeps_its_name(author: TestClient, text: str) -> None:
    before = pieces(put(author, text + "\nOne.\n"))
    changed = text.replace("A smaller heading", "A small heading").replace("#a-smaller", "#a-small")
    have = [one["hash"] for one in before.values()]
    after = pieces(put(author, f"{changed}\nOne.\n", 1, have=have))
    assert list(before) == list(after)
    assert {id for id, one in after.items() if one["html"]} == {"section-1-prose-1"}
    assert after["lab-one-layer"]["within"] == "section-2"
    assert after["lab-one-layer"]["line"] == text[: text.index("```{lab}")].count("\n") + 1


def test_what_moves_down_stays_what_it_was(author: TestClient, text: str) -> None:
    before = pieces(put(author, text + "\nOne.\n"))
    moved = text.replace("## A kernel slides", "More.\n\nAnd more.\n\n## A kernel slides")
    after = pieces(put(author, f"{moved}\nOne.\n", 1))
    changed = {id for id in before if before[id]["hash"] != after[id]["hash"]}
    assert changed == {"section-0-prose-1"} | (changed & {"toc", "toc-fold"})
    assert after["lab-one-layer"]["line"] == before["lab-one-layer"]["line"] + 4
    said = pieces(put(author, f"{moved}\nOne.\n".replace("3, 64, 3, padding=1", "3, 32, 3, padding=1"), 2))
    assert {id for id in said if said[id]["hash"] != after[id]["hash"]} == {"lab-one-layer"}


def test_each_author_has_the_draw_of_their_own(studio: Site) -> None:
    seeds = set()
    for _ in range(6):
        client = named(studio, HERE, "instructor")
        page = client.get(f"{FILE}/preview").text
        seed = int(re.findall(r'name="seed" value="(\d+)"', page)[0])
        id = client.get("/api/v1/me").json()["id"]
        assert seed == draws.seed_of_cut(draws.cut(id), "kernel-reach")
        seeds.add(seed)
    assert len(seeds) > 1


def test_lines_of_the_preview_are_those_of_the_source(author: TestClient, text: str) -> None:
    found = pieces(put(author, text + "\n"))
    lines = text.split("\n")
    prose = found["section-1-prose-1"]["lines"]
    assert lines[prose[0] - 1].startswith("Text with *stress*")
    assert any(lines[line - 1] == "### A smaller heading" for line in prose)
    assert lines[found["section-2"]["line"] - 1] == "## Look and count"


def test_pieces_put_together_are_the_page(author: TestClient, text: str) -> None:
    said = pieces(put(author, text + "\n"))
    page = author.get(f"{FILE}/preview").text
    at = [page.index(f'data-piece="{id}"') for id in said]
    assert at == sorted(at)
    hashes = dict(re.findall(r'data-piece="([^"]+)" data-hash="([^"]+)"', page))
    assert hashes == {id: one["hash"] for id, one in said.items()}


def test_a_preview_stands_in_our_frames_alone(author: TestClient) -> None:
    preview, editor = author.get(f"{FILE}/preview").headers, author.get(FILE).headers
    assert "frame-ancestors 'self'" in preview["content-security-policy"]
    assert preview["x-frame-options"] == "SAMEORIGIN"
    assert "script-src 'self';" in preview["content-security-policy"]
    assert "frame-src 'self'" in editor["content-security-policy"]
    assert "frame-ancestors 'none'" in editor["content-security-policy"]
    assert "frame-ancestors 'none'" in author.get("/").headers["content-security-policy"]


HOSTILE = """
## <script>alert(1)</script>

<img src=x onerror=alert(1)> <div hx-get="/me" hx-trigger="load"></div> <style>*{}</style>

[a](javascript:alert(1)) ![b](https://elsewhere.example/b.png) <https://ok.example/" onclick="alert(1)>

$\\text{<script>alert(1)</script>}$ \uf8f0 \uf8f1 &#xf8f0; &#xf8f1; `&#xf8f1;`

:::{question} "><script>alert(1)</script>
:kind: choice

<script>alert(1)</script>

- [x] <b onmouseover=alert(1)>yes</b>
- [ ] no
:::
"""


def test_a_draft_carries_nothing_that_acts_into_the_preview(author: TestClient, text: str) -> None:
    said = put(author, text + HOSTILE)
    page = author.get(f"{FILE}/preview").text
    main = page[page.index("<main") : page.index("</main>")]
    for html in (main, *(one["html"] for one in pieces(said).values())):
        assert not re.search(r"<(?:script|style|iframe|object|embed)\b", html)
        assert not re.search(r"<[^>]*\s(?:on\w+|style|hx-trigger)\s*=", html)
        assert "elsewhere.example" not in re.sub(r"<code>.*?</code>", "", html)
        assert "javascript:" not in re.sub(r">[^<]*<", "><", html)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("glossary.md", "A small grid of weights"),
        ("course.yaml", "A small course"),
        ("references.bib", "There is nothing to cite yet"),
    ],
)
def test_other_files_have_a_preview(author: TestClient, file: str, words: str) -> None:
    url = f"/studio/courses/{HERE}/files/{file}"
    assert words in author.get(f"{url}/preview").text
    assert author.get(url).status_code == 200


def test_a_glossary_that_is_written_is_shown_and_used(author: TestClient, folder: Path) -> None:
    glossary = (folder / HERE / "glossary.md").read_text() + "\n## Stride\n\nHow far a kernel steps.\n"
    url = f"/studio/courses/{HERE}/files/glossary.md"
    assert put(author, glossary, url=url)["preview"] is None
    assert "How far a kernel steps" in author.get(f"{url}/preview").text
    lesson = put(author, (folder / HERE / "first-steps.md").read_text() + "\nA {term}`stride`.\n")
    assert lesson["errors"] == 0


def test_a_course_that_cannot_be_read_says_so(author: TestClient) -> None:
    url = f"/studio/courses/{HERE}/files/course.yaml"
    said = put(author, "title: [", url=url)
    assert said["errors"] == 1
    preview = author.get(f"{url}/preview")
    assert preview.status_code == 422
    assert "there is no course to show" in preview.text
    assert "frame-ancestors 'self'" in preview.headers["content-security-policy"]
    assert author.get(f"/studio/courses/{HERE}").status_code == 200
    assert author.get(url).status_code == 200


def test_what_is_too_long_or_unreadable_is_refused_in_words(author: TestClient) -> None:
    long = author.put(f"{FILE}/draft", json={"text": "x" * 1_000_001, "version": 0}, headers=JSON)
    assert (long.status_code, long.headers["content-type"]) == (422, "application/problem+json")
    assert author.put(f"{FILE}/draft", json={"text": "x"}, headers=JSON).status_code == 422
    assert author.put(f"{FILE}/draft", content=b"x" * (5 << 20), headers=JSON).status_code == 413


def test_the_desk_shows_what_there_is_to_do(studio: Site, author: TestClient, folder: Path, text: str) -> None:
    put(author, text + "\n{term}`nothing`\n")
    page = author.get("/studio").text
    assert "1 error" in flat(page)
    assert "A small course" in page
    assert "Your drafts" in page
    assert "1 draft of yours" in page
    shutil.rmtree(folder / HERE)
    assert "There is no course yet" in studio.signed_in("instructor").get("/studio").text


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.content.library._LOOK_EVERY", 0.0)


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
MEDIA = f"/studio/courses/{HERE}/media"


def test_a_picture_is_taken_and_can_be_shown_at_once(studio: Site, author: TestClient, text: str) -> None:
    sent = author.post(MEDIA, files={"file": ("My Block!.PNG", PNG, "text/html")})
    assert sent.status_code == 201
    name = sent.json()["name"]
    assert re.fullmatch(r"media/my-block-[0-9a-f]{8}\.png", name)
    assert sent.json()["markdown"] == f"![]({name})"
    said = put(author, f"{text}\n![A block]({name})\n")
    assert said["errors"] == 0
    shown = studio.visitor().get(f"/courses/{HERE}/{name}")
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")


def test_a_picture_that_cannot_be_taken_is_refused_in_words(author: TestClient) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    refused = author.post(MEDIA, files={"file": ("a.svg", svg, "image/svg+xml")}, headers=JSON)
    assert refused.status_code == 422
    assert "holds a handler" in refused.json()["detail"]
    assert author.post(MEDIA, data={"file": "no file"}, headers=JSON).status_code == 422
    assert author.post(MEDIA, files={"file": ("a.png", b"x" * (9 << 20))}, headers=JSON).status_code == 413


def test_a_folder_that_cannot_be_written_says_so(author: TestClient, folder: Path) -> None:
    (folder / HERE / "media" / "block.png").unlink()
    shutil.rmtree(folder / HERE / "media")
    (folder / HERE / "media").write_text("a file where a folder should be")
    refused = author.post(MEDIA, files={"file": ("a.png", PNG)}, headers=JSON)
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/docs#problem-not-writable")


def test_an_svg_that_somebody_put_there_runs_nothing(studio: Site, folder: Path) -> None:
    (folder / HERE / "media" / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')
    policy = studio.visitor().get(f"/courses/{HERE}/media/x.svg").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
