"""What to say of text that is no Python: what a learner most likely did, from Python's own words and the line."""

import keyword
from difflib import get_close_matches

#: What a line begins with -> what is wrong with it, and what to do.
_BEGINNINGS = (
    (
        ("pip ", "conda ", "python ", "cd ", "git ", "!", "%", "$ "),
        "this is a command for a terminal or notebook, not Python",
        "leave this line out: torch is there already",
    ),
    (("```",), "this is the frame of a listing, not Python", "leave out the lines with ```"),
    ((">>>", "... "), "this was copied with the prompts of Python's console", "leave out >>> and ... in front"),
    (("//", "/*", "*/", "<!--"), "a remark begins with # in Python", "write # in front of it"),
    (("else if", "elseif"), "Python has no else if", "write elif"),
)
#: Words of Python's message -> what to do.
_MENDS = (
    ("was never closed", "close the bracket"),
    ("Perhaps you forgot a comma", "put a comma between the two"),
    ("expected an indented block", "indent the lines below by four spaces"),
    ("unexpected indent", "take the spaces at the start of this line away"),
    ("unindent does not match", "give this line as many spaces at its start as the lines that it belongs with"),
    ("inconsistent use of tabs", "indent with spaces only, four a step"),
    ("unterminated", "close the quotation marks"),
    ("unmatched", "take this bracket away, or open one before it"),
    ("does not match opening", "close the brackets in the order in which they were opened, the last first"),
    ("cannot assign to expression", "a name has letters, digits and _, and no other signs"),
    ("cannot assign", "on the left of = stands a name, such as net = …"),
    ("Maybe you meant '=='", "== compares, = gives a name a value"),
    ("Missing parentheses in call to 'print'", "put brackets around what is printed: print(x)"),
    ("invalid non-printable character", "there is a space here that is none: type the spaces of this line anew"),
    ("invalid decimal literal", "a name cannot begin with a digit; a window of 3×3 is written 3 or (3, 3)"),
    ("leading zeros", "write the number without zeros in front"),
    ("follows keyword argument", "put the arguments without a name first"),
    ("keyword argument repeated", "leave one of the two out"),
    ("unexpected character after line continuation", "take the \\ away"),
    ("Did you mean", "write it as Python suggests"),
    ("f-string", "look at the curly brackets and quotation marks of this text"),
    ("Generator expression must be parenthesized", "put square brackets around it"),
    ("integer string conversion", "the sizes of a network are small numbers"),
    ("outside", "indent this line, so that it stands inside"),
)
#: What a line may begin with, and is often misspelt.
_FIRST = ("return", "class", "def", "import", "from", "for", "while", "elif", "else", "with")
_QUOTES = "“”„‘’‚«»`´"


def told(said: str, text: str) -> tuple[str, str]:
    """What is wrong and what to do, from what Python ``said`` of the line with this ``text``."""
    line = text.strip()
    for beginnings, words, mend in _BEGINNINGS:
        if line.startswith(beginnings):
            return f"Python cannot read this: {words}", mend
    return f"Python cannot read this: {_shortened(said)}", _mend(said, line)


def _shortened(said: str) -> str:
    return "this number is too long" if "integer string conversion" in said else said


def _mend(said: str, line: str) -> str:
    if "invalid character" in said:
        if any(quote in said for quote in _QUOTES):
            return "type plain quotation marks: \" or '"
        return "a window of 3×3 is written 3 or (3, 3)" if "×" in said else "take this character away"
    if "expected ':'" in said:
        braces = line.endswith("{")
        return (
            "write a colon in the place of {, and indent what belongs to it" if braces else "end this line with a colon"
        )
    found = next((mend for words, mend in _MENDS if words in said), "")
    if found:
        return found
    if line.endswith(("++", "--")):
        return f"Python has no {line[-2:]}: write {line[-1]}= 1"
    first, _, rest = line.partition(" ")
    if first == "def" and "(nn." in rest:
        return f"a class begins with class: {'class ' + rest[:60]}"
    if first == "class" and "(" not in rest:
        return "put what the class inherits from into brackets: class Net(nn.Module):"
    if first.isalpha() and not keyword.iskeyword(first) and (meant := get_close_matches(first.lower(), _FIRST, n=1)):
        return f"did you mean {meant[0]}?"
    if first == "import" and " from " in rest:
        return "write from … import …, such as from torch import nn"
    if ":=" in line:
        return "write = to give a name a value"
    if "&&" in line or "||" in line:
        return "write and for &&, and or for ||"
    return "is a bracket, comma, colon or quotation mark missing, here or on the line above?"
