"""States, kinds and choices in the words of the interface."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from campaign_actions.accounts.models import Role
from campaign_actions.actions.models import ActionState, EventKind, Kind, Level, Outcome
from campaign_actions.actions.texts import TextState
from campaign_actions.cases.models import CaseKind, CaseStatus, EntryKind, FactKind, Pronoun, Tone
from campaign_actions.infra import i18n
from campaign_actions.infra.i18n import Lazy, _, lazy, ngettext

if TYPE_CHECKING:
    from campaign_actions.actions.queries import ActionCard

# By which way signatures came; the words of Signature.source.
SOURCES: dict[str, Lazy] = {
    "site": lazy("The site"),
    "share": lazy("A shared link"),
    "embed": lazy("Our card on another site"),
}
ROLES: dict[Role, Lazy] = {
    Role.ORGANISER: lazy("Organiser"),
    Role.STAFF: lazy("Staff member"),
    Role.ADMIN: lazy("Admin"),
}
KINDS: dict[Kind, Lazy] = {
    Kind.PETITION: lazy("Petition"),
    Kind.LETTER: lazy("Letter"),
    Kind.PROTEST: lazy("Protest"),
}
STATES: dict[ActionState, Lazy] = {
    ActionState.DRAFT: lazy("Draft"),
    ActionState.SCHEDULED: lazy("Opens later"),
    ActionState.OPEN: lazy("Open"),
    ActionState.PAUSED: lazy("Paused"),
    ActionState.CLOSED: lazy("Closed"),
    ActionState.DELIVERED: lazy("Delivered"),
    ActionState.WITHDRAWN: lazy("Withdrawn"),
}
OUTCOMES: dict[Outcome, Lazy] = {
    Outcome.WON: lazy("Won"),
    Outcome.PARTLY_WON: lazy("Partly won"),
    Outcome.NOT_WON: lazy("Not won"),
    Outcome.UNKNOWN: lazy("Outcome not known"),
}
TEXT_STATES: dict[TextState, Lazy] = {
    TextState.ORIGINAL: lazy("original"),
    TextState.UP_TO_DATE: lazy("up to date"),
    TextState.OUT_OF_DATE: lazy("out of date"),
    TextState.NOT_STARTED: lazy("not started"),
}
EVENT_KINDS: dict[EventKind, Lazy] = {
    EventKind.DEMONSTRATION: lazy("Demonstration"),
    EventKind.VIGIL: lazy("Vigil"),
    EventKind.PICKET: lazy("Picket"),
    EventKind.MEETING: lazy("Meeting"),
    EventKind.FILM: lazy("Film"),
    EventKind.LETTER_WRITING: lazy("Letter-writing"),
    EventKind.ONLINE: lazy("Online"),
    EventKind.ANNIVERSARY: lazy("Anniversary"),
}

CASE_STATUSES: dict[CaseStatus, Lazy] = {
    CaseStatus.DETAINED: lazy("Detained"),
    CaseStatus.ON_TRIAL: lazy("On trial"),
    CaseStatus.IN_PRISON: lazy("In prison"),
    CaseStatus.HOUSE_ARREST: lazy("House arrest"),
    CaseStatus.RELEASED: lazy("Free"),
    CaseStatus.DIED: lazy("Died in custody"),
    CaseStatus.ONGOING: lazy("Ongoing"),
}
CASE_LOOKS = {CaseStatus.RELEASED: "free", CaseStatus.DIED: "off"}
FACTS: dict[FactKind, Lazy] = {
    FactKind.CHARGE: lazy("Charge"),
    FactKind.COURT: lazy("Court"),
    FactKind.SENTENCE: lazy("Sentence"),
    FactKind.HELD_IN: lazy("Held in"),
    FactKind.HEALTH: lazy("Health"),
    FactKind.FAMILY: lazy("Family"),
}
CASE_KINDS: dict[CaseKind, Lazy] = {
    CaseKind.PERSON: lazy("A person"),
    CaseKind.GROUP: lazy("A group"),
    CaseKind.CAUSE: lazy("A cause"),
}
ENTRIES: dict[EntryKind, Lazy] = {
    EntryKind.ARREST: lazy("Arrest"),
    EntryKind.CHARGE: lazy("Charge"),
    EntryKind.TRIAL: lazy("Trial"),
    EntryKind.SENTENCE: lazy("Sentence"),
    EntryKind.APPEAL: lazy("Appeal"),
    EntryKind.TRANSFER: lazy("Transfer"),
    EntryKind.HEALTH: lazy("Health"),
    EntryKind.PAROLE: lazy("Parole"),
    EntryKind.RELEASE: lazy("Release"),
    EntryKind.DEATH: lazy("Death"),
    EntryKind.ANNIVERSARY: lazy("Anniversary"),
    EntryKind.CAMPAIGN: lazy("Campaign"),
}
TONES: dict[Tone, Lazy] = {
    Tone.HARM: lazy("Harm done"),
    Tone.WON: lazy("Something won"),
    Tone.NEITHER: lazy("Neither"),
}
WRITE_TO: dict[Pronoun, Lazy] = {
    Pronoun.HIM: lazy("Write to him"),
    Pronoun.HER: lazy("Write to her"),
    Pronoun.THEM: lazy("Write to them"),
}


@dataclass(frozen=True)
class Tag:
    """The word on a tag and its look: "", "soon", "free" or "off"."""

    words: str
    look: str


def tag_of(action: ActionCard) -> Tag:
    """How an action stands, in a word or two."""
    if action.state is ActionState.WITHDRAWN:
        return Tag(_("Withdrawn"), "off")
    if action.outcome in (Outcome.WON, Outcome.PARTLY_WON):
        return Tag(_(OUTCOMES[action.outcome]), "free")
    if action.state is ActionState.SCHEDULED and action.opens_at is not None:
        return Tag(_("Opens %(day)s", day=i18n.day_and_month(_local(action.opens_at, action.zone))), "")
    if action.closes_soon:
        return Tag(_closing_words(action), "soon")
    if action.state is ActionState.OPEN and not action.is_open:
        return Tag(_("Closed"), "off")
    look = "" if action.state in (ActionState.OPEN, ActionState.DELIVERED) else "off"
    return Tag(_(STATES[action.state]), look)


def kind_words(kind: Kind) -> str:
    """The kind of an action: "Petition"."""
    return _(KINDS[kind])


def kinds_words(kind: Kind) -> str:
    """Actions of a kind, as a heading: "Petitions"."""
    return {
        Kind.PETITION: _("Petitions"),
        Kind.LETTER: _("Letters to write"),
        Kind.PROTEST: _("Protests"),
    }[kind]


def readable_in(locale: str) -> str:
    """That something can be read in the language `locale`: "in Kazakh"."""
    return {"en": _("in English"), "ru": _("in Russian"), "kk": _("in Kazakh")}[locale]


def text_state_words(state: TextState) -> str:
    """How the words in one language stand beside the original: "out of date"."""
    return _(TEXT_STATES[state])


def event_kind_words(kind: EventKind) -> str:
    """The kind of an event: "Vigil"."""
    return _(EVENT_KINDS[kind])


def case_tag(status: CaseStatus) -> Tag:
    """How things stand for a person or cause, in a word or two; teal only for the released."""
    return Tag(_(CASE_STATUSES[status]), CASE_LOOKS.get(status, ""))


def fact_words(kind: FactKind) -> str:
    """What a fact tells: "Held in"."""
    return _(FACTS[kind])


def entry_kind_words(kind: EntryKind) -> str:
    """What sort of thing a line of the timeline tells: "Arrest"."""
    return _(ENTRIES[kind])


def write_words(pronoun: Pronoun) -> str:
    """The heading over where letters reach somebody: "Write to him"."""
    return _(WRITE_TO[pronoun])


def access_words(level: Level, target: str) -> str:
    """Who may see a name, as the confirm page and "Your signature" say it; `target` names those asked."""
    if level is Level.TARGET:
        return capitalised(target) or _("Those the letter is addressed to")
    return _("Everyone") if level is Level.EVERYONE else _("Nobody outside our team")


def level_notes() -> dict[str, str]:
    """What each level means, by its value."""
    return {
        "team": _("Your signature is counted, your name is not shown or sent."),
        "target": _("Your name is on the list we deliver, not on this page."),
        "everyone": _("On the list and on this page."),
    }


def not_translated_words(locale: str) -> str:
    """That a text is not there in the language of the page, and in which language `locale` it follows."""
    missing = {
        "en": _("This page is not in English yet."),
        "ru": _("This page is not in Russian yet."),
        "kk": _("This page is not in Kazakh yet."),
    }
    return f"{missing[i18n.current_locale()]} {_here_in(locale)}"


def not_translated_part_words(locale: str) -> str:
    """As `not_translated_words`, of a part of a page that is otherwise in its own language."""
    missing = {
        "en": _("This part is not in English yet."),
        "ru": _("This part is not in Russian yet."),
        "kk": _("This part is not in Kazakh yet."),
    }
    return f"{missing[i18n.current_locale()]} {_here_in(locale)}"


def outcome_words(outcome: Outcome) -> str:
    """What came of an action: "Partly won"."""
    return _(OUTCOMES[outcome])


def capitalised(text: str) -> str:
    """`text` with a capital first letter, the rest as it was."""
    return text[:1].upper() + text[1:]


def opening_words(action: ActionCard) -> str:
    """When signing opens: "Signing opens on 1 December 2026 at 09:00, Astana time"; empty when it has."""
    if action.opens_at is None:
        return ""
    gaps = {
        "day": i18n.day(_local(action.opens_at, action.zone)),
        "hour": i18n.clock_time(action.opens_at, action.zone),
        "zone": i18n.zone_words(action.zone),
    }
    if action.kind is not Kind.PETITION:
        return _("This opens on %(day)s at %(hour)s, %(zone)s", **gaps)
    return _("Signing opens on %(day)s at %(hour)s, %(zone)s", **gaps)


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def _closing_words(action: ActionCard) -> str:
    left = action.days_left or 0
    if left <= 0 and action.closes_at is not None:
        hour = i18n.clock_time(action.closes_at, action.zone)
        return _("Closes today at %(hour)s, %(zone)s", hour=hour, zone=i18n.zone_words(action.zone))
    return ngettext("Closes tomorrow", "Closes in %(count)s days", left, count=i18n.number(left))


def _here_in(locale: str) -> str:
    instead = {
        "en": _("Here it is in English."),
        "ru": _("Here it is in Russian."),
        "kk": _("Here it is in Kazakh."),
    }
    return instead[locale]
