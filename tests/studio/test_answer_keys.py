"""Equivalent answers have one key, and others have others."""

import pytest

from app.content.architecture import Architecture
from app.studio import answer_keys
from app.studio.answer_keys import UNKNOWN, UNREAD, canonical, key, read
from app.studio.question_changes import block
from tests.content.courses import question, small_course

STACK = "net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())\n"
NAMED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.anna = nn.Conv2d(3, 8, 3, padding="same")  # by Anna
    def forward(self, pixels):
        return F.relu(self.anna(pixels))
net = Net()
"""
NETWORK = Architecture("net", "s", 1)


def test_numbers_are_one_by_value_and_mistakes_by_their_formula() -> None:
    asked = question(
        ":kind: number\n:vars: C in [2, 4]\n\nHow many?\n\n= 9*C*C\n~ 9*C > Once more for each.\n\n! It is."
    )
    assert key(asked, 18, 0) == key(asked, 36, 1) == "~9*C"
    assert key(asked, 18, 1) == key(asked, 18.0, 1) == "18"
    assert key(asked, 36, 0) == "36", "that is right there"
    assert key(asked, None) == UNKNOWN


def test_words_are_one_by_their_normal_form() -> None:
    asked = small_course().question_by_id["name-a-shortcut"][1]
    assert len({key(asked, said) for said in ("a Bypass", "bypass", "by-pass".replace("-", ""), "BYPASS.")}) == 1
    assert key(asked, "bypass") != key(asked, "detour")


def test_networks_are_one_by_their_graph_and_shown_without_what_anybody_wrote() -> None:
    assert key(NETWORK, STACK) == key(NETWORK, NAMED)
    assert key(NETWORK, STACK) != key(NETWORK, STACK.replace("8", "9"))
    assert key(NETWORK, "net = nn.Sequential(") == UNREAD
    network = read(NETWORK, NAMED)
    assert network
    shown = canonical(network)
    assert "Conv2d" in shown
    assert shown.startswith("x0 = input()  #")
    assert "anna" not in shown.lower()
    assert "pixels" not in shown


def test_long_answers_are_told_apart_by_a_hash() -> None:
    one, other = key(None, "x" * 500), key(None, "x" * 501)
    assert one != other
    assert len(one) <= answer_keys.LONGEST


@pytest.mark.parametrize("colons", [":::", "::::"])
def test_a_question_s_lines_are_found_in_its_file(colons: str) -> None:
    asked = f"{colons}{{question}} one\nWhat?\n- [x] a\n{colons}\n"
    text = f"# A\n\n{asked}\ntext\n\n:::{{question}} one-more\nNo\n:::\n"
    assert block(text, "one") == asked.rstrip("\n")
    assert block(text.replace("text", "other text"), "one") == block(text, "one")
    assert block(text.replace("What?", "Which?"), "one") != block(text, "one")
    assert block(text, "two") == ""
