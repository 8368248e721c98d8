"""Pictures are drawn anew: nothing of the file that was sent is kept, and evil ones are refused unopened."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from PIL import Image

from campaign_actions.infra import images
from campaign_actions.infra.images import BadPicture
from tests.support import photos
from tests.support.photos import SECRET


def refusal(content: bytes) -> str:
    with pytest.raises(BadPicture) as refused:
        images.remake(content)
    return refused.value.sentence


def test_a_phones_photo_loses_place_notes_and_profile() -> None:
    sent = photos.a_jpeg(location=True, size=(3000, 2000))
    assert SECRET.encode() in sent
    made = images.remake(sent)
    assert made.had_location
    for variant, size in ((made.large, (1600, 1067)), (made.small, (800, 534))):
        shown = photos.opened(variant.content)
        assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", size)
        assert (variant.width, variant.height) == size
        assert not dict(shown.getexif())
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(shown.info)
        assert SECRET.encode() not in variant.content
        assert b"Exif" not in variant.content
        images.check(variant.content)


def test_a_photo_without_a_place_is_not_said_to_have_had_one() -> None:
    assert not images.remake(photos.a_jpeg()).had_location


def test_a_place_in_the_notes_of_a_png_is_found_too() -> None:
    made = images.remake(photos.a_png())
    assert made.had_location
    assert SECRET.encode() not in made.large.content


def test_a_turned_photo_is_turned_upright() -> None:
    # 6: the camera was held on its side, so that what is up is at the left.
    made = images.remake(photos.a_jpeg(orientation=6, size=(1000, 600)))
    assert (made.large.width, made.large.height) == (600, 1000)
    red, green, _blue = photos.opened(made.large.content).getpixel((590, 10))  # type: ignore[misc]  # RGB
    assert (red > 180, green < 80) == (True, True)


def test_a_small_picture_keeps_its_size_and_a_tall_one_has_an_end() -> None:
    made = images.remake(photos.a_jpeg(size=(300, 200)))
    assert (made.large.width, made.small.width) == (300, 300)
    tall = images.remake(photos.a_jpeg(size=(400, 9000)))
    assert (tall.large.height, tall.small.height) == (3200, 1600)


@pytest.mark.parametrize("size", [(1, 1), (1, 9000), (9000, 1)])
def test_a_line_of_pixels_is_a_picture_too(size: tuple[int, int]) -> None:
    made = images.remake(photos.a_png(size=size))
    assert made.large.width >= 1
    assert made.small.height >= 1


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "L"), ("PNG", "1"), ("PNG", "RGBA")),
        *(("PNG", "LA"), ("WEBP", "RGB"), ("WEBP", "RGBA")),
    ],
)
def test_every_kind_of_colour_becomes_rgb(kind: str, mode: str) -> None:
    made = images.remake(photos.packed(photos.a_photo(mode=mode), kind))
    assert photos.opened(made.large.content).mode == "RGB"


def test_a_picture_of_sixteen_bits_keeps_its_greys() -> None:
    deep = Image.new("I;16", (40, 40), 0x8000)
    shown = photos.opened(images.remake(photos.packed(deep, "PNG")).large.content)
    assert all(abs(value - 128) < 8 for value in shown.getpixel((20, 20)))  # type: ignore[union-attr]  # RGB


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    shown = photos.opened(images.remake(photos.packed(clear, "PNG")).large.content)
    assert all(value > 250 for value in shown.getpixel((20, 20)))  # type: ignore[union-attr]  # RGB


def test_a_noisy_photo_is_still_small_enough_for_a_phone() -> None:
    noise = Image.effect_noise((1600, 1200), 90).convert("RGB")
    made = images.remake(photos.packed(Image.blend(noise, photos.a_photo((1600, 1200)), 0.8), "PNG"))
    assert len(made.small.content) < 80_000


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    begun = time.monotonic()
    assert refusal(photos.a_bomb()).startswith("This picture has more than 50 million pixels.")
    assert refusal(photos.a_bomb(10_000, 5_001)).startswith("This picture has more than 50 million pixels.")
    assert refusal(photos.a_bomb(10_000, 9_000)).startswith("This picture has more than 50 million pixels.")
    assert time.monotonic() - begun < 1


def test_a_header_that_promises_more_than_comes_is_refused() -> None:
    assert refusal(photos.a_bomb(4000, 3000)).startswith("This picture is damaged")


@pytest.mark.parametrize("make", [photos.a_jpeg, photos.a_png, photos.a_webp])
def test_a_file_that_breaks_off_is_refused(make: object) -> None:
    whole = make()  # type: ignore[operator]  # a function
    for length in (len(whole) // 2, len(whole) - len(whole) // 4):
        assert refusal(whole[:length]).startswith(("This picture is damaged", "This is no picture"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_moves_is_refused(kind: str) -> None:
    assert refusal(photos.a_moving_one(kind)).startswith("This picture moves.")


def test_the_first_of_the_pictures_a_phone_packs_into_one_jpeg_is_taken() -> None:
    several = photos.packed(photos.a_photo(), "MPO", save_all=True, append_images=[photos.a_photo((60, 40))])
    assert images.remake(several).large.width == 1000


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_heic_is_refused_with_what_to_do(brand: bytes) -> None:
    assert refusal(b"\0\0\0\x18ftyp" + brand + b"\0" * 40).endswith("Save it as a JPEG and send that.")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"x", SVG, b"GIF89a" + b"\0" * 40, b"%PDF-1.4", b"<html><script>alert(1)</script>"),
        *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"\0" * 1000),
        *(photos.packed(photos.a_photo((60, 40)), kind) for kind in ("GIF", "BMP", "TIFF", "ICO")),
    ],
)
def test_what_is_no_jpeg_png_or_webp_is_refused(content: bytes) -> None:
    assert refusal(content) == "This is no picture we can read. Send a JPEG, PNG or WebP file."


def test_nothing_of_a_file_that_is_a_page_too_is_kept() -> None:
    both = photos.a_jpeg() + b"<script>alert(1)</script>" + b"PK\x05\x06" + b"\0" * 18
    made = images.remake(both)
    assert b"<script>" not in made.large.content + made.small.content
    assert made.large.content.endswith(b"\xff\xd9")


def test_broken_bytes_anywhere_are_refused_in_words_or_read() -> None:
    for make in (photos.a_jpeg, photos.a_png, photos.a_webp):
        whole = bytearray(make(size=(60, 40)))
        for place in range(0, len(whole), max(1, len(whole) // 150)):
            broken = bytes(whole[:place]) + bytes([whole[place] ^ 0xFF]) + bytes(whole[place + 1 :])
            with suppress(BadPicture):
                assert images.remake(broken).large.content.startswith(b"\xff\xd8")


def test_a_file_that_we_did_not_make_does_not_pass_for_ours() -> None:
    ours = images.remake(photos.a_jpeg(size=(60, 40))).large.content
    images.check(ours)
    others = (photos.a_jpeg(), photos.a_png(), photos.packed(photos.a_photo((1601, 10)), "JPEG"), ours[:-40])
    for content in others:
        with pytest.raises(BadPicture):
            images.check(content)
