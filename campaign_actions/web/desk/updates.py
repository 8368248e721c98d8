"""Updates of an action on the desk: the list, writing, publishing, taking back."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from wtforms import SelectField, StringField, TextAreaField

from campaign_actions.accounts import permissions
from campaign_actions.actions import drafting, queries, updates, wording
from campaign_actions.actions.models import Action, Update
from campaign_actions.actions.queries import ActionCard
from campaign_actions.actions.updates import Words
from campaign_actions.editors import unsaved
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import LANGUAGES, _
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm, TokenForm, label
from campaign_actions.web.guard import own_or_404

bp = Blueprint("updates", __name__, url_prefix="/actions/<slug>/updates")


class UpdateForm(EditForm):
    """An update as typed."""

    title = StringField(label("Title"))
    body = TextAreaField(label("Text"))
    locale = SelectField(label("Language"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.locale.choices = list(LANGUAGES.items())

    def words(self) -> Words:
        """What was typed, after `validate`."""
        return Words(title=self.title.data or "", body=self.body.data or "", locale=self.locale.data)


class WithdrawForm(TokenForm):
    """Why an update is withdrawn; may stay empty."""

    reason = StringField(label("Why is it withdrawn? (optional)"))


@bp.get("/")
def index(slug: str) -> str:
    """All updates of an action, drafts first."""
    action = _action(slug)
    return render_template(
        "desk/updates.html", card=_card(action), updates=updates.for_desk(action.id), zone=action.zone
    )


@bp.route("/new/", methods=["GET", "POST"])
def new(slug: str) -> Answer:
    """A new update; every button saves, "Publish" then publishes."""
    action = _action(slug)
    form = cast("UpdateForm", sheets.form_for(NEW, action))
    if request.method == "POST" and form.validate():
        try:
            with writing():
                made = updates.write(action.id, form.words(), by=user())
                _publish_if_asked(made)
                sheets.made(EDITOR, made)
                unsaved.throw_away(sheets.sheet_of(NEW, action), user())
                update_id = made.id
            return redirect(_edit(slug, update_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = _page(action, None, form, failed=failed)
    return (page, 422) if failed else page


@bp.route("/<uuid:update_id>/edit/", methods=["GET", "POST"])
def edit(slug: str, update_id: UUID) -> Answer:
    """The editor of an update. Every button saves; "Publish" then publishes."""
    action, update = found(slug, update_id)
    form = cast("UpdateForm", sheets.form_for(EDITOR, update))
    if request.method != "POST":
        return _page(action, update, form)
    if not form.validate():
        return _page(action, update, form, failed=True), 422
    try:
        with sheets.saving(EDITOR, update):
            saved = updates.save(update_id, form.words(), by=user(), seen_version=form.seen_version)
            _publish_if_asked(saved)
    except Refused as refusal:
        status = form.refuse_save(refusal, update.version)
        return _page(action, update, form, failed=True), status
    return redirect(_edit(slug, update_id), 303)


@bp.route("/<uuid:update_id>/withdraw/", methods=["GET", "POST"])
def withdraw(slug: str, update_id: UUID) -> Answer:
    """What withdrawing means, and the button that does it."""
    action, update = found(slug, update_id)
    form = WithdrawForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                updates.withdraw(update_id, form.reason.data or "", by=user())
            return redirect(_edit(slug, update_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template(
        "desk/withdraw_update.html", card=_card(action), update=update, form=form, failed=failed
    )
    return (page, 422) if failed else page


def found(slug: str, update_id: UUID) -> tuple[Action, Update]:
    """An action and its update, if the user may write there; else 404 or NotAllowed."""
    action = _action(slug)
    update = updates.find(action.id, update_id)
    if update is None:
        abort(404)
    return action, update


def _publish_if_asked(update: Update) -> None:
    if request.form.get("do") == "publish":
        updates.publish(update.id, by=user())


def _edit(slug: str, update_id: UUID) -> str:
    return url_for("desk.updates.edit", slug=slug, update_id=update_id, saved=1)


def _action(slug: str) -> Action:
    return _writable(drafting.find(slug))


def _writable(one: Action | None) -> Action:
    action = own_or_404(one, user())
    if not permissions.allows(user(), "update.write", action.owner_id):
        raise NotAllowed(_("Updates are written by organisers and staff, not by admins. Ask one of them."))
    return action


def _card(action: Action) -> ActionCard:
    return queries.by_ids([action.id])[action.id]


def _page(action: Action, update: Update | None, form: UpdateForm, *, failed: bool = False) -> str:
    return render_template(
        "desk/edit_update.html",
        card=_card(action),
        update=update,
        form=form,
        failed=failed,
        saved="saved" in request.args and not failed,
        around=sheets.around(EDITOR, update) if update else sheets.around(NEW, action),
    )


def _its_action(update: Update | None) -> Action:
    return _writable(drafting.by_id(update.action_id) if update else None)


def _of_id(update_id: UUID) -> Update:
    update = updates.by_id(update_id)
    _its_action(update)
    return update or abort(404)


def _stored(update: Update, _locale: str) -> dict[str, Any]:
    return {"seen": update.version, "title": update.title, "body": update.body, "locale": update.locale}


def _address(update: Update, _locale: str, **query: Any) -> str:
    return url_for("desk.updates.edit", slug=_its_action(update).slug, update_id=update.id, **query)


EDITOR = sheets.register(
    Editor(
        kind="update",
        find=_of_id,
        stored=_stored,
        form=lambda _update, _locale, **given: UpdateForm(**given),
        address=_address,
        title=lambda update: update.title,
    )
)
# A new one is kept as a draft for its action.
NEW = sheets.register(
    Editor(
        kind="new-update",
        find=lambda action_id: _writable(drafting.by_id(action_id)),
        stored=lambda action, _locale: {"locale": action.locale},
        form=lambda _action, _locale, **given: UpdateForm(**given),
        address=lambda action, _locale, **query: url_for("desk.updates.new", slug=action.slug, **query),
        title=lambda action: wording.current(action).title,
        makes=True,
    )
)
