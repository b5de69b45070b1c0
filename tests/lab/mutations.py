"""Programs that were right until something was changed in them."""

import random
import re

_WORDS = re.compile(r"[A-Za-z_]\w*|\d+|\S")
_SPLICE = (
    "0", "-1", "2", "3.5", "1e9", "None", "True", "x", "self", "nn", "F", "torch", "''", "[]", "()", "{}", "x.shape",
    "(1, 2)", "[3, 4]", "lambda x: x", "*x", "**x", "not", "in", "is", "return", "for", "if", "else", "while True:",
    "nn.ReLU", "nn.ReLU()", "nn.Conv2d(3, 3, 1)", "nn.Parameter(torch.ones(3))", "torch.zeros(2, 2)", "range(5)",
    "super()", "print", "del x", "import os", "x[0]", "x[:, 1:]", "10**30", "'a' * 10**9", "__class__", "x.size()",
    "net", "=", "+=", ":=", "@", "%", "//", "(", ")", "[", "]", ":", ",", ".", "\n", "    ", "\t", "#", '"""', "é",
    "\\",
)  # fmt: skip


_NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "16",
    "64",
    "-1",
    "-3",
    "1.5",
    "10**12",
    "None",
    "True",
    "(2, 3)",
    "[1]",
    "'a'",
)
_VALUES = (
    "1", "x", "None", "[]", "(2, 3)", "'same'", "nn.ReLU()", "nn.ReLU", "*[1, 2]", "**{'a': 1}", "x=1", "input=2",
    "lambda x: x", "torch.ones(3)", "padding=1", "dim=1", "range(3)", "{}", "-1", "1e400", "net",
)  # fmt: skip


def mutated(code: str, seed: int) -> str:
    """The program after one to three changes of a word, a line or a character."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 3)):
        code = chance.choice(_GENTLE if chance.random() < 0.8 else _ROUGH)(code, chance)
    return code


def _spot(code: str, chance: random.Random) -> tuple[int, int]:
    found = [match.span() for match in _WORDS.finditer(code)]
    return chance.choice(found) if found else (0, 0)


def _replace(code: str, chance: random.Random) -> str:
    start, end = _spot(code, chance)
    return code[:start] + chance.choice(_SPLICE) + code[end:]


def _alike(code: str, chance: random.Random) -> str:
    """A number in the place of a number, a name in the place of a name: it often still parses."""
    spots = [match for match in _WORDS.finditer(code) if match[0][0].isalnum() or match[0][0] == "_"]
    if not spots:
        return code
    spot = chance.choice(spots)
    if spot[0].isdigit():
        return code[: spot.start()] + chance.choice(_NUMBERS) + code[spot.end() :]
    other = chance.choice([match[0] for match in spots if not match[0].isdigit()])
    return code[: spot.start()] + other + code[spot.end() :]


def _argument(code: str, chance: random.Random) -> str:
    """One argument more."""
    spots = [match.end() for match in re.finditer(r"\w\(", code)]
    if not spots:
        return code
    at = chance.choice(spots)
    return code[:at] + chance.choice(_VALUES) + ", " + code[at:]


def _swap(code: str, chance: random.Random) -> str:
    """One word of the program in the place of another."""
    start, end = _spot(code, chance)
    other, stop = _spot(code, chance)
    return code[:start] + code[other:stop] + code[end:]


def _drop(code: str, chance: random.Random) -> str:
    start, end = _spot(code, chance)
    return code[:start] + code[end:]


def _double(code: str, chance: random.Random) -> str:
    start, end = _spot(code, chance)
    return code[:end] + " " + code[start:]


def _line(code: str, chance: random.Random) -> str:
    lines = code.split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines.insert(to, lines.pop(at) if chance.random() < 0.7 else lines[at])
    return "\n".join(lines)


def _character(code: str, chance: random.Random) -> str:
    at = chance.randrange(len(code) + 1)
    return code[:at] + chance.choice("()[]{}:,.=+-*/'\"\\ \n0aé\0\ud800😀") + code[at + chance.randint(0, 2) :]


_GENTLE = (_alike, _alike, _argument)
_ROUGH = (_replace, _replace, _swap, _drop, _double, _line, _character)
