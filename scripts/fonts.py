"""Make static/fonts: the site's letters, cut down to what its pages use, as woff2. Run by scripts/fonts.sh.

The sources are open fonts under the SIL Open Font License; their licences are copied beside the results, which carry
names of their own. The DIN lacks a few marks that scientific prose needs (dashes, curly quotes, a minus, arrows,
superscripts), so those are drawn here from its own strokes.
"""

import copy
import string
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OUT = Path(__file__).parents[1] / "static" / "fonts"
ASCII = [*range(0x20, 0x7F)]
#: What English prose on networks uses on every page; what it uses now and then lies in files of its own, which a page
#: without it never loads. (Code uses all of ASCII.)
RARE_ASCII = [ord(c) for c in "#$*<>@\\^{|}~"]
MARKS = [ord(c) for c in "\u00a0§²·×é–—‘’“”•…\u202f→−≤≥∂≈±"]
RARE_OUTSIDE_PROSE = [ord(c) for c in "é‘•≤≥∂"]
#: What German adds, in files that an English page never loads or loads for other signs.
GERMAN = [ord(c) for c in "ÄÖÜß‚„"]
RARE = [*GERMAN, *(ord(c) for c in "©«°³µ»½èüöäïâ\u2009←↑↓√∑≠∞")]
GREEK = [*range(0x3B1, 0x3CA), *map(ord, "ΔΣΠΩΦΘ")]
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", DIGITS, strict=True))


class Drawing:
    """New glyphs for a TrueType font, made of boxes, polygons and transformed copies of its own glyphs."""

    def __init__(self, font: TTFont) -> None:
        self.font, self.glyphs = font, font.getGlyphSet()

    def add(self, char: str, width: float, parts: Iterable[Any]) -> None:
        name, pen = f"uni{ord(char):04X}", TTGlyphPen(None)
        for part in parts:
            part(pen)
        glyph = self.font["glyf"][name] = pen.glyph()
        glyph.recalcBounds(self.font["glyf"])
        self.font["hmtx"][name] = (round(width), getattr(glyph, "xMin", 0))
        for table in self.font["cmap"].tables:
            if table.isUnicode():
                table.cmap[ord(char)] = name

    def copy(self, name: str, scale: float = 1, dx: float = 0, dy: float = 0) -> Any:
        def draw(pen: Any) -> None:
            # Twice mirrored keeps a contour's direction, so a negative scale is a half turn.
            record = DecomposingRecordingPen(self.glyphs)
            self.glyphs[name].draw(record)
            record.replay(TransformPen(pen, (scale, 0, 0, scale, dx, dy)))

        return draw

    @staticmethod
    def shape(*points: tuple[float, float]) -> Any:
        def draw(pen: Any) -> None:
            pen.moveTo(points[0])
            for point in points[1:]:
                pen.lineTo(point)
            pen.closePath()

        return draw

    @classmethod
    def box(cls, x0: float, y0: float, x1: float, y1: float) -> Any:
        return cls.shape((x0, y0), (x0, y1), (x1, y1), (x1, y0))


