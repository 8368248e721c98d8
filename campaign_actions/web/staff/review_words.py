"""What review says in words: decisions, reasons, stages, and what a decision would do to the count."""

from __future__ import annotations

from datetime import date

from campaign_actions.infra.i18n import LANGUAGES, Lazy, _, country_name, day, lazy, ngettext, number
from campaign_actions.signatures.matching import NOT_SAID, DomainClass, Effect
from campaign_actions.signatures.models import Decision, Review, Stage
from campaign_actions.signatures.screening import Reason
from campaign_actions.web.words import SOURCES

DECISIONS: dict[Decision, Lazy] = {
    Decision.RELEASE: lazy("Looks fine"),
    Decision.HOLD: lazy("Hold"),
    Decision.INVALID: lazy("Invalid"),
}
REASONS: dict[Reason, Lazy] = {
    Reason.TRAP: lazy("Filled in the hidden field"),
    Reason.BLOCKED: lazy("Mail domain on our list"),
    Reason.DISPOSABLE: lazy("Many at once, with disposable mail"),
    Reason.PROGRAM: lazy("Many at once, sent by a program"),
    Reason.ALIKE: lazy("Many at once, all alike"),
    Reason.UNCONFIRMED: lazy("Many at once, and hardly any confirmed"),
    Reason.STAFF: lazy("Held by staff"),
}
STAGES: dict[Stage, Lazy] = {
    Stage.ASKED: lazy("Waits for a second person"),
    Stage.RUNNING: lazy("Being carried out"),
    Stage.DONE: lazy("Carried out"),
    Stage.STOPPED: lazy("Stopped"),
    Stage.REFUSED: lazy("Not started: the match had moved"),
    Stage.UNDOING: lazy("Being undone"),
    Stage.UNDONE: lazy("Undone"),
}
DOMAINS: dict[DomainClass, Lazy] = {
    DomainClass.COMMON: lazy("A common provider"),
    DomainClass.DISPOSABLE: lazy("Disposable mail"),
    DomainClass.RARE: lazy("Any other"),
}
AGENTS: dict[str, Lazy] = {"other": lazy("another"), "none": lazy("not said")}


def agent(name: str) -> str:
    """A class of browsers and programs in words."""
    return str(AGENTS.get(name, name))


def effect_words(effect: Effect) -> str:
    """How many signatures it is about, and what the count becomes: the effect first."""
    rows = ngettext("%(count)s signature.", "%(count)s signatures.", effect.rows, count=number(effect.rows))
    if effect.after == effect.count:
        return rows + " " + _("The count stays at %(count)s.", count=number(effect.count))
    before, after = number(effect.count), number(effect.after)
    return rows + " " + _("Count goes from %(before)s to %(after)s.", before=before, after=after)


def condition_words(review: Review) -> list[tuple[str, str]]:
    """What a decision asked for, as pairs of a name and words."""
    asked = review.condition
    names = {
        "first_day": (_("From day"), _day(asked.get("first_day"))),
        "last_day": (_("To day"), _day(asked.get("last_day"))),
        "country": (_("Country"), _country(asked.get("country", ""))),
        "domain": (_("Mail domain"), str(DOMAINS[asked["domain"]]) if "domain" in asked else ""),
        "agent": (_("Browser"), agent(asked.get("agent", ""))),
        "cluster": (_("Cluster"), asked.get("cluster", "")),
        "source": (_("Source"), str(SOURCES.get(asked.get("source", ""), asked.get("source", "")))),
        "locale": (_("Language"), LANGUAGES.get(asked.get("locale", ""), "")),
    }
    return [names[name] for name in names if name in asked]


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _country(code: str) -> str:
    return _("Not said") if code == NOT_SAID else country_name(code) if code else ""
