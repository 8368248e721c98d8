"""The settings of the site, each with its meaning and its source. No page changes one or shows a secret."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, render_template

from campaign_actions.accounts import permissions
from campaign_actions.config import Settings
from campaign_actions.errors import NotAllowed
from campaign_actions.infra.i18n import Lazy, _, lazy, ngettext, number
from campaign_actions.web import guard
from campaign_actions.web.settings import settings

bp = Blueprint("settings", __name__, url_prefix="/settings")

MEANINGS: dict[str, tuple[Lazy, Lazy]] = {
    "CAMPAIGN_SITE_URL": (
        lazy("Address of the site"),
        lazy("What people type. Links in letters are built from it and from nothing else."),
    ),
    "CAMPAIGN_SITE_NAME": (lazy("Name of the site"), lazy("Stands in page titles and letters.")),
    "CAMPAIGN_LANGUAGES": (
        lazy("Languages"),
        lazy("Languages of the pages. Each but English stands under addresses of its own."),
    ),
    "CAMPAIGN_ZONE": (lazy("Time zone"), lazy("For the days and hours on the pages.")),
    "CAMPAIGN_CONTACT": (lazy("Contact"), lazy("Mail address on the contact page.")),
    "CAMPAIGN_POSTAL_ADDRESS": (lazy("Postal address"), lazy("Where paper sheets are sent back to.")),
    "CAMPAIGN_MAIL_URL": (
        lazy("Mail server"),
        lazy("Takes the letters. User name and password are not shown. A folder is for trying out."),
    ),
    "CAMPAIGN_MAIL_FROM": (
        lazy("Sender of letters"),
        lazy("Its domain needs SPF, DKIM and DMARC records that name the mail server."),
    ),
    "CAMPAIGN_DATABASE_URL": (lazy("Database"), lazy("User name and password are not shown.")),
    "CAMPAIGN_DATA": (lazy("Data folder"), lazy("Holds database, keys, mail and lists on the server.")),
    "CAMPAIGN_SECRET_KEY": (
        lazy("Secret key"),
        lazy("Signs sessions and forms. Never shown. Of several the first signs and all are accepted."),
    ),
    "CAMPAIGN_PRODUCTION": (
        lazy("Production"),
        lazy("Yes refuses to start with anything that is only good for trying out."),
    ),
    "CAMPAIGN_SECOND_STEP": (
        lazy("Second step for everybody"),
        lazy("Yes lets nobody work here without a second step at log-in."),
    ),
    "CAMPAIGN_TRUSTED_PROXIES": (
        lazy("Proxies in front"),
        lazy("How many may name a visitor's network address. One too many lets visitors invent theirs."),
    ),
    "CAMPAIGN_ALLOWED_HOSTS": (
        lazy("Further host names"),
        lazy("The site answers to them besides the one of its address."),
    ),
    "CAMPAIGN_FAST_PASSWORDS": (lazy("Cheap password hashes"), lazy("For tests. Refused in production.")),
    "CAMPAIGN_FETCH_FROM": (
        lazy("A place that may be fetched from"),
        lazy("For tests: a private address that the import of pictures may call. Refused in production."),
    ),
    "CAMPAIGN_CRASH_AT": (
        lazy("Crash point"),
        lazy("For tests: stops the program at a named place. Refused in production."),
    ),
}
# What stands for a setting that the environment does not give.
MADE: dict[str, Lazy] = {
    "CAMPAIGN_SECRET_KEY": lazy("Made at the first start, in the data folder."),
    "CAMPAIGN_DATABASE_URL": lazy("By default in the data folder."),
    "CAMPAIGN_MAIL_URL": lazy("By default in the data folder."),
    "CAMPAIGN_SECOND_STEP": lazy("By default as production."),
}


@dataclass(frozen=True)
class Line:
    """One setting as the page shows it."""

    variable: str
    name: str
    value: str
    meaning: str
    source: str


@bp.before_request
def only_admins() -> None:
    """Others are told whom to ask."""
    if not permissions.allows(guard.user(), "settings.change"):
        raise NotAllowed(_("Settings are for admins. Ask one of them."))


@bp.get("/")
def index() -> str:
    """Every setting as it is in force."""
    return render_template("staff/settings.html", lines=lines(settings()))


def lines(chosen: Settings) -> list[Line]:
    """Every setting of `chosen` in words, without what is secret."""
    values = _values(chosen)
    return [
        Line(variable, str(name), values[variable], str(meaning), _source(variable, chosen))
        for variable, (name, meaning) in MEANINGS.items()
    ]


def _source(variable: str, chosen: Settings) -> str:
    if variable in chosen.given:
        return _("Set in the environment.")
    return str(MADE.get(variable, lazy("By default.")))


def _values(chosen: Settings) -> dict[str, str]:
    keys = len(chosen.secret_keys)
    return {
        "CAMPAIGN_SITE_URL": chosen.site_url,
        "CAMPAIGN_SITE_NAME": chosen.site_name,
        "CAMPAIGN_LANGUAGES": " ".join(chosen.languages),
        "CAMPAIGN_ZONE": chosen.zone,
        "CAMPAIGN_CONTACT": chosen.contact or _("None"),
        "CAMPAIGN_POSTAL_ADDRESS": chosen.postal_address or _("None"),
        "CAMPAIGN_MAIL_URL": _place(chosen.mail_url),
        "CAMPAIGN_MAIL_FROM": chosen.mail_from,
        "CAMPAIGN_DATABASE_URL": _place(chosen.database_url),
        "CAMPAIGN_DATA": str(chosen.data),
        "CAMPAIGN_SECRET_KEY": ngettext("%(count)s key", "%(count)s keys", keys, count=number(keys)),
        "CAMPAIGN_PRODUCTION": _yes_or_no(chosen.production),
        "CAMPAIGN_SECOND_STEP": _yes_or_no(chosen.second_step),
        "CAMPAIGN_TRUSTED_PROXIES": number(chosen.trusted_proxies),
        "CAMPAIGN_ALLOWED_HOSTS": " ".join(chosen.allowed_hosts) or _("None"),
        "CAMPAIGN_FAST_PASSWORDS": _yes_or_no(chosen.fast_passwords),
        "CAMPAIGN_FETCH_FROM": chosen.fetch_from or _("None"),
        "CAMPAIGN_CRASH_AT": chosen.crash_at or _("None"),
    }


def _place(url: str) -> str:
    """An address without user name, password and options, in which there may be secrets too."""
    parts, slashes = urlsplit(url), "//" if "://" in url else ""
    return f"{parts.scheme}:{slashes}{parts.netloc.rpartition('@')[2]}{parts.path}"


def _yes_or_no(value: bool) -> str:  # a value, not a switch
    return _("yes") if value else _("no")
