"""The ways into the studio, shown to staff alone."""

import time

from app.learning import staff
from tests.web.conftest import PASSWORD, Site

MINE = "/courses/small-course/lessons/stacks/mine"
INTO = "/studio/courses/small-course/files/stacks.md"


def test_a_lesson_leads_its_staff_into_the_studio_and_nobody_else(site: Site) -> None:
    account = site.account()
    reader = site.visitor()
    reader.post("/sign-in", data={"email": account.email, "password": PASSWORD})
    assert INTO not in reader.get(MINE).text
    assert all('href="/studio"' not in reader.get(page).text for page in ("/", "/me"))
    site.db.write_now(lambda conn: staff.grant(conn, account.id, "another-course", "instructor", None, time.time()))
    assert INTO not in reader.get(MINE).text
    assert all('href="/studio"' in reader.get(page).text for page in ("/", "/me"))
    site.db.write_now(lambda conn: staff.grant(conn, account.id, "small-course", "assistant", None, time.time()))
    assert reader.get(MINE).text.count(INTO) == 2
    assert INTO not in reader.get(MINE.removesuffix("/mine")).text, "the page that is for everyone"
    assert INTO not in site.visitor().get(MINE).text
