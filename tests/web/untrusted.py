"""A course whose every field is somebody else's text, as files."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from app.content.library import Library
from tests.content.courses import FOLDER
from tests.web.vectors import MARK

SLUG = "small-course"
#: Fields of course.yaml, front matter, Markdown, directives, bibliography: ``@name@`` stands for the text.
FILES: Mapping[str, str] = {
    "course.yaml": """\
title: @course-title@
summary: @course-summary@
ticker: [@ticker@]
authors:
  - {id: team, name: @author-name@, role: @author-role@, bio: @author-bio@}
skills:
  - {id: seeing, title: @skill-title@, group: @skill-group@, concept: @skill-concept@}
lessons: [first, second]
""",
    "glossary.md": """\
# Glossary

## Field

@definition@

```python
# @definition-code@
```

## @term@

A word.
""",
    "references.bib": """\
@article{one, author = {@bib-author@}, title = {@bib-title@}, journal = {@bib-journal@}, year = {2020}}
@misc{two, author = {Doe, Jane}, title = {Two}, year = {2021}, howpublished = {@bib-how@}, note = {@bib-note@}}
""",
    "first.md": """\
---
title: @lesson-title@
summary: @lesson-summary@
skills: [seeing]
minutes: 5
authors: [team]
next: second
---

@opening@

## @heading@

A {term}`field`, cited {cite}`one, @locator@` and {cite}`two`.

### @smaller-heading@

- @item@

> @quotation@

| @table-head@ | b |
| --- | --- |
| @table-cell@ | c |

![@alt@](media/block.png "@picture-title@")

[@link-text@](https://ok.example/ "@link-title@")

[x](<@link-target@>)

$x = \\text{@maths@}$

```python
x = "@code@"
```

```@code-language@
x
```

Why?[^why]

:::{correction} @correction-title@
@correction@
:::

:::{faq}
### @faq-title@

@faq@
:::

```{lab} one-layer
:title: @lab-title@
:file: @lab-file@
:show: parameters, receptive-field
:predict: @lab-predict@
:choices: @lab-choice@ | 27 | 1,792
:reveals: params

# @lab-code@
net = nn.Sequential(nn.Conv2d(3, 64, 3))
```

[^why]: @footnote@
""",
    "second.md": """\
---
title: Second
summary: Questions.
skills: [seeing]
minutes: 5
---

## Questions

:::{question} a-choice
:kind: choice

@prompt@

- [ ] @option@
  > @option-feedback@
- [x] nine
  > @right-feedback@

? @hint@
! @explanation@
:::

:::{question} a-number
:kind: number
:unit: @unit@
:vars: C in [2]

@number-prompt@ {C}

= C
~ 2 * C > @wrong-feedback@

! Because.
:::

:::{question} an-order
:kind: order

Order.

1. @order-item@
2. second
x. third
   > @distractor-feedback@

! So.
:::

:::{question} a-text
:kind: text

Say it.

= said
= @accepted@
~ @wrong-text@ > @text-feedback@

! So.
:::

:::{question} a-match
:kind: match

Match.

| Layer | Weights | |
| --- | --- | --- |
| @match-left@ | @match-right@ | @match-feedback@ |
| a | b | |

! So.
:::

:::{question} an-output
:kind: output

What is printed?

```python
print("@output@")
```

! So.
:::

:::{walkthrough} a-block
:title: @walk-title@
:input: 3x8x8

```python
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)  # @walk-code@

    def forward(self, x):
        return self.conv(x)


net = Block()
```

### @step-title@
:lines: 4
:watch: conv

@step@

### Another
:lines: 7
:watch: input

And on.
:::

:::{claim} a-claim
:source: one, @claim-locator@
:says: 138 million parameters @claim-says@
:measure: params(vgg16)
:within: 0.5 million

@claim@
:::
""",
}
PLACE = re.compile(r"@([a-z-]+)@")
PLACES = tuple(place for text in FILES.values() for place in PLACE.findall(text))
_PLAIN = {
    "link-target": "second.md",
    "lab-file": "layer.py",
    "wrong-text": f"wrong {MARK} words",
    "code-language": "python",
}


def plain(place: str) -> str:
    """What stands in a place that the checker would not publish with the text."""
    return _PLAIN.get(place, f"plain {MARK} words")


def lines(text: Callable[[str], str]) -> dict[str, str]:
    """The files with ``text(place)`` in every place; in YAML, as a quoted string."""
    made = {}
    for name, content in FILES.items():
        head, fence, body = content.partition("\n---\n\n") if name.endswith(".md") else ("", "", content)
        yaml, rest = (content, "") if name == "course.yaml" else (head, fence + body)
        quoted = PLACE.sub(lambda found: json.dumps(text(found[1]), ensure_ascii=False), yaml)
        made[name] = quoted + PLACE.sub(lambda found: text(found[1]), rest)
    return made


def write(root: Path, text: Callable[[str], str]) -> Library:
    """The course in a folder of courses."""
    folder = root / SLUG
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "media").exists():
        shutil.copytree(FOLDER / SLUG / "media", folder / "media")
    for name, content in lines(text).items():
        (folder / name).write_text(content, encoding="utf-8")
    return Library(root)


def _mended(refused: frozenset[str], text: Callable[[str], str], place: str) -> str:
    return plain(place) if place in refused else text(place)


def published(root: Path, text: Callable[[str], str]) -> tuple[Library, set[str]]:
    """The course as far as the checker lets it be published, and the places that hold the text there.

    Where a line is an error, plain words take its text's place.
    """
    refused: set[str] = set()
    for _ in range(8):
        library = write(root, partial(_mended, frozenset(refused), text))
        errors = [one for one in library.diagnostics() if one.severity == "error"]
        if not errors:
            return library, set(PLACES) - refused
        found = set()
        for error in errors:
            source = FILES[Path(error.path).name].splitlines()
            # What a line says may be judged at the head of its block, or of its paragraph.
            for near in (0, -1, 1, -2, 2, -3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
                at = error.line - 1 + near
                here = set(PLACE.findall(source[at])) - refused if 0 <= at < len(source) else set()
                if here:
                    found |= here
                    break
        assert found, [str(error) for error in errors]
        refused |= found
    raise AssertionError([str(error) for error in errors])
