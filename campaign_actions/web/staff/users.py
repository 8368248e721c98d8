"""The team: who they are, what they may do, where they are logged in; invitations. For admins only."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField

from campaign_actions.accounts import invitations, logging_in, permissions, users
from campaign_actions.accounts.models import Role, User
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import Lazy, _, lazy
from campaign_actions.web import guard
from campaign_actions.web.forms import TokenForm, label
from campaign_actions.web.proof import ProofField, is_proved
from campaign_actions.web.words import ROLES

bp = Blueprint("users", __name__, url_prefix="/users")

Answer = Response | str | tuple[str, int]
DONE: dict[str, Lazy] = {
    "invited": lazy("The invitation is on its way. It works for 48 hours."),
    "back": lazy("The invitation no longer works."),
    "role": lazy("Saved. Their sessions have ended; they log in again with what they may do now."),
    "off": lazy("They can no longer log in, and their sessions have ended. What they made stays."),
    "on": lazy("They can log in again."),
    "sessions": lazy("Their sessions have ended."),
}


class RoleForm(TokenForm):
    """What somebody may do, and who says so."""

    role = SelectField(label("Role"), default=Role.ORGANISER.value)
    may_export = BooleanField(label("May make lists of names"))
    password = ProofField()

    def __init__(self, **values: str | bool) -> None:
        super().__init__(data=values)
        self.role.choices = [(role.value, str(words)) for role, words in ROLES.items()]


class InviteForm(RoleForm):
    """Whom to invite, too."""

    email = StringField(label("Email address"))


@bp.before_request
def only_admins() -> None:
    """Others are told whom to ask."""
    if not permissions.allows(guard.user(), "user.manage"):
        raise NotAllowed(_("People and their roles are the work of admins. Ask one of them."))


@bp.get("/")
def index() -> str:
    """Everybody, and the form of an invitation."""
    return _page(InviteForm())


@bp.post("/")
def invite() -> Answer:
    """Invite somebody by mail."""
    form = InviteForm()
    if not form.validate() or not is_proved(form):
        return _page(form), 422
    try:
        with writing():
            invitations.invite(
                form.email.data or "",
                Role(form.role.data),
                may_export=form.may_export.data,
                by=guard.user(),
            )
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form), 422
    return _back("invited")


@bp.post("/invitations/<uuid:invitation_id>")
def take_back(invitation_id: UUID) -> Answer:
    """End an invitation before it is used."""
    with writing():
        invitations.take_back(invitation_id, by=guard.user())
    return _back("back")


@bp.get("/<uuid:user_id>/")
def show(user_id: UUID) -> str:
    """One of the team, and what may be changed about them."""
    user = _one(user_id)
    return _user_page(user, RoleForm(role=user.role.value, may_export=user.may_export))


@bp.post("/<uuid:user_id>/role")
def change_role(user_id: UUID) -> Answer:
    """Another role or export right; every session of theirs ends."""
    user, form = _one(user_id), RoleForm()
    if not form.validate() or not is_proved(form):
        return _user_page(user, form), 422
    try:
        with writing():
            users.set_role(user, Role(form.role.data), may_export=form.may_export.data, by=guard.user())
    except Refused as refusal:
        form.refuse(refusal)
        return _user_page(_one(user_id), form), 422
    return _back("role")


@bp.post("/<uuid:user_id>/<any(on,off):state>")
def turn(user_id: UUID, state: str) -> Answer:
    """Shut somebody out or let them in again."""
    user, form = _one(user_id), RoleForm()
    form.role.data = user.role.value
    if not form.validate() or not is_proved(form):
        return _user_page(user, form), 422
    try:
        with writing():
            users.set_active(user, state == "on", by=guard.user())
    except Refused as refusal:
        form.refuse(refusal)
        return _user_page(_one(user_id), form), 422
    return _back(state)


@bp.post("/<uuid:user_id>/sessions")
def end_sessions(user_id: UUID) -> Answer:
    """End every session of somebody."""
    with writing():
        users.end_sessions(_one(user_id), by=guard.user())
    return _back("sessions")


def _page(form: InviteForm) -> str:
    words = DONE.get(request.args.get("done", ""))
    return render_template(
        "staff/users/index.html",
        form=form,
        failed=bool(form.errors),
        done=str(words) if words else "",
        users=users.listed(),
        alive=logging_in.alive(),
        invited=invitations.open_ones(),
        roles=ROLES,
        needs_proof=not guard.fresh(),
    )


def _user_page(user: User, form: RoleForm) -> str:
    return render_template(
        "staff/users/show.html",
        user=user,
        form=form,
        failed=bool(form.errors),
        sessions=logging_in.sessions_of(user),
        roles=ROLES,
        is_me=user.id == guard.user().id,
        needs_proof=not guard.fresh(),
    )


def _one(user_id: UUID) -> User:
    return session.get(User, user_id) or abort(404)


def _back(done: str) -> Response:
    return redirect(url_for("staff.users.index", done=done), 303)
