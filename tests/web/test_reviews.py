"""Reviews by the pages: what is due, one question at a time, and what came of it."""

import re
from dataclasses import replace

import pytest

from app.content.course import Course, Lesson, QuestionBlock, Section
from app.content.library import Library
from app.web.clock import DAY
from tests.web.conftest import Site
from tests.web.sample import Shelf

HTMX = {"hx-request": "true"}
URL = "/courses/small-course/questions"


class Student:
    """A browser, and a clock that can be moved on."""

    def __init__(self, site: Site, course: Course) -> None:
        self.site, self.course, self.browser = site, course, site.visitor()
        self.time = 1_800_000_000.0
        site.app.state.clock = lambda: self.time
        self.browser.get("/")

    def page(self, path: str) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def later(self, days: float) -> None:
        self.time += days * DAY

    def learns(self, *ids: str) -> None:
        for id in ids or self.course.question_by_id:
            self.answers(self.page(f"{URL}/{id}"), right=True)

    def key(self, page: str, *, right: bool) -> list[str]:
        id, seed = self.asked(page), int(re.findall(r'name="seed" value="(\d+)"', page)[0])
        question = self.course.question_by_id[id][1]
        key = question.key(seed)
        if right:
            return key if isinstance(key, list) else [str(key)]
        if question.kind in ("number", "text", "output"):
            return ["77777"]
        if question.kind == "order":
            assert isinstance(key, list)
            return [*key[1:], key[0]]
        if question.kind == "match":
            assert isinstance(key, list)
            return list(key[:-1])
        options = [option.id for option in question.shown(seed).options]
        return [next(option for option in options if option not in (key if isinstance(key, list) else [key]))]

    def asked(self, page: str) -> str:
        return str(re.findall(r'<article class="quiz[^"]*"\s+id="q-([\w-]+)"', page)[0])

    def answers(self, page: str, *, right: bool, **headers: str) -> str:
        fields = dict(re.findall(r'<input type="hidden" name="(seed|review)" value="(\w+)"', page))
        sent = {**fields, "answer": self.key(page, right=right)}
        answer = self.browser.post(f"{URL}/{self.asked(page)}/attempts", data=sent, headers=headers)
        assert answer.status_code in (200, 303), answer.text[:500]
        return answer.headers.get("location", answer.text)

    def starts(self, **fields: str) -> str:
        answer = self.browser.post("/review", data=fields)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def goes_on(self, page: str) -> str:
        (url,) = re.findall(r'action="(/review/\w+/next)"', page)
        (after,) = re.findall(r'name="after" value="(\d+)"', page)
        answer = self.browser.post(url, data={"after": after})
        assert answer.status_code == 303
        return str(answer.headers["location"])


@pytest.fixture
def student(site: Site, course: Course) -> Student:
    return Student(site, course)


def test_nothing_learnt_and_nothing_due_are_said_apart(student: Student) -> None:
    assert "Nothing to review yet" in student.page("/review")
    assert student.starts() == "/review"
    student.learns("kernel-reach")
    page = student.page("/review")
    assert "Nothing is due" in page
    assert "The next question comes back in" in page
    assert student.starts(course="small-course") == "/review?course=small-course"


def test_a_review_from_its_start_to_its_summary(student: Student) -> None:
    student.learns()
    student.later(30)
    number = len(student.course.question_by_id)
    start = student.page("/review")
    assert re.search(rf"{number} questions, about \d+ min", start)
    at = student.starts()
    asked = []
    for place in range(1, number + 1):
        page = student.page(at.partition("#")[0])
        assert f"{place} of {number}" in page
        assert "Next question" not in page
        asked.append(student.asked(page))
        assert student.answers(page, right=True) == at
        page = student.page(at.partition("#")[0])
        assert "Right, and here is why" in page
        assert "Try one like it" not in page
        at = student.goes_on(page)
    assert sorted(asked) == sorted(student.course.question_by_id)
    over = student.page(at)
    assert f"{number} of {number} answers right at the first go." in over
    assert "now mastered" in over
    assert "XP for what" not in over
    assert "Nothing is due" in student.page("/review")


