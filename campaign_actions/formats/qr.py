"""An address as a QR code, for posters and paper sheets."""

import io


def png(address: str, *, pixels_per_module: int = 8) -> bytes:
    """A black and white PNG of the address, with the quiet zone of four modules around it.

    Raises ValueError if the address is too long for any QR code (some 2,300 bytes).
    """
    import segno

    picture = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(picture, kind="png", scale=pixels_per_module, border=4)
    return picture.getvalue()
