"""What happens to an action after publishing: open, pause, close, deliver, withdraw, outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from wtforms import BooleanField, RadioField, StringField, TextAreaField

from campaign_actions.accounts import permissions
from campaign_actions.actions import closing, drafting, outcomes, queries, updates
from campaign_actions.actions.closing import Delivery
from campaign_actions.actions.models import Action, ActionState, Outcome
from campaign_actions.actions.updates import Words
from campaign_actions.errors import Refused
from campaign_actions.infra import clock, i18n
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import Lazy, _, lazy, ngettext, number
from campaign_actions.signatures import figures, mailings
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import DayField, EditForm, TokenForm, label
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.words import OUTCOMES

bp = Blueprint("stages", __name__, url_prefix="/actions")


class StageForm(TokenForm):
    """The reason for a deed, which some do not ask for; a delivery has a day, a place and a taker too."""

    reason = TextAreaField(label("Reason"))
    on = DayField(label("On which day? (optional)"))
    place = StringField(label("Where? (optional)"))
    to = StringField(label("Who took it? (optional)"))

    @property
    def why(self) -> str:
        """The reason as typed."""
        return self.reason.data or ""

    def delivery(self) -> Delivery:
        """How it was handed in, after `validate`."""
        return Delivery(note=self.why, on=self.on.data, place=self.place.data or "", to=self.to.data or "")


@dataclass(frozen=True)
class Stage:
    """One deed as its page shows it: heading and button, and what the reason is called, if one is asked.

    `do` gets the action and the form as it was filled in.
    """

    heading: Lazy
    button: Lazy
    reason: Lazy | None
    hint: Lazy | None
    do: Callable[[Action, StageForm], None]


STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        "open": Stage(
            lazy("Open now"),
            lazy("Open now"),
            None,
            None,
            lambda action, _form: closing.open_now(action.id, by=user()),
        ),
        "pause": Stage(
            lazy("Pause signing"),
            lazy("Pause signing"),
            lazy("Why is signing paused?"),
            lazy("One sentence. It is shown on the page in place of the form."),
            lambda action, form: closing.pause(action.id, form.why, by=user()),
        ),
        "reopen": Stage(
            lazy("Open again"),
            lazy("Open again"),
            None,
            None,
            lambda action, _form: closing.reopen(action.id, by=user()),
        ),
        "close": Stage(
            lazy("Close the action"),
            lazy("Close the action"),
            None,
            None,
            lambda action, _form: closing.close(action.id, by=user()),
        ),
        "deliver": Stage(
            lazy("Say that it was delivered"),
            lazy("Mark as delivered"),
            lazy("How was it handed in?"),
            lazy("One or two sentences. They are shown on the page."),
            lambda action, form: closing.deliver(action.id, form.delivery(), by=user()),
        ),
        "withdraw": Stage(
            lazy("Withdraw the action"),
            lazy("Withdraw the action"),
            lazy("Why is it withdrawn?"),
            lazy("One sentence. It stays on the page."),
            lambda action, form: closing.withdraw(action.id, form.why, by=user()),
        ),
    }
)


class OutcomeForm(EditForm):
    """What came of an action."""

    outcome = RadioField(label("What came of it"))
    on = DayField(label("On which day?"))
    text = TextAreaField(label("What happened?"))
    source = StringField(label("Source"))
    mail = BooleanField(label("Also write an update with these words, and mail it to those who asked"))

    def offer(self) -> None:
        """Fill the outcomes to choose from."""
        self.outcome.choices = [(outcome.value, str(words)) for outcome, words in OUTCOMES.items()]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """As other forms do, in our own words for outcome and day."""
        valid = super().validate(extra_validators)
        if self.outcome.errors:
            self.outcome.errors = [_("Choose what came of it.")]
        if self.on.data is None:
            self.on.errors = [_("Write the day like 2026-12-16.")]
        return valid and self.on.data is not None

    def result(self) -> outcomes.Result:
        """What was typed, after `validate`."""
        return outcomes.Result(
            outcome=Outcome(self.outcome.data),
            on=self.on.data or clock.today(),
            text=self.text.data or "",
            source=self.source.data or "",
        )


@bp.route("/<slug>/<any(open,pause,reopen,close,deliver,withdraw):deed>/", methods=["GET", "POST"])
def stage(slug: str, deed: str) -> Answer:
    """What a deed means, and on its own page the button that does it."""
    action = own_or_404(drafting.find(slug), user())
    form = StageForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                STAGES[deed].do(action, form)
            return redirect(url_for("desk.actions.edit", slug=slug, saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template(
        "desk/stage.html",
        action=queries.by_ids([action.id])[action.id],
        deed=deed,
        stage=STAGES[deed],
        follows=_follows(deed, action),
        may=action.state in closing.FROM[deed],
        form=form,
        failed=failed,
    )
    return (page, 422) if failed else page


@bp.route("/<slug>/outcome/", methods=["GET", "POST"])
def outcome(slug: str) -> Answer:
    """Record what came of the action."""
    action = own_or_404(drafting.find(slug), user())
    if action.state is ActionState.DRAFT:
        abort(404)
    form = _outcome_form(action)
    if request.method == "POST":
        return _record(action, form)
    return _outcome_page(action, form)


def _record(action: Action, form: OutcomeForm) -> Answer:
    if not form.validate():
        return _outcome_page(action, form, failed=True), 422
    update_id = None
    try:
        with writing() as connection:
            outcomes.record(action.id, form.result(), by=user(), seen_version=form.seen_version)
            if form.mail.data:
                update_id = _ask_to_mail(connection, action, form.result())
    except Refused as refusal:
        status = form.refuse_save(refusal, action.version)
        return _outcome_page(action, form, failed=True), status
    if update_id is not None:
        where = url_for("desk.mailings.show", slug=action.slug, update_id=update_id, done="ask")
        return redirect(where, 303)
    return redirect(url_for("desk.actions.edit", slug=action.slug, saved=1), 303)


def _ask_to_mail(connection: Connection, action: Action, result: outcomes.Result) -> UUID:
    """An update that says what came of it, published, and the wish to mail it; its id."""
    with i18n.using_locale(action.locale):
        title = _("What came of it: %(title)s", title=queries.by_ids([action.id])[action.id].title)
        source = _("Source: %(source)s", source=" ".join(result.source.split()))
        subject = _("News about something you signed") if action.at_risk else title
    words = Words(title=title[: updates.MAX_TITLE], body=f"{result.text}\n\n{source}", locale=action.locale)
    made = updates.publish(updates.write(action.id, words, by=user()).id, by=user())
    line = subject[: mailings.MAX_SUBJECT]
    mailings.ask(connection, made.id, line, by=user(), seen_version=made.version)
    return made.id


def _outcome_form(action: Action) -> OutcomeForm:
    form = OutcomeForm(
        data={
            "seen": action.version,
            "outcome": action.outcome.value if action.outcome else None,
            "on": action.outcome_on,
            "text": action.outcome_text,
            "source": action.outcome_source,
        }
    )
    form.offer()
    return form


def _outcome_page(action: Action, form: OutcomeForm, *, failed: bool = False) -> str:
    return render_template(
        "desk/outcome.html",
        action=queries.by_ids([action.id])[action.id],
        form=form,
        failed=failed,
        asked_for_news=_asked_for_news(action),
    )


def _asked_for_news(action: Action) -> int:
    """To how many people the user may have it mailed."""
    may = permissions.allows(user(), "update.write", action.owner_id)
    return mailings.recipients(session.connection(), action.id) if may else 0


def _follows(deed: str, action: Action) -> list[str]:
    """What follows from a deed, in sentences."""
    waiting = figures.of_action(action.id).waiting
    if deed == "open":
        return [_("The form is shown at once, and people can sign until the closing day.")]
    if deed == "pause":
        return [_("Nobody can sign until you open it again. Whoever is waiting can still confirm.")]
    if deed == "reopen":
        return [_("The form is shown again, and people can sign until the closing day.")]
    if deed == "deliver":
        return [_("The page says “Delivered” with your sentences. Nobody can sign.")]
    if deed == "withdraw":
        return [
            _("Nobody can sign or confirm after this, and the action leaves all lists and feeds."),
            _("Its page stays, with the day and your reason. This cannot be undone."),
        ]
    still = ngettext(
        "%(count)s person has up to 7 days to confirm.",
        "%(count)s people have up to 7 days to confirm.",
        waiting,
        count=number(waiting),
    )
    return [_("Nobody can sign after this."), *([still] if waiting else [])]