def test_a_miss_leads_to_what_teaches_it_and_does_not_come_back_in_the_set(student: Student) -> None:
    student.learns("kernel-reach", "weights-of-a-stack")
    student.later(10)
    at = student.starts().partition("#")[0]
    missed, number = "", 2
    for _ in range(number):
        page = student.page(at)
        id = student.asked(page)
        if not missed:
            missed = id
            assert "This is taught here" not in page
            swapped = student.answers(page, right=False, **HTMX)
            page = student.page(at)
            lesson, lab, section = {
                "kernel-reach": ("first-steps", "one-layer", "look-and-count"),
                "weights-of-a-stack": ("stacks", "two-layers", "what-a-stack-sees"),
            }[id]
            for text in (swapped, page):
                assert f'href="/courses/small-course/lessons/{lesson}#{section}"' in text
                assert f'href="/courses/small-course/lessons/{lesson}#lab-{lab}"' in text
                assert "Next question" in text
            assert 'hx-swap-oob="true"' in swapped
            student.answers(page, right=True)  # to learn from, and no evidence
        else:
            assert id != missed
            student.answers(page, right=True)
        at = student.goes_on(student.page(at)).partition("#")[0]
    over = student.page(at)
    assert "1 of 2 answers right at the first go." in over
    assert "not yet" in over
    held = {one["question"]: one for one in student.browser.get(f"/api/v1/reviews/{at[8:]}").json()["asked"]}
    assert held[missed]["correct"] is False
    assert held[missed]["due"] <= student.time + 2 * DAY
    assert all(one["due"] > student.time + 5 * DAY for id, one in held.items() if id != missed)


def test_a_double_click_a_reload_and_a_second_tab_change_nothing_twice(student: Student) -> None:
    student.learns()
    student.later(30)
    first = student.starts()
    assert student.starts() == first
    page = student.page(first.partition("#")[0])
    asked = student.asked(page)
    student.answers(page, right=True)
    student.answers(page, right=False)  # the other tab
    done = student.page(first.partition("#")[0])
    (url,) = re.findall(r'action="(/review/\w+/next)"', done)
    assert student.browser.post(url, data={"after": "0"}).headers["location"] == first, "not from here"
    second = student.browser.post(url, data={"after": "1"}).headers["location"]
    assert second != first
    assert student.browser.post(url, data={"after": "1"}).headers["location"] == second
    assert student.browser.post(url, data={"after": "2"}).headers["location"] == second, "it waits for an answer"
    assert student.page(second.partition("#")[0]).count("2 of 8") > 0
    late = student.answers(page, right=False)  # the first tab, still at the first question
    assert late.startswith("/courses/small-course/lessons/")
    asked_for = student.browser.get(f"/api/v1/reviews/{url.split('/')[2]}").json()["asked"]
    assert [(one["question"], one["correct"]) for one in asked_for if one["answered"]] == [(asked, True)]


def test_one_stops_any_time_and_goes_on_later(student: Student) -> None:
    student.learns()
    student.later(30)
    at = student.starts()
    student.answers(student.page(at.partition("#")[0]), right=True)
    second = student.goes_on(student.page(at.partition("#")[0]))
    student.later(3)
    start = student.page("/review")
    assert "1 of 8 answered." in start
    assert f'href="{second}"' in start
    assert student.starts() == second
    student.later(1)
    assert student.browser.post(f"{second.partition('#')[0]}/end").status_code == 303
    over = student.page(second.partition("#")[0])
    assert "1 of 1 answers right" in over
    assert "7 more are due" in over
    assert student.starts() != second


def test_a_set_is_nobody_elses(student: Student, site: Site) -> None:
    student.learns("kernel-reach")
    student.later(10)
    at = student.starts().partition("#")[0]
    other = site.visitor()
    assert other.get(at).status_code == 404
    assert other.post(f"{at}/end").status_code == 404
    assert other.post(f"{at}/next", data={"after": "1"}).status_code == 404
    assert other.get(f"/api/v1{at.replace('review', 'reviews')}").status_code == 404
    given = {"place": 1, "answer": None}
    assert other.post(f"/api/v1{at.replace('review', 'reviews')}/answers", json=given).status_code == 404
    fields = {"unknown": "1", "review": at[8:]}
    lesson = other.post(f"{URL}/kernel-reach/attempts", data=fields).headers["location"]
    assert lesson.startswith("/courses/"), "an answer like any other"
    assert "1 of 1" in student.page(at)
    assert "Next" not in student.page(at)


