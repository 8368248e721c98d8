"""Requests of people about their own data: staff type the address they wrote from, and help.

The address travels in the forms of these pages and nowhere else: never in an address line, never
in a session.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from campaign_actions.actions import queries
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import LANGUAGES, Lazy, lazy
from campaign_actions.signatures import addresses, on_request
from campaign_actions.signatures.states import State
from campaign_actions.web import guard
from campaign_actions.web.forms import TokenForm, label
from campaign_actions.web.sign_form import check
from campaign_actions.web.stamps import tools

bp = Blueprint("requests", __name__, url_prefix="/requests")

Answer = Response | str | tuple[str, int]

STATE_WORDS: dict[State, Lazy] = {
    State.WAITING: lazy("Not confirmed yet"),
    State.CONFIRMED: lazy("Confirmed"),
    State.HELD: lazy("Held back"),
    State.INVALID: lazy("Taken out as suspected abuse"),
    State.WITHDRAWN: lazy("Withdrawn"),
}
DONE: dict[str, Lazy] = {
    "withdraw": lazy("The signature is withdrawn, and the name is wiped."),
    "delete": lazy("The signature is deleted. Nothing of it is left but what backups hold for 35 days."),
    "link": lazy("If the address has signed, a letter with the links is on its way to it."),
    "nothing": lazy("There was nothing left to do."),
}


class RequestForm(TokenForm):
    """Whose request it is and what they ask for."""

    email = StringField(label("The address they wrote from"))
    reason = TextAreaField(label("What do they ask for?"))
    locale = SelectField(label("Language of the letter"), default="en")

    def __init__(self) -> None:
        super().__init__()
        self.locale.choices = list(LANGUAGES.items())

    def validate_email(self, field: StringField) -> None:
        """An address as people type it when they sign."""
        check(field, addresses.check)


@bp.before_request
def only_staff() -> None:
    """Admins give roles; looking people up is not theirs."""
    on_request.check_right(guard.user())


@bp.get("/")
def index() -> str:
    """The two questions, and what was done before."""
    return _page(RequestForm(), done=request.args.get("done", ""))


@bp.post("/")
def look_up() -> Answer:
    """What stands under the address, with what may be done about it."""
    form = RequestForm()
    if not form.validate():
        return _page(form), 422
    try:
        with writing() as connection:
            found = on_request.look_up(connection, _email(form), _why(form), tools(), by=guard.user())
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form), 422
    cards = queries.by_ids([match.action_id for match in found])
    return render_template(
        "staff/requests/found.html", form=form, found=found, cards=cards, state_words=STATE_WORDS
    )


@bp.post("/<uuid:action_id>/<any(withdraw,delete):deed>")
def do(action_id: UUID, deed: str) -> Answer:
    """What the deed means; with `sure` posted, the deed itself."""
    form = RequestForm()
    if not form.validate():
        return _page(form), 422
    if "sure" not in request.form:
        return _sure(form, action_id, deed)
    try:
        with writing() as connection:
            done = on_request.do(
                connection, deed, _email(form), action_id, _why(form), tools(), by=guard.user()
            )
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form), 422
    return _back(deed if done else "nothing")


@bp.post("/link")
def link() -> Answer:
    """Send the links with which people manage their own signatures."""
    form = RequestForm()
    if not form.validate():
        return _page(form), 422
    try:
        with writing() as connection:
            on_request.send_link(
                connection, _email(form), form.locale.data, _why(form), tools(), by=guard.user()
            )
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form), 422
    return _back("link")


def _sure(form: RequestForm, action_id: UUID, deed: str) -> Answer:
    found = on_request.matches(session.connection(), _email(form), tools())
    match = next((one for one in found if one.action_id == action_id), None)
    card = queries.by_ids([action_id]).get(action_id)
    if match is None or card is None or (deed == "withdraw" and match.state is State.WITHDRAWN):
        return _back("nothing")
    return render_template("staff/requests/sure.html", form=form, match=match, card=card, deed=deed)


def _page(form: RequestForm, *, done: str = "") -> str:
    words = DONE.get(done)
    return render_template(
        "staff/requests/index.html",
        form=form,
        done=str(words) if words else "",
        failed=bool(form.errors),
        most=on_request.A_DAY,
        left=on_request.left_today(session.connection(), guard.user()),
    )


def _back(done: str) -> Response:
    return redirect(url_for("staff.requests.index", done=done), 303)


def _email(form: RequestForm) -> str:
    return form.email.data or ""


def _why(form: RequestForm) -> str:
    return form.reason.data or ""
