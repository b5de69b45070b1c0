"""Who may see what answers tell, and say something to those who gave one."""

from tests.web.access import changed, seen
from tests.web.routes import Asked

_QUESTION = "/studio/courses/{course}/answers/questions/{question}"

ROWS = {
    ("GET", "/studio/courses/{course}/answers"): seen(),
    ("GET", "/studio/courses/{course}/answers.csv"): seen(),
    ("GET", "/studio/courses/{course}/answers/skills"): seen(),
    ("GET", "/studio/courses/{course}/answers/lessons/{lesson}"): seen(),
    ("GET", _QUESTION): seen(),
    ("GET", f"{_QUESTION}/groups"): seen(),
    # Nobody has answered here; groups are written to in test_studio_answers.
    ("POST", f"{_QUESTION}/groups/{{group}}/comments"): changed(404),
}
BODIES = {("POST", f"{_QUESTION}/groups/{{group}}/comments"): Asked({"body": "Look again."})}


def there(site: object) -> dict[str, str]:
    return {"group": "0" * 16}
