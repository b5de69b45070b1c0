"""The galleries, the API, and that nothing is public that was not shared."""

import re

import pytest
from starlette.testclient import TestClient

from app.learning import shares
from tests.web.conftest import Site
from tests.web.routes import ABSENT, SAFE, THERE, filled, routes
from tests.web.test_shares import CODE, kept_run, share

COURSE = "small-course"
GALLERY = f"/courses/{COURSE}/nexus"


@pytest.fixture(autouse=True)
def no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.sharing.MOMENT", 0.01)


def publish(site: Site, client: TestClient, width: int, title: str, name: str = "Ann Onym") -> str:
    run = kept_run(site, CODE.replace("8", str(width)))
    return share(client, run, title=title, visibility="gallery", course=COURSE, name=name)


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/nexus/s/[\w-]+">([^<]+)</a>', page)


def test_a_guest_is_sent_to_an_account_and_what_was_typed_stays(site: Site) -> None:
    guest = site.visitor()
    fields = {"run": kept_run(site), "title": "My <b>net</b>", "visibility": "gallery", "course": COURSE}
    refused = guest.post("/nexus/shares", data={**fields, "description": "Said & done"})
    assert refused.status_code == 422
    assert "The gallery is for accounts" in refused.text
    assert f'/account/new?next=/nexus/new%3Frun%3D{fields["run"]}"' in refused.text, "it leads back"
    assert "My &lt;b&gt;net&lt;/b&gt;" in refused.text
    assert "Said &amp; done" in refused.text
    assert "My &lt;b" not in site.visitor().get(GALLERY).text


def test_the_gallery_needs_a_name_that_is_chosen(site: Site) -> None:
    ann, bob = site.signed_in(email="ann.real@example.org"), site.signed_in()
    run = kept_run(site)
    fields = {"run": run, "title": "A net", "visibility": "gallery", "course": COURSE}
    assert "Choose a name" in ann.post("/nexus/shares", data=fields).text
    assert ann.post("/nexus/shares", data={**fields, "name": "Ann Onym"}).status_code == 303
    assert "Somebody here has this name" in bob.post("/nexus/shares", data={**fields, "name": "ann-onym"}).text
    page = site.visitor().get(GALLERY).text
    assert titles(page) == ["A net"]
    assert "Ann Onym" in page
    assert ann.post("/nexus/name", data={"name": "Ann Other"}).status_code == 303
    assert "Ann Other" in site.visitor().get(GALLERY).text, "at once, everywhere"


def test_a_gallery_is_searched_and_filtered_by_its_address(site: Site) -> None:
    ann = site.signed_in()
    for width, title in ((4, "Narrow one"), (16, "Wide one")):
        publish(site, ann, width, title)
    anyone = site.visitor()
    assert titles(anyone.get(GALLERY).text) == titles(anyone.get("/nexus").text) == ["Wide one", "Narrow one"]
    assert titles(anyone.get(f"{GALLERY}?q=NARROW").text) == ["Narrow one"]
    assert titles(anyone.get(f"{GALLERY}?q=onym+wide").text) == ["Wide one"]
    assert titles(anyone.get(f"{GALLERY}?experiment=trace").text) == []
    assert "Nothing here is like that" in anyone.get(f"{GALLERY}?q=nothing").text
    wrong = anyone.get(f"{GALLERY}?params=many&accuracy=%3Cx%3E&sort=rank&after=1%3Ax&experiment=no")
    assert wrong.status_code == 200
    assert wrong.text.count("field__problem") == 2
    assert len(titles(wrong.text)) == 2


