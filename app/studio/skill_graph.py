"""The skills of a course as a graph that is edited: what may need what, and which ids may not go."""

from collections.abc import Mapping, Sequence

from app.content.course import Course, Skill
from app.studio import beginnings, outlines
from app.studio.shaping import Refused
from app.words import _


def path(skills: Mapping[str, Skill], start: str, end: str) -> list[str]:
    """The fewest skills from one to another along what each needs, both ends too; empty where there is no way."""
    ways = [[start]] if start in skills else []
    met = {start}
    for way in ways:
        if way[-1] == end:
            return way
        for need in skills[way[-1]].requires:
            if need in skills and need not in met:
                met.add(need)
                ways.append([*way, need])
    return []


def need(text: str, course: Course, id: str, needed: str) -> str:
    """course.yaml with one more need. Raises Refused for one that closes a circle, with the way around it."""
    skills = course.skill_by_id
    if id not in skills or needed not in skills:
        raise Refused(_("There is no such skill."))
    if id == needed:
        raise Refused(_("A skill cannot need itself."))
    if circle := path(skills, needed, id):
        way = " → ".join(skills[one].title for one in [id, *circle])
        raise Refused(_("These skills would need one another: %(way)s. Take one of these needs out first.", way=way))
    return outlines.need(text, id, needed)


def add(text: str, course: Course, id: str, title: str, concept: str, group: str, needs: Sequence[str]) -> str:
    """course.yaml with another skill, made of its title where no id is given. Raises Refused."""
    title, concept = " ".join(title.split()), " ".join(concept.split())
    id = id.strip() or beginnings.slug_of(title)
    if not title or not concept:
        raise Refused(_("A skill has a title, and a sentence that says what it is to hold it."))
    if trouble := beginnings.trouble_with(id):
        raise Refused(trouble)
    if id in course.skill_by_id:
        raise Refused(_("There is a skill “%(id)s” already.", id=id))
    last = next((one.id for one in reversed(course.skills) if group and one.group == group), "")
    text = outlines.add_skill(text, id, title, concept, group, last)
    for needed in needs:
        if needed in course.skill_by_id:
            text = outlines.need(text, id, needed)
    return text


def change(text: str, course: Course, id: str, title: str, concept: str, group: str) -> str:
    """course.yaml with other words for a skill. Raises Refused."""
    if id not in course.skill_by_id:
        raise Refused(_("There is no such skill."))
    if not title.strip() or not concept.strip():
        raise Refused(_("A skill has a title, and a sentence that says what it is to hold it."))
    return outlines.change_skill(text, id, " ".join(title.split()), " ".join(concept.split()), " ".join(group.split()))


def rewrite(text: str, part: str, live: Course | None) -> str:
    """course.yaml with another text for its skills, which keeps the ids that students know. Raises Refused."""
    try:
        changed = outlines.with_skills_text(text, part)
        ids = outlines.skill_ids(changed)
    except outlines.Unreadable:
        raise Refused(_("This is not YAML; see how the skills above it are written.")) from None
    except ValueError as error:
        raise Refused(str(error)) from error
    gone = [one.id for one in (live.skills if live else ()) if one.id not in ids]
    if gone:
        said = _("Ids of skills are permanent, since levels hang on them. Put back: %(ids)s", ids=", ".join(gone))
        raise Refused(said)
    return changed
