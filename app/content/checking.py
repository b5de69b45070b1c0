"""What only shows when the lessons of a course are seen together."""

from collections.abc import Mapping
from pathlib import Path

from app.content.claims import contradicted
from app.content.diagnostics import Diagnostic, Problems, nearest
from app.content.expressions import ExpressionError
from app.content.measures import Known
from app.content.outline import Outline, cycles
from app.content.parsing import Draft

#: Blocks whose ids are permanent, each once in a course.
IDS = ("question", "lab", "claim", "walkthrough")


class Files:
    """The problems of every file of a course."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._of: dict[str, Problems] = {}

    def problems(self, name: str) -> Problems:
        return self._of.setdefault(name, Problems(str(self.folder / name)))

    def found(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted(one for problems in self._of.values() for one in problems.found))


def check_course(outline: Outline, drafts: Mapping[str, Draft], files: Files) -> None:
    _ids(drafts, files)
    _retired(outline, drafts, files)
    _anchors(drafts, files)
    _order(drafts, files)
    if not any(one.severity == "error" for one in files.found()):
        # A lesson or question that cannot be read would make its skills look forgotten.
        _skills(outline, drafts, files)


def check_claims(drafts: Mapping[str, Draft], files: Files, known: Known) -> None:
    """Complains of claims and measures that the lab contradicts, as far as it has run what they need."""
    for slug, draft in drafts.items():
        problems = files.problems(f"{slug}.md")
        for claim in draft.claims:
            try:
                claim.measure.values(known)
            except ExpressionError as error:
                problems.error("M103", claim.line, claim.column, str(error))
                continue
            if words := contradicted(claim, known):
                problems.error("M105", claim.line, claim.column, words)


def repeated_ids(drafts: Mapping[str, Draft]) -> dict[tuple[str, str, str], str]:
    """Lesson, kind of block and id of every question or lab that an earlier lesson has too, with that lesson."""
    first: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str, str], str] = {}
    for slug, draft in drafts.items():
        for steps in draft.places:
            if steps[0] in IDS:
                key = (str(steps[0]), str(steps[1]))
                if first.setdefault(key, slug) != slug:
                    found[slug, *key] = first[key]
    return found


def _ids(drafts: Mapping[str, Draft], files: Files) -> None:
    for (slug, what, id), earlier in repeated_ids(drafts).items():
        words = f"'{id}' is the id of a {what} in '{earlier}.md'; give this one its own"
        files.problems(f"{slug}.md").error("D107", *drafts[slug].place(what, id), words)


def _retired(outline: Outline, drafts: Mapping[str, Draft], files: Files) -> None:
    gone = frozenset(outline.retired)
    for slug, draft in drafts.items():
        for steps in draft.places:
            if steps[0] in IDS and steps[1] in gone:
                words = f"course.yaml says that '{steps[1]}' is retired; give this {steps[0]} an id of its own"
                files.problems(f"{slug}.md").error("C112", *draft.place(str(steps[0]), str(steps[1])), words)


def _anchors(drafts: Mapping[str, Draft], files: Files) -> None:
    for slug, draft in drafts.items():
        for target, line, column in draft.links:
            there = drafts.get(target.lesson)
            if there is not None and target.anchor not in there.anchors:
                words = f"'{target.lesson}' has no place '#{target.anchor}'{nearest(target.anchor, there.anchors)}"
                files.problems(f"{slug}.md").error("L109", line, column, words)


def _order(drafts: Mapping[str, Draft], files: Files) -> None:
    """Lessons that wait for one another, and skills that are needed before they are taught."""
    position = {slug: number for number, slug in enumerate(drafts)}
    teacher: dict[str, str] = {}
    for slug, draft in drafts.items():
        for skill in draft.fields.skills:
            teacher.setdefault(skill, slug)
    needs: dict[str, list[str]] = {slug: [] for slug in drafts}
    because: dict[tuple[str, str], tuple[int, int]] = {}
    for slug, draft in drafts.items():
        for number, skill in enumerate(draft.fields.requires):
            earlier = teacher.get(skill, slug)
            if skill in draft.fields.skills or earlier == slug:
                continue
            needs[slug].append(earlier)
            place = because.setdefault((slug, earlier), draft.place("requires", number))
            if position[earlier] > position[slug]:
                words = f"'{skill}' is taught later, in '{earlier}.md'; list that lesson first in course.yaml"
                files.problems(f"{slug}.md").warning("C109", *place, words)
    following = {slug: [draft.fields.next] if draft.fields.next in drafts else [] for slug, draft in drafts.items()}
    after = {slug: [name for name in names if name is not None] for slug, names in following.items()}
    for edges, say in ((needs, "require one another's skills"), (after, "follow one another in 'next'")):
        for path in cycles(edges):
            last = path[-1]
            why = because.get((last, path[0])) if edges is needs else None
            line, column = why if why is not None else drafts[last].place("next")
            words = f"these lessons {say}: {' → '.join([*path, path[0]])}; break the circle"
            files.problems(f"{last}.md").error("C106", line, column, words)


def _skills(outline: Outline, drafts: Mapping[str, Draft], files: Files) -> None:
    taught = {skill for draft in drafts.values() for skill in draft.fields.skills}
    asked = {question.skill for draft in drafts.values() for question in draft.questions}
    problems = files.problems("course.yaml")
    for skill in outline.skills:
        if skill.id not in asked:
            words = f"no question shows the skill '{skill.id}', so nobody can master it"
            problems.warning("C104", *outline.skill_place(skill.id), words)
        if skill.id not in taught:
            words = f"no lesson teaches the skill '{skill.id}'; add it to the 'skills' of one"
            problems.warning("C107", *outline.skill_place(skill.id), words)
