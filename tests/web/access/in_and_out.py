"""A course's way in and out."""

from app.studio.archives import packed
from tests.web.access import Row, seen
from tests.web.routes import Asked

FILES = {"nowhere/course.yaml": b"title: Nowhere\nsummary: Nothing.\n"}
#: Who is staff of nothing is not told; who makes no courses makes none; what is made twice is drafts the second time.
BROUGHT: Row = (404, 403, 403, 303, 403, 303)

ROWS = {
    ("GET", "/studio/courses/{course}/in-and-out"): seen(),
    ("GET", "/studio/courses/{course}/questions.gift"): seen(),
    ("GET", "/studio/courses/{course}/questions.moodle.xml"): seen(),
    ("GET", "/studio/courses/{course}/questions.qti.zip"): seen(),
    ("GET", "/studio/courses/{course}/archive.zip"): seen(),
    ("POST", "/studio/courses/archive"): BROUGHT,
    ("GET", "/studio/help/images/{name}"): (404, 403, 200, 200, 200, 200),
    ("GET", "/studio/help/{page}"): (404, 403, 200, 200, 200, 200),
}
BODIES = {
    ("POST", "/studio/courses/archive"): Asked(files={"file": ("nowhere.zip", packed(FILES), "application/zip")}),
}


def there(_: object) -> dict[str, str]:
    return {"page": "lesson-format", "name": "lesson.png"}
