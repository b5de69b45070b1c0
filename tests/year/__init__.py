"""A simulated year: five kinds of student, played through the public API with time as an argument.

``python -m tests.year`` plays it on the real course and writes docs/year.md; ``test_year`` plays it and holds the
document and the rules against it.
"""
