"""The address book on the desk: whom letters go to, and where they are reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from wtforms import StringField, TextAreaField

from campaign_actions.accounts import permissions
from campaign_actions.actions import queries, targets
from campaign_actions.actions.models import ActionState, Target
from campaign_actions.actions.queries import ActionCard
from campaign_actions.editors import unsaved
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm, TokenForm, label

bp = Blueprint("targets", __name__, url_prefix="/targets")


class TargetForm(EditForm):
    """A target: its name, its postal address and its email address."""

    name = StringField(label("Name"))
    address = TextAreaField(label("Postal address"))
    email = StringField(label("Email address"))

    def typed(self) -> targets.Typed:
        """What was typed."""
        return targets.Typed(
            name=self.name.data or "", address=self.address.data or "", email=self.email.data or ""
        )


class RemoveForm(TokenForm):
    """Nothing but the token."""


@bp.get("/")
def index() -> str:
    """Everybody in the address book, with the actions that name them."""
    uses = targets.uses()
    cards = _cards({action_id for ids in uses.values() for action_id in ids})
    return render_template(
        "desk/targets.html",
        targets=targets.listed(),
        uses={target_id: [cards[one] for one in ids if one in cards] for target_id, ids in uses.items()},
        saved="saved" in request.args,
    )


@bp.route("/new/", methods=["GET", "POST"])
def new() -> Answer:
    """A new target."""
    form = cast("TargetForm", sheets.form_for(EDITOR, None))
    if request.method == "POST" and form.validate():
        try:
            with writing():
                sheets.made(EDITOR, targets.add(form.typed(), by=user()))
            return redirect(url_for("desk.targets.index", saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    return _page(form, None)


@bp.route("/<uuid:target_id>/", methods=["GET", "POST"])
def edit(target_id: UUID) -> Answer:
    """Name and addresses of a target."""
    target = targets.find(target_id) or abort(404)
    form = cast("TargetForm", sheets.form_for(EDITOR, target))
    status = 422
    if request.method == "POST" and form.validate():
        try:
            with sheets.saving(EDITOR, target):
                targets.save(target_id, form.typed(), by=user(), seen_version=form.seen_version)
            return redirect(url_for("desk.targets.index", saved=1), 303)
        except Refused as refusal:
            status = form.refuse_save(refusal, (targets.find(target_id) or abort(404)).version)
    return _page(form, target, status)


@bp.route("/<uuid:target_id>/remove/", methods=["GET", "POST"])
def remove(target_id: UUID) -> Answer:
    """What removing means, and the button that does it; not while an action names the target."""
    target = targets.find(target_id) or abort(404)
    form = RemoveForm()
    if request.method == "POST" and form.validate():
        try:
            with writing():
                targets.remove(target_id, by=user())
                unsaved.forget_thing(EDITOR.kind, target_id)
            return redirect(url_for("desk.targets.index", saved=1), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    used = bool(targets.uses().get(target_id))
    page = render_template("desk/remove_target.html", target=target, form=form, used=used, failed=failed)
    return (page, 422) if failed else page


def _cards(action_ids: Iterable[UUID]) -> dict[UUID, ActionCard]:
    """Of these actions all but other people's drafts: the book is everybody's, a draft is not."""
    return {
        card.id: card
        for card in queries.by_ids(action_ids).values()
        if card.state is not ActionState.DRAFT or permissions.allows(user(), "action.see", card.owner_id)
    }


def _page(form: TargetForm, target: Target | None, status: int = 422) -> Answer:
    failed = request.method == "POST"
    used = _cards(targets.uses().get(target.id, ())).values() if target else ()
    page = render_template(
        "desk/edit_target.html",
        form=form,
        target=target,
        used=list(used),
        failed=failed,
        around=sheets.around(EDITOR, target),
    )
    return (page, status) if failed else page


def _stored(target: Target | None, _locale: str) -> dict[str, Any]:
    if target is None:
        return {}
    return {"seen": target.version, "name": target.name, "address": target.address, "email": target.email}


def _address(target: Target | None, _locale: str, **query: Any) -> str:
    if target is None:
        return url_for("desk.targets.new", **query)
    return url_for("desk.targets.edit", target_id=target.id, **query)


EDITOR = sheets.register(
    Editor(
        kind="target",
        find=lambda target_id: targets.find(target_id) or abort(404),
        stored=_stored,
        form=lambda _target, _locale, **given: TargetForm(**given),
        address=_address,
        title=lambda target: target.name,
        from_nothing=True,
    )
)
