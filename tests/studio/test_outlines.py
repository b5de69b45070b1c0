"""course.yaml is edited as a text: what is not meant stays as it was, to the letter."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from app.studio import outlines
from app.studio.outlines import Unreadable

ROOT = Path(__file__).parents[2]
YAML_TEXT = """# The course, with a remark.
title: "Stacking"   # quoted
summary: >-
  Folded text
  of two lines.
skills:
  # The first of all.
  - id: seeing
    title: Seeing
    concept: What a window sees.
  - {id: stacking, title: Stacking, concept: "Small ones: a stack.", requires: [seeing]} # one line

# In their order.
lessons:
  - first # begins
  - second
"""


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    gone, come = before.splitlines(), after.splitlines()
    return [one for one in gone if one not in come], [one for one in come if one not in gone]


@pytest.mark.parametrize("path", sorted((ROOT / "lessons").glob("*/course.yaml")), ids=lambda path: path.parent.name)
def test_an_edit_of_a_real_course_changes_its_own_lines_alone(path: Path) -> None:
    text = path.read_text()
    first = YAML(typ="safe", pure=True).load(text)["skills"][0]["id"]
    assert lines_changed(text, outlines.add_lesson(text, "a-new-lesson"))[0] == []
    gone, come = lines_changed(text, outlines.change_skill(text, first, "Another title", "", ""))
    assert (len(gone), len(come)) == (1, 1)
    assert lines_changed(text, outlines.retire(text, ["a-question"])) == ([], ["retired: [a-question]"])
    assert outlines.with_skills_text(text, outlines.skills_text(text)) == text


def test_comments_quotes_and_folds_stay() -> None:
    text = outlines.add_lesson(YAML_TEXT, "third")
    text = outlines.add_skill(text, "shrinking", "Shrinking", "It shrinks: a bit.", "", "seeing")
    text = outlines.need(text, "shrinking", "seeing")
    text = outlines.order(text, ["second"])
    gone, come = lines_changed(YAML_TEXT, text)
    assert [one for one in gone if "#" in one and one.partition("#")[2] not in text] == []
    assert 'title: "Stacking"   # quoted' in text
    assert "summary: >-\n  Folded text\n  of two lines.\n" in text
    read = YAML(typ="safe", pure=True).load(text)
    assert read["lessons"] == ["second", "first", "third"]
    assert [one["id"] for one in read["skills"]] == ["seeing", "shrinking", "stacking"]
    assert read["skills"][1]["requires"] == ["seeing"]
    assert "    requires: [seeing]" in come


def test_what_changes_nothing_gives_the_very_same_text() -> None:
    odd = YAML_TEXT.replace("  - first # begins\n  - second", "- first\n- second")
    for text in (YAML_TEXT, odd):
        assert outlines.add_lesson(text, "first") == text
        assert outlines.entitle(text, "Stacking") == text
        assert outlines.order(text, ["first"]) == text
        assert outlines.need(text, "stacking", "seeing") == text


def test_a_name_is_renamed_back_without_a_circle() -> None:
    there = outlines.rename(YAML_TEXT, "first", "begin")
    back = YAML(typ="safe", pure=True).load(outlines.rename(there, "begin", "first"))
    assert back["lessons"] == ["first", "second"]
    assert back["renamed"] == {"begin": "first"}


def test_the_part_of_the_skills_is_theirs_alone() -> None:
    part = outlines.skills_text(YAML_TEXT)
    assert part.startswith("skills:\n  # The first of all.\n")
    assert part.endswith("# one line\n")
    changed = outlines.with_skills_text(YAML_TEXT, part.replace("title: Seeing", "title: Sight"))
    assert lines_changed(YAML_TEXT, changed) == (["    title: Seeing"], ["    title: Sight"])
    assert outlines.with_skills_text("title: A\n", "skills: []") == "title: A\nskills: []\n"
    for wrong in ("title: B\n", "skills: []\ntitle: B\n", "- a\n", "skills: [\n"):
        with pytest.raises(ValueError, match=r"skills|course\.yaml"):
            outlines.with_skills_text(YAML_TEXT, wrong)


@pytest.mark.parametrize("text", ["- a\n", "title: [\n", "a: &x 1\nb: *y\n"])
def test_what_is_no_course_says_so(text: str) -> None:
    with pytest.raises(Unreadable):
        outlines.add_lesson(text, "third")


@given(st.text(max_size=60).filter(lambda text: text.strip() and text.isprintable()))
def test_any_title_is_read_back_as_it_was_typed(title: str) -> None:
    text = outlines.entitle(YAML_TEXT, title)
    assert YAML(typ="safe", pure=True).load(text)["title"] == " ".join(title.split())


FOLLOWED = (
    YAML_TEXT
    + """
