"""Pictures made anew from what somebody sent: two JPEGs of our own, and nothing else of the file is kept."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _, number

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 50_000_000
# Width and height at most, and the bytes aimed at.
LARGE, SMALL = (1600, 3200, 260_000), (800, 1600, 62_000)
_QUALITIES = (82, 74, 66, 58, 50)
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
_LATITUDE, _LONGITUDE, _GPS = 2, 4, 0x8825
# Whatever a broken file makes the library raise.
_BROKEN = (
    *(OSError, SyntaxError, ValueError, LookupError, EOFError, TypeError, AttributeError),
    *(ArithmeticError, MemoryError, struct.error, zlib.error),
)
_NOTES = frozenset({"comment", "exif", "icc_profile", "photoshop", "xmp"})
_turn = threading.Lock()


class BadPicture(Refused):
    """A file that no picture is made of; the sentence says why and quotes none of it."""


@dataclass(frozen=True)
class Variant:
    """A JPEG, and its width and height in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Made:
    """The same picture at most 1,600 and 800 pixels wide; whether the file said where it was taken."""

    large: Variant
    small: Variant
    had_location: bool


def remake(content: bytes) -> Made:
    """Decode a JPEG, PNG or WebP and draw it anew: turned upright, on white, without any note in it.

    What it is is decided by decoding it, not by its name. Its size is looked at before it is decoded.
    Raises BadPicture.
    """
    with _one_at_a_time():
        return _remade(content)


def check(content: bytes) -> None:
    """Raise BadPicture unless `content` is a whole JPEG with no notes in it, no larger than we make them."""
    with _one_at_a_time():
        opened = _opened(content)
        ours = opened.format == "JPEG" and opened.mode == "RGB"
        fits = opened.width <= LARGE[0] and opened.height <= LARGE[1]
        if not ours or not fits or set(opened.info) & _NOTES:
            raise BadPicture(_broken())
        _loaded(opened)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A large picture takes 200 MB while it is open. What the library warns of is no news to anybody."""
    with _turn, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _remade(content: bytes) -> Made:
    opened = _opened(content)
    had_location = _has_location(opened)
    # A large JPEG is decoded at a fraction of its size.
    opened.draft(opened.mode, (LARGE[0], LARGE[0]))
    try:
        upright = _upright(opened)
    except _BROKEN:
        raise BadPicture(_broken()) from None
    large = _fitted(upright, LARGE)
    return Made(_packed(large, LARGE), _packed(_fitted(large, SMALL), SMALL), had_location)


def _opened(content: bytes) -> Image:
    """The picture with its header read, known to be of a kind and a size that we take."""
    from PIL import Image

    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise BadPicture(
            _(
                "This is a HEIC or AVIF file, which many browsers cannot show. "
                "Save it as a JPEG and send that."
            )
        )
    try:
        opened = Image.open(io.BytesIO(content), formats=FORMATS)
        frames = getattr(opened, "n_frames", 1)
    except Image.DecompressionBombError:
        raise BadPicture(_too_many_pixels()) from None
    except _BROKEN:
        raise BadPicture(_("This is no picture we can read. Send a JPEG, PNG or WebP file.")) from None
    # Phones put a second, smaller picture into a JPEG; the others move.
    if frames > 1 and opened.format != "MPO":
        raise BadPicture(_("This picture moves. Save one moment of it as a JPEG and send that."))
    if opened.width * opened.height > MAX_PIXELS:
        raise BadPicture(_too_many_pixels())
    return opened


def _loaded(opened: Image) -> Image:
    try:
        opened.load()
    except _BROKEN:
        raise BadPicture(_broken()) from None
    return opened


def _has_location(opened: Image) -> bool:
    """Whether Exif or XMP hold a position; notes that cannot be read are dropped all the same."""
    notes = opened.info.get("xmp") or opened.info.get("XML:com.adobe.xmp") or b""
    text = notes if isinstance(notes, bytes) else str(notes).encode("utf-8", "replace")
    if b"GPSLatitude" in text:
        return True
    try:
        position = opened.getexif().get_ifd(_GPS)
    except _BROKEN:
        return False
    return _LATITUDE in position or _LONGITUDE in position


def _upright(opened: Image) -> Image:
    """The pixels as people are meant to see them, in RGB, what is transparent on white."""
    from PIL import Image, ImageOps

    found = _loaded(opened)
    try:
        turned = ImageOps.exif_transpose(found)
    except _BROKEN:
        turned = found
    if turned.mode.startswith(("I", "F")):
        turned = turned.convert("I").point(lambda value: value / 256).convert("L")
    sheet = Image.new("RGB", turned.size, "white")
    if turned.has_transparency_data:
        clear = turned.convert("RGBA")
        sheet.paste(clear, mask=clear.getchannel("A"))
    else:
        sheet.paste(turned.convert("RGB"))
    return sheet


def _fitted(picture: Image, bounds: tuple[int, int, int]) -> Image:
    """The picture within these bounds; a smaller one stays as it is."""
    from PIL import Image

    scale = min(bounds[0] / picture.width, bounds[1] / picture.height, 1)
    if scale == 1:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _packed(picture: Image, bounds: tuple[int, int, int]) -> Variant:
    """As a JPEG of at most the bytes aimed at, if a quality that can be looked at allows it."""
    packed = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        packed = buffer.getvalue()
        if len(packed) <= bounds[2]:
            break
    return Variant(packed, picture.width, picture.height)


def _broken() -> str:
    return _("This picture is damaged, or breaks off. Save it anew and send that.")


def _too_many_pixels() -> str:
    most = number(MAX_PIXELS // 1_000_000)
    return _("This picture has more than %(most)s million pixels. Make it smaller and send that.", most=most)
