"""Which language a reader gets: their own choice, else their browser's wish, else English."""

import pytest

from app.learning import learners
from app.web.words import asked_for
from tests.web.conftest import PASSWORD, Site

LESSON = "/courses/small-course/lessons/first-steps"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5,en;q=0.4", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("de;q=nonsense,en", "en"),
        ("DE", "de"),
        ("é;;;,,de;q=1.000", "de"),
    ],
)
def test_the_browsers_wish(accepted: str, language: str) -> None:
    assert asked_for(b"", accepted.encode()) == language


def test_a_choice_is_stronger_than_a_wish() -> None:
    assert asked_for(b"receptive=x; language=en; theme=dark", b"de") == "en"
    assert asked_for(b"language=de", b"en") == "de"
    assert asked_for(b"language=fr", b"de") == "de"
    assert asked_for(b"xlanguage=de", b"en") == "en"


def test_the_page_of_everyone_is_kept_in_each_language(site: Site) -> None:
    client = site.visitor()
    english = client.get(LESSON)
    german = client.get(LESSON, headers={"accept-language": "de"})
    assert '<html lang="en">' in english.text
    assert "Skip to content" in english.text
    assert '<html lang="de">' in german.text
    assert "Zum Inhalt springen" in german.text
    assert english.headers["etag"] != german.headers["etag"]
    assert "Accept-Language" in german.headers["vary"]
    asked = {"if-none-match": english.headers["etag"]}
    assert client.get(LESSON, headers=asked).status_code == 304
    assert client.get(LESSON, headers={**asked, "accept-language": "de"}).status_code == 200
    assert '<html lang="en">' in client.get(LESSON).text


def test_a_reader_chooses_and_comes_back_to_the_page(site: Site) -> None:
    client = site.visitor(accept_language="en")
    for before, after in (
        ("http://testserver/courses/small-course?view=table", "/courses/small-course?view=table"),
        ("http://testserver/me/tokens", "/"),
        ("http://elsewhere.example/courses/small-course", "/"),
        ("http://testserver//elsewhere.example/", "/"),
        ("", "/"),
    ):
        answer = client.post("/language", data={"language": "de"}, headers={"referer": before})
        assert (answer.status_code, answer.headers["location"]) == (303, after)
    for path in ("/", LESSON, "/help", "/nothing"):
        assert '<html lang="de">' in client.get(path).text
    client.post("/language", data={"language": "en"})
    assert '<html lang="en">' in client.get("/").text
    assert client.post("/language", data={"language": "tlh"}).status_code == 422


def test_programs_are_answered_in_english(site: Site) -> None:
    program = site.program(accept_language="de", cookie="language=de")
    assert program.get("/api/v1/runs/" + "0" * 32).json()["title"] == "There is no such run"


def test_an_account_keeps_its_language_in_every_browser(site: Site) -> None:
    account = site.account(email="reader@example.org")
    sign_in = {"email": "reader@example.org", "password": PASSWORD}
    one = site.visitor(accept_language="en")
    one.post("/language", data={"language": "de"})
    one.post("/sign-in", data=sign_in)
    other = site.visitor(accept_language="en")
    assert '<html lang="en">' in other.get("/").text
    other.post("/sign-in", data=sign_in)
    assert '<html lang="de">' in other.get("/").text
    other.post("/language", data={"language": "en"})
    found = site.db.read_now(lambda conn: learners.get(conn, account.id))
    assert found is not None
    assert found.language == "en"
    third = site.visitor(accept_language="de")
    third.post("/sign-in", data=sign_in)
    assert '<html lang="en">' in third.get("/").text


def test_a_new_account_takes_the_guests_language(site: Site) -> None:
    client = site.visitor(accept_language="en")
    client.post("/language", data={"language": "de"})
    client.post("/account/new", data={"name": "New", "email": "new@example.org", "password": PASSWORD})
    found = site.db.read_now(lambda conn: learners.by_email(conn, "new@example.org"))
    assert found is not None
    assert found.language == "de"


def test_a_courses_words_carry_their_language(site: Site) -> None:
    german = site.visitor(accept_language="de").get("/courses/small-course")
    assert '<h1 lang="en">' in german.text
    assert (
        'lang="en"'
        not in site.visitor(accept_language="en")
        .get("/courses/small-course")
        .text.partition("<main")[2]
        .partition("</main>")[0]
    )
