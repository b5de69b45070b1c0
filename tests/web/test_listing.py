import re

import pytest

from app.web.listing import lines


def test_a_line_of_code_is_a_line_of_the_listing() -> None:
    code = 'a = """x\ny"""\n\nnet = nn.Conv2d(3, 4)\n'
    shown = [re.sub(r"<[^>]*>", "", line) for line in lines(code)]
    assert shown == ['a = """x', 'y"""', "", "net = nn.Conv2d(3, 4)"]
    assert all(line.count("<span") == line.count("</span>") for line in lines(code))


def test_calls_numbers_and_comments_are_marked() -> None:
    (line,) = lines("net = nn.Conv2d(3)  # one")
    assert '<span class="nf">Conv2d</span>' in line
    assert '<span class="mi">3</span>' in line
    assert '<span class="c1"># one</span>' in line


@pytest.mark.parametrize("code", ["<script>alert(1)</script>", "x = '</span><img src=x>'", "# <b>&amp;\n", "a<b>c"])
def test_whatever_is_written_is_escaped(code: str) -> None:
    for line in lines(code):
        assert re.fullmatch(r'(?:[^<>]|<span class="\w+">|</span>)*', line)
