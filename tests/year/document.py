# ruff: noqa: E501 - a page's lines and a drawing's marks are as long as they are.
"""docs/year.md: the table, the plots and what they show, of years that were played."""

from collections.abc import Sequence

from tests.year.memory import Memory
from tests.year.play import LEVELS, Week, Year

WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 720, 260, 44, 132, 16, 34
#: Level -> its fill, and the pattern's stroke that tells it without colour.
FILLS = {"learning": "#dcdcd2", "proficient": "#9bb6e6", "mastered": "#1d53b4", "fading": "#f0b49f"}
HEADINGS = ("student", "answers", "hours", "XP", "learning", "proficient", "mastered", "fading", "due", "most fading")
PAGE = """# A simulated year

Five kinds of student live through 364 days of the course _CNN architectures_ ({skills} skills, {course_xp} XP), through the public API, with the site's clock moved
by hand. The figures below come from `python -m tests.year`; `tests/year/test_year.py` plays the year again and holds this page and the rules against it.

What a student knows is apart from what the site believes. Forgetting follows half-life regression
([Settles and Meeder 2016](https://aclanthology.org/P16-1174/)): recall after *t* days is 2^(−t/h). A thing that was studied once has h = {first:.0f} days; an answer from
memory multiplies h by 1 + 8 · (what had been forgotten), at most by {growth:.0f}. These two are assumptions, not measurements. FSRS on the site's side has another curve, a power of time,
and is told nothing but right and wrong. Challenges, which a lab would have to measure, are left out: their XP cannot be earned here.

{table}

At the end of the year: XP of {course_xp}; skills at each level; questions due. *Most fading* is the most skills that faded at once. Hours count 30 s for an answer that is
picked and 60 s for one that is typed.

{students}
## What it shows

- **Steady** work keeps what it earns: {steady}
- **Cramming** earns the same XP and no lasting level: {cramming}
- **Returning** finds what faded, and gets it back: {returning}
- **Guessing** opens nothing: {guessing}
- **Gaming** is not worth the trouble: {gaming}

## What it does not show

The students are inventions, five of them, each played once with a fixed seed. A memory that forgets faster than h = {first:.0f} days overwhelms three evenings a week: the
pile of what is due then grows instead of melting. A guess that comes off in the first two tries is paid like any right answer, since nobody can tell it from one; it lifts no level.
"""


def row(year: Year) -> tuple[str, ...]:
    last = year.last
    levels = (str(last.levels[level]) for level in LEVELS)
    return (
        year.name,
        str(year.answers),
        f"{year.hours:.0f}",
        str(last.xp),
        *levels,
        str(last.due),
        str(year.most("fading")),
    )


def page(years: Sequence[Year]) -> str:
    table = [
        " | ".join(HEADINGS),
        " | ".join(["---"] + ["---:"] * (len(HEADINGS) - 1)),
        *map(" | ".join, map(row, years)),
    ]
    said = {year.name: year for year in years}
    steady, cramming, returning = said["steady"], said["cramming"], said["returning"]
    guessing, gaming = said["guessing"], said["gaming"]
    after = cramming.weeks[4]
    away = min(returning.weeks[8:28], key=lambda week: week.known or 0)
    sections = (
        f"### {year.name.capitalize()}\n\n{year.manner}\n\n"
        f"![Skills at each level, week by week, of the {year.name} student](images/year-{year.name}.svg)\n"
        for year in years
    )
    return PAGE.format(
        skills=steady.skills,
        course_xp=steady.course_xp,
        first=Memory.first,
        growth=Memory.growth,
        table="\n".join(f"| {line} |" for line in table),
        students="\n".join(sections),
        steady=f"{steady.last.levels['mastered']} skills mastered, {steady.last.levels['fading']} fading, "
        f"for {steady.hours:.0f} hours of answers in the year. The site puts recall at {_percent(steady.last.recall)}, and it is "
        f"{_percent(steady.last.known)}.",
        cramming=f"{after.levels['proficient']} skills proficient on the evening of the exam, "
        f"{cramming.weeks[8].levels['fading']} of them fading four weeks later, {cramming.last.levels['mastered']} mastered.",
        returning=f"after the months away {away.levels['fading']} skills were fading and {_percent(away.known)} was still known; "
        f"four weeks of evenings later {returning.weeks[32].levels['fading']} were, and {_percent(returning.weeks[32].known)}.",
        guessing=f"{guessing.answers} answers in {guessing.hours:.0f} hours, {guessing.most('proficient') + guessing.most('mastered')} "
        f"skills above learning at any time; {guessing.last.xp} XP for guesses that came off.",
        gaming=f"{gaming.answers} answers in {gaming.hours:.0f} hours leave the {gaming.last.xp} XP and the "
        f"{gaming.last.levels['proficient'] + gaming.last.levels['mastered']} skills of the one lesson that was learnt.",
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def plot(year: Year) -> str:
    """The weeks as stacked bands, a level a band, with the questions due as a line over them."""
    across = (WIDE - LEFT - RIGHT) / (len(year.weeks) - 1)
    up = (HIGH - TOP - BOTTOM) / max(1, year.skills)
    most_due = max(1, *(week.due for week in year.weeks))

    def x(week: Week) -> float:
        return LEFT + across * week.week

    def y(count: float) -> float:
        return HIGH - BOTTOM - up * count

    parts, below = [], [0] * len(year.weeks)
    for level in LEVELS:
        above = [low + week.levels[level] for low, week in zip(below, year.weeks, strict=True)]
        if above != below:
            edge = [f"{x(week):.1f},{y(top):.1f}" for week, top in zip(year.weeks, above, strict=True)]
            back = [f"{x(week):.1f},{y(low):.1f}" for week, low in zip(year.weeks, below, strict=True)]
            parts.append(
                f'<polygon fill="{FILLS[level]}" stroke="#14181b" stroke-width=".5" points="{" ".join(edge + back[::-1])}"/>'
            )
        below = above
    line = " ".join(
        f"{x(week):.1f},{HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * week.due / most_due:.1f}" for week in year.weeks
    )
    parts.append(f'<polyline fill="none" stroke="#fafaf5" stroke-width="4" points="{line}"/>')
    parts.append(f'<polyline fill="none" stroke="#be3418" stroke-width="1.5" stroke-dasharray="4 3" points="{line}"/>')
    for count in (0, year.skills):
        parts.append(f'<text x="{LEFT - 8}" y="{y(count) + 4:.1f}" text-anchor="end">{count}</text>')
    for week in (0, 13, 26, 39, 51):
        parts.append(
            f'<text x="{LEFT + across * week:.1f}" y="{HIGH - 12}" text-anchor="middle">week {week + 1}</text>'
        )
    for number, level in enumerate(LEVELS):
        at = TOP + 10 + 22 * number
        parts.append(
            f'<rect x="{WIDE - RIGHT + 14}" y="{at - 10}" width="14" height="12" fill="{FILLS[level]}" stroke="#14181b" stroke-width=".5"/>'
        )
        parts.append(f'<text x="{WIDE - RIGHT + 34}" y="{at}">{level}</text>')
    at = TOP + 10 + 22 * len(LEVELS)
    parts.append(
        f'<path d="M{WIDE - RIGHT + 14} {at - 4}h14" stroke="#be3418" stroke-width="1.5" stroke-dasharray="4 3"/>'
    )
    parts.append(f'<text x="{WIDE - RIGHT + 34}" y="{at}">due, to {most_due}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" font-size="12" role="img">'
        f"<title>Skills at each level, week by week: {year.name}</title>"
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fafaf5"/>' + "".join(parts) + "</svg>\n"
    )
