"""The picture that other sites show beside a shared link: the title on the carbon, in any of our scripts."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SIZE = (1200, 630)
FONTS = Path(__file__).resolve().parent.parent / "data" / "fonts"
FIELD, WHITE, SOFT, MARK, MID = "#17226f", "#ffffff", "#cbd3ff", "#ff9b84", "#8d97d6"
EDGE = 72
TITLE_SIZES = (88, 76, 64, 54, 46, 40)
TITLE_HEIGHT = 290
ASK_LINES = 2


def png(*, site: str, kind: str, title: str, ask: str) -> bytes:
    """1200 by 630 pixels, under 60 kB. Words that fit nowhere are cut; letters the font lacks are left out.

    The font holds Latin, Cyrillic and Greek with Kazakh; emoji and other scripts vanish.
    """
    from PIL import Image, ImageDraw

    drawn = Image.new("RGB", SIZE, FIELD)
    pen = ImageDraw.Draw(drawn)
    _draw_marks(pen)
    pen.text((EDGE, 60), _written(site), WHITE, _font("bold", 30))
    pen.text((EDGE, 128), _written(kind), MARK, _font("bold", 30))
    font, lines = _fitted(_written(title), SIZE[0] - 2 * EDGE)
    top = 178
    for line in lines:
        pen.text((EDGE, top), line, WHITE, font)
        top += int(font.size * 1.14)
    _draw_ask(pen, _written(ask), top + 16)
    made = io.BytesIO()
    drawn.quantize(64).save(made, "PNG", optimize=True)
    return made.getvalue()


def _draw_marks(pen: ImageDraw) -> None:
    """A row of counted marks along the foot, as on the page: the first third done, the rest to go."""
    step, wide, foot = 22, 12, SIZE[1]
    for number in range(EDGE, SIZE[0] - EDGE, step):
        done = number < SIZE[0] / 3
        pen.rectangle((number, foot - (56 if done else 36), number + wide, foot), MARK if done else MID)


def _draw_ask(pen: ImageDraw, ask: str, top: int) -> None:
    font = _font("regular", 34)
    lines = _lines(ask, font, SIZE[0] - 2 * EDGE)
    kept = lines[:ASK_LINES]
    if len(lines) > ASK_LINES:
        kept[-1] = kept[-1].rstrip(" ,.;:") + " …"
    for line in kept:
        if top > SIZE[1] - 110:
            return
        pen.text((EDGE, top), line, SOFT, font)
        top += 44


def _fitted(title: str, width: int) -> tuple[FreeTypeFont, list[str]]:
    """The largest letters in which the title fits its place, and its lines."""
    for size in TITLE_SIZES:
        font = _font("bold", size)
        lines = _lines(title, font, width)
        if len(lines) * size * 1.14 <= TITLE_HEIGHT and all(font.getlength(line) <= width for line in lines):
            return font, lines
    most = int(TITLE_HEIGHT / (TITLE_SIZES[-1] * 1.14))
    return font, [*lines[: most - 1], lines[most - 1].rstrip() + " …"] if len(lines) > most else lines


def _lines(text: str, font: FreeTypeFont, width: int) -> list[str]:
    """Words laid out in lines; a word wider than a line is cut into pieces."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        for piece in _pieces(word, font, width):
            longer = f"{line} {piece}" if line else piece
            if line and font.getlength(longer) > width:
                lines.append(line)
                line = piece
            else:
                line = longer
    return [*lines, line] if line else lines


def _pieces(word: str, font: FreeTypeFont, width: int) -> list[str]:
    if font.getlength(word) <= width:
        return [word]
    fits = max(1, int(len(word) * width / font.getlength(word)) - 1)
    return [word[start : start + fits] for start in range(0, len(word), fits)]


def _written(text: str) -> str:
    """`text` in letters that the font has."""
    kept = "".join(letter if letter in " \t" or ord(letter) in _letters() else " " for letter in text)
    return " ".join(kept.split())


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    ranges = (FONTS / "letters.txt").read_text("ascii").split()
    pairs = [tuple(int(end, 16) for end in part.split("-")) for part in ranges]
    return frozenset(code for first, last in pairs for code in range(first, last + 1))


@lru_cache(maxsize=16)
def _font(weight: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(FONTS / f"noto-sans-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)
