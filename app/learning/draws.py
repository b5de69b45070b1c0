"""Which order and which values a student sees: pure functions, so that a reload never changes them.

The first draw of a question depends on the student only through one of eight cuts: eight versions of a page serve
everyone, and can be kept ready. Each further variant is the student's own.
"""

import hashlib

CUTS = 8


def _hash(*parts: object) -> int:
    text = "\0".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


def cut(learner_id: str) -> int:
    """Which of the eight versions of a page a learner sees: 0 to 7."""
    return _hash("cut", learner_id) % CUTS


def seed_of_cut(cut: int, question_id: str) -> int:
    """The seed of a question's first draw in a version of the page."""
    return _hash("draw", cut, question_id)


def seed(learner_id: str, question_id: str, series: int) -> int:
    """The seed of a learner's draw, 48 bits; series 0 is the page's own, each "try one like it" is the next."""
    if series == 0:
        return seed_of_cut(cut(learner_id), question_id)
    return _hash("variant", learner_id, question_id, series)


def first_seeds(question_id: str) -> frozenset[int]:
    """The seeds of a question in all versions of the page."""
    return frozenset(seed_of_cut(number, question_id) for number in range(CUTS))


def seeds_of_test(learner_id: str, test_id: str, question_id: str) -> tuple[int, ...]:
    """The seeds that a test of a skill may ask a question with; the first whose values are new to the learner is it."""
    return tuple(_hash("test", learner_id, test_id, question_id, n) for n in range(CUTS))
