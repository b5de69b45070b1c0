"""Edits of course.yaml that leave everything else as its author wrote it: comments, order, quotes, line breaks."""

import re
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from app.words import _


class Unreadable(ValueError):
    """course.yaml is no YAML that can be edited; mend its text first."""

    def __init__(self) -> None:
        super().__init__(_("course.yaml cannot be read. Mend its text first."))


def edited(text: str, edit: Callable[[CommentedMap], None]) -> str:
    """The text with the edit made in it; the very same text where that changes nothing. Raises Unreadable."""
    yaml = _yaml(text)
    try:
        root = yaml.load(text)
    except (YAMLError, ValueError) as error:
        raise Unreadable from error
    if root is None:
        root = CommentedMap()
    if not isinstance(root, CommentedMap):
        raise Unreadable
    before = _dumped(yaml, root)
    edit(root)
    after = _dumped(yaml, root)
    return text if after == before else after


def _yaml(text: str) -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.version = None
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.allow_unicode = True
    indented = re.search(r"(?m)^\w+:[^\S\n]*\n(?:[^\S\n]*#.*\n|[^\S\n]*\n)*( *)- ", text)
    offset = len(indented[1]) if indented else 2
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _dumped(yaml: YAML, root: CommentedMap) -> str:
    stream = StringIO()
    yaml.dump(root, stream)
    return stream.getvalue()


def _list(root: CommentedMap, name: str) -> CommentedSeq:
    held = root.get(name)
    if not isinstance(held, CommentedSeq):
        held = CommentedSeq()
        held.fa.set_flow_style()
        root[name] = held
    return held


def _map(root: CommentedMap, name: str) -> CommentedMap:
    held = root.get(name)
    if not isinstance(held, CommentedMap):
        held = root[name] = CommentedMap()
    return held


def entitle(text: str, title: str) -> str:
    def edit(root: CommentedMap) -> None:
        if root.get("title") != " ".join(title.split()):
            root["title"] = said(title)

    return edited(text, edit)


def add_lesson(text: str, slug: str) -> str:
    """List a lesson last; one that is listed already stays where it is."""

    def edit(root: CommentedMap) -> None:
        lessons = _list(root, "lessons")
        if slug not in lessons:
            lessons.append(slug)

    return edited(text, edit)


def rename(text: str, old: str, new: str) -> str:
    """Give a listed lesson another name, to which the old one leads from then on."""

    def edit(root: CommentedMap) -> None:
        lessons = _list(root, "lessons")
        if old in lessons:
            lessons[lessons.index(old)] = new
        renamed = _map(root, "renamed")
        # Taken back: the name is the lesson's own again.
        renamed.pop(new, None)
        renamed[old] = new

    return edited(text, edit)


def relist(text: str, old: str, new: str) -> str:
    """Give a listed lesson another name that nobody knows yet."""

    def edit(root: CommentedMap) -> None:
        lessons = _list(root, "lessons")
        if old in lessons:
            lessons[lessons.index(old)] = new

    return edited(text, edit)


def unlist(text: str, slug: str) -> str:
    def edit(root: CommentedMap) -> None:
        lessons = _list(root, "lessons")
        if slug in lessons:
            lessons.remove(slug)

    return edited(text, edit)


def order(text: str, slugs: Sequence[str]) -> str:
    """List the lessons in this order; those that it leaves out follow as they did."""

    def edit(root: CommentedMap) -> None:
        lessons = _list(root, "lessons")
        held = list(lessons)
        wanted = [slug for slug in dict.fromkeys(slugs) if slug in held]
        for index, slug in enumerate([*wanted, *(slug for slug in held if slug not in wanted)]):
            lessons[index] = slug

    return edited(text, edit)


def retire(text: str, ids: Iterable[str], instead: str = "") -> str:
    """Say that ids are gone for good; a lesson among them is listed no more, and ``instead`` stands in its place."""

    def edit(root: CommentedMap) -> None:
        retired, lessons = _list(root, "retired"), _list(root, "lessons")
        for id in ids:
            if id not in retired:
                retired.append(id)
            if id in lessons:
                lessons.remove(id)
            if instead:
                _map(root, "renamed")[id] = instead

    return edited(text, edit)


