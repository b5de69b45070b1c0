"""New courses and lessons, names, order, and what is taken out."""

from collections.abc import Mapping

from tests.web.access import Row, changed
from tests.web.conftest import Site
from tests.web.routes import Asked

COURSE = "/studio/courses/{course}"

ROWS: Mapping[tuple[str, str], Row] = {
    # Made by the first who may; the others are told that it is there.
    ("POST", "/studio/courses"): (404, 403, 403, 303, 422, 422),
    ("GET", f"{COURSE}/order"): changed(200),
    ("POST", f"{COURSE}/order"): changed(),
    ("POST", f"{COURSE}/rename"): changed(),
    # Each has a working copy of their own.
    ("POST", f"{COURSE}/lessons"): changed(),
    ("POST", f"{COURSE}/lessons/{{lesson}}/rename"): changed(),
    ("POST", f"{COURSE}/questions/{{question}}/retire"): changed(),
    ("POST", f"{COURSE}/lessons/{{lesson}}/retire"): changed(),
}
BODIES = {
    ("POST", "/studio/courses"): Asked({"title": "A course of one's own", "slug": "ones-own"}),
    ("POST", f"{COURSE}/order"): Asked({"move": "stacks", "by": "-1"}),
    ("POST", f"{COURSE}/rename"): Asked({"title": "Another title"}),
    ("POST", f"{COURSE}/lessons"): Asked({"title": "A third lesson"}),
    ("POST", f"{COURSE}/lessons/{{lesson}}/rename"): Asked({"title": "First of all"}),
    ("POST", f"{COURSE}/questions/{{question}}/retire"): Asked({}),
    ("POST", f"{COURSE}/lessons/{{lesson}}/retire"): Asked({}),
}


def there(_: Site) -> Mapping[str, str]:
    return {"lesson": "first-steps", "question": "kernel-reach"}
