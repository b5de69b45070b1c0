"""Five kinds of student. What they know is theirs (``Memory``); what they hold, the site's."""

import random
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from app.content.questions import Question
from tests.year.memory import DAY, Memory
from tests.year.world import START, Hold, Reply, World

EVENING = 18 * 3600.0


class Student(ABC):
    name: ClassVar[str]
    #: How they go about it, in a sentence.
    manner: ClassVar[str]

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = random.Random(self.name)
        self.memory = Memory(self.chance)
        self.hold: Hold = world.student(self.name)
        self.lessons = [lesson.slug for lesson in world.course.lessons if world.asked(lesson.slug)]

    @abstractmethod
    def live(self, day: int) -> None:
        """Do what this day brings. The clock stands at its evening."""

    def learn(self, lesson: str) -> None:
        """Read a lesson and answer its questions, each again as it is explained until it is right."""
        for question in self.world.asked(lesson):
            self.memory.study(question.id, self.world.now)
            self.try_it(question)

    def try_it(self, question: Question) -> None:
        for _ in range(3):
            if self.reply(question, lambda given: self.hold.answer(question, given)["correct"]):
                return

    def reply(self, question: Question, send: Any) -> bool:
        knows = self.memory.knows(question.id, self.world.now)
        given = self.hold.key(question) if knows else self.hold.wrong(question, self.chance)
        right = bool(send(given))
        self.memory.answered(question.id, right, self.world.now)
        return right

    def review(self, **scope: Any) -> int:
        return self.hold.review(FromMemory(self), **scope)


class FromMemory(Reply):
    """Answers a review with what a student still knows."""

    def __init__(self, student: Student) -> None:
        self.student = student

    def __call__(self, question: Question) -> Any:
        student = self.student
        knows = student.memory.knows(question.id, student.world.now)
        student.memory.answered(question.id, knows, student.world.now)
        return student.hold.key(question) if knows else student.hold.wrong(question, student.chance)


class ByChance(Reply):
    def __init__(self, student: Student) -> None:
        self.student = student

    def __call__(self, question: Question) -> Any:
        return self.student.hold.guess(question, self.student.chance)


class Steady(Student):
    name = "steady"
    manner = "Mondays, Wednesdays and Fridays; a lesson on Mondays, and up to three sets of reviews while some are due."

    def live(self, day: int) -> None:
        if day % 7 not in (0, 2, 4):
            return
        for _ in range(3):
            if self.hold.due():
                self.review()
        if day % 7 == 0 and day // 7 < len(self.lessons):
            self.learn(self.lessons[day // 7])


class Cramming(Student):
    name = "cramming"
    manner = (
        "The whole course on the two days before an exam, then nothing until the two days before the next: sixty "
        "reviews on each."
    )

    EXAMS = (30, 210)

    def live(self, day: int) -> None:
        first, second = self.EXAMS
        half = len(self.lessons) // 2
        if day in (first - 2, first - 1):
            for lesson in self.lessons[:half] if day == first - 2 else self.lessons[half:]:
                self.learn(lesson)
        if day in (second - 2, second - 1):
            for _ in range(6):
                self.review()


class Returning(Student):
    name = "returning"
    manner = (
        "A lesson and a set of reviews twice a week for six weeks, away for five months; then up to three sets "
        "an evening for four weeks, and up to two on Tuesdays."
    )

    BACK = 200

    def live(self, day: int) -> None:
        if day < 42 and day % 7 in (1, 5):
            at = 2 * (day // 7) + (day % 7 == 5)
            if at < len(self.lessons):
                self.learn(self.lessons[at])
            if self.hold.due():
                self.review()
        if day >= self.BACK:
            for _ in range(3 if day < self.BACK + 28 else 2 if day % 7 == 1 else 0):
                if self.hold.due():
                    self.review()


class Guessing(Student):
    name = "guessing"
    manner = (
        "Sundays; answers a lesson by chance without reading it, up to four times a question, and every review by "
        "chance, too."
    )

    def live(self, day: int) -> None:
        if day % 7 != 6:
            return
        self.hold.review(ByChance(self))
        for question in self.world.asked(self.lessons[(day // 7) % len(self.lessons)]):
            for _ in range(4):
                if self.hold.answer(question, self.hold.guess(question, self.chance))["correct"]:
                    break


class Gaming(Student):
    name = "gaming"
    manner = (
        "Learns the first lesson and holds its answers ready. Every other day sends them again, draws one like it over "
        "and over, and begins reviews without answering; opens the explanations of the other lessons and copies them."
    )

    def live(self, day: int) -> None:
        if day == 0:
            self.learn(self.lessons[0])
        if day % 2:
            return
        known = self.world.asked(self.lessons[0])
        for question in known:
            self.hold.answer(question, self.hold.key(question), self.hold.keys[question.id])
            self.hold.answer(question, self.hold.key(question))
        drawn = known[day // 2 % len(known)]
        for _ in range(3):
            self.hold.another(drawn)
            self.hold.answer(drawn, self.hold.key(drawn))
        if 0 < day // 2 < len(self.lessons):
            for question in self.world.asked(self.lessons[day // 2]):
                self.hold.answer(question, None)
                self.hold.answer(question, self.hold.key(question))
                if question.variables.count <= 1:
                    self.hold.another(question)
                    self.hold.answer(question, self.hold.key(question))
        for _ in range(2):
            self.hold.post("/reviews")


KINDS: tuple[type[Student], ...] = (Steady, Cramming, Returning, Guessing, Gaming)


def evening(day: int) -> float:
    return START + day * DAY + EVENING
