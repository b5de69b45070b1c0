"""Trying one's own draft as a student: graded as theirs is, every kind of question, and nothing of it is kept."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app.content.course import Course
from app.content.library import Library
from app.db import metadata
from tests.content.courses import FOLDER
from tests.web.access import HERE, named
from tests.web.conftest import Site
from tests.web.sample import flat

FILE = f"/studio/courses/{HERE}/files/stacks.md"
AT = f"{FILE}/preview"
HTMX = {"hx-request": "true"}

LESSON = """---
title: Stacks
summary: Small kernels in place of a large one.
skills: [stacking]
minutes: 8
---

## What a stack sees

:::{question} pick
:kind: choice

Which is it?

- [ ] wrong-one
  > wrong-because
- [x] right-one
  > right-because

? hint-one
? hint-two
! explained-so
:::

:::{question} several
:kind: multiple

Which are?

- [x] alpha
  > of-alpha
- [ ] beta
  > of-beta

! both-explained
:::

:::{question} count
:kind: number
:vars: C in [2, 3, 5]

How many are {C} times two?

= 2 * C
~ C > only-once

! doubled
:::

:::{question} name
:kind: text

What is it called?

= skip connection
~ shortcut > nearly-that

! named-so
:::

:::{question} order
:kind: order

Put in order.

1. first-step
2. second-step
x. no-step
  > not-a-step

! ordered-so
:::

:::{question} pairs
:kind: match

Match.

| Layer | Does |
| --- | --- |
| conv | slides |
| relu | cuts |

! matched-so
:::

:::{question} prints
:kind: output

What does it print?

```python
net = nn.Conv2d(3, 4, 1)
print(2 + 3)
```

! five-it-is
:::

:::{question} build
:kind: architecture
:input: 3x8x8

Build one with few weights.

require: params <= 1000

```python solution
net = nn.Conv2d(3, 4, 1)
```

