"""Publishing, merging and going back, through the site's own pages."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.learning import staff
from app.main import _finish_publications, create_app
from app.settings import Settings
from app.studio import drafts, publishing, revisions, workshop, writing
from app.web import rendered
from tests.content.courses import small_course
from tests.studio.desk import COURSE, FILES, lay_out
from tests.web.conftest import PASSWORD, Site

ROOT = f"/studio/courses/{COURSE}"


@dataclass
class Author:
    site: Site
    client: TestClient
    id: str
    folder: Path

    def write(self, file: str, text: str | None) -> None:
        base = workshop.text_on_disk(self.folder, file)

        def save(conn: Connection) -> None:
            held = drafts.one(conn, self.id, COURSE, file)
            drafts.save(conn, self.id, COURSE, file, text, base, held.version if held else 0, 1.0)

        self.site.db.write_now(save)

    def open(self) -> dict[str, drafts.Draft]:
        return self.site.db.read_now(lambda conn: drafts.own(conn, self.id, COURSE))

    def page(self, path: str = "/publish", status: int = 200) -> str:
        answer = self.client.get(ROOT + path)
        assert answer.status_code == status, answer.text
        return answer.text

    def publish(self, *files: str, note: str = "", key: str = "") -> Any:
        key = key or field(self.page(), "key")
        return self.client.post(f"{ROOT}/publish", data={"key": key, "file": list(files), "note": note})


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    assert found, name
    return found[1]


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.fixture
def desk_site(settings: Settings, tmp_path: Path) -> Iterator[Site]:
    folder = lay_out(tmp_path / "lessons")
    with Site(create_app(settings.model_copy(update={"lessons": folder}))) as running:
        yield running


def author(site: Site, role: staff.CourseRole = "instructor") -> Author:
    account = site.account()
    site.db.write_now(lambda conn: staff.grant(conn, account.id, COURSE, role, None, 1.0))
    client = site.visitor()
    assert client.post("/sign-in", data={"email": account.email or "", "password": PASSWORD}).status_code == 303
    return Author(site, client, account.id, site.app.state.settings.lessons / COURSE)


@pytest.fixture
def ada(desk_site: Site) -> Author:
    return author(desk_site)


def edited(before: str = "A first", after: str = "A changed", file: str = "first.md") -> str:
    assert before in FILES[file]
    return FILES[file].replace(before, after)


def disk(one: Author, file: str = "first.md") -> str:
    return (one.folder / file).read_text()


def test_nothing_to_publish_says_so(ada: Author) -> None:
    assert "There is nothing to publish" in ada.page()


def test_a_draft_is_seen_published_and_read(ada: Author) -> None:
    ada.write("first.md", edited())
    page = ada.page()
    assert '<td class="diff__text">A changed paragraph.</td>' in page
    assert "<p>A <ins>changed</ins> paragraph.</p>" in page
    assert "nothing stands in the way" in page
    assert "Lessons that read differently: first" in plain(page)
    answer = ada.publish("first.md", note="Clearer <b>now</b>")
    assert answer.status_code == 303
    done = ada.client.get(answer.headers["location"]).text
    assert f'href="/courses/{COURSE}/lessons/first"' in done
    assert "Clearer &lt;b&gt;now&lt;/b&gt;" in done
    assert disk(ada) == edited()
    assert "A changed paragraph." in ada.site.visitor().get(f"/courses/{COURSE}/lessons/first").text


def test_a_double_click_publishes_once(ada: Author) -> None:
    ada.write("first.md", edited())
    key = field(ada.page(), "key")
    first, second = (ada.publish("first.md", key=key) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(ada.site.db.read_now(lambda conn: revisions.of(conn, COURSE, "first.md"))) == 2


def test_errors_block_with_a_count_and_a_link_and_other_files_do_not_wait(ada: Author) -> None:
    ada.write("first.md", edited(":kind: choice", ":kind: chance"))
    ada.write("second.md", edited(file="second.md"))
    page = ada.page()
    assert "1 error blocks" in plain(page)
    assert re.search(rf'href="{ROOT}/files/first.md#L\d+:\d+"', page)
    refused = ada.publish("first.md", "second.md", note="kept")
    assert refused.status_code == 409
    assert "Nothing was published" in refused.text
    assert 'value="kept"' in refused.text
    assert disk(ada) == FILES["first.md"]
    only = ada.page("/publish?ticked=1&file=second.md")
    assert "nothing stands in the way" in only
    assert ada.publish("second.md").status_code == 303
    assert list(ada.open()) == ["first.md"]
    assert "Nothing is ticked" in ada.page("/publish?ticked=1")


def test_a_changed_key_is_said_and_leads_on(ada: Author) -> None:
    text = FILES["first.md"].replace("- [x] This", "- [ ] This").replace("- [ ] That", "- [x] That")
    ada.write("first.md", text)
    assert "Questions where another answer is right now: first-one" in plain(ada.page())
    answer = ada.publish("first.md")
    made = answer.headers["location"].rpartition("/")[2]
    assert f'href="{ROOT}/regrades?publication={made}"' in ada.client.get(answer.headers["location"]).text


def test_what_would_vanish_is_retired_by_a_button(ada: Author) -> None:
    start, end = FILES["first.md"].index(":::{question}"), FILES["first.md"].index("## How it ends")
    ada.write("first.md", FILES["first.md"][:start] + FILES["first.md"][end:])
    refused = ada.publish("first.md")
    assert refused.status_code == 409
    assert "question first-one" in plain(refused.text)
    answer = ada.client.post(f"{ROOT}/publish/retire", data={"file": ["first.md"]})
    page = ada.client.get(answer.headers["location"]).text
    assert "retired: [first-one]" in (ada.open()["course.yaml"].text or "")
    assert "nothing stands in the way" in page
    assert ada.publish("first.md", "course.yaml").status_code == 303
    assert "first-one" in disk(ada, "course.yaml")
    assert "Questions that go, with what was earned kept: first-one" in plain(page)


def test_the_later_one_merges_and_nothing_is_overwritten(desk_site: Site, ada: Author) -> None:
    bob = author(desk_site)
    ada.write("first.md", edited())
    bob.write("first.md", edited("The last", "The very last"))
    assert ada.publish("first.md").status_code == 303
    refused = bob.publish("first.md")
    assert refused.status_code == 409
    assert f'href="{ROOT}/files/first.md/merge"' in refused.text
    page = bob.page("/files/first.md/merge")
    assert "The two fit together" in page
    assert "An student has published this file since you began" in page
    both = edited().replace("The last", "The very last")
    assert both in page.replace("&#39;", "'").replace("&gt;", ">")
    sent = {"version": field(page, "version"), "disk": field(page, "disk"), "text": both.replace("\n", "\r\n")}
    assert bob.client.post(f"{ROOT}/files/first.md/merge", data=sent).headers["location"] == f"{ROOT}/publish"
    assert bob.publish("first.md").status_code == 303
    assert disk(bob) == both


def test_a_conflict_is_marked_and_its_marks_are_not_published(desk_site: Site, ada: Author) -> None:
    bob = author(desk_site)
    ada.write("first.md", edited())
    bob.write("first.md", edited(after="An altered"))
    ada.publish("first.md")
    page = bob.page("/files/first.md/merge")
    assert "In 1 place both changed the same lines" in page
    text = (
        page.split('aria-describedby="merged-said">\n')[1]
        .split("</textarea>")[0]
        .replace("&lt;", "<")
        .replace("&gt;", ">")
    )
    assert "<<<<<<< yours\nAn altered paragraph.\n=======\nA changed paragraph.\n>>>>>>> theirs" in text
    sent = {"version": field(page, "version"), "disk": field(page, "disk"), "text": text}
    bob.client.post(f"{ROOT}/files/first.md/merge", data=sent)
    assert "a mark of a merge" in bob.publish("first.md").text
    assert disk(bob) == edited()


def test_a_long_lesson_is_merged_too(ada: Author) -> None:
    long = FILES["first.md"] + "".join(f"\n- ünlike & “{number}”\n" for number in range(9_000))
    assert len(long.encode()) < 256_000
    ada.write("first.md", long)
    (ada.folder / "first.md").write_text(FILES["first.md"].replace("summary:", "summary: Newer."))
    page = ada.page("/files/first.md/merge")
    sent = {"version": field(page, "version"), "disk": field(page, "disk"), "text": long, "do": "save"}
    assert ada.client.post(f"{ROOT}/files/first.md/merge", data=sent).headers["location"] == f"{ROOT}/publish"


def test_a_merge_that_is_overtaken_is_shown_again_with_what_was_typed(ada: Author) -> None:
    ada.write("first.md", edited())
    (ada.folder / "first.md").write_text(edited("The last", "The second last"))
    page = ada.page("/files/first.md/merge")
    (ada.folder / "first.md").write_text(edited("The last", "The third last"))
    typed = edited("Another", "Typed").replace("The last", "The second last")
    sent = {"version": field(page, "version"), "disk": field(page, "disk"), "text": typed}
    again = ada.client.post(f"{ROOT}/files/first.md/merge", data=sent)
    assert again.status_code == 409
    assert "has changed again meanwhile" in again.text
    assert "Typed paragraph." in again.text
    assert "The third last" in again.text
    assert ada.open()["first.md"].text == edited()


def test_a_merge_over_a_draft_that_went_on_elsewhere_loses_neither(ada: Author) -> None:
    ada.write("first.md", edited())
    (ada.folder / "first.md").write_text(edited("The last", "The second last"))
    page = ada.page("/files/first.md/merge")
    ada.write("first.md", edited("Another", "Elsewhere another"))
    sent = {"version": field(page, "version"), "disk": field(page, "disk"), "text": edited("The last", "Mine last")}
    again = ada.client.post(f"{ROOT}/files/first.md/merge", data=sent)
    assert again.status_code == 409
    assert "Elsewhere another paragraph." in again.text
    assert "Mine last" in again.text


@pytest.mark.parametrize(("do", "left"), [("mine", None), ("theirs", "by hand\n")])
def test_a_file_that_one_deletes_and_another_changes(ada: Author, do: str, left: str | None) -> None:
    ada.write("glossary.md", "## Window\n\nWhat is seen.\n")
    ada.publish("glossary.md")
    ada.write("glossary.md", None)
    (ada.folder / "glossary.md").write_text("by hand\n")
    page = ada.page("/files/glossary.md/merge")
    assert "You want the file deleted" in page
    assert "<textarea" not in page
    sent = {"version": field(page, "version"), "disk": field(page, "disk"), "do": do}
    assert ada.client.post(f"{ROOT}/files/glossary.md/merge", data=sent).status_code == 303
    assert [draft.text for draft in ada.open().values()] == ([None] if left is None else [])


def test_a_revision_is_shown_compared_and_restored(ada: Author) -> None:
    ada.write("first.md", edited())
    ada.publish("first.md")
    listed = ada.page("/revisions?file=first.md")
    newest, first = re.findall(rf'href="({ROOT}/revisions/\d+)"', listed)
    page = ada.client.get(newest).text
    assert "<p>A <ins>changed</ins> paragraph.</p>" in page
    assert "the newest" in page
    assert ada.client.get(f"{first}?against={newest.rpartition('/')[2]}").status_code == 200
    answer = ada.client.post(f"{first}/restore")
    assert answer.headers["location"] == first
    assert "This text is your draft now" in ada.client.get(first).text
    assert ada.publish("first.md").status_code == 303
    assert disk(ada) == FILES["first.md"]


def test_restoring_over_a_draft_asks_first(ada: Author) -> None:
    ada.write("first.md", edited())
    ada.publish("first.md")
    ada.write("first.md", edited("The last", "The very last"))
    first = re.findall(rf'href="({ROOT}/revisions/\d+)"', ada.page("/revisions?file=first.md"))[-1]
    answer = ada.client.post(f"{first}/restore")
    assert answer.headers["location"] == f"{ROOT}/files/first.md/merge?revision={first.rpartition('/')[2]}"
    assert ada.open()["first.md"].text == edited("The last", "The very last")
    page = ada.client.get(answer.headers["location"]).text
    sent = {"version": field(page, "version"), "disk": field(page, "disk"), "revision": field(page, "revision")}
    ada.client.post(f"{ROOT}/files/first.md/merge", data=sent | {"do": "theirs"})
    assert ada.open()["first.md"].text == FILES["first.md"]


def test_what_changed_on_disk_is_a_revision(ada: Author) -> None:
    ada.page("/revisions")
    (ada.folder / "first.md").write_text(edited())
    (ada.folder / "second.md").unlink()
    page = plain(ada.page("/revisions"))
    assert "first.md Revision 2" in page
    assert "second.md Revision 2" in page
    assert "deleted" in page
    assert "found on disk" in page
    before = ada.site.db.read_now(lambda conn: revisions.of(conn, COURSE))
    ada.page("/revisions")
    assert ada.site.db.read_now(lambda conn: revisions.of(conn, COURSE)) == before


def test_assistants_read_revisions_and_publish_nothing(desk_site: Site, ada: Author) -> None:
    ada.write("first.md", edited())
    ada.publish("first.md")
    eve = author(desk_site, "assistant")
    newest = re.findall(rf'href="{ROOT}(/revisions/\d+)"', eve.page("/revisions"))[0]
    assert "Restore" not in eve.page(newest)
    eve.page("/publish", 403)
    assert eve.client.post(f"{ROOT}{newest}/restore").status_code == 403
    assert eve.client.post(f"{ROOT}/publish", data={"key": "a" * 32}).status_code == 403


def test_a_folder_that_takes_no_files_offers_them(ada: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(30, "Read-only file system")

    ada.write("first.md", edited())
    ada.write("second.md", None)
    monkeypatch.setattr(writing, "try_out", refuse)
    ada.write("course.yaml", FILES["course.yaml"].replace("[first, second]", "[first]"))
    refused = ada.publish("first.md")
    assert refused.status_code == 409
    assert "Read-only file system" in refused.text
    assert ada.open()
    with zipfile.ZipFile(io.BytesIO(ada.client.get(f"{ROOT}/publish.zip").content)) as packed:
        assert packed.read(f"{COURSE}/first.md").decode() == edited()
        assert packed.read(f"{COURSE}/DELETE-THESE.txt").decode() == "second.md\n"


@pytest.mark.parametrize("path", ["/revisions/0", "/revisions/999999", "/revisions?file=nothing.md", "/publications/x"])
def test_what_is_not_there(ada: Author, path: str) -> None:
    assert ada.client.get(ROOT + path).status_code in {404, 422}


def test_a_name_that_no_file_can_have(ada: Author) -> None:
    for name in ("..%2f..%2fsecret.md", ".env", "x.py", "-.md"):
        assert ada.client.get(f"{ROOT}/files/{name}/merge").status_code == 404


def test_what_an_instructor_writes_stays_text_on_these_pages(ada: Author) -> None:
    ada.write("first.md", edited("A first", '<script>alert(1)</script><b onclick="x()">A</b>'))
    page = ada.page()
    assert "<script>alert" not in page
    assert "<b onclick" not in page


def test_what_could_not_be_written_is_said_and_tried_again(ada: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str | None) -> None:
        raise OSError(28, "No space left on device")

    ada.write("first.md", edited())
    with monkeypatch.context() as patched:
        patched.setattr(writing, "replace", full)
        made = ada.publish("first.md").headers["location"]
        page = ada.client.get(made).text
    assert "Kept, and not yet written" in page
    assert "No space left on device" in page
    assert disk(ada) == FILES["first.md"]
    assert ada.client.post(f"{made}/finish").headers["location"] == made
    assert "1 file is written" in plain(ada.client.get(made).text)
    assert disk(ada) == edited()


def test_a_hand_on_the_disk_is_said(ada: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    ada.write("first.md", edited())
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "finish", lambda db, library, one, now, git: one)
        made = ada.publish("first.md").headers["location"]
    (ada.folder / "first.md").write_text(edited("The last", "By hand, the last"))
    ada.client.post(f"{made}/finish")
    page = plain(ada.client.get(made).text)
    assert "“first.md” was changed on disk just then, so it stays as it is there." in page
    assert "The two fit together" in ada.page("/files/first.md/merge")


def test_git_that_fails_is_said(settings: Settings, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "lessons")
    with Site(create_app(settings.model_copy(update={"lessons": folder, "studio_git": True}))) as site:
        ada = author(site)
        ada.write("first.md", edited())
        page = ada.client.get(ada.publish("first.md").headers["location"]).text
    assert "The files are written, but git did not commit them" in page
    assert "not a git repository" in page


def test_every_kind_of_question_and_block_is_shown_beside() -> None:
    """The course of the fixtures has them all."""
    course = small_course()
    for lesson in course.lessons:
        found = rendered.pieces(course, f"{lesson.slug}.md")
        assert found
        page = "".join(found)
        assert all(f"<code>{question.id}</code>" in page for question in lesson.questions)
        assert not re.search(r"<[^>]* (id|name|data-[a-z]+|hx-[a-z]+)=", page)
        assert rendered.beside(found, found) == []
        assert [row.kind for row in rendered.beside((), found)] == ["new"] * len(found)
        # A piece is whole: as many elements end in it as begin.
        for piece in found:
            assert len(re.findall(r"<(div|p|ul|ol|li|pre|table|figure|svg)\b", piece)) == len(
                re.findall(r"</(div|p|ul|ol|li|pre|table|figure|svg)>", piece)
            )


def test_what_looks_like_a_tag_in_an_attribute_stays_there() -> None:
    before = '<p><a href="https://x" title="a > <img src=x> name=" rel="y">one</a></p>'
    after = before.replace("one", "two")
    (row,) = rendered.beside((rendered._dead(before),), (rendered._dead(after),))
    assert row.before == before.replace("one", "<del>one</del>")
    assert row.after == after.replace("two", "<ins>two</ins>")
    assert rendered._dead('<p id="a" class="b" data-x="c" hidden><br id="d"/>') == '<p class="b" hidden><br/>'


def test_a_database_that_is_away_keeps_nobody_from_starting(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"}))
    _finish_publications(app)
    assert "finished at the next publication" in caplog.text
