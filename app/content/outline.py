"""What course.yaml says, checked: the skill graph, the team, the lessons in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.content.course import Author, Skill
from app.content.diagnostics import Problems, nearest
from app.content.fields import CourseFields, Fields, read_fields
from app.content.source import Passage


@dataclass(frozen=True)
class Outline:
    """A course without the text of its lessons; whatever was wrong is left out."""

    title: str
    summary: str
    language: str
    ticker: tuple[str, ...]
    authors: tuple[Author, ...]
    skills: tuple[Skill, ...]
    lessons: tuple[str, ...]
    #: A lesson's old name -> the last of the names that it had since.
    renamed: Mapping[str, str]
    retired: tuple[str, ...]
    fields: Fields[CourseFields]

    def place(self, *steps: str | int) -> tuple[int, int]:
        """Line and column in course.yaml."""
        return self.fields.place(*steps)

    def skill_place(self, skill: str) -> tuple[int, int]:
        ids = [one.id for one in self.fields.value.skills]
        return self.place("skills", ids.index(skill))


def outline(passage: Passage, slug: str, problems: Problems) -> Outline | None:
    """The outline, or None where course.yaml is no YAML."""
    fields = read_fields(passage, CourseFields, problems, {"title": slug, "summary": slug})
    if fields is None:
        return None
    given = fields.value
    authors = _distinct([one.id for one in given.authors], ("authors",), fields, problems)
    kept = _distinct([one.id for one in given.skills], ("skills",), fields, problems)
    lessons = _distinct(list(given.lessons), ("lessons",), fields, problems)
    return Outline(
        title=given.title,
        summary=given.summary,
        language=given.language,
        ticker=given.ticker,
        authors=tuple(Author(**given.authors[index].model_dump()) for index in authors),
        skills=_skills(fields, kept, problems),
        lessons=tuple(given.lessons[index] for index in lessons),
        renamed=_renamed(fields, problems),
        retired=_retired(fields, problems),
        fields=fields,
    )


def _distinct(ids: list[str], steps: tuple[str, ...], fields: Fields[CourseFields], problems: Problems) -> list[int]:
    """Indices of the first of each id."""
    first: dict[str, int] = {}
    for index, id in enumerate(ids):
        if first.setdefault(id, index) != index:
            words = f"'{id}' stands twice among the {steps[0]}; ids are permanent and each is given once"
            problems.error("C103", *fields.place(*steps, index), words)
    return list(first.values())


def _renamed(fields: Fields[CourseFields], problems: Problems) -> dict[str, str]:
    """Old names with what they lead to in the end; one that leads nowhere is left out."""
    given = fields.value
    lessons, retired = set(given.lessons), set(given.retired)
    found: dict[str, str] = {}
    for old, new in given.renamed.items():
        place = fields.place("renamed", old)
        if old in lessons:
            words = (
                f"'{old}' is a lesson again, so its old address cannot lead to '{new}'; give one of them another name"
            )
            problems.error("C111", *place, words)
            continue
        met, now = [old], new
        while now not in lessons | retired and now in given.renamed and now not in met:
            met.append(now)
            now = given.renamed[now]
        if now in met:
            problems.error("C110", *place, f"these names lead to one another: {' → '.join([*met, now])}")
        elif now not in lessons and now not in retired:
            problems.error("C110", *place, f"'{old}' leads to '{now}', which is no lesson{nearest(now, lessons)}")
        else:
            found[old] = now
    return found


def _retired(fields: Fields[CourseFields], problems: Problems) -> tuple[str, ...]:
    kept = _distinct(list(fields.value.retired), ("retired",), fields, problems)
    for index in kept:
        id = fields.value.retired[index]
        if id in fields.value.lessons:
            words = f"'{id}' is retired, and among the lessons; take it out of one of the two"
            problems.error("C112", *fields.place("retired", index), words)
    return tuple(fields.value.retired[index] for index in kept)


def _skills(fields: Fields[CourseFields], kept: list[int], problems: Problems) -> tuple[Skill, ...]:
    given = fields.value.skills
    known = {given[index].id: index for index in kept}
    needs: dict[str, list[str]] = {}
    for id, index in known.items():
        needs[id] = []
        for number, needed in enumerate(given[index].requires):
            if needed in known:
                needs[id].append(needed)
            else:
                place = fields.place("skills", index, "requires", number)
                problems.error("C101", *place, f"unknown skill '{needed}'{nearest(needed, known)}")
    for path in cycles(needs):
        last, first = path[-1], path[0]
        number = given[known[last]].requires.index(first)
        words = f"these skills require one another: {' → '.join([*path, first])}; take one of them out"
        problems.error("C102", *fields.place("skills", known[last], "requires", number), words)
        needs[last].remove(first)
    return tuple(
        Skill(
            id=id,
            title=given[index].title,
            concept=given[index].concept,
            requires=tuple(dict.fromkeys(needs[id])),
            group=given[index].group,
        )
        for id, index in known.items()
    )


def cycles(edges: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One path for each edge that closes a cycle, from the node it leads back to; without those edges none is left."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        waiting = [(start, iter(edges[start]))] if start not in done else []
        path.extend(node for node, _ in waiting)
        while waiting:
            node, rest = waiting[-1]
            following = next(rest, None)
            if following is None:
                waiting.pop()
                path.pop()
                done.add(node)
            elif following in path:
                found.append(path[path.index(following) :])
            elif following not in done and following in edges:
                waiting.append((following, iter(edges[following])))
                path.append(following)
    return found