! built-so
:::
"""


@pytest.fixture
def studio(site: Site, tmp_path: Path) -> Site:
    site.app.state.library = Library(Path(shutil.copytree(FOLDER, tmp_path / "lessons")))
    return site


@pytest.fixture
def author(studio: Site) -> TestClient:
    client = named(studio, HERE, "instructor")
    saved = client.put(f"{FILE}/draft", json={"text": LESSON, "version": 0}).json()
    assert [one for one in saved["diagnostics"] if one["severity"] == "error"] == []
    return client


def rows(site: Site) -> dict[str, int]:
    """How many rows each table has that trying could touch."""
    tables = [table for table in metadata.sorted_tables if "learner_id" in table.c and "run" not in table.name]
    count: Any = lambda conn: {t.name: conn.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}  # noqa: E731
    found: dict[str, int] = site.db.read_now(count)
    return found


def send(client: TestClient, question: str, what: str = "attempts", **fields: Any) -> str:
    answer = client.post(f"{AT}/questions/{question}/{what}", data=fields, headers=HTMX)
    assert answer.status_code in (200, 422), answer.text
    page = flat(answer.text)
    # What stands under it for its author would be there anyway.
    return page[: page.index('<details class="author"')]


def question_of(site: Site, author: TestClient, id: str) -> Any:
    from app.studio import drafts, workshop

    own = site.db.read_now(lambda conn: drafts.writing(conn, [HERE]))
    held = site.db.read_now(lambda conn: drafts.own(conn, own[0].learner_id, HERE))
    look = workshop.look(site.app.state.library, HERE, {name: one.text for name, one in held.items()})
    course: Course | None = look.course
    assert course is not None
    return course.question_by_id[id][1]


@pytest.mark.parametrize("id", ["pick", "several", "count", "name", "order", "pairs", "prints"])
def test_every_kind_is_answered_rightly_and_explained(studio: Site, author: TestClient, id: str) -> None:
    question = question_of(studio, author, id)
    seed = int(re.findall(r'name="seed" value="(\d+)"', send(author, id, "hints", number=1))[0])
    key = question.key(seed)
    right = send(author, id, answer=key if isinstance(key, list) else str(key), seed=seed)
    assert "Right, and here is why" in right
    assert question.explanation(seed) in right
    unknown = send(author, id, unknown="1")
    assert question.explanation(seed) in unknown


def test_what_is_wrong_is_said_as_a_student_hears_it(studio: Site, author: TestClient) -> None:
    wrong = question_of(studio, author, "pick").options[0].id
    page = send(author, "pick", answer=wrong)
    assert "wrong-because" in page
    assert "right-because" not in page
    assert "explained-so" not in page
    assert "nearly-that" in send(author, "name", answer="Shortcut")
    assert send(author, "count", answer="what").count("This is not a number") == 1


def test_hints_are_opened_one_by_one(author: TestClient) -> None:
    first = send(author, "pick", "hints", number=1)
    assert "hint-one" in first
    assert "hint-two" not in first
    assert "hint-two" not in send(author, "pick", "hints", number=1), "a double click opens one"
    assert "hint-two" in send(author, "pick", "hints", number=2)


def test_every_variant_is_stepped_through(author: TestClient) -> None:
    seen = set()
    for after in range(3):
        page = send(author, "count", "variants", after=after)
        seen.add(re.findall(r"How many are (\d) times", page)[0])
        assert 'name="seed"' in page
    assert seen == {"2", "3", "5"}
    assert re.findall(r"How many are (\d)", send(author, "count", "variants", after=0)) == re.findall(
        r"How many are (\d)", page
    )


def test_an_author_sees_what_is_said_of_every_answer(author: TestClient) -> None:
    page = author.get(AT).text
    notes = re.findall(r'<details class="author".*?</details>', page, re.DOTALL)
    assert len(notes) == 8
    every = "".join(notes)
    for words in (
        "wrong-because",
        "right-because",
        "of-beta",
        "only-once",
        "nearly-that",
        "not-a-step",
        "hint-two",
        "five-it-is",
    ):
        assert words in every
    assert "five-it-is" in every
    outside = re.sub(r'<details class="author".*?</details>', "", page, flags=re.DOTALL)
    for words in ("wrong-because", "right-because", "only-once", "hint-two", "five-it-is"):
        assert words not in outside


def test_nothing_of_it_is_kept(studio: Site, author: TestClient) -> None:
    before = rows(studio)
    send(author, "pick", answer=question_of(studio, author, "pick").options[1].id)
    send(author, "count", "hints", number=1)
    send(author, "count", "variants", after=0)
    send(author, "pairs", unknown="1")
    author.get(AT)
    assert rows(studio) == before


def test_a_preview_that_is_read_anew_begins_anew(author: TestClient) -> None:
    send(author, "pick", "hints", number=1)
    assert "hint-two" in send(author, "pick", "hints", number=2)
    author.get(AT)
    assert "hint-two" not in send(author, "pick", "hints", number=1)


def test_a_network_waits_for_the_lab(author: TestClient) -> None:
    page = send(author, "build", answer="net = nn.Conv2d(3, 4, 1)")
    assert "data-measuring" in page
    assert f'action="{AT}/questions/build/attempts"' in page
    assert "There is no code in this" in send(author, "build", answer=" ")


def test_without_a_script_it_is_a_page_that_leads_back(author: TestClient) -> None:
    answer = author.post(f"{AT}/questions/pick/attempts", data={"unknown": "1"})
    assert answer.status_code == 200
    assert "explained-so" in answer.text
    assert f'href="{AT}#q-pick"' in answer.text
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


LAB = f"/studio/courses/{HERE}/files/first-steps.md/preview/labs/one-layer"


def test_a_labs_prediction_is_asked_and_forgotten(studio: Site, author: TestClient) -> None:
    before = rows(studio)
    pane = author.get(f"{LAB}?fragment=pane", headers=HTMX).text
    assert f'action="{LAB}/predictions"' in pane
    said = author.post(f"{LAB}/predictions", data={"value": "1,728"}, headers=HTMX).text
    assert "you:" in said
    key = re.findall(r'data-stream="([^"]+)"', said)[0]
    assert "lab=tried%3A" in key
    ran = author.post(f"{LAB}/runs", data={"experiment": "parameters"}, headers=HTMX).text
    assert "you:" in ran, "what was said stays with later runs"
    author.get(LAB.partition("/labs/")[0])
    assert "you:" not in author.get(f"{LAB}?fragment=pane", headers=HTMX).text
    assert rows(studio) == before


def test_a_run_is_followed_only_by_those_who_may_see_the_draft(studio: Site, author: TestClient) -> None:
    said = author.post(f"{LAB}/predictions", data={"skip": "1"}, headers=HTMX).text
    stream = re.findall(r'data-stream="([^"]+)"', said)[0].replace("&amp;", "&").replace("/stream", "")
    assert author.get(stream).status_code == 200
    assert studio.visitor().get(stream).status_code == 404
    assert studio.signed_in().get(stream).status_code == 403
    assert author.get(re.sub("tried%3A.*", "tried%3A%2Fnowhere", stream)).status_code == 404


def test_a_question_that_is_not_in_the_file(author: TestClient) -> None:
    assert author.post(f"{AT}/questions/kernel-reach/attempts", data={"unknown": "1"}).status_code == 404
