"""The index on SQLite and PostgreSQL: what is found, when it is renewed, and what never gets into it."""

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.content.course import Course
from app.content.order import Order
from app.db import Database
from app.search.asking import Found, search
from app.search.entries import asked, of_course, of_lab
from app.search.index import LAB, hashes, renew, shelves
from tests.web.sample import COURSE, SECRETS, STEPS

OTHER = replace(COURSE, slug="other-course", title="Other networks", hash="9" * 64)


def found(database: Database, typed: str, *courses: Course, shelf: str | None = None) -> Found:
    names = {LAB, *(course.slug for course in courses or (COURSE,))}
    return database.read_now(lambda conn: search(conn, typed, names, shelf))


def urls(found: Found) -> list[str]:
    return [find.url for find in found.finds]


@pytest.fixture
def full(database: Database) -> Database:
    renew(database, shelves([COURSE]))
    return database


def test_everything_is_found_at_its_place(full: Database) -> None:
    root = "/courses/sample/lessons/first"
    assert urls(found(full, "slides over all input channels"))[0] == "/courses/sample/glossary#term-convolution"
    assert f"{root}#seeing" in urls(found(full, "nine cells"))
    assert f"{root}#seeing" in urls(found(full, "counts one channel"))
    assert urls(found(full, "is deeper better")) == [f"{root}#is-it-deep"]
    assert urls(found(full, "two stacked")) == [f"{root}#q-stacked"]
    assert f"{root}#q-reasons" in urls(found(full, "non-linearities"))
    assert urls(found(full, "before the first heading")) == [root]
    assert "/courses/sample/skills/block" in urls(found(full, "residual block"))
    assert urls(found(full, "gradient flow"))[0] == "/lab/gradient-flow"
    assert urls(found(full, "small kernels stand in"))[0] == root


def test_titles_and_explanations_come_before_exercises(full: Database) -> None:
    kinds = [find.kind for find in found(full, "3×3").finds]
    assert kinds.index("skill") < kinds.index("question")


def test_words_that_are_not_together_anywhere_are_found_apart(full: Database) -> None:
    both = found(full, "zebra kernel")
    assert both.some
    assert urls(both) == urls(found(full, "kernel"))
    assert found(full, "zebra") == Found()


def test_the_last_word_may_be_half_typed(full: Database) -> None:
    assert urls(found(full, "two stac")) == urls(found(full, "two stacked"))
    assert "/courses/sample/glossary#term-convolution" in urls(found(full, "convolutio"))
    assert urls(found(full, "residual b"))


def test_one_course_is_searched_alone(full: Database) -> None:
    renew(full, shelves([COURSE, OTHER]))
    everywhere = found(full, "convolution", COURSE, OTHER)
    assert {find.course for find in everywhere.finds} == {"sample", "other-course"}
    assert {find.course for find in found(full, "convolution", COURSE, OTHER, shelf="other-course").finds} == {
        OTHER.slug
    }
    assert found(full, "convolution", COURSE, OTHER, shelf="other").finds == ()


def test_an_index_is_renewed_where_its_course_has_changed(full: Database) -> None:
    before = found(full, "convolution")
    renew(full, shelves([COURSE]))
    assert found(full, "convolution") == before
    changed = replace(COURSE, hash="8" * 64, glossary=(replace(COURSE.glossary[0], title="Folding"),))
    renew(full, shelves([changed]))
    assert "/courses/sample/glossary#term-convolution" in urls(found(full, "folding"))
    assert full.read_now(hashes)["sample"].endswith("8" * 64)
    gone = {"/courses/sample/glossary#term-convolution"}
    assert set(urls(found(full, "convolution"))) == set(urls(before)) - gone


def test_a_course_that_is_gone_is_not_found(full: Database) -> None:
    renew(full, shelves([COURSE, OTHER]))
    assert found(full, "convolution", OTHER, shelf="sample").finds == ()
    renew(full, shelves([OTHER]))
    assert set(full.read_now(hashes)) == {LAB, OTHER.slug}
    assert {find.course for find in found(full, "convolution", COURSE, OTHER).finds} == {OTHER.slug}


def test_hosts_that_start_together_fill_it_once(database: Database, database_url: str) -> None:
    hosts = [Database(database_url) for _ in range(3)]
    threads = [threading.Thread(target=renew, args=(host, shelves([COURSE, OTHER]))) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = urls(found(database, "convolution", COURSE, OTHER))
    assert len(places) == len(set(places)) > 2
    assert all(host.read_now(hashes) == database.read_now(hashes) for host in hosts)
    for host in hosts:
        host.close()


NASTY = [
    *('"', "'", "*", "a*", '"a', "AND", "OR NOT", "NEAR(a b)", "a AND", "^a", "title:a", "{title} : a", "-a", "a - b"),
    *("a & !b", "a:*", "a <-> b", "'a' | b", "\\", "%", "_", "\x00a", "a\x00b", "x" * 5000, "a " * 5000, "🙂 é"),
]


@pytest.mark.parametrize("typed", NASTY)
def test_nothing_typed_is_an_error(full: Database, typed: str) -> None:
    found(full, typed)
    found(full, typed, shelf=typed)


@settings(suppress_health_check=list(HealthCheck), max_examples=60)
@given(typed=st.text(max_size=60))
def test_no_text_is_an_error(full: Database, typed: str) -> None:
    for find in found(full, typed).finds:
        assert find.quote or find.title


def test_what_an_answer_tells_is_not_in_it(full: Database) -> None:
    everything = [entry.text for entry in (*of_course(COURSE), *of_lab())]
    for secret in (*SECRETS, "no correct option", "set aside"):
        assert not any(secret in text for text in everything), secret
        words = " ".join("".join(part for part, _ in find.quote) for find in found(full, secret).finds)
        assert secret not in words


def test_items_to_order_do_not_stand_in_order() -> None:
    text = asked(STEPS)
    places = [text.index(item.html) for item in STEPS.items if not item.distractor]
    assert places != sorted(places)
    assert isinstance(STEPS, Order)
