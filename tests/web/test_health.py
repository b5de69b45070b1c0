"""What whoever watches the site is told."""

import sys

import pytest

from app.db import Unavailable
from tests.web.conftest import Site


def test_the_parts_that_are_not_well_are_named_with_a_reason(site: Site) -> None:
    told = site.visitor().get("/readyz")
    assert told.status_code == 503
    assert told.json() == {
        "status": "not ready",
        "database": "ok",
        "lab": "not ready",
        "why": "lab: its workers have not come up yet",
    }


def test_a_database_that_reads_but_cannot_write_is_not_well(site: Site) -> None:
    with pytest.raises(Unavailable):
        site.db.write_now(lambda _: sys.exit())
    told = site.visitor().get("/readyz")
    assert told.status_code == 503
    assert told.json()["database"] == "not ready"
    assert "database: it does not answer" in told.json()["why"]
    assert site.visitor().get("/healthz").status_code == 200
