"""Guests, accounts, sessions and tokens."""

import itertools
import statistics
import time

import pytest
from starlette.testclient import TestClient

from app.learning import learners
from app.web.account import inside
from tests.content.courses import small_course
from tests.web.conftest import PASSWORD, Site

URL = "/api/v1/courses/small-course/questions/kernel-reach/attempts"
OTHER = "/api/v1/courses/small-course/questions/what-a-kernel-has/attempts"
FORM = {"name": "Ada", "email": "ada@example.org", "password": "a long enough one"}


def solve(client: TestClient, url: str = URL) -> int:
    """Answer a choice rightly; the XP after it."""
    question = small_course().question_by_id[url.split("/")[-2]][1]
    return int(client.post(url, json={"answer": question.key(0)}).json()["total_xp"])


def me(client: TestClient) -> dict[str, object]:
    found: dict[str, object] = client.get("/api/v1/me").json()
    return found


def test_a_visitor_writes_nothing_until_there_is_something_to_keep(site: Site, client: TestClient) -> None:
    for url in ("/", "/courses/small-course", "/me", "/me/xp", "/courses/small-course/questions/kernel-reach"):
        assert client.get(url).status_code == 200
    id = str(me(client)["id"])
    assert site.db.read_now(lambda conn: learners.get(conn, id)) is None
    assert solve(client) == 20
    found = site.db.read_now(lambda conn: learners.get(conn, id))
    assert found is not None
    assert found.kind == "guest"


