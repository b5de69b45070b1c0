"""Edits of course.yaml that leave everything else as its author wrote it: comments, order, quotes, line breaks."""

import json
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
    return _relisted(text, "lessons", lambda held: held if slug in held else [*held, slug])


def rename(text: str, old: str, new: str) -> str:
    """Give a listed lesson another name, to which the old one leads from then on."""

    def edit(root: CommentedMap) -> None:
        renamed = _map(root, "renamed")
        # Taken back: the name is the lesson's own again.
        renamed.pop(new, None)
        renamed[old] = new

    return edited(relist(text, old, new), edit)


def relist(text: str, old: str, new: str) -> str:
    """Give a listed lesson another name that nobody knows yet."""
    return _relisted(text, "lessons", lambda held: [new if one == old else one for one in held])


def unlist(text: str, slug: str) -> str:
    return _relisted(text, "lessons", lambda held: [one for one in held if one != slug])


def order(text: str, slugs: Sequence[str]) -> str:
    """List the lessons in this order; those that it leaves out follow as they did."""

    def ordered(held: list[str]) -> list[str]:
        wanted = [slug for slug in dict.fromkeys(slugs) if slug in held]
        return [*wanted, *(slug for slug in held if slug not in wanted)]

    return _relisted(text, "lessons", ordered)


_ITEM = re.compile(r"""(\s*-\s+)(["']?)([\w-]+)\2(\s*(?:\s#.*)?)""")


def _relisted(text: str, name: str, change: Callable[[list[str]], list[str]]) -> str:
    """The text with another list of names. One name a line keeps its lines, each with the remark behind it."""
    held: list[str] = []
    edited(text, lambda root: held.extend(map(str, _list(root, name))))
    wanted = change(list(held))
    if wanted == held:
        return text
    start, end = _field_at(text, name)
    lines = text[start:end].split("\n")
    found = {number: match for number, line in enumerate(lines) if (match := _ITEM.fullmatch(line))}
    if not found or not wanted or [match[3] for match in found.values()] != held:
        return edited(text, lambda root: _set(_list(root, name), wanted))
    free = [one for one in held if one not in wanted]
    behind = {match[3]: match[4] for match in found.values()}
    # A name that takes another's place takes the remark over.
    behind |= {new: behind[old] for new, old in zip((n for n in wanted if n not in held), free, strict=False)}
    dash = next(iter(found.values()))[1]
    made = [f"{dash}{one}{behind.get(one, '')}" for one in wanted]
    places, last = list(found), max(found)
    for number, line in zip(places, made, strict=False):
        lines[number] = line
    gone = set(places[len(made) :])
    kept = [line for number, line in enumerate(lines) if number not in gone]
    if len(made) > len(places):
        kept[last + 1 : last + 1] = made[len(places) :]
    return text[:start] + "\n".join(kept) + text[end:]


def _set(held: CommentedSeq, wanted: Sequence[str]) -> None:
    for index, one in enumerate(wanted):
        if index < len(held):
            held[index] = one
        else:
            held.append(one)
    del held[len(wanted) :]


def retire(text: str, ids: Iterable[str], instead: str = "") -> str:
    """Say that ids are gone for good; a lesson among them is listed no more, and ``instead`` stands in its place."""
    gone = list(dict.fromkeys(ids))
    text = _relisted(text, "lessons", lambda held: [one for one in held if one not in gone])

    def edit(root: CommentedMap) -> None:
        for id in gone:
            _map(root, "renamed")[id] = instead

    text = edited(text, edit) if instead else text
    return _relisted(text, "retired", lambda held: [*held, *(id for id in gone if id not in held)])


def _skill(root: CommentedMap, id: str) -> CommentedMap:
    """Raises KeyError."""
    for one in _list(root, "skills"):
        if isinstance(one, CommentedMap) and one.get("id") == id:
            return one
    raise KeyError(id)


