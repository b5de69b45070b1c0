"""Lesson pages from memory: the right bytes for the right visitor, compressed, unchanged, renewed, bounded."""

import asyncio
import gzip
import shutil
import time
from pathlib import Path
from typing import Any

import brotli
import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.learning.draws import CUTS, cut
from app.web import cached
from app.web.assets import encoding, matches
from app.web.cached import CachedLessons
from tests.content.courses import FOLDER
from tests.web.conftest import Site

LESSON = "/courses/small-course/lessons/first-steps"


def layer(site: Site) -> CachedLessons:
    found = site.app.middleware_stack
    assert isinstance(found, CachedLessons)
    return found


def body(client: TestClient, coding: str) -> bytes:
    """What travels, as it travels."""
    with client.stream("GET", LESSON, headers={"accept-encoding": coding}) as answer:
        assert answer.headers.get("content-encoding", "identity") == (coding or "identity")
        return b"".join(answer.iter_raw())


def test_the_page_is_the_same_in_every_coding(client: TestClient) -> None:
    client.get(LESSON)
    plain = body(client, "identity")
    assert brotli.decompress(body(client, "br")) == gzip.decompress(body(client, "gzip")) == plain
    assert b"<!doctype html>" in plain[:30].lower()
    assert len(body(client, "br")) < len(body(client, "gzip")) < len(plain) / 3


def test_it_is_one_page_for_each_cut_and_no_more(site: Site) -> None:
    pages: dict[int, set[str]] = {}
    tags: dict[int, set[str]] = {}
    for _ in range(40):
        client = site.visitor()
        answer = client.get(LESSON)
        which = cut(client.cookies["receptive"].split(".")[0])
        again = client.get(LESSON)
        assert again.text == answer.text
        assert "set-cookie" not in again.headers
        pages.setdefault(which, set()).add(answer.text)
        tags.setdefault(which, set()).add(answer.headers["etag"])
    assert len(pages) > CUTS / 2
    assert all(len(one) == 1 for one in (*pages.values(), *tags.values()))
    assert len({next(iter(one)) for one in tags.values()}) == len(tags)


def test_it_holds_nothing_of_a_student(site: Site) -> None:
    client = site.signed_in("instructor", "ada@example.org")
    text = client.get(LESSON).text
    assert "ada@example.org" not in text
    assert "An instructor" not in text
    client.post("/courses/small-course/questions/kernel-reach/attempts", data={"unknown": "1"})
    assert client.get(LESSON).text == text
    assert client.get(f"{LESSON}?mine=1").text != text


def test_a_page_that_is_held_already_is_not_sent_again(client: TestClient) -> None:
    first = client.get(LESSON)
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} == set(first.headers["vary"].split(", "))
    for header in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = client.get(LESSON, headers={"if-none-match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(LESSON, headers={"if-none-match": '"other"'}).status_code == 200
    other = client.get(LESSON, headers={"if-none-match": first.headers["etag"], "accept-encoding": "identity"})
    assert other.status_code == 200, "an entity tag is of one coding"


def test_head_is_get_without_the_page(client: TestClient) -> None:
    get, head = client.get(LESSON), client.head(LESSON)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length", "content-encoding"):
        assert head.headers[name] == get.headers[name]


def test_it_is_made_once_however_many_ask(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    visitor = site.visitor()
    visitor.get("/")
    top = layer(site)
    render = top.render

    def slow(*args: Any) -> str:
        made.append(args)
        time.sleep(0.2)
        return render(*args)

    monkeypatch.setattr(top, "render", slow)
    cookie = f"receptive={visitor.cookies['receptive']}".encode()
    scope = {"type": "http", "method": "GET", "path": LESSON, "query_string": b"", "headers": [(b"cookie", cookie)]}

    async def ask() -> int:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nothing is read")

        await top(scope, receive, send)
        return int(sent[0]["status"])

    async def many() -> list[int]:
        return await asyncio.gather(*(ask() for _ in range(30)))

    portal = site.visitor().portal
    assert portal is not None
    assert portal.call(many) == [200] * 30
    assert len(made) == 1


def test_what_is_kept_is_bounded_and_the_least_wanted_goes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.visitor()
    size = len(client.get(LESSON).content) // 3
    monkeypatch.setattr(cached, "ROOM", 6 * size)
    for _ in range(40):
        assert site.visitor().get(LESSON).status_code == 200
        assert layer(site)._size <= max(6 * size, max(k.size for k in layer(site)._kept.values()))
    assert layer(site)._size == sum(kept.size for kept in layer(site)._kept.values())
    assert client.get(LESSON).status_code == 200


def test_an_edited_lesson_shows_on_a_next_load_and_a_broken_edit_does_not(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "courses"
    shutil.copytree(FOLDER / "small-course", folder / "small-course")
    site.app.state.library = Library(folder, reload=True)
    client, teacher = site.visitor(), site.signed_in("instructor")
    file = folder / "small-course" / "first-steps.md"
    written = file.read_text()
    old = client.get(LESSON)

    file.write_text(written.replace("## A kernel slides", "## A kernel glides"))
    new = seen(client, "A kernel glides")
    assert new.headers["etag"] != old.headers["etag"]
    assert client.get(LESSON, headers={"if-none-match": old.headers["etag"]}).status_code == 200

    file.write_text(written.replace("title: First steps", "title: [First steps"))
    time.sleep(1.2)
    assert client.get(LESSON).text == new.text
    problems = teacher.get("/studio/problems").text
    assert "first-steps.md" in problems
    assert "badge--err" in problems

    file.write_text(written)
    seen(client, "A kernel slides")
    assert "badge--err" not in teacher.get("/studio/problems").text


def seen(client: TestClient, words: str) -> Any:
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        answer = client.get(LESSON)
        if words in answer.text:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{words!r} does not show")


def test_a_page_that_cannot_be_made_is_the_routes_to_answer(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.visitor()
    client.get("/")

    def broken(*_: object) -> str:
        raise RuntimeError("no template")

    monkeypatch.setattr(layer(site), "render", broken)
    layer(site)._kept.clear()
    answer = client.get(LESSON)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR", "br"),
        ("identity", "identity"),
        ("", "identity"),
        ("br; q=0.0", "identity"),
    ],
)
def test_the_coding_is_one_that_the_browser_takes(accepted: str, chosen: str) -> None:
    assert encoding(accepted) == chosen


def test_entity_tags_are_compared_whole() -> None:
    assert matches('"a"', '"b", "a"')
    assert not matches('"a"', '"ab"')
    assert not matches('"a"', "")
