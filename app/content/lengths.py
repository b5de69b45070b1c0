"""How long the parts of a lesson are: its stated minutes, shared out by what stands in each."""

import re

from app.content.course import Aside, FaqBlock, LabBlock, Lesson, Prose, QuestionBlock, Section, WalkthroughBlock

_TAG = re.compile(r"<[^>]*>")
#: What a lab and a question weigh beside prose, in words.
LAB_WORDS, QUESTION_WORDS = 250, 120


def words(section: Section) -> int:
    """How long a section is, in words."""
    found = 0
    for block in section.blocks:
        match block:
            case Prose() | Aside():
                found += len(_TAG.sub(" ", block.html).split())
            case FaqBlock():
                found += sum(len(_TAG.sub(" ", item.html).split()) for item in block.items)
            case LabBlock() | WalkthroughBlock():
                found += LAB_WORDS
            case QuestionBlock():
                found += QUESTION_WORDS
            case _:
                pass
    return found


def question_minutes(lesson: Lesson) -> float:
    """What one of a lesson's questions takes of its stated minutes."""
    return lesson.minutes * QUESTION_WORDS / max(QUESTION_WORDS, sum(map(words, lesson.sections)))
