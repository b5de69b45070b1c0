"""Answers judged again."""

import time
import uuid
from collections.abc import Mapping

from app.studio import regrading
from tests.web.access import HERE, OTHER, Row, changed, seen
from tests.web.conftest import Site
from tests.web.routes import Asked

COURSE = "/studio/courses/{course}/regrades"

ROWS: Mapping[tuple[str, str], Row] = {
    ("GET", COURSE): seen(),
    ("POST", COURSE): changed(),
    ("GET", f"{COURSE}/{{regrade}}"): seen(),
}
BODIES = {("POST", COURSE): Asked({"question": "kernel-reach"})}


def there(site: Site) -> Mapping[str, str]:
    return _made(site, HERE)


def elsewhere(site: Site) -> Mapping[str, str]:
    return _made(site, OTHER)


def _made(site: Site, slug: str) -> Mapping[str, str]:
    course, id = site.app.state.library.course(slug), uuid.uuid4().hex
    question = course.question_by_id["kernel-reach"][1]
    site.db.write_now(lambda conn: regrading.begin(conn, id, course, question, "ada", time.time()))
    return {"regrade": id}
