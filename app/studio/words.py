"""What can be completed in a file of a course: taken from the tables that the checker itself reads by."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.content import asking, claims, labs, walkthroughs
from app.content.diagnostics import Problems
from app.content.directives import KNOWN
from app.content.fields import AuthorFields, CourseFields, LessonFields, SkillFields
from app.content.library import Library
from app.content.links import DOWNLOADS, PICTURES
from app.content.proofreading import ROLES
from app.content.reading import Over, Reading
from app.content.references import NAME, Source, sources
from app.content.source import Passage
from app.lab.catalogue import EXPERIMENTS
from app.lab.options import Option
from app.studio import workshop
from app.studio.snippets import SNIPPETS, File
from app.words import N_, _

#: What each option of ours holds. Those of experiments say it in ``app.lab.catalogue``.
HELP: Mapping[str, Mapping[str, str]] = {
    "question": {
        "kind": N_("How it is answered."),
        "skill": N_("The skill that a right answer shows."),
        "vars": N_("What varies from student to student: n in [28, 32]; k in 2..5"),
        "shuffle": N_("Whether each student sees the options in another order."),
        "partial": N_("How a partly right answer scores."),
        "unit": N_("Shown beside the field; a student may type it or not."),
        "input": N_("Channels, height and width that the network is read at."),
    },
    "lab": {
        "title": N_("A heading; the file’s name where not given."),
        "file": N_("The file’s name; made of the id where not given."),
        "show": N_("What is measured, the first shown first."),
        "input": N_("Channels, height and width that the network is read at."),
        "predict": N_("A question that is asked before the first run."),
        "choices": N_("What may be predicted, between commas or bars."),
        "reveals": N_("The measurement that answers the prediction."),
        "draw": N_("Students draw this curve before the first run."),
    },
    "claim": {
        "source": N_("The work and the place in it."),
        "says": N_("What was published: a number first."),
        "measure": N_("What the lab measures."),
        "within": N_("How far off still agrees."),
        "verdict": N_("Whether you expect that the lab agrees."),
    },
    "walkthrough": {
        "title": N_("A heading; the file’s name where not given."),
        "file": N_("The file’s name."),
        "input": N_("Channels, height and width that the network is read at."),
        "lines": N_("The lines of the code that this step speaks of."),
        "watch": N_("Operations that are lit in the drawing."),
    },
}
#: Values that can be told ahead; a name in braces is a list of the answer.
VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("question", "kind"): asking.KINDS,
    ("question", "skill"): ("{skills}",),
    ("question", "shuffle"): ("on", "off"),
    ("question", "partial"): ("off", "net", "each"),
    ("lab", "show"): ("{experiments}",),
    ("lab", "reveals"): tuple(dict.fromkeys(name for kind in EXPERIMENTS.values() for name in kind.headlines)),
    ("lab", "draw"): tuple(dict.fromkeys(name for kind in EXPERIMENTS.values() for name in kind.draws)),
    ("claim", "source"): ("{references}",),
    ("claim", "verdict"): ("agrees", "differs"),
}


def of(library: Library, course: str, file: str, over: Over) -> dict[str, Any]:
    """``offered`` for a working copy, whose own texts are ``over``. Raises KeyError where there is no such course."""
    reading = workshop.look(library, course, over).reading
    text = over.get(NAME) or workshop.text_on_disk(reading.folder, NAME)
    found = sources(Passage.of(text), Problems(NAME)) if text else {}
    return offered(reading, file, found.values())


def offered(reading: Reading, file: str, sources: Iterable[Source]) -> dict[str, Any]:
    """Everything that can be completed in ``file``, for a course as ``reading`` has it, as plain JSON.

    ``{"directives": [{"name", "options": [{"name", "values", "help"}]}], "roles": […], "fields": […], "skills":
    [{"id", "title"}], "terms", "questions", "labs", "lessons", "authors", "references", "experiments", "media",
    "snippets": [{"name", "group", "label", "help", "text", "see", "inline"}]}``
    """
    outline = reading.outline
    ids = {what: _ids(reading, what) for what in ("question", "lab")}
    found: dict[str, Any] = {
        "directives": [{"name": name, "options": list(_options(name))} for name in KNOWN],
        "roles": list(ROLES),
        "fields": _fields(kind_of(file)),
        "skills": [{"id": one.id, "title": one.title} for one in outline.skills] if outline else [],
        "authors": [{"id": one.id, "title": one.name} for one in outline.authors] if outline else [],
        "lessons": [{"id": slug, "title": draft.fields.title} for slug, draft in reading.drafts.items()],
        "terms": [{"id": term.slug, "title": term.title} for term in reading.terms],
        "questions": ids["question"],
        "labs": ids["lab"],
        "references": [{"id": one.key, "title": one.label} for one in sources],
        "experiments": [{"id": kind.name, "title": _(kind.summary)} for kind in EXPERIMENTS.values()],
        "media": _media(reading.folder),
    }
    return found | {"snippets": _snippets(reading, file, found)}


def kind_of(file: str) -> File:
    named: dict[str, File] = {"glossary.md": "glossary", "course.yaml": "course", "references.bib": "references"}
    return named.get(file, "lesson")


def _options(directive: str) -> Iterator[dict[str, Any]]:
    ours: Mapping[str, tuple[str, ...]] = {
        "question": tuple(dict.fromkeys((*asking.OPTIONS, *(o for of in asking.OPTIONS_OF.values() for o in of)))),
        "lab": labs.OWN,
        "claim": (*claims.NEEDED, "verdict"),
        "walkthrough": (*walkthroughs.OPTIONS, *walkthroughs.STEP_OPTIONS),
    }
    for name in ours.get(directive, ()):
        yield {"name": name, "values": VALUES.get((directive, name), ()), "help": _(HELP[directive].get(name, ""))}
    if directive == "lab":
        options: dict[str, Option] = {}
        for kind in EXPERIMENTS.values():
            options = {**kind.options, **options}
        for name, option in options.items():
            if name not in labs.OWN:
                yield {"name": name.replace("_", "-"), "values": _choices(option), "help": _(option.help)}


def _choices(option: Option) -> list[str]:
    return ["on", "off"] if option.type == "bool" else [str(choice) for choice in option.choices if choice != ""]


def _fields(kind: File) -> list[str]:
    shapes = {"lesson": (LessonFields,), "course": (CourseFields, SkillFields, AuthorFields)}.get(kind, ())
    return list(dict.fromkeys(name for shape in shapes for name in shape.model_fields))


def _ids(reading: Reading, what: str) -> list[dict[str, str]]:
    return [
        {"id": str(steps[1]), "title": draft.fields.title, "lesson": draft.slug}
        for draft in reading.drafts.values()
        for steps in draft.places
        if len(steps) == 2 and steps[0] == what
    ]


def _media(folder: Path) -> list[dict[str, Any]]:
    root = folder / "media"
    found = (path for path in sorted(root.rglob("*")) if path.suffix.lower() in DOWNLOADS) if root.is_dir() else ()
    return [
        {"id": f"media/{path.relative_to(root).as_posix()}", "picture": path.suffix.lower() in PICTURES}
        for path in found
        if path.is_file()
    ]


def _snippets(reading: Reading, file: str, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    draft = reading.drafts.get(file.removesuffix(".md"))
    first = {name: [one["id"] for one in found[name]] for name in ("skills", "terms", "references", "lessons")}
    taught = list(draft.fields.skills) if draft else []
    names = {
        "skill": (*taught, *first["skills"], "a-skill")[0],
        "term": (*(term.title.lower() for term in reading.terms), "a word")[0],
        "cite": (*first["references"], "a-key")[0],
        "lesson": (*first["lessons"], "a-lesson")[0],
    }
    return [
        {
            "name": one.name,
            "group": _(one.group),
            "label": _(one.label),
            "help": _(one.help),
            "text": one.filled(names),
            "see": one.see,
            "inline": one.inline,
        }
        for one in SNIPPETS
        if one.file == kind_of(file)
    ]