def add_skill(text: str, id: str, title: str, concept: str, group: str = "", after: str = "") -> str:
    """A new skill, last, or behind ``after``. Raises ValueError where there is one of this id."""
    words = {"id": id, "title": said(title), "group": said(group) if group else "", "concept": said(concept)}
    places: list[tuple[int, int]] = []
    ids: list[str] = []

    def read(root: CommentedMap) -> None:
        skills = _list(root, "skills")
        ids.extend(str(one.get("id")) for one in skills if isinstance(one, CommentedMap))
        if not skills.fa.flow_style():
            places.extend(skills.lc.item(n) for n in range(len(skills)))

    edited(text, read)
    if id in ids:
        raise ValueError(_("There is a skill '%(id)s' already.", id=id))
    if not places:
        return edited(text, lambda root: _first_skill(root, {name: value for name, value in words.items() if value}))
    lines = text.split("\n")
    at = ids.index(after) + 1 if after in ids else len(ids)
    # Comments of the file stay with what follows them, a new skill stands before those.
    number = places[at][0] if at < len(places) else text[: _field_at(text, "skills")[1]].count("\n")
    while at < len(places) and re.fullmatch(r"\s*(?:#.*)?", lines[number - 1]):
        number -= 1
    margin = " " * (places[-1][1] - 2)
    fields = [f"{name}: {_written(value)}" for name, value in words.items() if value]
    if number == len(lines) or (number == len(lines) - 1 and lines[-1]):
        number = len(lines)
    lines[number:number] = [f"{margin}- {fields[0]}", *(f"{margin}  {one}" for one in fields[1:])]
    return "\n".join(lines)


def _first_skill(root: CommentedMap, words: dict[str, Any]) -> None:
    made = CommentedMap(words)
    made.fa.set_block_style()
    skills = _list(root, "skills")
    if not skills:
        skills.fa.set_block_style()
    skills.append(made)


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, DoubleQuotedScalarString) else str(value)


def change_skill(text: str, id: str, title: str, concept: str, group: str) -> str:
    """Raises KeyError for no such skill."""

    def edit(root: CommentedMap) -> None:
        skill = _skill(root, id)
        for name, value in (("title", title), ("concept", concept), ("group", group)):
            if value and value != skill.get(name):
                _put(skill, name, said(value))
            elif not value and name == "group":
                skill.pop(name, None)

    return edited(text, edit)


def _put(skill: CommentedMap, name: str, value: Any) -> None:
    """Set a field; a new one before the last, on which hang the comments that follow the skill."""
    if name in skill:
        skill[name] = value
    else:
        skill.insert(max(0, len(skill) - 1), name, value)


def need(text: str, id: str, needed: str, wanted: bool = True) -> str:
    """Have a skill need another, or need it no more. Raises KeyError for a skill that is not there."""

    def edit(root: CommentedMap) -> None:
        skill = _skill(root, id)
        _skill(root, needed)
        if "requires" not in skill:
            if not wanted:
                return
            held = CommentedSeq()
            held.fa.set_flow_style()
            _put(skill, "requires", held)
        requires = _list(skill, "requires")
        if wanted and needed not in requires:
            requires.append(needed)
        elif not wanted and needed in requires:
            requires.remove(needed)
            if not requires and list(skill)[-1] != "requires":
                del skill["requires"]

    return edited(text, edit)


_TOP = re.compile(r"(?m)^[A-Za-z_][\w-]*:")


def skills_text(text: str) -> str:
    """The lines of course.yaml that hold its skills, with the comments among them; "skills:" where there are none."""
    start, end = _field_at(text, "skills")
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
    start, end = _field_at(text, "skills")
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


def _field_at(text: str, name: str) -> tuple[int, int]:
    """Where a field begins and ends; blank lines and comments at the margin behind it are not its own."""
    fields = list(_TOP.finditer(text))
    for number, field in enumerate(fields):
        if field[0] == f"{name}:":
            end = fields[number + 1].start() if number + 1 < len(fields) else len(text)
            tail = re.search(r"(?:^(?:#.*|[^\S\n]*)(?:\n|\Z))*\Z", text[field.start() : end], re.MULTILINE)
            return field.start(), end - (len(tail[0]) if tail else 0)
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
