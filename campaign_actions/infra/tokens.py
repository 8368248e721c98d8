"""Signed, expiring texts for links; a token of one purpose is refused for another."""

from __future__ import annotations

from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeTimedSerializer


def sign(purpose: str, text: str, secret_keys: Sequence[str]) -> str:
    """`text` as a URL-safe token under the newest (first) of `secret_keys`."""
    return str(URLSafeTimedSerializer(list(reversed(secret_keys)), salt=purpose).dumps(text))


def read(
    purpose: str, token: str, secret_keys: Sequence[str], *, max_age_seconds: int | None = None
) -> str | None:
    """The text of `token`, or None when it is forged, too old or of another purpose."""
    serializer = URLSafeTimedSerializer(list(reversed(secret_keys)), salt=purpose)
    try:
        text = serializer.loads(token, max_age=max_age_seconds)
    except BadSignature:
        return None
    return text if isinstance(text, str) else None
