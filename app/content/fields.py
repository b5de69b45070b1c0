"""YAML with places: course.yaml and a lesson's front matter, read by ruamel.yaml and shaped by pydantic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent, ScalarEvent

from app.content.diagnostics import Problems, nearest
from app.content.source import UNSHOWABLE, Passage

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$", max_length=80)]


def _showable(text: str) -> str:
    if UNSHOWABLE.search(text):
        raise ValueError("a character that cannot be shown")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_showable)]
Words = Annotated[Text, StringConstraints(min_length=1)]
#: A language tag, such as ``en`` or ``pt-BR`` (BCP 47).
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$", max_length=35)]

#: Characters of YAML that one file may have.
MOST_CHARACTERS = 64_000
_DEEPEST = 12


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AuthorFields(Shape):
    id: Slug
    name: Words
    role: Text = ""
    bio: Text = ""


class SkillFields(Shape):
    id: Slug
    title: Words
    concept: Words
    requires: tuple[Slug, ...] = ()
    group: Text = ""


class CourseFields(Shape):
    """course.yaml."""

    title: Words
    summary: Words
    language: Language = "en"
    ticker: tuple[Words, ...] = ()
    authors: tuple[AuthorFields, ...] = ()
    skills: tuple[SkillFields, ...] = ()
    lessons: tuple[Slug, ...] = ()
    #: A lesson's old name -> the name that it has now.
    renamed: dict[Slug, Slug] = Field(default_factory=dict)
    #: Ids of questions, labs, walkthroughs and claims, and names of lessons, that were taken out for good.
    retired: tuple[Slug, ...] = ()


class LessonFields(Shape):
    """A lesson's front matter."""

    title: Words
    summary: Words
    skills: tuple[Slug, ...] = ()
    requires: tuple[Slug, ...] = ()
    minutes: int = Field(default=10, ge=1, le=600)
    authors: tuple[Slug, ...] = ()
    next: Slug | None = None


T = TypeVar("T", bound=Shape)
Step = str | int


@dataclass(frozen=True)
class Fields(Generic[T]):
    """Shaped values and where each of them stands."""

    value: T
    _root: Any
    _passage: Passage
    #: Where list items were left out: the places in the file of those that stayed.
    _kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def place(self, *steps: Step) -> tuple[int, int]:
        """Line and column of the value at ``steps``, such as ``("skills", 2, "requires", 0)``."""
        if len(steps) > 1 and steps[0] in self._kept:
            steps = (steps[0], self._kept[str(steps[0])][int(steps[1])], *steps[2:])
        return _place(self._root, self._passage, steps)


def read_fields(passage: Passage, shape: type[T], problems: Problems, default: dict[str, Any]) -> Fields[T] | None:
    """The fields of a YAML passage, with the reasons for what is left out among the problems.

    A field or list item that is wrong is left out, and ``default`` stands in for a required one, so that one typing
    error hides no other. None where the passage is no YAML at all.
    """
    text = passage.text
    if len(text) > MOST_CHARACTERS:
        problems.error("F103", *passage.start, f"more than {MOST_CHARACTERS:,} characters of YAML")
        return None
    try:
        root = _load(text, passage, problems)
    except _Refused:
        return None
    except DuplicateKeyError as error:
        line, column = _mark(error, passage)
        name = str(error.problem).split('"')[1] if '"' in str(error.problem) else "a field"
        problems.error("Y102", line, column, f"'{name}' is given twice; keep one")
        return None
    except MarkedYAMLError as error:
        problems.error("Y101", *_mark(error, passage), f"this is not YAML: {_words(error)}")
        return None
    except Exception as error:  # YAMLError, and whatever else strange text makes the reader raise
        problems.error("Y101", *passage.start, f"this is not YAML: {(str(error) or '?').splitlines()[0]}")
        return None
    if root is None:
        root = CommentedMap()
    if not isinstance(root, CommentedMap):
        problems.error("Y106", *passage.start, "fields are written as 'name: value', one a line")
        return None
    plain = _plain(root)
    try:
        return Fields(shape.model_validate(plain), root, passage)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=True)
    for one in found:
        _say(one["type"], one["msg"], tuple(one["loc"]), root, passage, shape, problems)
    wrong = {tuple(one["loc"][:2]) for one in found}
    kept: dict[str, tuple[int, ...]] = {}
    for name in {str(steps[0]) for steps in wrong}:
        if isinstance(plain.get(name), list) and (name,) not in wrong:
            kept[name] = tuple(i for i in range(len(plain[name])) if (name, i) not in wrong)
            plain[name] = [plain[name][i] for i in kept[name]]
        else:
            plain.pop(name, None)
    return Fields(shape.model_validate({**default, **plain}), root, passage, kept)


