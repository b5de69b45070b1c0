"""Who is asked what by ``tests/web/test_access.py``, and with which objects; a file here for each noun of the studio.

A file holds

* ``ROWS``: (method, path) → what each of CAST is answered, in that order. ``seen()``, ``changed()`` and ``nobody()``
  write the usual ones. Rows are asked in their order, by everyone in CAST's order, so one that deletes comes last.
* ``BODIES`` (may be left out): (method, path) → ``routes.Asked``, for what changes something.
* ``there(site)`` (may be left out): what stands for the path's parameters in HERE, made now.
* ``elsewhere(site)`` (may be left out): the same names, of OTHER. Nobody may reach them through HERE's address, nor
  may HERE's staff reach them through OTHER's: that is asked of every row by itself.

Every path under ``/studio/courses/{course}/`` is asked with both courses.
"""

import importlib
import pkgutil
import time
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from starlette.testclient import TestClient

from app.learning import staff
from app.learning.staff import CourseRole
from tests.web.conftest import PASSWORD, Site
from tests.web.routes import BODIES, Asked

#: The course whose staff is asked, and another one beside it.
HERE, OTHER = "small-course", "other-course"
#: A guest; a student; an assistant and an instructor of HERE; an instructor of OTHER; an admin.
CAST = ("guest", "student", "assistant", "instructor", "stranger", "admin")

Row = tuple[int, ...]
EVERYONE: Row = (200,) * 6
SEE_OTHER: Row = (303,) * 6
ACCOUNTS: Row = (403, 200, 200, 200, 200, 200)


def nobody(status: int) -> Row:
    """The same for all."""
    return (status,) * 6


def seen(status: int = 200) -> Row:
    """What the staff of a course may see."""
    return (404, 403, status, status, 403, status)


def changed(status: int = 303) -> Row:
    """What the instructors of a course may change."""
    return (404, 403, 403, status, 403, status)


def named(site: Site, course: str, role: CourseRole) -> TestClient:
    """Someone signed in whose account is staff of one course."""
    account = site.account()
    site.db.write_now(lambda conn: staff.grant(conn, account.id, course, role, None, time.time()))
    client = site.visitor()
    assert client.post("/sign-in", data={"email": account.email or "", "password": PASSWORD}).status_code == 303
    return client


def cast(site: Site) -> dict[str, TestClient]:
    """Each of CAST, in that order."""
    return {
        "guest": site.visitor(),
        "student": site.signed_in(),
        "assistant": named(site, HERE, "assistant"),
        "instructor": named(site, HERE, "instructor"),
        "stranger": named(site, OTHER, "instructor"),
        "admin": site.signed_in("admin"),
    }


def nouns() -> list[ModuleType]:
    """The files beside this one."""
    return [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def bodies() -> Mapping[tuple[str, str], Asked]:
    """How everything that changes something is asked."""
    studio = {at: asked for noun in nouns() for at, asked in getattr(noun, "BODIES", {}).items()}
    return {**BODIES, **studio}


def objects(noun: ModuleType, which: str, site: Site) -> Mapping[str, str]:
    """What a file's ``there`` or ``elsewhere`` makes; nothing where it has none."""
    make: Any = getattr(noun, which, None)
    return make(site) if make else {}
