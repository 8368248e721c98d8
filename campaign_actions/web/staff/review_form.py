"""The forms of review: a decision about a cluster, one about all that match, and undoing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from flask import abort
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from campaign_actions.actions.queries import ActionCard
from campaign_actions.infra import i18n
from campaign_actions.infra.i18n import LANGUAGES, _
from campaign_actions.signatures import screening
from campaign_actions.signatures.matching import NOT_SAID, Condition, DomainClass, Effect
from campaign_actions.signatures.models import Decision
from campaign_actions.signatures.reviewing import Wish
from campaign_actions.web.forms import DayField, SeenField, TokenForm, label
from campaign_actions.web.proof import ProofField
from campaign_actions.web.staff.review_words import DECISIONS, DOMAINS, agent, effect_words
from campaign_actions.web.words import SOURCES

Choice = TypeVar("Choice", Decision, DomainClass)


def one_line(text: str | None) -> str:
    """What was typed, without line breaks."""
    return " ".join((text or "").split())


class ReasonForm(TokenForm):
    """Why, for the audit log and, where everybody is told, for everybody."""

    reason = TextAreaField(label("Reason"), filters=[one_line])
    public_reason = TextAreaField(label("What everybody reads"), filters=[one_line])
    password = ProofField()


class DecideForm(ReasonForm):
    """What becomes of one cluster; the hidden numbers are those that the page named."""

    decision = RadioField(label("What becomes of them?"), validate_choice=False)
    seen_release = SeenField()
    seen_hold = SeenField()
    seen_invalid = SeenField()

    def offer(self, effects: Mapping[Decision, Effect]) -> dict[str, str]:
        """Fill in what would change anything, and the numbers; gives each decision's effect in words."""
        open_ones = {decision: effect for decision, effect in effects.items() if effect.rows}
        self.decision.choices = [(one.value, str(DECISIONS[one])) for one in open_ones]
        for decision, effect in effects.items():
            self[f"seen_{decision.value}"].data = effect.rows
        return {decision.value: effect_words(effect) for decision, effect in open_ones.items()}

    def wish(self, condition: Condition) -> Wish | None:
        """The answers as a wish; None, with an error at the field, when no decision was chosen."""
        if not self.decision.data:
            self.decision.errors = [_("Choose what becomes of them.")]
            return None
        decision = _one_of(Decision, self.decision.data)
        return Wish(
            condition=condition,
            decision=decision,
            reason=self.reason.data or "",
            public_reason=self.public_reason.data or "",
            seen=self[f"seen_{decision.value}"].data or 0,
        )


class BulkForm(ReasonForm):
    """Signatures of one action that have all of this, and what becomes of them."""

    action = SelectField(label("Action"), validate_choice=False)
    decision = RadioField(label("What becomes of them?"), validate_choice=False)
    first_day = DayField(label("Signed from day"))
    last_day = DayField(label("Signed to day"))
    country = SelectField(label("Country"), validate_choice=False)
    locale = SelectField(label("Language"), validate_choice=False)
    source = SelectField(label("Source"), validate_choice=False)
    cluster = StringField(label("Cluster"), filters=[one_line])
    domain = SelectField(label("Mail domain"), validate_choice=False)
    agent = SelectField(label("Browser"), validate_choice=False)
    seen = SeenField()
    counted = HiddenField()

    def offer(self, cards: Sequence[ActionCard]) -> None:
        """Fill in what may be chosen."""
        anything = ("", _("Any"))
        self.action.choices = [(str(card.id), card.title) for card in cards]
        self.decision.choices = [(one.value, str(words)) for one, words in DECISIONS.items()]
        self.country.choices = [anything, (NOT_SAID, _("Not said")), *i18n.countries()]
        self.locale.choices = [anything, *LANGUAGES.items()]
        self.source.choices = [anything, *((name, str(words)) for name, words in SOURCES.items())]
        self.domain.choices = [anything, *((one.value, str(words)) for one, words in DOMAINS.items())]
        agents = sorted((*screening.AGENTS, "other", "none"))
        self.agent.choices = [anything, *((name, agent(name)) for name in agents)]

    def wish(self) -> Wish:
        """The answers as a wish. Answers that the form never offered end in a 400."""
        domain = self.domain.data
        condition = Condition(
            action_id=_id(self.action.data),
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            country=self.country.data or None,
            domain=_one_of(DomainClass, domain) if domain else None,
            agent=self.agent.data or None,
            cluster=(self.cluster.data or "").upper() or None,
            source=self.source.data or None,
            locale=self.locale.data or None,
        )
        return Wish(
            condition=condition,
            decision=_one_of(Decision, self.decision.data),
            reason=self.reason.data or "",
            public_reason=self.public_reason.data or "",
            seen=self.seen.data or 0,
        )


def mark_of(wish: Wish) -> str:
    """Tells whether what was counted is what is asked for now."""
    asked = [str(wish.condition.action_id), wish.decision, wish.condition.to_json()]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        abort(400)


def _one_of(kind: type[Choice], text: str | None) -> Choice:
    try:
        return kind(text or "")
    except ValueError:
        abort(400)