def _say(
    kind: str, words: str, steps: tuple[Step, ...], root: Any, passage: Passage, shape: type[Shape], problems: Problems
) -> None:
    name = next((step for step in reversed(steps) if isinstance(step, str) and step != "[key]"), "")
    line, column = _place(root, passage, steps, key=kind == "extra_forbidden")
    if kind == "missing":
        problems.error("Y105", line, column, f"'{name}' is missing")
    elif kind == "extra_forbidden":
        known = _known(shape, steps)
        problems.error("Y104", line, column, f"unknown field '{str(name)[:80]}'{nearest(str(name), known)}")
    else:
        problems.error("Y106", line, column, f"'{name}' should be {_SHOULD.get(kind, words[:1].lower() + words[1:])}")


_SHOULD = {
    "string_type": "text; put quotes around it",
    "too_short": "some text; it is empty",
    "string_too_short": "some text; it is empty",
    "string_pattern_mismatch": "lower-case letters, digits and hyphens, such as 'vgg-block'",
    "tuple_type": "a list, such as [one, two]",
    "string_unicode": "text that can be shown",
    "value_error": "text that can be shown",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "model_type": "fields in braces, such as {id: vgg-block, title: VGG block}",
}


def _known(shape: type[Shape], steps: tuple[Step, ...]) -> list[str]:
    if steps[0] == "authors" and len(steps) > 1:
        return list(AuthorFields.model_fields)
    if steps[0] == "skills" and len(steps) > 1:
        return list(SkillFields.model_fields)
    return list(shape.model_fields)


def _load(text: str, passage: Passage, problems: Problems) -> Any:
    reader = YAML(typ="rt", pure=True)
    reader.version = (1, 2)
    depth = 0
    for event in reader.parse(text):
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            raise _refused(event, passage, problems, "anchors and aliases (& and *) are not used here; write it out")
        tag = getattr(event, "tag", None) if isinstance(event, ScalarEvent | CollectionStartEvent) else None
        if tag is not None and str(tag) != "!":
            raise _refused(event, passage, problems, "tags (!) are not used here; put quotes around the text")
        depth += isinstance(event, CollectionStartEvent)
        depth -= isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError("lists are nested too deep")
    return YAML(typ="rt", pure=True).load(text)


class _Refused(YAMLError):
    """Said already."""


def _refused(event: Any, passage: Passage, problems: Problems, words: str) -> YAMLError:
    problems.error("Y103", *passage.place(event.start_mark.line, event.start_mark.column), words)
    return _Refused(words)


def _mark(error: Any, passage: Passage) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    return passage.place(mark.line, mark.column) if mark is not None else passage.start


def _words(error: MarkedYAMLError) -> str:
    parts = [str(part).strip().splitlines()[0] for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "unreadable"


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    return node


def _place(root: Any, passage: Passage, steps: tuple[Step, ...], key: bool = False) -> tuple[int, int]:
    at: tuple[int, int] | None = None
    node = root
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        try:
            if isinstance(node, CommentedMap):
                at = node.lc.key(step) if key and last else node.lc.value(step)
                node = node[step]
            elif isinstance(node, CommentedSeq) and isinstance(step, int):
                at = node.lc.item(step)
                node = node[step]
            else:
                break
        except (KeyError, IndexError, TypeError):
            if isinstance(node, CommentedMap | CommentedSeq) and node.lc.line is not None:
                at = (node.lc.line, node.lc.col)
            break
    return passage.place(*at) if at is not None else passage.start
