"""What a new course and a new lesson begin with: texts that check clean, to be written over."""

import re
import unicodedata

from app.content.fields import SLUG
from app.words import _

LONGEST_SLUG = 80
#: Names that address something else.
TAKEN = frozenset({"glossary"})


def slug_of(title: str) -> str:
    """A title as an address would have it; empty where nothing of it can stand there."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def trouble_with(slug: str) -> str:
    """Why this cannot be part of an address, in words; empty where it can."""
    if not re.fullmatch(SLUG, slug):
        return _("An address holds lower-case letters, digits and hyphens, such as “vgg-block”.")
    if len(slug) > LONGEST_SLUG:
        return _("An address has at most %(most)s characters.", most=LONGEST_SLUG)
    if slug in TAKEN:
        return _("“%(slug)s” is the address of the glossary; take another.", slug=slug)
    return ""


def lesson(title: str, summary: str, skill: str = "", question: str = "") -> str:
    """A lesson of one section; with a ``skill``, it teaches that and asks a ``question`` (its id) on it."""
    head = [f"title: {_quoted(title)}", f"summary: {_quoted(summary or title)}"]
    if skill:
        head.append(f"skills: [{skill}]")
    text = "---\n" + "\n".join(head) + "\n---\n\n## Begin here\n\nWrite what this lesson shows.\n"
    if skill and question:
        text += f"""
:::{{question}} {question}
:kind: choice
:skill: {skill}

What do you ask?

- [x] The right answer
  > Why it is right.
- [ ] A wrong answer
  > What somebody who takes it has in mind.

! Why the right answer is right.
:::
"""
    return text


def course(title: str, summary: str, lesson: str) -> str:
    """course.yaml with one skill and one lesson."""
    return f"""title: {_quoted(title)}
summary: {_quoted(summary or title)}

# What students can hold after the course. An id is permanent; a title is not.
skills:
  - id: first-skill
    title: A first skill
    concept: "What it is to hold this skill, in a sentence."

# The lessons in their order, each a file of that name with .md behind it.
lessons:
  - {lesson}
"""


def _quoted(words: str) -> str:
    line = " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{line}"'