def _skill(root: CommentedMap, id: str) -> CommentedMap:
    """Raises KeyError."""
    for one in _list(root, "skills"):
        if isinstance(one, CommentedMap) and one.get("id") == id:
            return one
    raise KeyError(id)


def add_skill(text: str, id: str, title: str, concept: str, group: str = "", after: str = "") -> str:
    """A new skill, last, or behind ``after``. Raises ValueError where there is one of this id."""

    def edit(root: CommentedMap) -> None:
        skills = _list(root, "skills")
        ids = [one.get("id") for one in skills if isinstance(one, CommentedMap)]
        if id in ids:
            raise ValueError(_("There is a skill '%(id)s' already.", id=id))
        made = CommentedMap(id=id, title=said(title), concept=said(concept))
        if group:
            made.insert(2, "group", said(group))
        made.fa.set_block_style()
        if not skills:
            skills.fa.set_block_style()
        skills.insert(ids.index(after) + 1 if after in ids else len(skills), made)

    return edited(text, edit)


def change_skill(text: str, id: str, title: str, concept: str, group: str) -> str:
    """Raises KeyError for no such skill."""

    def edit(root: CommentedMap) -> None:
        skill = _skill(root, id)
        for name, value in (("title", title), ("concept", concept), ("group", group)):
            if value and value != skill.get(name):
                skill[name] = said(value)
            elif not value and name == "group":
                skill.pop(name, None)

    return edited(text, edit)


def need(text: str, id: str, needed: str, wanted: bool = True) -> str:
    """Have a skill need another, or need it no more. Raises KeyError for a skill that is not there."""

    def edit(root: CommentedMap) -> None:
        skill = _skill(root, id)
        _skill(root, needed)
        requires = _list(skill, "requires") if wanted or "requires" in skill else None
        if requires is None:
            return
        if wanted and needed not in requires:
            requires.append(needed)
        elif not wanted and needed in requires:
            requires.remove(needed)
            if not requires:
                del skill["requires"]

    return edited(text, edit)


_TOP = re.compile(r"(?m)^[A-Za-z_][\w-]*:")


def skills_text(text: str) -> str:
    """The lines of course.yaml that hold its skills, with the comments among them; "skills:" where there are none."""
    start, end = _skills_at(text)
    return text[start:end] or "skills:\n"


def with_skills_text(text: str, part: str) -> str:
    """course.yaml with other lines for its skills. Raises ValueError where they are more than that field."""
    part = part.replace("\r\n", "\n").strip("\n") + "\n"
    try:
        root = YAML(typ="rt", pure=True).load(part)
    except (YAMLError, ValueError) as error:
        raise Unreadable from error
    if not isinstance(root, CommentedMap) or list(root) != ["skills"]:
        raise ValueError(_("This part holds the field “skills:” and nothing else."))
    start, end = _skills_at(text)
    if start == end and text and not text.endswith("\n"):
        part = f"\n{part}"
    return text[:start] + part + text[end:]


def skill_ids(text: str) -> list[str]:
    """Raises Unreadable."""
    ids: list[str] = []

    def read(root: CommentedMap) -> None:
        skills = root.get("skills")
        ids.extend(str(one.get("id")) for one in skills or () if isinstance(one, CommentedMap))

    edited(text, read)
    return ids


def _skills_at(text: str) -> tuple[int, int]:
    """Where the skills begin and end; blank lines and comments at the margin before the next field are not theirs."""
    fields = list(_TOP.finditer(text))
    for number, field in enumerate(fields):
        if field[0] == "skills:":
            end = fields[number + 1].start() if number + 1 < len(fields) else len(text)
            tail = re.search(r"(?:^(?:#.*|[^\S\n]*)\n)*\Z", text[field.start() : end], re.MULTILINE)
            return field.start(), end - (len(tail[0]) if tail and number + 1 < len(fields) else 0)
    return len(text), len(text)


def said(words: str) -> Any:
    """A text as YAML, in quotes where it would be read as something else."""
    line = " ".join(words.split())
    plain = re.fullmatch(r"[^\W\d_][\w ×·’'()/+-]*", line) and line.lower() not in {
        "null",
        "true",
        "false",
        "yes",
        "no",
    }
    return line if plain else DoubleQuotedScalarString(line)
