"""Keeping and sharing: who sees what, that it outlives its run, and where it grew from."""

import json
import re
import time

import pytest
from sqlalchemy import Connection, delete
from starlette.testclient import TestClient

from app.lab.catalogue import spec
from app.runs import Run, record
from app.web import share_measuring
from tests.web.conftest import Site
from tests.web.results import PARAMETERS
from tests.web.routes import ended_run

CODE = "net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())\n"


@pytest.fixture(autouse=True)
def no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs here, so nothing is waited for."""
    monkeypatch.setattr("app.web.sharing.MOMENT", 0.01)


def kept_run(site: Site, code: str = CODE) -> str:
    """The id of a run of one's own code that is over."""
    wanted = spec("parameters", code=code)
    now = time.time()
    run = Run(wanted.id, wanted, "done", now, now, "CPU", 0.1, result_text=json.dumps(PARAMETERS))

    def write(conn: Connection) -> None:
        record.ask(conn, run, "0" * 32, "nobody")
        record.finish(conn, run, lasting=True, owner="nobody")

    site.db.write_now(write)
    return wanted.id


def share(client: TestClient, run: str, **fields: str) -> str:
    sent = client.post("/nexus/shares", data={"run": run, "title": "A secret net", **fields})
    assert sent.status_code == 303, re.sub(r"<[^>]+>", "", sent.text)
    return str(sent.headers["location"]).partition("?")[0]


def test_what_is_shared_by_link_opens_for_whoever_has_it_and_no_longer_when_it_is_private(site: Site) -> None:
    owner, other = site.visitor(), site.visitor()
    url = share(owner, kept_run(site), visibility="link")
    page = other.get(url)
    assert page.status_code == 200
    assert "A secret net" in page.text
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["cache-control"] == "private, no-store"
    assert owner.post(url, data={"visibility": "private", "title": "A secret net"}).status_code == 303
    assert other.get(url).status_code == 404
    assert other.get(f"{url}/lab").status_code == 404
    assert other.post(f"{url}/runs").status_code == 404
    assert owner.get(url).status_code == 200


def test_a_share_is_private_at_first(site: Site) -> None:
    owner, other = site.visitor(), site.visitor()
    url = share(owner, kept_run(site))
    assert owner.get(url).status_code == 200
    assert other.get(url).status_code == 404


def test_the_same_sent_twice_is_one_share(site: Site) -> None:
    owner, run = site.visitor(), kept_run(site)
    owner.get("/")
    first = share(owner, run)
    again = owner.post("/nexus/shares", data={"run": run, "title": "Another name"})
    assert again.headers["location"] == f"{first}?known=1"
    assert owner.get("/nexus/mine").text.count("/delete") == 1


def test_a_share_outlives_its_run(site: Site) -> None:
    owner = site.visitor()
    run = kept_run(site)
    url = share(owner, run, visibility="link")
    site.db.write_now(lambda conn: conn.execute(delete(record.run).where(record.run.c.id == run)))
    other = site.visitor()
    page = other.get(url)
    assert page.status_code == 200
    assert "Run it" in page.text
    assert other.post(f"{url}/runs").headers["location"].startswith(url)
    assert site.db.read_now(lambda conn: record.load(conn, run)) is not None
    assert "Conv2d" in other.get(f"{url}/lab").text


def test_a_copy_remembers_what_it_grew_from_and_tells_nothing_of_what_became_private(site: Site) -> None:
    first, second, third = site.visitor(), site.visitor(), site.visitor()
    url = share(first, kept_run(site), visibility="link", title="The ancestor")
    token = url.rpartition("/")[2]
    lab = second.get(f"{url}/lab")
    assert f'name="grown" value="{token}"' in lab.text
    grown = share(second, kept_run(site, CODE.replace("8", "16")), visibility="link", title="Grown", grown=token)
    page = third.get(grown).text
    assert "a private model" in page, "whoever has the child's address was not given the parent's"
    assert "The ancestor" not in page
    assert token not in page
    assert "The ancestor" in first.get(grown).text, "its owner knows it"


def test_deleting_can_be_undone_for_oneself(site: Site) -> None:
    owner, other = site.visitor(), site.visitor()
    url = share(owner, kept_run(site), visibility="link")
    assert other.post(f"{url}/delete").status_code == 404
    assert owner.post(f"{url}/delete").status_code == 303
    assert (owner.get(url).status_code, other.get(url).status_code) == (404, 404)
    assert "can be brought back" in owner.get("/nexus/mine").text
    assert other.post(f"{url}/restore").status_code == 404
    assert owner.post(f"{url}/restore").status_code == 303
    assert (owner.get(url).status_code, other.get(url).status_code) == (200, 404)


def test_a_spec_that_the_lab_no_longer_knows_is_shown_with_its_code(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = site.visitor()
    url = share(owner, kept_run(site))
    monkeypatch.setattr(share_measuring, "revived", lambda _: None)
    monkeypatch.setattr("app.web.shares.revived", lambda _: None)
    page = owner.get(url)
    assert page.status_code == 200
    assert "no such experiment any more" in page.text
    assert "Conv2d" in page.text


def test_a_zoo_network_is_shared_too(site: Site) -> None:
    owner = site.visitor()
    url = share(owner, ended_run(site), kind="network", title="")
    assert "vgg13" in owner.get(url).text
