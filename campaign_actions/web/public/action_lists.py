"""Lists of actions: all of them, of one kind, those that can be read in one language."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, url_for

from campaign_actions.actions import queries
from campaign_actions.actions.models import Kind
from campaign_actions.actions.queries import ActionCard
from campaign_actions.cases import queries as cases
from campaign_actions.infra.i18n import LANGUAGES, _, ngettext, number, sorting_key
from campaign_actions.signatures import counting
from campaign_actions.web.settings import settings
from campaign_actions.web.showing import Phase, phase_of
from campaign_actions.web.words import kinds_words, readable_in


@dataclass(frozen=True)
class Choice:
    """One filter as a link; `lang` is set where its words are in a language of their own."""

    words: str
    address: str
    is_here: bool
    lang: str = ""


def page(kind: str | None, spoken: str | None) -> str:
    """The list of published actions, of one kind and readable in one language if given; 404 for others."""
    if spoken is not None and spoken not in settings().languages:
        abort(404)
    chosen = Kind(kind) if kind else None
    cards = queries.listed(kind=chosen, spoken=spoken)
    everything = cards if kind is None and spoken is None else queries.listed()
    open_count = sum(card.is_open for card in everything)
    return render_template(
        "public/actions.html",
        heading=_heading(chosen, spoken),
        kinds=_kinds(kind, spoken),
        languages_of=_languages(kind, spoken),
        cases_of=_cases(everything),
        sections=sections_of(cards),
        none_open="" if any(card.is_open for card in cards) else none_open(chosen, spoken),
        all_open=ngettext(
            "See the %(count)s open action",
            "See all %(count)s open actions",
            open_count,
            count=number(open_count),
        ),
        filtered=kind is not None or spoken is not None,
        counts=counting.of_cards(cards),
    )


def sections_of(cards: list[ActionCard]) -> list[tuple[str, str, list[ActionCard]]]:
    """Cards under the headings of the list: (anchor, heading, cards)."""
    by_phase: dict[Phase, list[ActionCard]] = {}
    for card in cards:
        by_phase.setdefault(phase_of(card), []).append(card)
    running = by_phase.get(Phase.OPEN, [])
    soon = sorted((card for card in running if card.closes_soon), key=_closing)
    return [
        ("soon", _("Closing soon"), soon),
        ("open", _("Open"), [card for card in running if not card.closes_soon]),
        ("scheduled", _("Opening later"), sorted(by_phase.get(Phase.SCHEDULED, []), key=_opening)),
        ("paused", _("Paused"), by_phase.get(Phase.PAUSED, [])),
        ("delivered", _("Delivered and waiting"), by_phase.get(Phase.DELIVERED, [])),
        ("won", _("Won"), by_phase.get(Phase.ENDED, [])),
        ("closed", _("Closed"), by_phase.get(Phase.CLOSED, []) + by_phase.get(Phase.SUCCEEDED, [])),
    ]


def none_open(kind: Kind | None, spoken: str | None) -> str:
    """That no action of this sort is open: "No open letters in Kazakh."."""
    sentences = {
        (None, None): _("No action is open at the moment."),
        (Kind.PETITION, None): _("No petition is open at the moment."),
        (Kind.LETTER, None): _("No open letters at the moment."),
        (Kind.PROTEST, None): _("No protest is coming up at the moment."),
        (None, "en"): _("No open actions in English."),
        (None, "ru"): _("No open actions in Russian."),
        (None, "kk"): _("No open actions in Kazakh."),
        (Kind.PETITION, "en"): _("No open petitions in English."),
        (Kind.PETITION, "ru"): _("No open petitions in Russian."),
        (Kind.PETITION, "kk"): _("No open petitions in Kazakh."),
        (Kind.LETTER, "en"): _("No open letters in English."),
        (Kind.LETTER, "ru"): _("No open letters in Russian."),
        (Kind.LETTER, "kk"): _("No open letters in Kazakh."),
        (Kind.PROTEST, "en"): _("No coming protests in English."),
        (Kind.PROTEST, "ru"): _("No coming protests in Russian."),
        (Kind.PROTEST, "kk"): _("No coming protests in Kazakh."),
    }
    return sentences[kind, spoken]


def _heading(kind: Kind | None, spoken: str | None) -> str:
    parts = [kinds_words(kind) if kind else _("Actions"), readable_in(spoken) if spoken else ""]
    return " ".join(filter(None, parts))


def _kinds(kind: str | None, spoken: str | None) -> list[Choice]:
    every = Choice(_("All kinds"), _address(None, spoken), kind is None)
    return [every, *(Choice(kinds_words(one), _address(one, spoken), kind == one) for one in Kind)]


def _languages(kind: str | None, spoken: str | None) -> list[Choice]:
    every = Choice(_("All languages"), _address(kind, None), spoken is None)
    codes = settings().languages
    return [
        every,
        *(Choice(LANGUAGES[code], _address(kind, code), spoken == code, lang=code) for code in codes),
    ]


def _cases(cards: list[ActionCard]) -> list[Choice]:
    """A case is no filter: its own page has all there is about it."""
    found = cases.by_ids({card.case_id for card in cards if card.case_id is not None}).values()
    by_name = sorted(found, key=lambda case: sorting_key(case.name))
    return [Choice(case.name, url_for("public.cases.show", slug=case.slug), False) for case in by_name]


def _address(kind: str | None, spoken: str | None) -> str:
    return url_for("public.actions.index", kind=kind, spoken=spoken)


def _closing(card: ActionCard) -> float:
    return card.closes_at.timestamp() if card.closes_at else 0.0


def _opening(card: ActionCard) -> float:
    return card.opens_at.timestamp() if card.opens_at else 0.0
