"""What can be completed in a file: its course's instructors write there."""

from tests.web.access import changed

ROWS = {("GET", "/studio/courses/{course}/files/{file}/words"): changed(200)}


def there(_site: object) -> dict[str, str]:
    return {"file": "stacks.md"}
