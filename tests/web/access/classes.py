"""Classes of a course, and who is in them."""

import time
import uuid
from collections.abc import Mapping

from sqlalchemy import Connection

from app.studio import classes
from tests.web.access import HERE, OTHER, Row, changed, seen
from tests.web.conftest import Site
from tests.web.routes import Asked

AT = "/studio/courses/{course}/classes"
ONE = f"{AT}/{{class_id}}"
ROWS: Mapping[tuple[str, str], Row] = {
    ("GET", AT): seen(),
    ("POST", AT): changed(),
    ("GET", ONE): seen(),
    ("POST", ONE): changed(),
    ("GET", f"{ONE}/members/{{member}}"): seen(),
    ("POST", f"{ONE}/roster.csv"): changed(200),
    ("POST", f"{ONE}/xapi.json"): changed(200),
    ("POST", f"{ONE}/link/close"): changed(),
    ("POST", f"{ONE}/link/open"): changed(),
    ("POST", f"{ONE}/link/renew"): changed(),
    ("POST", f"{ONE}/archive"): changed(),
    ("POST", f"{ONE}/restore"): changed(),
    # Once one instructor removed somebody, nobody else can.
    ("POST", f"{ONE}/members/{{member}}/remove"): (404, 403, 403, 303, 403, 404),
    ("POST", f"{ONE}/members/{{member}}/restore"): changed(),
}
BODIES = {
    ("POST", AT): Asked({"name": "Autumn"}),
    ("POST", ONE): Asked({"name": "Spring"}),
    **{at: Asked({}) for at in ROWS if at[0] == "POST" and at[1] not in (AT, ONE)},
    ("POST", f"{ONE}/link/renew"): Asked({"link": "not-its-link"}),
}


def joined(site: Site, course: str, emails: bool = False) -> tuple[classes.Class, classes.Membership]:
    """A class with one student in it."""
    account, id, now = site.account(), uuid.uuid4().hex, time.time()

    def write(conn: Connection) -> tuple[classes.Class, classes.Membership]:
        group = classes.make(conn, id, course, "A class", emails, now)
        assert group
        classes.join(conn, group, account.id, now)
        its = classes.membership(conn, group.id, account.id)
        assert its
        return group, its

    return site.db.write_now(write)


def there(site: Site, course: str = HERE) -> Mapping[str, str]:
    group, its = joined(site, course)
    return {"class_id": group.id, "member": its.member.code}


def elsewhere(site: Site) -> Mapping[str, str]:
    return there(site, OTHER)
