"""Make static/icons: the site's mark, a 3×3 kernel whose middle is lit, as SVG and as PNG.

python scripts/icons.py
"""

from pathlib import Path

from PIL import Image, ImageDraw

OUT = Path(__file__).parents[1] / "static" / "icons"
INK, PAPER, MARK = "#14181B", "#F1F1EA", "#DDF25B"
#: The mark's grid: cells of 7 on a pitch of 9, as in templates/components/icons.html.
CELL, PITCH, SIDE = 7, 9, 25
#: Room around it, in cells' units: a maskable icon may be cut to a circle of 80 % of its side.
MARGIN = {"icon": 5, "maskable": 11}


def cells() -> list[tuple[int, int, bool]]:
    """(x, y, lit) of each cell."""
    return [(PITCH * i, PITCH * j, (i, j) == (1, 1)) for j in range(3) for i in range(3)]


def svg(margin: int) -> str:
    whole = SIDE + 2 * margin
    parts = "".join(
        f'<path fill="{MARK if lit else PAPER}" d="M{x + margin} {y + margin}h{CELL}v{CELL}h-{CELL}z"/>'
        for x, y, lit in cells()
    )
    ground = f'<path fill="{INK}" d="M0 0h{whole}v{whole}H0z"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}">{ground}{parts}</svg>\n'


def png(margin: int, side: int) -> Image.Image:
    picture = Image.new("RGB", (side, side), INK)
    pen = ImageDraw.Draw(picture)
    scale = side / (SIDE + 2 * margin)
    for x, y, lit in cells():
        left, top, right, bottom = (round(scale * (at + margin)) for at in (x, y, x + CELL, y + CELL))
        pen.rectangle((left, top, right - 1, bottom - 1), fill=MARK if lit else PAPER)
    return picture.quantize(8)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    (OUT / "icon.svg").write_text(svg(MARGIN["icon"]))
    for name, margin in MARGIN.items():
        for side in (192, 512):
            png(margin, side).save(OUT / f"{name}-{side}.png", optimize=True)
    png(MARGIN["icon"], 180).save(OUT / "touch-180.png", optimize=True)