def states(student: Student) -> dict[str, str]:
    return {skill["id"]: skill["state"] for skill in student.browser.get("/api/v1/me").json()["skills"]}


def test_what_fades_is_repaired_in_minutes(student: Student) -> None:
    student.learns()
    assert states(student)["stacking"] == "proficient"
    student.later(400)
    assert states(student) == {"convolution": "fading", "receptive-field": "unlocked", "stacking": "fading"}
    assert re.search(r"Refresh them: \d questions, about \d+ min", student.page("/review"))
    for fields in ({"course": "small-course", "skill": "stacking"}, {"course": "small-course", "fading": "1"}):
        at = student.starts(**fields)
        questions = 0
        while "#" in at:
            page = student.page(at.partition("#")[0])
            questions += 1
            student.answers(page, right=True)
            at = student.goes_on(student.page(at.partition("#")[0]))
        assert 1 <= questions <= 5
        assert "fading, now mastered" in student.page(at)
    assert states(student) == {"convolution": "mastered", "receptive-field": "unlocked", "stacking": "mastered"}
    assert student.starts(course="small-course", fading="1") == "/review?course=small-course"
    for fields in ({"course": "nowhere"}, {"skill": "stacking"}, {"course": "small-course", "skill": "x"}):
        assert student.browser.post("/review", data=fields).status_code == 422
        assert student.browser.post("/api/v1/reviews", json=fields).status_code == 422


def test_a_question_that_left_its_course_is_passed_over(student: Student, site: Site, small_library: Library) -> None:
    student.learns()
    student.later(30)
    at = student.starts()
    first = student.asked(student.page(at.partition("#")[0]))
    course = student.course
    lessons = tuple(replace(one, sections=without(one, first)) for one in course.lessons)
    site.app.state.library = Shelf((replace(course, lessons=lessons),))
    page = student.page(at.partition("#")[0])
    assert "This question has left its course." in page
    assert "7 questions" not in page
    following = student.goes_on(page)
    assert following.partition("#")[0] == at.partition("#")[0]
    assert student.asked(student.page(following.partition("#")[0])) != first


def without(lesson: Lesson, question: str) -> tuple[Section, ...]:
    return tuple(
        replace(
            section,
            blocks=tuple(b for b in section.blocks if not (isinstance(b, QuestionBlock) and b.question.id == question)),
        )
        for section in lesson.sections
    )


def test_what_was_answered_elsewhere_meanwhile_is_passed_over(student: Student) -> None:
    student.learns("kernel-reach", "weights-of-a-stack")
    student.later(10)
    at = student.starts()
    here = student.asked(student.page(at.partition("#")[0]))
    other = ({"kernel-reach", "weights-of-a-stack"} - {here}).pop()
    student.later(0.01)
    student.browser.post(f"{URL}/{other}/variants", data={"after": "0"})
    student.learns(other)
    student.answers(student.page(at.partition("#")[0]), right=True)
    over = student.page(student.goes_on(student.page(at.partition("#")[0])))
    assert "1 of 1 answers right at the first go." in over


def test_a_hint_is_said_and_the_review_goes_on(student: Student) -> None:
    student.learns("weights-of-a-stack")
    student.later(10)
    at = student.starts().partition("#")[0]
    fields = {"number": "1", "review": at[8:]}
    part = student.browser.post(f"{URL}/weights-of-a-stack/hints", data=fields, headers=HTMX).text
    assert f'name="review" value="{at[8:]}"' in part
    student.answers(student.page(at), right=True)
    assert "right, with a hint" in student.page(student.goes_on(student.page(at)))


def test_xp_comes_once_and_only_for_what_was_not_shown(student: Student) -> None:
    student.answers(student.page(f"{URL}/kernel-reach"), right=False)
    student.learns("what-a-kernel-has")
    student.later(10)
    at = student.starts()
    for _ in range(2):
        student.answers(student.page(at.partition("#")[0]), right=True)
        at = student.goes_on(student.page(at.partition("#")[0]))
    assert "+20 XP for what you had not shown before." in student.page(at)
    assert student.browser.get("/api/v1/me").json()["xp"]["total"] == 40


