"""QR codes are plain PNG files of the size asked for."""

import struct

import pytest

from campaign_actions.formats.qr import png


def width_of(picture: bytes) -> int:
    width: int = struct.unpack(">I", picture[16:20])[0]
    return width


def test_an_address_becomes_a_square_png_with_a_quiet_zone() -> None:
    picture = png("https://campaign.example/actions/release/", pixels_per_module=4)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert width_of(picture) == struct.unpack(">I", picture[20:24])[0]
    modules = width_of(picture) // 4 - 8
    assert (modules - 17) % 4 == 0


def test_another_address_is_another_picture() -> None:
    assert png("https://campaign.example/a/") != png("https://campaign.example/b/")


def test_too_long_an_address_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"fit|data"):
        png("https://campaign.example/" + "a" * 4000)
