"""An instructor's text on every page that shows it: whatever it is, the page stays the site's own.

The course is read from files with each vector in every field: on the pages of students as far as the checker lets it
be published, and in the studio as it is, errors and all.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.content.cleaning import ATTRIBUTES
from app.content.library import Library
from app.learning import learners
from app.studio import classes
from app.web.security import CSP, FRAMED, FRAMES
from tests.content.courses import problems
from tests.web import untrusted
from tests.web.access import named
from tests.web.conftest import Site
from tests.web.vectors import MARK, ONE_LINE

COURSE = f"/courses/{untrusted.SLUG}"
STUDIO = f"/studio{COURSE}"
QUESTIONS = ("a-choice", "a-number", "an-order", "a-text", "a-match", "an-output")
PAGES = (
    "/",
    COURSE,
    f"{COURSE}?view=table",
    f"{COURSE}?zoom=close&skill=seeing",
    f"{COURSE}/skills/seeing",
    f"{COURSE}/skills/seeing/recall",
    f"{COURSE}/glossary",
    f"{COURSE}/references",
    *(f"{COURSE}/lessons/{slug}{kind}" for slug in ("first", "second") for kind in ("", "?mine=1", "/mine", "/print")),
    *(f"{COURSE}/questions/{question}" for question in QUESTIONS),
    f"{COURSE}/labs/one-layer",
    f"{COURSE}/walkthroughs/a-block",
    f"{COURSE}/nexus",
    f"/search?q={MARK}",
    "/me",
    "/me/xp",
    "/me/classes",
    "/review",
)
ANSWERS = (
    f"{STUDIO}/answers",
    f"{STUDIO}/answers/lessons/second",
    f"{STUDIO}/answers/skills",
    *(f"{STUDIO}/answers/questions/{question}" for question in QUESTIONS),
    f"{STUDIO}/regrades",
)
STAFF = (
    "/studio",
    STUDIO,
    *(f"{STUDIO}/files/{name}" for name in untrusted.FILES),
    *(f"{STUDIO}/files/{name}/preview" for name in untrusted.FILES),
    f"{STUDIO}/skills",
    f"{STUDIO}/classes",
    f"{STUDIO}/people",
    "/studio/problems",
)

Seen = tuple[str, str]
#: What an attribute of the site's own may hold that leads somewhere.
LEADS = frozenset({"href", "src", "action", "formaction", "data", "poster", "srcset", "background", "cite", "ping"})
LOCAL = re.compile(r"/(?![/\\])[^\\]*|#.*|\?.*|")
OUTSIDE = re.compile(r"https://[^\s\"'<>\\]+")
#: The icon of every page stands in its address.
ICON = "data:image/svg+xml,%3Csvg "


class Parsed(HTMLParser):
    """Each element of a page as (tag, attribute), and what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[Seen] = set()
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add((tag, ""))
        for name, value in attrs:
            self.seen.add((tag, name))
            local = name.rpartition(":")[2]
            if local in LEADS and not self.leads_well(tag, name, value or ""):
                self.wrong.append(f"<{tag} {name}={value!r}>")
            if name == "style" or name.startswith("on") or name == "srcdoc":
                self.wrong.append(f"<{tag} {name}={value!r}>")
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or given.get("type") == "application/json"):
            self.wrong.append(f"<script> in the page: {given}")

    @staticmethod
    def leads_well(tag: str, name: str, value: str) -> bool:
        if tag == "a" and name == "href" and OUTSIDE.fullmatch(value):
            return True
        if tag == "link" and value.startswith(ICON) and MARK not in value:
            return True
        return LOCAL.fullmatch(value) is not None

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.wrong.append(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.wrong.append(f"a declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"an instruction: {data}")


@dataclass(frozen=True)
class Readers:
    """A student and an instructor of the course, and what they see of it."""

    site: Site
    student: TestClient
    teacher: TestClient

    def answers(self) -> None:
        """Answer every question wrongly, and see each hint and each explanation."""
        for question in QUESTIONS:
            at = f"{COURSE}/questions/{question}"
            options = re.findall(r'name="answer"[^>]*value="([^"]+)"', self.student.get(at).text)
            for given in (*options[:1], "4"):
                self.student.post(f"{at}/attempts", data={"answer": given})
            self.student.post(f"{at}/hints", data={"number": "1"})
            self.student.post(f"{at}/attempts", data={"unknown": "1"})

    def views(self, library: Library, broken: Library) -> Iterator[tuple[str, str]]:
        """Every page with the course as it is published, and the studio's with it as it is."""
        self.site.app.state.library = library
        self.answers()
        yield from look(self.student, PAGES)
        yield from look(self.teacher, ANSWERS)
        self.site.app.state.library = broken
        yield from self.written()
        yield from look(self.teacher, STAFF)

    def written(self) -> Iterator[tuple[str, str]]:
        """What the editor shows of a draft with the text, what publishing it would change, and what is on record."""
        at, folder = f"{STUDIO}/files/first.md", self.site.app.state.settings.lessons / untrusted.SLUG
        draft = {"text": (folder / "first.md").read_text("utf-8") + "\n\nOne more line.\n", "version": 0}
        sent = self.teacher.put(f"{at}/draft", json=draft)
        if sent.status_code == 409:
            sent = self.teacher.put(f"{at}/draft", json=draft | {"version": sent.json()["version"]})
        assert sent.status_code == 200
        pieces = sent.json()["preview"] or ()
        yield f"{at}/draft", "".join(piece["html"] for piece in pieces if "html" in piece)
        numbers = re.findall(r"/revisions/(\d+)", self.teacher.get(f"{STUDIO}/revisions?file=first.md").text)[:1]
        shown = [f"{STUDIO}/publish", f"{STUDIO}/revisions?file=first.md", f"{STUDIO}/order"]
        for number in numbers:
            shown += [f"{STUDIO}/revisions/{number}", f"{at}/merge?revision={number}"]
        yield from look(self.teacher, tuple(shown))


def look(client: TestClient, urls: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for url in urls:
        answer = client.get(url, headers={"hx-request": "true"} if url.endswith("/mine") else {})
        assert answer.status_code < 500, url
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        policy = answer.headers["content-security-policy"]
        # The studio shows the preview in a frame of its own.
        assert policy in (CSP, *(one["Content-Security-Policy"] for one in (FRAMES, FRAMED))), (url, policy)
        assert answer.headers["x-content-type-options"] == "nosniff"
        yield url, answer.text


@pytest.fixture
def readers(site: Site) -> Readers:
    return Readers(site, site.signed_in(), named(site, untrusted.SLUG, "instructor"))


@pytest.fixture
def folder(site: Site) -> Path:
    """Where the site's lessons are."""
    found: Path = site.app.state.settings.lessons
    return found


def allowed(readers: Readers, folder: Path) -> set[Seen]:
    """What the pages hold of themselves, with plain words in every place; and what Markdown becomes."""
    library = untrusted.write(folder, untrusted.plain)
    assert [str(one) for one in library.diagnostics() if one.severity == "error"] == []
    found = {url: Parsed(text) for url, text in readers.views(library, library)}
    broken = untrusted.write(folder, lambda _: "plain words")  # which no link may lead to
    more = [Parsed(text) for _, text in readers.views(library, broken)]
    assert [one for parsed in found.values() for one in parsed.wrong] == []
    missing = {"/", COURSE, f"{COURSE}/lessons/first", f"{COURSE}/glossary", STUDIO, "/studio/problems"} - found.keys()
    assert missing == set()
    return CONTENT.union(*(parsed.seen for parsed in (*found.values(), *more)))


#: Says how something is shown, and does nothing.
HARMLESS = re.compile(r"aria-.*|class|colspan|hidden|lang|role|rowspan|title|")
#: What a renderer makes of Markdown, anywhere.
CONTENT: set[Seen] = {(tag, name) for tag, names in ATTRIBUTES.items() for name in (*names, "")}


def everywhere(vector: str) -> Callable[[str], str]:
    """The same text in every place."""
    return lambda _: vector


def batches() -> list[str]:
    """The vectors: those that prose may hold one by one; the others together, as the checker refuses them there."""
    alone = [one for one in ONE_LINE if all(found.severity != "error" for found in problems(one))]
    rest = [one for one in ONE_LINE if one not in alone]
    assert len(alone) > 8
    return alone + [" ".join(rest[at : at + 4]) for at in range(0, len(rest), 4)]


@pytest.mark.parametrize("part", range(3))
def test_no_text_of_a_course_becomes_part_of_a_page(readers: Readers, folder: Path, tmp_path: Path, part: int) -> None:
    own = allowed(readers, folder)
    wrong: list[object] = []
    for number, vector in enumerate(batches()[part::3]):
        library, _ = untrusted.published(tmp_path / f"{number}", everywhere(vector))
        broken = untrusted.write(folder, everywhere(vector))
        for url, text in readers.views(library, broken):
            parsed = Parsed(text)
            new = {(tag, name) for tag, name in parsed.seen - own if not name or not HARMLESS.fullmatch(name)}
            if parsed.wrong or new:
                wrong.append((vector, url, parsed.wrong, new))
    assert wrong == []


def test_every_place_is_published_with_some_vector(tmp_path: Path) -> None:
    """Or the test above would look at plain words."""
    held: set[str] = set()
    for number, vector in enumerate(batches()[::3]):
        held |= untrusted.published(tmp_path / f"{number}", everywhere(vector))[1]
    assert set(untrusted.PLACES) - held <= {"lab-file"}, "which takes a file's name alone"


@pytest.mark.parametrize("kind", ["gift", "moodle.xml"])
def test_a_bank_of_questions_is_shown_as_text(readers: Readers, folder: Path, kind: str) -> None:
    """What somebody else's file holds, in the report of an import."""
    library = untrusted.write(folder, lambda _: "plain words")
    readers.site.app.state.library = library
    own, wrong = allowed(readers, folder), []
    for vectors in (["plain words"], list(ONE_LINE)):
        form = {"title": "A lesson"}
        sent = readers.teacher.post(f"{STUDIO}/import", data=form, files={"bank": (f"a.{kind}", bank(kind, vectors))})
        assert sent.status_code == 303
        ((_, text),) = look(readers.teacher, (sent.headers["location"],))
        parsed = Parsed(text)
        if vectors == ["plain words"]:
            assert parsed.wrong == []
            own |= parsed.seen
        new = {(tag, name) for tag, name in parsed.seen - own if not name or not HARMLESS.fullmatch(name)}
        wrong += [*parsed.wrong, *new]
        assert text.count(MARK) > 20 or vectors == ["plain words"]
    assert wrong == []


def bank(kind: str, vectors: list[str]) -> bytes:
    """A file with each vector as a question's name, text, answer and feedback."""
    if kind == "gift":
        quoted = [re.sub(r"([~=#{}:\\])", r"\\\1", one) for one in vectors]
        return "\n\n".join(f"::{one}::[html]{one} {{={one}#{one} ~wrong#{one}}}" for one in quoted).encode()
    questions = "".join(
        f"""<question type="multichoice"><name><text>{escape(one)}</text></name>
        <questiontext format="html"><text>{escape(one)} &lt;p&gt;What?&lt;/p&gt;</text></questiontext>
        <generalfeedback format="html"><text>{escape(one)}</text></generalfeedback><single>true</single>
        <answer fraction="100"><text>{escape(one)} a</text><feedback><text>{escape(one)}</text></feedback></answer>
        <answer fraction="0"><text>{escape(one)} b</text><feedback><text>x</text></feedback></answer></question>"""
        for one in vectors
    )
    return f"<?xml version='1.0'?><quiz>{questions}</quiz>".encode()


def test_what_students_call_themselves_and_answer_stays_text_for_their_staff(readers: Readers, folder: Path) -> None:
    """The other way: nor can a student's text act in the studio."""
    own = allowed(readers, folder)
    site, names = readers.site, ["plain words", *(one[:100] for one in ONE_LINE)]
    site.app.state.library = untrusted.write(folder, untrusted.plain)
    group = uuid.uuid4().hex

    def write(conn: Connection) -> None:
        made = classes.make(conn, group, untrusted.SLUG, "A class", True, 1.0)
        assert made
        for number, name in enumerate(names):
            learners.create_account(conn, f"{number:032x}", name, f"{number}@example.org", "x", 1.0)
            classes.join(conn, made, f"{number:032x}", 1.0)

    site.db.write_now(write)
    for one in (*ONE_LINE[:2], *ONE_LINE[17:19]):
        for _ in range(6):
            site.visitor().post(f"{COURSE}/questions/a-text/attempts", data={"answer": one})
    at = f"{STUDIO}/classes/{group}"
    member = re.findall(rf'"({at}/members/\w+)"', readers.teacher.get(at).text)[-1]
    question = f"{STUDIO}/answers/questions/a-text"
    pages = (at, member, f"{STUDIO}/answers", question, f"{question}/groups", f"{STUDIO}/people", f"{STUDIO}/regrades")
    found = dict(look(readers.teacher, pages)) | dict(look(site.signed_in("admin"), ("/studio/people?q=example.org",)))
    assert found[at].count(MARK) >= len(ONE_LINE)
    assert MARK in found[f"{question}/groups"], "five people gave each answer"
    for url, text in found.items():
        parsed = Parsed(text)
        new = {(tag, name) for tag, name in parsed.seen - own if tag in ("script", "style", "img", "svg", "iframe")}
        assert (parsed.wrong, new) == ([], set()), url
