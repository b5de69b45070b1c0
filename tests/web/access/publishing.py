"""Publishing, merging and revisions."""

import time
import uuid
from collections.abc import Mapping

from sqlalchemy import Connection

from app.studio import publications, revisions
from tests.web.access import HERE, OTHER, Row, changed, seen
from tests.web.conftest import Site
from tests.web.routes import Asked

_COURSE = "/studio/courses/{course}"

ROWS: Mapping[tuple[str, str], Row] = {
    ("GET", f"{_COURSE}/publish"): (404, 403, 403, 200, 403, 200),
    ("GET", f"{_COURSE}/publish.zip"): (404, 403, 403, 200, 403, 200),
    # Nobody here has written anything.
    ("POST", f"{_COURSE}/publish"): changed(409),
    ("POST", f"{_COURSE}/publish/retire"): changed(),
    ("GET", f"{_COURSE}/publications/{{publication}}"): seen(),
    ("POST", f"{_COURSE}/publications/{{publication}}/finish"): changed(),
    ("GET", f"{_COURSE}/revisions"): seen(),
    ("GET", f"{_COURSE}/revisions/{{revision}}"): seen(),
    ("POST", f"{_COURSE}/revisions/{{revision}}/restore"): changed(),
    ("GET", f"{_COURSE}/files/{{file}}/merge"): (404, 403, 403, 303, 403, 303),
    ("POST", f"{_COURSE}/files/{{file}}/merge"): changed(),
}
BODIES = {
    ("POST", f"{_COURSE}/publish"): Asked({"key": "a" * 32}),
    ("POST", f"{_COURSE}/publish/retire"): Asked({}),
    ("POST", f"{_COURSE}/publications/{{publication}}/finish"): Asked({}),
    ("POST", f"{_COURSE}/revisions/{{revision}}/restore"): Asked({}),
    ("POST", f"{_COURSE}/files/{{file}}/merge"): Asked({"version": "0", "disk": "", "text": "x"}),
}


def there(site: Site) -> Mapping[str, str]:
    return _made(site, HERE) | {"file": "course.yaml"}


def elsewhere(site: Site) -> Mapping[str, str]:
    return _made(site, OTHER)


def _made(site: Site, course: str) -> dict[str, str]:
    """A publication of one file, with its revision."""
    id, file = uuid.uuid4().hex, f"x{uuid.uuid4().hex}.md"

    def write(conn: Connection) -> int:
        now = time.time()
        publications.plan(conn, id, course, publications.count(conn, course) + 1, "nobody", "", now)
        publications.written(conn, id, [])
        publications.done(conn, id, None, "")
        made = revisions.add(conn, course, file, "x", now, origin="studio", after=None, publication=id)
        assert made is not None
        return made.id

    return {"publication": id, "revision": str(site.db.write_now(write))}
