"""Against PostgreSQL: what no text of it may hold is no run, and no fault of the site."""

from pathlib import Path

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests import postgres
from tests.web.conftest import Site


def test_an_address_that_holds_no_text_names_no_run(postgres_server: postgres.Server, tmp_path: Path) -> None:
    url = postgres_server.fresh()
    database = Database(url)
    database.upgrade()
    database.close()
    with Site(create_app(Settings(data=tmp_path, database_url=url))) as site:
        visitor = site.visitor()
        assert visitor.get("/lab/parameters?from=%00").status_code == 404
        refused = visitor.post("/lab/parameters/runs", data={"last": "\x00", "code": "net = nn.ReLU()", "input": "x"})
        assert refused.status_code == 422