# Who wrote it.
authors:
  - {id: team, name: The team}
"""
)


def test_a_comment_stays_with_what_follows_it() -> None:
    text = outlines.add_skill(FOLLOWED, "last", "The last", "It ends.")
    assert 'requires: [seeing]} # one line\n  - id: last\n    title: The last\n    concept: "It ends."\n\n# In' in text
    text = outlines.add_skill(text, "between", "Between", "It stands there.", "", "seeing")
    assert "    concept: What a window sees.\n  - id: between\n" in text
    text = outlines.add_lesson(text, "third")
    assert "  - first # begins\n  - second\n  - third\n\n# Who wrote it.\nauthors:" in text
    assert "  - third\n  - first # begins\n  - second\n\n# Who" in outlines.order(text, ["third"])
    assert "lessons:\n  - first # begins\n  - second\n\n# Who" in outlines.unlist(text, "third")
    assert "  - begun # begins\n  - second\n  - third\n\n# Who" in outlines.rename(text, "first", "begun")
    gone = outlines.retire(text, ["first", "a-question"], "second")
    assert YAML(typ="safe", pure=True).load(gone)["lessons"] == ["second", "third"]
    assert YAML(typ="safe", pure=True).load(gone)["retired"] == ["first", "a-question"]
    assert "# Who wrote it.\nauthors:" in gone
    for without_end in (FOLLOWED.rstrip(), YAML_TEXT.rstrip()):
        assert YAML(typ="safe", pure=True).load(outlines.add_lesson(without_end, "third"))["lessons"][-1] == "third"


def test_a_skill_goes_into_any_list() -> None:
    for text in (
        "title: A\nskills: []\n",
        "title: A\n",
        "title: A\nskills:\n- {id: a, title: A, concept: A}",
        "skills:\n  - id: a\n    title: A\n    concept: A",
    ):
        made = YAML(typ="safe", pure=True).load(outlines.add_skill(text, "new", 'Say "so": #1', "C", "G"))
        assert made["skills"][-1] == {"id": "new", "title": 'Say "so": #1', "group": "G", "concept": "C"}


BLOCKS = """title: A
skills:
  - id: one
    title: One
    concept: First.
  - id: two
    title: Two
    concept: Second.

# In their order.
lessons: [first]
"""


def test_a_need_of_the_last_skill_stands_within_it() -> None:
    text = outlines.need(BLOCKS, "two", "one")
    assert "    title: Two\n    requires: [one]\n    concept: Second.\n\n# In their order.\nlessons: [first]\n" in text
    text = outlines.change_skill(text, "two", "Two", "Second.", "Late")
    assert "    group: Late\n    concept: Second.\n\n# In their order.\n" in text
    assert outlines.change_skill(outlines.need(text, "two", "one", wanted=False), "two", "Two", "Second.", "") == BLOCKS
    last = BLOCKS.replace("    concept: Second.\n", "    concept: Second.\n    requires: [one]\n")
    taken = outlines.need(last, "two", "one", wanted=False)
    assert "# In their order." in taken
    assert not YAML(typ="safe", pure=True).load(taken)["skills"][1]["requires"]
