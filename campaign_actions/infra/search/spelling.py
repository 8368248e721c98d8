"""One spelling for all the ways a name is written, so that Tolegen, Төлеген and Толеген are one word.

Two steps. Letters: Cyrillic to Latin by the table of `infra/slugs`, which is the BGN/PCGN
romanization of Russian (1947) and of Kazakh (1979) without its marks; so ё is е, and Ә is А.
Sounds: the variants in which newspapers, passports and the Kazakh Latin alphabet of 2021 write
the same letter become one. The result is a key to compare by, never something to show.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from campaign_actions.infra import slugs

MAX_TYPED = 300
MAX_WORDS = 20
MAX_LETTERS = 60
# A search for one letter as the beginning of a word would find everything.
MIN_BEGINNING = 2

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f]|['’‘ʼ`´](?=[^\W_]))*")
_NOT_IN_WORDS = re.compile(r"[\W_]+")
# In this order. Left: as written in Latin letters; right: the one way to write the sound.
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(written), sound)
    for written, sound in (
        (r"(?<=[bcdfghklmnpqrstvwxz])yo", "e"),  # Semyonov, Semenov: ё
        (r"shch|sch", "sh"),  # щ
        (r"dzh|zh", "j"),  # Dzhambul, Zhambyl, Jambyl: ж
        (r"kh", "h"),  # Akhmetova, Ahmetova: х
        (r"gh", "g"),  # Baghdat, Bagdat: ғ
        (r"q|c(?!h)", "k"),  # Qairat, Kairat: қ; Victor, Viktor
        (r"x", "ks"),  # Alexandr, Aleksandr
        (r"w", "v"),
        (r"[yj]", "i"),  # Aygul, Aigul: й; Sadyqov, Sadiqov: ы
        (r"ie", "e"),  # Yerlan, Erlan: е at the beginning
        (r"([a-z])\1+", r"\1"),  # Aliya, Alia; Muhammed, Muhamed
    )
)


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: `typed` on one line to be shown, `words` folded and in order.

    `key` compares with the key of a title, `slug` with a slug. `is_cut` says that more was typed
    than is looked for: at most 300 characters and 20 words.
    """

    typed: str
    words: tuple[str, ...]
    key: str
    slug: str
    is_cut: bool


def asked(text: str) -> Asked:
    """What of `text`, typed by anybody, is looked for; never raises."""
    line = " ".join("".join(map(_shown, text[: 4 * MAX_TYPED])).split())
    typed = line[:MAX_TYPED]
    found = folded(typed)
    is_cut = len(line) > MAX_TYPED or len(text) > 4 * MAX_TYPED or len(found) > MAX_WORDS
    return Asked(typed, found[:MAX_WORDS], " ".join(found), slugs.slugify(typed), is_cut)


def folded(text: str) -> tuple[str, ...]:
    """The words of `text` in their one spelling, in order; made of letters and digits only."""
    return tuple(key for _word, key in pairs(text))


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """The words of `text`, each as written in small letters and as folded."""
    for found in _WORD.finditer(unicodedata.normalize("NFC", text)):
        word = found[0].lower()
        key = _fold(word)
        if key:
            yield word, key


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    key = _NOT_IN_WORDS.sub("", slugs.latin(word[:MAX_LETTERS]))
    for written, sound in _SOUNDS:
        key = written.sub(sound, key)
    return key[:MAX_LETTERS]


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else " "
