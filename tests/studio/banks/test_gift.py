"""GIFT becomes our Markdown, item by item; what is wrong with one takes nothing else down."""

from app.studio.banks import gift, write

BANK = r"""// question: 1  name: Grant [id:receptive.grants-tomb]
::Grant's tomb::Who is buried in Grant's tomb? {
=Grant
~No one
#Was true for 12 years
~Napoleon
}

$CATEGORY: history

::Q2:: What is $$\\frac\{1\}\{2\}$$ of [2]? {=1#yes ~2 ~3}
::Q3::Two plus two {=four =4} equals four.

1+1\=2 {T#no#yes####Count them.}

When was Grant born? {#
 =1822:0 # Right.
 =%50%1822:2 # Close.
}

::Pi:: What is pi? {#3.141..3.142}

::Capitals:: Match {
=Italy -> Rome

=Japan -> Tokyo
}

::Essay:: Why? {}

Read this.

::Broken:: xx { =a ~b

::Two:: Who lies there? { ~%-100%No one ~%50%Grant ~%50%His wife }
"""


def test_every_question_of_a_bank_comes_over_as_the_kind_that_it_is() -> None:
    found = gift.read(BANK.encode())
    assert [(one.kind, one.title, one.line) for one in found.items] == [
        ("choice", "Grant's tomb", 2),
        ("choice", "Q2", 11),
        ("text", "Q3", 12),
        ("choice", "1+1=2", 14),
        ("number", "When was Grant born?", 16),
        ("number", "Pi", 21),
        ("match", "Capitals", 23),
        ("multiple", "Two", 35),
    ]
    tomb, half, four, _sum, born, pi, _capitals, two = found.items
    assert [(o.text, o.correct, o.feedback) for o in tomb.options][:2] == [
        ("Grant", True, ""),
        ("No one", False, "Was true for 12 years"),
    ]
    assert half.prompt == r"What is $\frac{1}{2}$ of \[2\]?"
    assert four.prompt == r"Two plus two \_\_\_\_\_ equals four."
    assert four.accepted == ("four", "4")
    assert (born.value, born.tolerance, born.explanation) == ("1822", "", "Right.")
    assert (pi.value, pi.tolerance) == ("3.1415", "± 0.0005")
    assert two.partial == "net"
    assert [(loss.line, loss.title) for loss in found.losses if loss.left_out] == [
        (29, "Essay"),
        (31, "Read this."),
        (33, "Broken"),
    ]


def test_what_is_written_passes_the_checker_and_keeps_its_id() -> None:
    items = gift.read(BANK.encode()).items
    kept, lost = write.written(items, "a-skill", there={"grants-tomb"})
    assert not lost
    assert [one.id for one in kept if one.there] == ["grants-tomb"]
    again, _ = write.written(gift.read(BANK.encode()).items, "a-skill")
    assert [one.id for one in again] == [one.id for one in kept]
    assert kept[3].markdown == (
        f":::{{question}} {kept[3].id}\n:kind: choice\n:skill: a-skill\n:shuffle: off\n\n1+1=2\n\n"
        "- [x] True\n  > yes\n- [ ] False\n  > no\n\n! Count them.\n:::\n"
    )


def test_signs_that_mean_something_to_lessons_stay_signs() -> None:
    bank = r"Is [^a-z] \{x\} `\{term\}` a \#class or 1. $5 and $10? {=[^a] ~- [ ] no}"
    items = gift.read(bank.encode()).items
    (kept,), lost = write.written(items, "skill")
    assert not lost
    assert kept.question.shown(0).prompt_html.startswith("<p>Is [^a-z] {x} `{term}` a #class or 1. $5 and $10?")
    assert sorted(option.html for option in kept.question.shown(0).options) == ["- [ ] no", "[^a]"]
