"""Against PostgreSQL: what no text of it may hold is no run, and no fault of the site; tests, time and leaving."""

from pathlib import Path

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests import postgres
from tests.web.conftest import Site
from tests.web.sample import Shelf
from tests.web.test_own_data import busy, export, rows_of


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


def test_who_did_a_bit_of_everything_takes_it_away_and_leaves(postgres_server: postgres.Server, tmp_path: Path) -> None:
    url = postgres_server.fresh()
    database = Database(url)
    database.upgrade()
    database.close()
    with Site(create_app(Settings(data=tmp_path, database_url=url))) as site:
        site.app.state.library = Shelf()
        student = site.visitor()
        learner_id = busy(student)
        kept = rows_of(site, learner_id)
        assert {name: len(rows) for name, rows in export(student)["tables"].items() if rows} == kept | {"learner": 1}
        assert student.get("/me").status_code == 200
        assert student.post("/me/delete", data={"sure": "1"}).status_code == 303
        assert rows_of(site, learner_id).keys() == {"xp_award", "xp_total"}
