"""Pictures as people and attackers send them, made with Pillow."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base

SECRET = "made in the yard of building 7"


def a_photo(size: tuple[int, int] = (1000, 750), *, mode: str = "RGB", seed: int = 0) -> Image.Image:
    """A picture with something to see: a field, a sky and a circle, red in its top left corner."""
    drawn = Image.new("RGB", size, (40, 90, 160 + seed % 90))
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, size[1] // 2, size[0], size[1]), (60, 130, 60))
    pen.ellipse((size[0] // 2, size[1] // 4, size[0] * 3 // 4, size[1] // 2), (250, 220, 90 + seed % 90))
    pen.rectangle((0, 0, size[0] // 8, size[1] // 8), (220, 20, 20))
    return drawn.convert(mode)


def a_jpeg(*, location: bool = False, orientation: int = 1, **photo: Any) -> bytes:
    """A JPEG as a phone makes it: with the camera's notes, perhaps with its place, perhaps turned."""
    exif = Image.Exif()
    exif[Base.Make] = "A camera"
    exif[Base.ImageDescription] = SECRET
    exif[Base.Orientation] = orientation
    if location:
        exif.get_ifd(IFD.GPSInfo).update(
            {
                GPS.GPSLatitudeRef: "N",
                GPS.GPSLatitude: (43.0, 20.0, 31.0),
                GPS.GPSLongitudeRef: "E",
                GPS.GPSLongitude: (52.0, 51.0, 12.0),
            }
        )
    return packed(a_photo(**photo), "JPEG", exif=exif, comment=SECRET.encode(), icc_profile=SECRET.encode())


def a_png(**photo: Any) -> bytes:
    """A PNG with notes in it."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET)
    notes.add_itxt("XML:com.adobe.xmp", f"<x exif:GPSLatitude='43,20N'>{SECRET}</x>")
    return packed(a_photo(**photo), "PNG", pnginfo=notes)


def a_webp(**photo: Any) -> bytes:
    """A WebP."""
    return packed(a_photo(**photo), "WEBP")


def a_moving_one(kind: str) -> bytes:
    """An animation of two pictures in a format that we take for still ones."""
    return packed(a_photo((60, 40)), kind, save_all=True, append_images=[a_photo((60, 40), seed=80)])


def a_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes whose header promises far more pixels than anybody can hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 3000)
    parts = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*parts, strict=True)))


def packed(picture: Image.Image, kind: str, **more: Any) -> bytes:
    """The bytes of a picture in a format."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture in these bytes."""
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
