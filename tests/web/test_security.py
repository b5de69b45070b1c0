"""Headers on every answer, forged requests refused, bodies bounded."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.db import Busy
from app.main import create_app
from app.settings import Settings
from app.web import limits, sessions
from tests.web.access import bodies
from tests.web.conftest import OWN, Site
from tests.web.routes import ABSENT, SAFE, THERE, filled, routes

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LESSON = "/courses/small-course/lessons/first-steps"


def assert_guarded(answer: object) -> None:
    headers = answer.headers  # type: ignore[attr-defined]
    assert headers.get_list("content-security-policy") == [CSP]
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", LESSON, 200),
        ("HEAD", LESSON, 200),
        ("GET", f"{LESSON}?mine=1", 200),
        ("GET", "/static/nothing.css", 404),
        ("POST", "/static/app.css", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/courses/nowhere/lessons/nothing", 404),
        ("PUT", "/me", 405),
        ("GET", "/me/xp?before=nothing", 422),
        ("GET", "/me/", 307),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 503),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/api/v1/courses", 200),
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/me", 405),
        ("POST", "/api/v1/runs", 422),
    ],
)
def test_every_answer_is_guarded(client: TestClient, method: str, url: str, status: int) -> None:
    answer = client.request(method, url, json={} if method == "POST" else None)
    assert answer.status_code == status
    assert_guarded(answer)
    if method == "HEAD":
        assert answer.content == b""


def test_style_sheets_and_scripts_can_be_nothing_else(client: TestClient) -> None:
    for url in ("/static/app.css", "/static/app.js", "/static/fonts/din.woff2"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unchanged_page_is_guarded(client: TestClient) -> None:
    tag = client.get(LESSON).headers["etag"]
    answer = client.get(LESSON, headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert_guarded(answer)


def test_a_fault_of_ours_is_guarded_and_tells_nothing(site: Site, client: TestClient) -> None:
    def broken() -> None:
        raise RuntimeError("the password of the database is 1234")

    site.app.add_api_route("/broken", broken)
    site.app.add_api_route("/api/v1/broken", broken)
    page, problem = client.get("/broken"), client.get("/api/v1/broken")
    assert (page.status_code, problem.status_code) == (500, 500)
    assert page.headers["content-type"].startswith("text/html")
    assert "This is our fault" in page.text
    assert problem.json()["type"] == "/api/docs#problem-internal"
    for answer in (page, problem):
        assert_guarded(answer)
        assert "1234" not in answer.text
        assert "RuntimeError" not in answer.text


def test_a_busy_database_is_a_503_with_a_time_to_come_back(
    site: Site, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise Busy("64 writes wait")

    monkeypatch.setattr(site.db, "write", full)
    url = "/courses/small-course/questions/kernel-reach/attempts"
    page = client.post(url, data={"unknown": "1"})
    part = client.post(url, data={"unknown": "1"}, headers={"hx-request": "true"})
    problem = client.post(f"/api/v1{url}", json={"answer": None})
    for answer in (page, part, problem):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert_guarded(answer)
    assert "<html" in page.text
    assert "<html" not in part.text
    # What was typed stays where it is.
    assert part.headers["hx-reswap"] == "none"
    assert problem.headers["content-type"] == "application/problem+json"


def test_https_is_asked_for_where_the_site_has_it(settings: Settings, small_library: Library) -> None:
    app = create_app(settings.model_copy(update={"https": True}))
    app.state.library = small_library
    with Site(app) as site:
        client = site.visitor()
        for url in ("/", LESSON, "/static/app.css", "/nowhere"):
            client.cookies.clear()
            answer = client.get(url)
            assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
            if "set-cookie" in answer.headers:
                assert "; Secure" in answer.headers["set-cookie"]
        assert "; Secure" in client.get("/").headers["set-cookie"]


def test_no_page_has_an_inline_script_or_style(client: TestClient) -> None:
    urls = ("/", LESSON, f"{LESSON}?mine=1", "/courses/small-course", "/me", "/sign-in", "/api/docs", "/nowhere")
    for url in urls:
        text = client.get(url).text
        assert " style=" not in text, url
        assert "<style" not in text, url
        assert " onclick" not in text, url
        assert "<script>" not in text, url


# Forgery. Each is what a browser sends for a page of somebody else's that posts here.

FORM = {"content-type": "application/x-www-form-urlencoded"}
FORGERIES: dict[str, dict[str, str]] = {
    "another site": {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    "a sibling's subdomain": {"sec-fetch-site": "same-site", "origin": "http://sub.testserver"},
    "another site, in an old browser": {"origin": "https://evil.example"},
    "an own origin that is not": {"origin": "http://testserver.evil.example"},
    "another scheme": {"origin": "https://testserver"},
    "another port": {"origin": "http://testserver:8080"},
    "a sandboxed frame": {"origin": "null"},
    "a form that says nothing": {},
    "a form that says nothing, with a file": {"content-type": "multipart/form-data; boundary=x"},
    "text that is a form": {"content-type": "text/plain"},
    "a foreign referrer": {"referer": "https://evil.example/page", "content-type": "application/json"},
    "a foreign site that claims the origin": {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
}


def test_every_route_that_changes_something_refuses_forgery(site: Site) -> None:
    victim = site.signed_in("instructor")
    cookie = f"receptive={victim.cookies['receptive']}"
    wrong, known = [], bodies()
    for method, path in routes(site.app):
        if method in SAFE:
            continue
        assert (method, path) in known, f"tests/web/routes.py does not know how to ask {method} {path}"
        url = filled(path, {**ABSENT, **THERE})
        for name, headers in FORGERIES.items():
            attacker = site.program(cookie=cookie, **{**FORM, **headers})
            answer = attacker.request(method, url, content=b"unknown=1&everywhere=1&label=mine")
            if answer.status_code != 403 or "set-cookie" in answer.headers:
                wrong.append((method, path, name, answer.status_code))
            if path.startswith("/api/"):
                assert answer.json()["type"] == "/api/docs#problem-cross-origin"
            assert_guarded(answer)
    assert wrong == []
    assert victim.get("/studio/problems").status_code == 200, "the victim is still signed in"
    assert victim.get("/api/v1/me").json()["attempts"] == []


def test_own_forms_and_scripts_and_programs_get_through(site: Site) -> None:
    url = "/api/v1/courses/small-course/questions/kernel-reach/attempts"
    body = {"answer": None}
    victim = site.visitor()
    victim.get("/")
    cookie = f"receptive={victim.cookies['receptive']}"
    own: list[dict[str, str]] = [
        OWN,
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver"},
        {"cookie": cookie},  # a program with a cookie that sends JSON
        {},  # a program without anything
    ]
    for headers in own:
        assert site.program(**headers).post(url, json=body).status_code == 200, headers
    form = site.program(cookie=cookie, origin="http://testserver")
    assert form.post("/sign-out").status_code == 303


def test_a_token_needs_no_origin_and_uses_no_cookie(site: Site) -> None:
    owner, other = site.account(), site.signed_in()
    bearer = {"authorization": f"Bearer {site.token(owner)}", "sec-fetch-site": "cross-site"}
    program = site.program(cookie=f"receptive={other.cookies['receptive']}", **bearer)
    answer = program.post("/api/v1/courses/small-course/questions/kernel-reach/attempts", json={"answer": None})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert program.get("/api/v1/me").json()["id"] == owner.id


def test_a_wrong_token_is_refused_whatever_the_cookie_says(site: Site) -> None:
    client = site.signed_in()
    for value in ("Bearer nothing", "bearer ", "Bearer rcp_" + "x" * 43):
        answer = client.get("/api/v1/me", headers={"authorization": value})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="receptive"'
        assert_guarded(answer)


# Cookies.


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    sent = client.get("/").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(sent.split("; "))
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    "forged", ["", "x", "{id}.1", "{id}.1.", "{id}.2.{sign}", "{other}.1.{sign}", "{id}.1.{sign}A"]
)
def test_a_cookie_that_was_not_signed_here_is_nobody(site: Site, client: TestClient, forged: str) -> None:
    client.get("/")
    id, _, sign = client.cookies["receptive"].split(".")
    value = forged.format(id=id, other="0" * 32, sign=sign)
    stranger = site.visitor(cookie=f"receptive={value}")
    assert stranger.get("/api/v1/me").json()["id"] not in {id, "0" * 32}
    assert "set-cookie" in stranger.get(LESSON).headers


def test_another_key_reads_no_cookie_of_ours() -> None:
    ours, theirs = sessions.Signer(b"ours", False), sessions.Signer(b"theirs", False)
    value = f"receptive={ours.value('a' * 32, 1)}"
    assert ours.read(value) == ("a" * 32, 1)
    assert ours.read(f"theme=dark; {value}; other=1") == ("a" * 32, 1)
    assert theirs.read(value) is None
    assert ours.read(f"not{value}") is None


# Sizes and rates.


def test_what_is_too_big_is_refused_whether_or_not_it_says_so(client: TestClient) -> None:
    big = b"x" * (256 * 1024 + 1)
    said = client.post("/api/v1/runs", content=big, headers={"content-type": "application/json"})
    unsaid = client.post("/api/v1/runs", content=iter([big]), headers={"content-type": "application/json"})
    form = client.post("/sign-in", content=iter([big]), headers=FORM)
    assert [answer.status_code for answer in (said, unsaid, form)] == [413, 413, 413]
    assert said.headers["content-type"] == unsaid.headers["content-type"] == "application/problem+json"
    for answer in (said, unsaid, form):
        assert_guarded(answer)


@pytest.fixture
def strict(settings: Settings, small_library: Library) -> Site:
    few = {"answers_per_minute": 3, "sign_ins_per_minute": 2, "runs_per_minute": 1}
    app = create_app(settings.model_copy(update=few))
    app.state.library = small_library
    return Site(app)


def test_answers_are_limited_by_student_and_tell_when_to_come_back(strict: Site) -> None:
    url = "/courses/small-course/questions/kernel-reach/attempts"
    with strict as site:
        one, other = site.visitor(), site.visitor()
        one.get("/")
        other.get("/")
        assert [one.post(url, data={"unknown": "1"}).status_code for _ in range(3)] == [303] * 3
        page, problem = one.post(url, data={"unknown": "1"}), one.post(f"/api/v1{url}", json={"answer": None})
        assert (page.status_code, problem.status_code) == (429, 429)
        assert 1 <= int(page.headers["retry-after"]) <= 60
        assert "A moment, please" in page.text
        assert problem.json()["retry_after"] == int(problem.headers["retry-after"])
        assert other.post(url, data={"unknown": "1"}).status_code == 303


def test_visitors_without_a_session_are_limited_by_address(strict: Site) -> None:
    url = "/api/v1/courses/small-course/questions/kernel-reach/attempts"
    with strict as site:
        got = [site.program().post(url, json={"answer": None}).status_code for _ in range(4)]
    assert got == [200, 200, 200, 429]


def test_runs_are_limited(strict: Site) -> None:
    with strict as site:
        client = site.visitor()
        client.get("/")
        body = {"experiment": "parameters", "network": "vgg11"}
        assert [client.post("/api/v1/runs", json=body).status_code for _ in range(2)] == [202, 429]


def test_passwords_are_tried_slowly_by_email_and_by_address(strict: Site) -> None:
    with strict as site:

        def attempt(email: str) -> int:
            return site.visitor().post("/sign-in", data={"email": email, "password": "a guess"}).status_code

        assert [attempt("one@example.org") for _ in range(3)] == [422, 422, 429]
        assert attempt("ONE@example.org ") == 429
        others = [attempt(f"{n}@example.org") for n in range(2 * limits.ADDRESS_FACTOR)]
        assert others.index(429) == 2 * limits.ADDRESS_FACTOR - 4


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first = Settings(data=tmp_path).signing_key
    assert Settings(data=tmp_path).signing_key == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert len(first) >= 43
