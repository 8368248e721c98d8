from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from campaign_actions.infra.search import spelling


@pytest.mark.parametrize(
    "ways",
    [
        "Tolegen Төлеген Толеген ТӨЛЕГЕН Толе\u0301ген",
        "Akhmetova Ахметова Ahmetova",
        "Жаңаөзен Zhanaozen Janaozen",
        "Жамбыл Zhambyl Jambyl",
        "Aigul Айгуль Айгүл Aygul Aıgul",
        "Әлия Алия Aliya Alia Äliya",
        "Қайратқызы Kairatkyzy Qairatqyzy",
        "Семёнов Семенов Semyonov Semenov",
        "Dmitriy Дмитрий Dmitri Dmitry",
        "Юлия Yulia Julia",
        "Ерлан Yerlan Erlan",
        "O'Brien O’Brien OʼBrien",
        "Щербаков Shcherbakov Scherbakov",
        "Alexander Aleksander Александер",
        "Ғабит Gabit Ghabit",
        "Éva Eva",
    ],
)
def test_all_ways_to_write_a_name_are_one(ways: str) -> None:
    assert len({spelling.folded(way) for way in ways.split()}) == 1
    assert all(len(spelling.folded(way)) == 1 for way in ways.split())


def test_names_that_are_not_alike_stay_apart() -> None:
    names = "Tolegen Tolegin Arman Armand Zhanar Zhanat Askar Asker Ivan Ivanov 2011 201 Алматы Астана"
    assert len({spelling.folded(name) for name in names.split()}) == len(names.split())


def test_other_scripts_keep_their_letters() -> None:
    assert spelling.folded("თბილისი 自由 حرية") == ("თბილისი", "自由", "حرية")


def test_words_are_as_written_and_as_compared() -> None:
    assert list(spelling.pairs("«Жаңаөзен», O'Brien—16.12.2011!")) == [
        ("жаңаөзен", "ianaozen"),
        ("o'brien", "obren"),
        ("16", "16"),
        ("12", "12"),
        ("2011", "2011"),
    ]


def test_what_is_looked_for_is_capped_and_says_so() -> None:
    long = spelling.asked("word " * 100_000)
    assert (len(long.words), len(long.typed) <= 300, long.is_cut) == (20, True, True)
    assert spelling.asked("x" * 10_000).is_cut
    plain = spelling.asked("  Release\tArman\0 Tolegen\n")
    assert (plain.typed, plain.key, plain.slug, plain.is_cut) == (
        "Release Arman Tolegen",
        "release arman tolegen",
        "release-arman-tolegen",
        False,
    )


@given(st.text(max_size=400))
def test_whatever_is_typed_becomes_letters_and_digits(text: str) -> None:
    asked = spelling.asked(text)
    assert all(word.isalnum() and len(word) <= 60 for word in asked.words)
    assert all(letter.isprintable() for letter in asked.typed)
