"""Settings: read once from the environment, frozen, and refused in production when weak."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

DATABASE_SCHEMES = ("sqlite", "postgresql+psycopg")
MAIL_SCHEMES = ("file", "smtp", "smtps")
MIN_SECRET, MIN_DIFFERENT = 32, 10
# What stands in secret keys that were copied from a page instead of drawn.
PUBLISHED = ("change", "secret", "insecure", "example", "password", "replace")


class WeakSettings(Exception):
    """The site must not start like this; the text is one line with its cure."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator may set. Paths are absolute; `given` names what the environment set."""

    data: Path
    site_url: str = "http://127.0.0.1:8000"
    site_name: str = "Campaign Actions"
    zone: str = "UTC"
    languages: tuple[str, ...] = ("en", "ru", "kk")
    contact: str = ""
    postal_address: str = ""
    database_url: str = ""
    mail_url: str = ""
    mail_from: str = "campaign@localhost"
    secret_keys: tuple[str, ...] = ()
    trusted_proxies: int = 0
    production: bool = False
    fast_passwords: bool = False
    second_step: bool = False
    crash_at: str = ""
    fetch_from: str = ""
    allowed_hosts: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()

    @property
    def web_keys(self) -> Path:
        """Folder the web process reads: pepper, secret key, public keys."""
        return self.data / "keys" / "web"

    @property
    def worker_keys(self) -> Path:
        """Folder of private keys; only worker and command line read it."""
        return self.data / "keys" / "worker"

    @property
    def host(self) -> str:
        """Host and port of the site's own address."""
        return urlsplit(self.site_url).netloc

    @property
    def secure(self) -> bool:
        """True when the site is served over https."""
        return self.site_url.startswith("https://")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `CAMPAIGN_*` variables; the secret key may lie in the data folder.

    Raises WeakSettings, one line, when a value cannot be used.
    """
    env = os.environ if environ is None else environ
    data = Path(env.get("CAMPAIGN_DATA", "data")).absolute()
    settings = Settings(
        data=data,
        site_url=env.get("CAMPAIGN_SITE_URL", Settings.site_url).rstrip("/"),
        site_name=env.get("CAMPAIGN_SITE_NAME", Settings.site_name),
        zone=env.get("CAMPAIGN_ZONE", Settings.zone),
        languages=tuple(env.get("CAMPAIGN_LANGUAGES", "").split()) or Settings.languages,
        contact=env.get("CAMPAIGN_CONTACT", Settings.contact),
        postal_address=env.get("CAMPAIGN_POSTAL_ADDRESS", Settings.postal_address),
        database_url=env.get("CAMPAIGN_DATABASE_URL", ""),
        mail_url=env.get("CAMPAIGN_MAIL_URL", ""),
        mail_from=env.get("CAMPAIGN_MAIL_FROM", Settings.mail_from),
        secret_keys=tuple(env.get("CAMPAIGN_SECRET_KEY", "").split()),
        trusted_proxies=_whole_number(env, "CAMPAIGN_TRUSTED_PROXIES"),
        production=_yes(env.get("CAMPAIGN_PRODUCTION", "")),
        second_step=_yes(env.get("CAMPAIGN_SECOND_STEP", "") or env.get("CAMPAIGN_PRODUCTION", "")),
        fast_passwords=_yes(env.get("CAMPAIGN_FAST_PASSWORDS", "")),
        crash_at=env.get("CAMPAIGN_CRASH_AT", ""),
        fetch_from=env.get("CAMPAIGN_FETCH_FROM", ""),
        allowed_hosts=tuple(env.get("CAMPAIGN_ALLOWED_HOSTS", "").split()),
        given=frozenset(name for name, value in env.items() if name.startswith("CAMPAIGN_") and value),
    )
    return completed(settings)


def completed(settings: Settings) -> Settings:
    """`settings` with every default filled in that depends on another setting, then checked."""
    secrets = settings.secret_keys
    key_file = settings.web_keys / "secret.key"
    if not secrets and key_file.is_file():
        secrets = (key_file.read_text("ascii").strip(),)
    full = replace(
        settings,
        secret_keys=secrets,
        database_url=_database_url(settings),
        mail_url=settings.mail_url or f"file:{settings.data / 'mail'}",
    )
    _check(full)
    return full


def _database_url(settings: Settings) -> str:
    url = settings.database_url or f"sqlite:///{settings.data / 'campaign.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _check(settings: Settings) -> None:
    _known_scheme("CAMPAIGN_DATABASE_URL", settings.database_url, DATABASE_SCHEMES)
    _known_scheme("CAMPAIGN_MAIL_URL", settings.mail_url, MAIL_SCHEMES)
    if not settings.site_url.startswith(("http://", "https://")) or not settings.host:
        raise WeakSettings("CAMPAIGN_SITE_URL must be an address like https://campaign.example.")
    if settings.languages[0] != "en" or not set(settings.languages) <= set(Settings.languages):
        known = ", ".join(Settings.languages)
        raise WeakSettings(f"CAMPAIGN_LANGUAGES begins with en and may name {known}, parted by spaces.")
    if settings.production:
        for sentence in weak_in_production(settings):
            raise WeakSettings(sentence)


def weak_in_production(settings: Settings) -> list[str]:
    """What production refuses of these settings: a sentence each, with its cure."""
    faults = (
        (not settings.secure, "CAMPAIGN_SITE_URL must begin with https:// in production."),
        (
            settings.mail_url.startswith("file:"),
            "CAMPAIGN_MAIL_URL writes mail to a folder; give an smtp:// server in production.",
        ),
        (settings.fast_passwords, "CAMPAIGN_FAST_PASSWORDS is for tests; unset it in production."),
        (bool(settings.crash_at), "CAMPAIGN_CRASH_AT is for tests; unset it in production."),
        (bool(settings.fetch_from), "CAMPAIGN_FETCH_FROM is for tests; unset it in production."),
        (
            any(_is_guessable(key) for key in settings.secret_keys),
            "CAMPAIGN_SECRET_KEY must be 32 characters or more, drawn at random.",
        ),
    )
    return [sentence for is_weak, sentence in faults if is_weak]


def _is_guessable(key: str) -> bool:
    """Whether a secret key is short, has few different characters, or is a word out of a guide."""
    plain = key.lower()
    return len(key) < MIN_SECRET or len(set(key)) < MIN_DIFFERENT or any(word in plain for word in PUBLISHED)


def _known_scheme(name: str, url: str, allowed: tuple[str, ...]) -> None:
    scheme = url.split(":", 1)[0]
    if scheme not in allowed:
        raise WeakSettings(f"{name} has the scheme {scheme!r}; allowed are {', '.join(allowed)}.")


def _yes(text: str) -> bool:
    return text.strip().lower() in ("1", "yes", "true", "on")


def _whole_number(env: Mapping[str, str], name: str) -> int:
    text = env.get(name, "0").strip() or "0"
    if not text.isdecimal():
        raise WeakSettings(f"{name} must be a whole number, 0 or more.")
    return int(text)
