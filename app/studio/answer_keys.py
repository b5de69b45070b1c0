"""Which answers are the same answer: one key for all that are equivalent.

Numbers by value, or by the author's formula for a mistake; words by their normal form, choices by their set, orders and
matches by their pairs, printed text by its lines, and networks by ``app.lab.equivalence``: the same graph, whatever its
variables are called.
"""

import json
from hashlib import sha256

from app.content.architecture import Architecture
from app.content.expressions import evaluate
from app.content.number import Number
from app.content.output import Output
from app.content.questions import Answer, Question
from app.content.text import Text, plain
from app.lab import equivalence, language
from app.lab.messages import LabError
from app.lab.network import Network

#: The key of "I don't know yet".
UNKNOWN = "?"
#: The key of a network that the lab cannot read.
UNREAD = "unread"
#: A key longer than this is hashed.
LONGEST = 120


def key(question: Question | None, answer: Answer, seed: int = 0, longest: int = LONGEST) -> str:
    """The key of an answer in its canonical form; of a question that is gone (None), the answer itself."""
    if answer is None:
        return UNKNOWN
    if isinstance(answer, list):
        return _short("\n".join(answer), longest)
    if isinstance(answer, int | float):
        return _mistake(question, answer, seed) or f"{answer:.12g}"
    if isinstance(question, Architecture):
        network = read(question, answer)
        return UNREAD if network is None else equivalence.fingerprint(network)[:32]
    if isinstance(question, Text):
        return _short(plain(answer), longest)
    if isinstance(question, Output):
        return _short("\n".join("".join(line.split()) for line in answer.splitlines()), longest)
    return _short(answer, longest)


def read(question: Architecture, code: str) -> Network | None:
    """The network that a submission builds, or None where it builds none."""
    try:
        return language.read(code, question.input)
    except LabError:
        return None


def _mistake(question: Question | None, value: float, seed: int) -> str:
    """``~`` and the formula of the wrong value that the author expected, which is the same mistake in every variant."""
    if not isinstance(question, Number):
        return ""
    values = dict(question.draw(seed))
    if question.tolerance.accepts(float(value), evaluate(question.value, values), values):
        return ""
    expected = (one.value for one in question.wrong)
    same = (one for one in expected if question.tolerance.accepts(float(value), evaluate(one, values), values))
    found = next(same, None)
    return "" if found is None else f"~{found}"


def canonical(network: Network) -> str:
    """A network without anything of how somebody wrote it: one operation a line, in the order of its graph."""
    lines = []
    for node in network.nodes:
        settings = ", ".join(f"{name}={value}" for name, value in sorted(node.attrs.items()) if name != "inplace")
        given = f"({', '.join(f'x{source}' for source in node.inputs)})" if node.inputs else ""
        lines.append(f"x{node.index} = {node.op}({settings}){given}  # {'×'.join(map(str, node.shape))}")
    return "\n".join(lines)


def parsed(stored: str) -> Answer:
    """An answer as an attempt keeps it."""
    answer: Answer = json.loads(stored)
    return answer


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else "#" + sha256(text.encode()).hexdigest()[:40]
