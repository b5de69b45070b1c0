"""The language against Python itself: what ``print`` says is the same, line for line."""

# ruff: noqa: E501 - a program in a line

import contextlib
import io

import pytest

from app.lab import language

PROGRAMS = {
    "numbers": """
print(7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, 2 ** 0.5, 1e3, 0.1 + 0.2, 10 // 3.0)
print(1 << 4, 255 >> 4, 6 & 3, 6 | 3, 6 ^ 3, ~5, True + True, not 0, +3, - -3, 5 & True, True & False)
print(abs(-3), round(2.5), round(3.14159, 2), round(1234, -2), divmod(17, 5), pow(2, 5), min(3, 1, 2), max([3, 1, 2]))
print(int(3.9), int("42"), float("2.5"), bool([]), bool("a"), str(12), int(True), float(3))
""",
    "comparisons": """
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, "a" < "b", "ab" >= "abc", [1, 2] == [1, 2], (1,) != (1,), 1 is None, None is None)
print(2 in [1, 2], 3 not in (1, 2), "b" in "abc", "k" in {"k": 1}, 5 in range(0, 10, 5), [1] in [[1], 2], None == 0)
print(0 or "x", 1 and 2, [] or 0 or None, "" and 1, not [] and 1, 1 if [] else 2, {1: 2} == {1: 2}, range(3) == range(3))
""",
    "text": """
s = "Residual Networks"
print(s[0], s[-1], s[2:5], s[::-1], s[::2], s * 2, s + "!", len(s), s.lower(), s.upper(), s.startswith("Res"))
print(s.split(), "a,b,c".split(","), "-".join(["x", "y"]), s.replace("e", "3"), "  pad ".strip(), s.endswith("x"), [c for c in "abc"])
print("tab\\there", 'quote"s', "back\\\\slash", repr, sep="|") if False else print("a", "b", sep="-")
""",
    "formats": """
n, f, t = 25557032, 3.14159, "resnet"
print(f"{n:,} {n:_} {n:e} {n:>12} {n:<12}| {n:^12}| {n:012} {f:.2f} {f:8.3f} {f:+.1f} {f:.1%} {f:.3g} {t:>10} {t!r:*^12} {t:.3}")
print(f"{n / 1e6:.1f}M {{braces}} {1 + 1} {t.upper()} {[1, 'a']} {(1,)} { {'a': 1} } {None} {True:d} {n:x} {7:b} {7:#b}")
w = 10
print(f"{f:{w}.2f}", f"{n=}", f"{'nested'}", f"{t[0]}{t[-1]}", f"{max(1, 2)}", f"{'a' if n > 1 else 'b'}")
""",
    "lists": """
a = [3, 1, 2]
a.append(4); a += [5]; a.insert(0, 9); a.extend((7, 8)); b = a[:]; b.pop(); b.pop(0); a[1] = "x"
print(a, b, a[-2:], a[1:4:2], a[::-1], len(a), a.index(4), b.count(1), [0] * 3, [1] + [2], sorted(b), list(reversed(b)))
c, (d, *e), f = 1, (2, 3, 4), 5
*g, h = "xyz"
print(c, d, e, f, g, h, [*a, *b], (*b,), a is a, a.copy() == a, [[]] * 2, [1, [2, (3,)]], [], (), (1,), ((),))
x = y = []
x.append(1)
print(y, [i * j for i in range(3) if i for j in (1, 2)], [[i] for i in range(2)], sum([1, 2], 10), sum([[1], [2]], []))
b.reverse(); print(b); b.clear(); print(b, any([0, 1]), all([]), list("ab"), tuple([1]), list(range(5, 0, -2)))
""",
    "dicts": """
d = {"a": 1, 2: "two", None: None, (1, 2): [3]}
d["b"] = 5; d["a"] += 10; d.update({"c": 0})
print(d, len(d), d["a"], d.get("z"), d.get("z", 7), list(d), list(d.values()), list(d.items())[0], d.pop("b"), "b" in d)
print({k: v for k, v in zip("ab", [1, 2])}, dict(a=1, b=2), dict([("x", 1)]), {**{"a": 1}, "b": 2}, {"a": 1} | {"b": 2}, {})
for k, v in {"x": 1, "y": 2}.items():
    print(k, v)
for k in {"p": 0}:
    print(k)
""",
    "loops": """
for i in range(10):
    if i == 2: continue
    if i == 5: break
    print(i, end=" ")
else:
    print("never")
n = 0
while n < 3:
    n += 1
else:
    print("else", n)
for i, (a, b) in enumerate(zip([1, 2], "xy"), start=1):
    print(i, a, b)
for i in range(2):
    for j in range(3):
        if j == 1: break
    else:
        print("unbroken")
print(i, j, [x for x in range(3)], list(map(lambda v: v * 2, [1, 2])), list(filter(None, [0, 1, 2])), sorted("hello", key=lambda c: -ord(c)) if False else 0)
print(sorted([("b", 2), ("a", 3)], key=lambda p: p[1], reverse=True), sorted(["bb", "a"], key=len), max("abc", "b", key=len), min([], default=4))
""",
    "functions": """
def f(a, b=2, *args, c=3, **kwargs):
    return a, b, args, c, kwargs
print(f(1), f(1, 5), f(1, 2, 3, 4, c=0, d=9), f(*[1, 2, 3], **{"c": 4, "z": 5}), f(b=1, a=0))
def make(n):
    total = n
    def add(x):
        return total + x + n
    total = 100
    return add
print(make(5)(1), [g(2) for g in [lambda x, k=k: x + k for k in range(3)]], (lambda *a: a)(1, 2), (lambda: None)())
def early(x):
    for i in range(10):
        if i == x:
            return i
    return None
print(early(3), early(99))
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)
print(fact(10))
def nothing():
    pass
print(nothing())
def default(items=[]):
    items.append(1)
    return items
print(default(), default())
def outer():
    def inner(n):
        return n if n == 0 else inner(n - 1)
    return inner(5)
print(outer(), (y := 5) + y, [z := 1, z])
x = 1
def shadow():
    x = 2
    return [x for _ in range(2)]
print(shadow(), x)
def late():
    return later
later = "defined below"
print(late())
def keyword_only(*, a, b=2):
    return a + b
print(keyword_only(a=1), keyword_only(b=1, a=1))
def positional(a, /, b):
    return a, b
print(positional(1, b=2))
""",
    "classes": '''
class Animal:
    """Docstring."""
    legs = 4
    names: list = []
    def __init__(self, name, *, loud=False):
        self.name = name
        self.loud = loud
    def speak(self):
        return f"{self.name} has {self.legs} legs" + ("!" if self.loud else "")
    @property
    def length(self):
        return len(self.name)
    @staticmethod
    def twice(x):
        return 2 * x
    @classmethod
    def named(cls, name):
        return cls(name, loud=True)
class Bird(Animal):
    legs = 2
    def __init__(self, name):
        super().__init__(name)
        self.wings = 2
    def speak(self):
        return "tweet, " + super().speak() + f" and {self.wings} wings"
class Owl(Bird):
    pass
print(Animal("cat").speak(), Bird("tit").speak(), Owl.named if False else Animal.named("dog").speak(), Owl("uhu").length)
print(Animal.twice(4), Owl("u").twice(1), isinstance(Owl("a"), Animal), isinstance(1, Animal), Owl.legs, Animal.legs, Owl.__name__)
o = Owl("x"); o.legs = 3; o.wings += 1; o.extra = [1]; o.extra[0] = 9
print(o.legs, o.wings, o.extra, Owl.legs, hasattr(o, "extra"), hasattr(o, "tail"), getattr(o, "tail", "none"), o.speak())
setattr(o, "tail", 1); print(o.tail, getattr(o, "tail")); Animal.legs = 8; print(Animal("spider").legs, type(o).__name__, callable(o.speak))
print(isinstance([1], (list, tuple)), isinstance("a", str), isinstance(1.0, int), isinstance(None, int), isinstance(True, int))
''',
    "mathematics": """
import math
from functools import partial
from collections import OrderedDict
print(math.sqrt(16), math.ceil(2.1), math.floor(-2.1), math.log2(8), math.pi, math.prod([2, 3, 4]), math.gcd(12, 18), math.log(math.e))
print(partial(pow, 2)(5), partial(max, 3)(1), partial(lambda a, b: a - b, b=1)(5), list(OrderedDict([("a", 1)])), math.inf > 1)
""",
    "small things": """
if 0: pass
elif 1: print("elif")
else: print("no")
a: int = 3
b: "undefined.Annotation"
assert a == 3, "message"
del a
a, b = 1, 2
a, b = b, a
print(a, b); print(); print("é ∂ 😀", "\\u00e9", "multi"
      "line")
print("x" if __name__ == "__main__" else "y", ((1)), (1, 2)[0], {"a": [1, 2]}["a"][1], [1, 2, 3][1:][0], "abc"[1:][0])
print(1_000_000, 0xff, 0b101, 0o17, 1e-3, .5, 5., 1E5, 1.0, 100000000000000000.0, 1e22, -0.0)
x = [1, 2, 3]; x[0] += 5; x[-1] *= 2; print(x)
print(*[1, 2], *"ab", sep=", ")
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_print_says_what_python_says(name: str) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(PROGRAMS[name].replace("nn.", ""), {"__name__": "__main__"})
    network = language.read(PROGRAMS[name] + "\nnet = nn.ReLU()", (3, 8, 8))
    assert "\n".join(network.printed) + "\n" == said.getvalue()
