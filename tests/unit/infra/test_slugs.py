"""Slugs are short, readable ASCII whatever the title is written in."""

import re

import pytest
from hypothesis import given, strategies as st

from campaign_actions.infra.slugs import MAX_LENGTH, slugify


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Third anniversary of Zhanaozen massacre", "third-anniversary-of-zhanaozen-massacre"),
        (
            "Rosa’s release means it’s time to step up campaigning for other political prisoners",
            "rosas-release-means-its-time-to-step-up-campaigning-for-other-political",
        ),
        (
            "Pen International’s Call to Action- Poet Beaten in Prison",
            "pen-internationals-call-to-action-poet-beaten-in-prison",
        ),
        ("Щука, ёж и подъезд", "shchuka-ezh-i-podezd"),
        ("Түрмеден келген хат: «Үмітімді үзген жоқпын»", "turmeden-kelgen-khat-umitimdi-uzgen-zhokpyn"),
        ("Ә Ғ Қ Ң Ө Ұ Ү Һ І", "a-g-k-n-o-u-u-h-i"),
        ("Straße nach Łódź, façade & Ångström", "strasse-nach-lodz-facade-angstrom"),
        ("O'Brien's 2nd İstanbul", "obriens-2nd-istanbul"),
        ("  --  ", ""),
    ],
)
def test_titles_become_readable(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_a_name_has_one_slug_in_two_alphabets_of_letters() -> None:
    assert slugify("Төлеген") == slugify("Толеген") == slugify("Tolegen")


def test_what_cannot_be_written_gets_the_fallback() -> None:
    assert slugify("李雷", fallback="article") == "article"


def test_one_long_word_is_cut_hard() -> None:
    assert slugify("a" * 100, 10) == "a" * 10


def test_a_cut_at_the_end_of_a_word_keeps_the_word() -> None:
    assert slugify("abcd efgh ijkl", 9) == "abcd-efgh"


@given(st.text(max_size=300))
def test_any_title_makes_a_slug_that_stays_one(title: str) -> None:
    slug = slugify(title, fallback="untitled")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= MAX_LENGTH
    assert slugify(slug) == slug
