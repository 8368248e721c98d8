"""Where a picture stands in a text: between paragraphs, by its name alone, and never from elsewhere."""

from __future__ import annotations

import pytest

from campaign_actions.infra import markup, picture_marks

NAME = "abcdefghij234567"
MARK = f'<img alt="{NAME}">'


def html(text: str) -> str:
    return markup.to_html(text, trusted=True, pictures=True).replace("\n", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![At noon](picture:{})", MARK),
        ("One.\n\n![At noon](picture:{})\n\nTwo.", f"<p>One.</p>{MARK}<p>Two.</p>"),
        ("One.\n![At noon](picture:{})\nTwo.", f"<p>One.</p>{MARK}<p>Two.</p>"),
        ("One ![At noon](picture:{}) two.", f"<p>One </p>{MARK}<p> two.</p>"),
        ("![](picture:{})\n![](picture:{})", f"{MARK}{MARK}"),
        ("- ![](picture:{})", f"<ul><li>{MARK}</li></ul>"),
        ("## ![At noon](picture:{})", "<h2>At noon</h2>"),
        ("*![At noon](picture:{})*", "<p><em>At noon</em></p>"),
    ],
)
def test_a_picture_of_ours_stands_between_paragraphs(text: str, expected: str) -> None:
    assert html(text.replace("{}", NAME)) == expected


@pytest.mark.parametrize(
    "source",
    [
        *("https://elsewhere.example/a.jpg", "/pictures/small/x.jpg", "picture:", "picture:short"),
        *(f"picture:{NAME}x", f"picture:{NAME.upper()}", f"picture:{NAME}/../x", "data:image/png;base64,xx"),
    ],
)
def test_any_other_picture_is_its_words(source: str) -> None:
    assert "<img" not in html(f"![At noon]({source})")


def test_a_picture_typed_as_html_is_text() -> None:
    assert "<img" not in html(f'<img alt="{NAME}">')


def test_a_text_that_holds_no_pictures_shows_their_words() -> None:
    assert markup.to_html(f"![At noon](picture:{NAME})") == "<p>At noon</p>\n"


def test_what_is_shown_is_decided_later() -> None:
    made = html(f"One.\n\n![](picture:{NAME})")
    assert picture_marks.names(made) == [NAME]
    assert picture_marks.shown(made, lambda name: f"({name})") == f"<p>One.</p>({NAME})"
    assert picture_marks.shown(made, lambda _name: "") == "<p>One.</p>"


@pytest.mark.parametrize("words", ["At noon", "](x) ![", "a\nb", "<b>", "Ворота [1]"])
def test_the_line_to_paste_is_read_again_whatever_the_words_are(words: str) -> None:
    assert html(picture_marks.line(NAME, words)) == MARK
