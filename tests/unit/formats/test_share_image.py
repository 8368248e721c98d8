"""The picture of a link: the right size, small, and with every letter of our languages."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from campaign_actions.formats import share_image

LONG = "Освободите" + "заключённых" * 27


def drawn(title: str, ask: str = "Ask for it.") -> Image.Image:
    made = share_image.png(site="Campaign", kind="Petition", title=title, ask=ask)
    assert len(made) < 60_000
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        return picture.convert("L")


TITLES = (
    *("Free Dina", "Әлия Қайратқызын босатыңыздар", "O\u2019Brien", "李雷", "🙏", "مرحبا بالجميع"),
    *(LONG, "а " * 200, ""),
)


@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_drawn_inside_the_picture(title: str) -> None:
    picture = drawn(title, title * 3)
    edges = [picture.crop((0, 0, 40, 560)), picture.crop((1170, 0, 1200, 560))]
    assert all(len(set(edge.get_flattened_data())) == 1 for edge in edges)


def test_each_kazakh_letter_has_a_shape_of_its_own() -> None:
    letters = "ӘҒҚҢӨҰҮҺІ"
    pictures = [drawn(letter) for letter in (*letters, "")]
    same = [
        (first, second)
        for first in range(len(pictures))
        for second in range(first)
        if ImageChops.difference(pictures[first], pictures[second]).getbbox() is None
    ]
    assert same == []


def test_letters_the_font_lacks_leave_no_empty_boxes() -> None:
    assert ImageChops.difference(drawn("Free 李雷 Dina 🙏"), drawn("Free Dina")).getbbox() is None


def test_every_letter_that_is_listed_is_in_both_weights() -> None:
    from PIL import ImageFont

    for weight in ("bold", "regular"):
        font = ImageFont.truetype(share_image.FONTS / f"noto-sans-{weight}.ttf", 20)
        empty = bytes(font.getmask("\U0010fffd"))
        lacking = [
            code
            for code in share_image._letters()
            if chr(code).isalpha() and bytes(font.getmask(chr(code))) == empty
        ]
        assert lacking == []
