"""The readable part of an address, made from a title in Latin or Cyrillic letters."""

import re
import unicodedata
from collections.abc import Container

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _

MAX_LENGTH = 80

# Kazakh letters as their Russian neighbours, so that one name gives one slug in both languages.
_CYRILLIC = dict(
    zip(
        "абвгдеёзийклмнопрстуфыэәғқңөұүһіѓќјљњўґ",
        "abvgdeeziyklmnoprstufyeagknouuhigkjlnug",
        strict=True,
    )
) | {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
    "ї": "yi",
    "є": "ye",
    "ђ": "dj",
    "ћ": "c",
    "џ": "dz",
}
_LATIN = {
    "ß": "ss",
    "ł": "l",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "ŋ": "ng",
}
_APOSTROPHES = dict.fromkeys("'’‘‛`´ʼʻʹʺ′＇", "")
_LETTERS = str.maketrans(_CYRILLIC | _LATIN | _APOSTROPHES)
_BETWEEN = re.compile(r"[^a-z0-9]+")
_TAIL = re.compile(r"-\d+$")


def slugify(title: str, max_length: int = MAX_LENGTH, *, fallback: str = "") -> str:
    """Lower-case ASCII words of `title` joined by hyphens, at most `max_length` characters.

    Russian and Kazakh Cyrillic is transliterated, accents fall away, apostrophes vanish without
    a gap. Cut at a word where there is one. `fallback` stands for a title that has no letter we
    can write so. A slug made into a slug stays the same.
    """
    plain = latin(title).encode("ascii", "ignore").decode("ascii")
    slug = _BETWEEN.sub("-", plain).strip("-")
    return _cut(slug, max_length) or fallback


def checked(typed: str, *, field: str | None = None) -> str:
    """`typed` if it is a slug. Raises Refused, in words and at `field`, for anything else."""
    if not typed or slugify(typed) != typed:
        most = MAX_LENGTH
        raise Refused(
            _("Write at most %(most)s small Latin letters, digits and hyphens.", most=most), field=field
        )
    return typed


def latin(text: str) -> str:
    """`text` in small letters, Cyrillic ones in Latin letters, without accents and apostrophes.

    Letters of other scripts stay as they are.
    """
    written = unicodedata.normalize("NFC", text.lower()).translate(_LETTERS)
    bare = unicodedata.normalize("NFKD", written).lower()
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def numbered(base: str, taken: Container[str]) -> str:
    """`base` itself, or the first of `base-2`, `base-3` and so on that is not in `taken`."""
    slug, count = base, 1
    while slug in taken:
        count += 1
        slug = _with_tail(base, f"-{count}")
    return slug


def fits(slug: str, base: str) -> bool:
    """Whether `slug` is `base` itself or one that `numbered` makes of it."""
    tail = _TAIL.search(slug)
    return slug == base or (tail is not None and slug == _with_tail(base, tail.group()))


def _with_tail(base: str, tail: str) -> str:
    return base[: MAX_LENGTH - len(tail)].rstrip("-") + tail


def _cut(slug: str, max_length: int) -> str:
    if len(slug) <= max_length:
        return slug
    whole_words, gap, _rest = slug[: max_length + 1].rpartition("-")
    return whole_words if gap else slug[:max_length]
