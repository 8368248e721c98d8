"""Names of supporters, in any script and as they write them."""

import re
import unicodedata

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _

MAX_GRAPHEMES = 120

# Marks count for nothing, so a text of marks alone needs an end of its own.
MAX_CHARACTERS = 6 * MAX_GRAPHEMES
_ZERO_WIDTH_JOINERS = "\u200c\u200d"
_WEB_ADDRESS = re.compile(
    r"://"
    r"|\bwww[.。．｡]"
    r"|\w[.。．｡][a-z]{2,}/"
    r"|\w{2}[.。．｡](?:com|net|org|info|biz|io|me|co|app|dev|xyz|site|online|shop|top|link|click|club|ly|gg"
    r"|ru|su|kz|by|ua|uz|kg|tj|tm|uk|de|eu|fr|pl|us|cn|in|tk|рф|қаз)\b",
    re.IGNORECASE,
)


def check_name(text: str) -> str:
    """The name in NFC, without blanks around it and with single spaces inside; else as typed.

    One to 120 letters as people count them: accents and joiners are part of a letter. Raises
    Refused for the field "name" if it is empty, longer, holds a web address, or a character that
    is invisible, turns the direction of writing or cannot be stored.
    """
    if len(text) > 2 * MAX_CHARACTERS and len(text.strip()) > MAX_CHARACTERS:
        raise _too_long()
    name = re.sub(r" +", " ", "".join(map(_plain_space, unicodedata.normalize("NFC", text.strip()))))
    if not name or not _graphemes(name):
        raise Refused(_("Enter your full name"), field="name")
    if len(name) > MAX_CHARACTERS or _graphemes(name) > MAX_GRAPHEMES:
        raise _too_long()
    if not all(map(can_be_shown, name)):
        raise Refused(_("Full name includes a character we cannot store"), field="name")
    if _WEB_ADDRESS.search(name):
        raise Refused(_("Full name must not include a web address"), field="name")
    return name


def can_be_shown(character: str) -> bool:
    """Not a control, line end, bidi control or other invisible sign, half of a pair, private or no character.

    Joiners stay: Persian and Indian names need them.
    """
    if character in _ZERO_WIDTH_JOINERS:
        return True
    if character == "\ufffd" or ord(character) & 0xFFFE == 0xFFFE:
        return False
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _too_long() -> Refused:
    return Refused(_("Full name must be 120 characters or fewer"), field="name")


def _plain_space(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" else character


def _graphemes(name: str) -> int:
    return sum(unicodedata.category(character) not in ("Mn", "Mc", "Me", "Cf") for character in name)
