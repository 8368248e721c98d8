"""The lists that screening goes by: mail domains to hold, and networks that are none to suspect."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField

from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import Lazy, _, lazy
from campaign_actions.signatures import rules
from campaign_actions.signatures.models import Listed
from campaign_actions.web import guard
from campaign_actions.web.forms import TokenForm, add_error, label

bp = Blueprint("rules", __name__, url_prefix="/review/rules")

KINDS: dict[Listed, Lazy] = {
    Listed.BLOCKED: lazy("Hold this mail domain"),
    Listed.ALLOWED: lazy("Never hold this network for sending many"),
}

Answer = Response | str | tuple[str, int]


class RuleForm(TokenForm):
    """One rule."""

    kind = RadioField(label("What is it for?"), validate_choice=False)
    value = StringField(label("Domain or network"))
    note = StringField(label("Note for the team"))

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [(kind.value, str(words)) for kind, words in KINDS.items()]


@bp.get("/")
def index() -> str:
    """Both lists, and the form for one more."""
    return _page(RuleForm())


@bp.post("/")
def add() -> Answer:
    """Add one."""
    form = RuleForm()
    valid, kind = form.validate(), _kind(form.kind.data)
    if kind is None:
        add_error(form.kind, form, _("Choose what it is for."))
    if not valid or kind is None:
        return _page(form), 422
    try:
        with writing() as connection:
            rules.add(connection, kind, form.value.data or "", form.note.data or "", by=guard.user())
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form), 422
    return redirect(url_for("staff.rules.index"), 303)


@bp.post("/remove")
def remove() -> Response:
    """Take one away; a domain or network stands in the form and not in the address."""
    form = RuleForm()
    kind = _kind(form.kind.data)
    if form.validate() and kind is not None:
        with writing() as connection:
            rules.remove(connection, kind, form.value.data or "", by=guard.user())
    return redirect(url_for("staff.rules.index"), 303)


def _kind(text: str | None) -> Listed | None:
    return Listed(text) if text in list(Listed) else None


def _page(form: RuleForm) -> str:
    return render_template(
        "staff/review/rules.html",
        form=form,
        failed=bool(form.errors),
        rules=rules.all_of_them(),
        kinds=KINDS,
    )