def test_a_page_leads_to_the_next(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.nexus.PAGE", 2)
    ann = site.signed_in()
    for width in range(1, 6):
        publish(site, ann, width, f"Net {width}")
    seen, url = [], f"{GALLERY}?q=net&sort=new"
    while url:
        page = site.visitor().get(url).text
        seen += titles(page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        url = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"Net {width}" for width in (5, 4, 3, 2, 1)]


def test_nothing_is_public_that_was_not_shared(site: Site) -> None:
    """Every page of the site, asked by everyone, before and after it was made private: no trace."""
    owner = site.signed_in()
    secret = publish(site, owner, 77, "Untold Zebra", "Quagga Quokka")
    run = kept_run(site, CODE.replace("8", "77"))
    child = share(site.visitor(), kept_run(site, CODE.replace("8", "78")), grown=secret[-22:], visibility="link")
    seen_before = site.visitor().get(GALLERY).text
    assert "Untold Zebra" in seen_before, "the walk below would find it"
    assert owner.post(secret, data={"visibility": "private", "back": "mine"}).status_code == 303
    traces = ("Untold Zebra", "Quagga", secret[-22:], run, run[:6], "Conv2d(3, 77")
    there = {**ABSENT, **THERE, "token": child[-22:]}
    urls = {filled(path, there) for method, path in routes(site.app) if method in SAFE and path != "/static"}
    # A run that is known by its id is open to whoever knows it; its share is not.
    urls |= {GALLERY, f"{GALLERY}?q=zebra", "/nexus?sort=params", f"/api/v1/shares?course={COURSE}", secret}
    urls |= {f"{secret}/lab", f"/nexus/new?run={'0' * 32}&grown={secret[-22:]}", f"/api/v1/shares/{secret[-22:]}"}
    urls -= {"/api/openapi.json", "/api/docs"}
    for viewer in (site.visitor(), site.signed_in(), site.signed_in("instructor"), site.signed_in("admin")):
        for url in sorted(urls):
            if "stream" in url or "events" in url:
                continue
            text = viewer.get(url).text
            found = [trace for trace in traces if trace in text and trace not in url]
            assert found == [], f"{url} tells {found}"
    assert owner.get(secret).status_code == 200


def test_others_cannot_change_what_is_not_theirs(site: Site) -> None:
    owner, other, admin = site.signed_in(), site.signed_in(), site.signed_in("admin")
    url = publish(site, owner, 9, "Mine")
    for client in (other, admin, site.visitor()):
        assert client.post(url, data={"title": "Yours", "visibility": "private"}).status_code == 404
        assert client.post(f"{url}/delete").status_code == 404
        assert client.patch(f"/api/v1/shares/{url[-22:]}", json={"title": "Yours"}).status_code == 404
        assert client.delete(f"/api/v1/shares/{url[-22:]}").status_code == 404
    assert titles(site.visitor().get(GALLERY).text) == ["Mine"]


def test_programs_keep_list_change_and_delete(site: Site) -> None:
    ann = site.signed_in()
    asked = {"run": kept_run(site), "title": "By a program", "visibility": "gallery", "course": COURSE}
    refused = ann.post("/api/v1/shares", json=asked)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["at"] == ["body", "name"]
    made = ann.post("/api/v1/shares", json={**asked, "name": "Robot Ann"})
    assert made.status_code == 201
    told = made.json()
    assert (told["name"], told["visibility"], told["spec"]["code"]) == ("Robot Ann", "gallery", CODE)
    again = ann.post("/api/v1/shares", json=asked)
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    anyone = site.visitor()
    (listed,) = anyone.get(f"/api/v1/shares?course={COURSE}").json()["shares"]
    assert listed == told
    assert anyone.get("/api/v1/shares?mine=true").json() == {"shares": [], "next": None}
    url = f"/api/v1/shares/{told['id']}"
    changed = ann.patch(url, json={"visibility": "link", "description": "Hidden now"}).json()
    assert (changed["visibility"], changed["title"], changed["description"]) == ("link", "By a program", "Hidden now")
    assert anyone.get("/api/v1/shares").json()["shares"] == []
    assert anyone.get(url).json()["description"] == "Hidden now"
    assert ann.delete(url).status_code == 204
    assert anyone.get(url).status_code == 404
    (kept,) = ann.get("/nexus/mine.json").json()["shares"]
    assert kept["deleted"] is not None
    assert kept["spec"]["code"] == CODE


@pytest.mark.parametrize(
    "given",
    [
        "<script>alert(1)</script>",
        "[here](https://evil.example)",
        "![seen](https://evil.example/x.png)",
        "<https://evil.example>",
        "[a]\n\n[a]: https://evil.example",
        "<a href='x' onclick='y'>z</a>",
        "# Heading",
        "<div hx-get='/me' hx-trigger='load'>",
        "```html\n<img src=x onerror=alert(1)>\n```",
        "> " * 200 + "deep",
        "*" * 2000,
    ],
)
def test_a_description_is_only_ever_words(site: Site, given: str) -> None:
    owner = site.visitor()
    url = share(owner, kept_run(site), description=given)
    page = owner.get(url).text
    said = re.search(r'<div class="prose share__said">(.*?)</div>', page, re.DOTALL)
    assert said is not None
    assert re.findall(r"<(?!/?(?:p|em|strong|code|pre|ul|ol|li|blockquote|br)\b)[^>]*>", said[1]) == []
    assert re.findall(r"<\w+ [^>]*>", said[1].replace('<ol start="', "<ol")) == []


def test_too_many_in_a_minute_are_asked_to_wait(site: Site) -> None:
    site.app.state.limits._items["shares"] = type(site.app.state.limits._items["runs"])(2)
    owner, run = site.visitor(), kept_run(site)
    owner.get("/")
    codes = [owner.post("/nexus/shares", data={"run": run}).status_code for _ in range(3)]
    assert codes == [303, 303, 429]


def test_the_run_page_offers_to_share_and_says_what_is_kept(site: Site) -> None:
    owner, run = site.visitor(), kept_run(site)
    page = owner.get(f"/runs/{run}").text
    assert 'action="/nexus/shares"' in page
    assert "You keep this in Nexus" not in page
    url = share(owner, run, title="Kept")
    assert f'<a href="{url}">Kept</a>' in owner.get(f"/runs/{run}").text
    assert url not in site.visitor().get(f"/runs/{run}").text


def test_a_lab_page_of_a_copy_takes_no_other_texts_for_a_token(site: Site) -> None:
    for text in ("x", "../../etc", '"><script>', "é" * 22, "\0" * 22):
        page = site.visitor().post("/lab/parameters/runs", data={"code": "oops(", "input": "0", "grown": text})
        assert 'name="grown"' not in page.text
    assert shares.TOKEN.fullmatch("a" * 22)