def test_an_account_keeps_everything_that_the_guest_did(client: TestClient) -> None:
    solve(client)
    before = me(client)
    answer = client.post("/account/new", data={**FORM, "next": "/courses/small-course"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/courses/small-course")
    after = me(client)
    assert after["id"] == before["id"]
    assert after["xp"] == before["xp"]
    assert (before["account"], after["account"], after["name"]) == (False, True, "Ada")


def test_the_guests_cookie_does_not_open_the_account(site: Site, client: TestClient) -> None:
    solve(client)
    planted = client.cookies["receptive"]
    client.post("/account/new", data=FORM)
    assert client.cookies["receptive"] != planted
    thief = site.visitor(cookie=f"receptive={planted}")
    assert me(thief)["id"] != me(client)["id"]
    assert thief.get("/me").status_code == 200


def test_sign_in_adds_what_the_guest_did_once(site: Site) -> None:
    account = site.account(email="ada@example.org")
    first, second = site.visitor(), site.visitor()
    solve(first)
    solve(second)
    form = {"email": "Ada@Example.org", "password": PASSWORD}
    assert first.post("/sign-in", data=form).headers["location"] == "/me"
    assert me(first)["id"] == account.id
    assert me(first)["xp"] == {"total": 20, "by_course": {"small-course": 20}}
    # A second browser did the same: it is not paid again. The same browser signs in again: nothing more.
    second.post("/sign-in", data=form)
    first.post("/sign-in", data=form)
    assert me(first)["xp"] == me(second)["xp"] == {"total": 20, "by_course": {"small-course": 20}}
    assert first.get("/me/xp").text.count("+20") == 1


def test_signing_in_to_another_account_moves_nothing(site: Site) -> None:
    client = site.signed_in()
    solve(client)
    other = site.account(email="other@example.org")
    client.post("/sign-in", data={"email": "other@example.org", "password": PASSWORD})
    assert me(client)["id"] == other.id
    assert me(client)["attempts"] == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Tell us what to call you"),
        ("name", "x" * 101, "At most 100"),
        ("name", "a\u202eb", "cannot be seen"),
        ("email", "ada", "looks like name@example.org"),
        ("email", "a@b", "looks like"),
        ("email", "a b@c.org", "looks like"),
        ("email", "a" * 250 + "@c.org", "looks like"),
        ("password", "nine char", "At least 10"),
        ("password", "x" * 1001, "At most 1000"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    client: TestClient, field: str, value: str, words: str
) -> None:
    answer = client.post("/account/new", data={**FORM, field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert FORM["password"] not in answer.text
    if field != "email":
        assert 'value="ada@example.org"' in answer.text
    assert me(client)["account"] is False


def test_what_was_typed_is_text_and_no_markup(client: TestClient) -> None:
    answer = client.post("/account/new", data={**FORM, "name": '"><script>x</script>', "email": "x"})
    assert "<script>x" not in answer.text


def test_an_address_is_one_account(site: Site, client: TestClient) -> None:
    site.account(email="ada@example.org")
    answer = client.post("/account/new", data={**FORM, "email": " ADA@example.org"})
    assert answer.status_code == 422
    assert "cannot be used" in answer.text


@pytest.mark.parametrize(("email", "password"), [("ada@example.org", "not the one"), ("eve@example.org", PASSWORD)])
def test_a_failed_sign_in_says_the_same_of_both(site: Site, client: TestClient, email: str, password: str) -> None:
    site.account(email="ada@example.org")
    answer = client.post("/sign-in", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert "This email and this password do not belong together." in answer.text
    assert f'value="{email}"' in answer.text
    assert me(client)["account"] is False


def test_a_failed_sign_in_takes_the_same_time_for_both(site: Site, client: TestClient) -> None:
    site.account(email="ada@example.org")

    def seconds(email: str) -> float:
        start = time.perf_counter()
        client.post("/sign-in", data={"email": email, "password": "not the one"})
        return time.perf_counter() - start

    seconds("warm@example.org")
    known, unknown = [], []
    for _ in range(9):
        known.append(seconds("ada@example.org"))
        unknown.append(seconds("eve@example.org"))
    # Without the same work it would be a twentieth.
    assert 0.4 < statistics.median(known) / statistics.median(unknown) < 2.5


def test_signing_out_leaves_a_new_guest(client: TestClient) -> None:
    solve(client)
    client.post("/account/new", data=FORM)
    id = me(client)["id"]
    assert client.post("/sign-out").status_code == 303
    assert me(client)["id"] != id
    assert me(client)["attempts"] == []


def test_signing_out_everywhere_ends_every_browser_but_no_token(site: Site) -> None:
    account = site.account(email="ada@example.org")
    here, there = site.visitor(), site.visitor()
    for client in (here, there):
        client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
    program = site.program(authorization=f"Bearer {site.token(account)}")
    here.post("/sign-out")
    assert me(there)["id"] == account.id
    there.post("/sign-out", data={"everywhere": "1"})
    here.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
    assert me(here)["id"] == account.id
    assert me(there)["account"] is False
    assert me(program)["id"] == account.id


@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("/courses/x?view=table#y", True),
        ("/", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("/a\r\nSet-Cookie: x=1", False),
        ("/a b", False),
        ("/a\\b", False),
        ("", False),
    ],
)
def test_a_sign_in_leads_nowhere_else(client: TestClient, path: str, goes: bool) -> None:
    assert inside(path) == (path if goes else "/me")
    assert ("evil" in client.get("/sign-in", params={"next": path}).text) is False


def test_a_token_is_shown_once_and_kept_as_a_hash(site: Site) -> None:
    client = site.signed_in()
    made = client.post("/me/tokens", data={"label": "  my   laptop "})
    secret = made.text.split('<code class="token">')[1].split("<")[0]
    assert secret.startswith("rcp_")
    page = client.get("/me").text
    assert "my laptop" in page
    assert secret not in page
    assert me(site.program(authorization=f"Bearer {secret}"))["id"] == me(client)["id"]
    (held,) = site.db.read_now(lambda conn: learners.tokens(conn, str(me(client)["id"])))
    client.post(f"/me/tokens/{held.id}/revoke")
    assert site.program(authorization=f"Bearer {secret}").get("/api/v1/me").status_code == 401
    assert "my laptop" not in client.get("/me").text


def test_tokens_have_names_and_are_bounded(site: Site) -> None:
    client = site.signed_in()
    for label in ("", "   ", "x" * 61):
        answer = client.post("/me/tokens", data={"label": label})
        assert (answer.status_code, "Name it" in answer.text) == (422, True)
    assert [client.post("/me/tokens", data={"label": "t"}).status_code for _ in range(21)] == [200] * 20 + [422]


def test_the_ledger_is_paged_and_says_what_for(site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = client.get("/me/xp").text
    assert "No award yet" in empty
    solve(client)
    client.post(OTHER, json={"answer": None})
    monkeypatch.setattr("app.web.me.PAGE", 1)
    text = client.get("/me/xp").text
    assert "20 XP" in text
    assert "Answered “" in text
    assert "Older awards" not in text
    weights = "/api/v1/courses/small-course/questions/build-a-block"
    items = client.get(weights).json()["options"]
    for order in itertools.permutations([item["id"] for item in items], 3):
        if client.post(f"{weights}/attempts", json={"answer": list(order)}).json()["correct"]:
            break
    newest = client.get("/me/xp").text
    older = newest.split("/me/xp?before=")[1].split('"')[0]
    assert newest.count("+20") == 1
    assert client.get(f"/me/xp?before={older}").text.count("+20") == 1
    assert "Nothing older" in client.get("/me/xp?before=1").text


def test_a_new_guest_is_told_what_is_not_there_yet(client: TestClient) -> None:
    text = client.get("/me").text
    for words in ("None yet", "No question answered yet", "Make an account", "Tokens belong to accounts"):
        assert words in text
