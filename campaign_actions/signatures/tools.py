"""What signing needs besides the database: pepper, secret keys and the three sealers."""

from __future__ import annotations

from dataclasses import dataclass

from campaign_actions.config import Settings, WeakSettings
from campaign_actions.infra import digests
from campaign_actions.infra.sealing import public_keys
from campaign_actions.infra.sealing.records import CannotSeal, Sealer


@dataclass(frozen=True, eq=False)
class Tools:
    """Made once a process. `secret` is the newest secret key as bytes."""

    pepper: bytes
    secret: bytes
    secret_keys: tuple[str, ...]
    list_sealer: Sealer
    mail_sealer: Sealer
    updates_sealer: Sealer


def load(settings: Settings) -> Tools:
    """Tools from the files in `keys/web`. Raises WeakSettings, one line with its cure."""
    if not settings.secret_keys:
        raise WeakSettings(
            "There is no secret key: set CAMPAIGN_SECRET_KEY or run `campaign-actions keys init`."
        )
    try:
        pepper = digests.read_secret(settings.web_keys / "pepper.key")
        list_sealer, mail_sealer, updates_sealer = (
            Sealer(public_keys.of_purpose(settings.web_keys, purpose)) for purpose in public_keys.PURPOSES
        )
    except (OSError, ValueError, CannotSeal) as error:
        raise WeakSettings(
            f"Keys in {settings.web_keys} are missing or damaged ({type(error).__name__}): "
            "put them back from your backup, or run `campaign-actions keys init` on a new site."
        ) from error
    return Tools(
        pepper=pepper,
        secret=settings.secret_keys[0].encode(),
        secret_keys=settings.secret_keys,
        list_sealer=list_sealer,
        mail_sealer=mail_sealer,
        updates_sealer=updates_sealer,
    )