def complete_din(font: TTFont) -> None:
    """Add the missing marks. Units: 2048 to the em, strokes about 164 thick, capitals 1434 tall."""
    d = Drawing(font)
    low, high = 565, 729  # the hyphen's own edges
    d.add("–", 1010, [d.box(90, low, 920, high)])
    d.add("—", 1720, [d.box(90, low, 1630, high)])
    d.add("−", 1013, [d.box(96, 431, 918, 595)])
    d.add("±", 1013, [d.copy("plus", dy=150), d.box(96, 0, 918, 150)])
    d.add("≤", 1000, [d.copy("less", dy=140), d.box(96, 0, 904, 150)])
    d.add("≥", 1000, [d.copy("greater", dy=140), d.box(96, 0, 904, 150)])
    d.add("_", 900, [d.box(40, -230, 860, -80)])
    d.add("·", 376, [d.copy("period", dy=545)])
    d.add("•", 560, [d.shape((280, 880), (513, 647), (280, 414), (47, 647))])
    d.add("…", 1280, [d.copy("period"), d.copy("period", dx=452), d.copy("period", dx=904)])
    d.add("’", 376, [d.copy("comma", dy=1229)])
    d.add("‘", 376, [d.copy("comma", scale=-1, dx=377, dy=1229)])
    d.add("”", 690, [d.copy("comma", dy=1229), d.copy("comma", dx=314, dy=1229)])
    d.add("“", 690, [d.copy("comma", scale=-1, dx=377, dy=1229), d.copy("comma", scale=-1, dx=691, dy=1229)])
    d.add("‚", 376, [d.copy("comma")])
    d.add("„", 690, [d.copy("comma"), d.copy("comma", dx=314)])
    d.add("ü", 786, [d.copy("u"), d.copy("period", dx=14, dy=1227), d.copy("period", dx=394, dy=1227)])
    d.add("°", 520, [d.copy("o", scale=0.56, dx=50, dy=880)])
    d.add(
        "#",
        1010,
        [d.box(200, 60, 350, 1374), d.box(660, 60, 810, 1374), d.box(60, 380, 950, 530), d.box(60, 904, 950, 1054)],
    )
    d.add(
        "→",
        1500,
        [
            d.box(90, 565, 1270, 729),
            d.shape((1010, 1020), (1383, 647), (1010, 274), (894, 390), (1151, 647), (894, 904)),
        ],
    )
    d.add(
        "←",
        1500,
        [d.box(230, 565, 1410, 729), d.shape((490, 274), (117, 647), (490, 1020), (606, 904), (349, 647), (606, 390))],
    )
    for char, digit in SUPERSCRIPTS.items():
        d.add(char, 0.62 * font["hmtx"][digit][0], [d.copy(digit, scale=0.62, dy=640)])
    space = font["hmtx"]["space"][0]
    for char, share in {"\u00a0": 1.0, "\u202f": 0.6, "\u2009": 0.6}.items():
        d.add(char, share * space, [])


def cut(font: TTFont, name: str, chars: Iterable[int], features: Iterable[str] = ("kern", "mark", "locl")) -> None:
    """Write ``{name}.woff2`` with the given code points of ``font`` and nothing else."""
    options = Options()
    options.flavor, options.hinting, options.layout_features = "woff2", False, list(features)
    options.name_IDs, options.notdef_outline = [0, 14], True
    options.drop_tables = [*options.drop_tables, "FFTM", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=chars)
    subsetter.subset(font)
    font["name"].setName(f"Receptive {name}", 1, 3, 1, 0x409)
    font.flavor = "woff2"
    path = OUT / f"{name}.woff2"
    font.save(path)
    sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes, {len(font.getBestCmap())} characters\n")


def main(debian: Path, stix: Path) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    din, caladea = TTFont(debian / "opendin/OSP-DIN.ttf"), debian / "crosextra"
    complete_din(din)
    often = [code for code in ASCII if code not in RARE_ASCII] + MARKS
    cut(copy.deepcopy(din), "din", [code for code in often if code not in RARE_OUTSIDE_PROSE])
    cut(din, "din-rare", [*RARE_ASCII, *RARE, *RARE_OUTSIDE_PROSE, *map(ord, SUPERSCRIPTS)])
    cut(TTFont(caladea / "Caladea-Regular.ttf"), "text", often, features=["kern"])
    cut(TTFont(caladea / "Caladea-Regular.ttf"), "text-rare", [*RARE_ASCII, *RARE], features=())
    mono = debian / "jetbrains-mono/JetBrainsMono-Regular.ttf"
    # Every walkthrough names the key.
    arrow = ord("←")
    cut(TTFont(mono), "code", [arrow, *(c for c in [*ASCII, *MARKS] if c not in RARE_OUTSIDE_PROSE)], features=())
    cut(TTFont(mono), "code-rare", [c for c in [*RARE, *RARE_OUTSIDE_PROSE] if c != arrow], features=())
    plain = [*map(ord, string.ascii_letters + string.digits + " .,;:!?'()-%/=+"), *map(ord, "–’“”×\u202f")]
    for style in ("Italic", "Bold"):
        cut(TTFont(caladea / f"Caladea-{style}.ttf"), f"text-{style.lower()}", plain, features=())
        german = [*GERMAN, *map(ord, "äöü")]
        cut(TTFont(caladea / f"Caladea-{style}.ttf"), f"text-{style.lower()}-rare", german, features=())
    letters = [*range(0x1D434, 0x1D468), *range(0x1D6FC, 0x1D714), 0x210E, 0x1D715]
    signs = [ord(c) for c in "±·×÷′∂∇∈∏∑−∗√∝∞∥∫∼≈≠≡≤≥≪≫⊕⊙⋅⋯…→←↦⟨⟩‖⌈⌉⌊⌋ℒℝ\u2061\u2062\u2063\u2064ℓ"]
    cut(TTFont(stix), "math", [*ASCII, *GREEK, *letters, *signs], features=())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