def test_when_it_comes_back_is_said_in_the_readers_language(student: Student) -> None:
    student.learns("kernel-reach")
    student.browser.headers["accept-language"] = "de"
    assert "kommt in 2 Tagen wieder" in student.page("/review")
    student.later(10)
    at = student.starts().partition("#")[0]
    student.answers(student.page(at), right=False)
    (url,) = re.findall(r'action="(/review/\w+/next)"', student.page(at))
    student.browser.post(url, data={"after": "1"})
    assert "Wieder morgen" in student.page(at)


def test_a_review_shows_no_key_before_an_answer(student: Student) -> None:
    student.learns()
    student.later(30)
    page = student.page(student.starts().partition("#")[0])
    question = student.course.question_by_id[student.asked(page)][1]
    seed = int(re.findall(r'name="seed" value="(\d+)"', page)[0])
    assert question.explanation(seed) not in page
    assert "opt--right" not in page


def test_how_many_are_due_is_said_quietly_and_only_where_some_are(student: Student) -> None:
    lesson = "/courses/small-course/lessons/first-steps"
    cell = '<a class="xp__item" id="due" href="/review">'
    student.learns("kernel-reach")
    for path in ("/", "/me", "/courses/small-course", f"{lesson}/mine", f"{lesson}?mine=1"):
        assert cell not in student.page(path)
    everyone = student.page(lesson)
    student.later(10)
    for path in ("/", "/me", "/courses/small-course", f"{lesson}/mine", f"{lesson}?mine=1"):
        assert cell in student.page(path)
        assert "1 due" in student.page(path)
    assert student.page(lesson) == everyone, "what is for everyone says nothing of one"
    assert '<span id="due" hidden></span>' in everyone


def test_a_year_of_reviews_by_the_api(student: Student) -> None:
    student.learns()
    api = student.browser
    assert api.get("/api/v1/me/reviews").json()["due"] == 0
    assert api.post("/api/v1/reviews", json={}).json()["review"] is None
    last = 0.0
    for _ in range(12):
        said = api.get("/api/v1/me/reviews").json()
        student.time = said["next"] + 1
        said = api.get("/api/v1/me/reviews").json()
        assert said["due"] >= 1
        assert 0 < said["minutes"] < 20
        begun = api.post("/api/v1/reviews", json={}).json()["review"]
        assert [one["question"] for one in begun["asked"]] == [one["question"] for one in said["set"]]
        assert api.get("/api/v1/me/reviews").json()["open"] == begun["id"]
        while begun["place"]:
            given = {"place": begun["place"], "answer": right(student, begun["question"]["id"])}
            url = f"/api/v1/reviews/{begun['id']}/answers"
            ahead = {"place": begun["place"] + 1, "answer": None}
            assert api.post(url, json=ahead).status_code == 422
            answered = api.post(url, json=given).json()
            assert answered["outcome"]["correct"]
            again = api.post(url, json={**given, "answer": None}).json()
            assert (again["outcome"]["repeated"], again["outcome"]["correct"]) == (True, True)
            assert again["review"] == answered["review"]
            begun = answered["review"]
        assert begun["ended"] == student.time
        assert all(one["after"] in ("proficient", "mastered") for one in begun["asked"])
        last = max(last, *(one["due"] - student.time for one in begun["asked"]))
    assert last > 60 * DAY, "what is known comes back ever later"
    assert api.get("/api/v1/me").json()["xp"]["total"] == 160


def right(student: Student, id: str) -> object:
    page = student.page(f"{URL}/{id}")
    seed = int(re.findall(r'name="seed" value="(\d+)"', page)[0])
    return student.course.question_by_id[id][1].key(seed)


def test_the_time_is_ones_own_once_there_are_answers_that_say_so(student: Student) -> None:
    student.learns()
    student.later(30)
    assert "The time goes by the minutes that the lessons state." in student.page("/review")
    at = student.starts()
    for _ in range(6):
        student.later(90 / DAY)
        student.answers(student.page(at.partition("#")[0]), right=False)
        at = student.goes_on(student.page(at.partition("#")[0]))
    assert "What is left takes about 3 min." in student.page("/review")
    student.browser.post(f"{at.partition('#')[0]}/end")
    student.later(3)
    start = student.page("/review")
    assert "The time goes by your own last 6 answers." in start
    assert "8 questions, about 12 min" in start
