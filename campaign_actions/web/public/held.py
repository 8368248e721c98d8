"""What we hold about somebody, to take along: the clear part at once, the sealed part by the worker."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from campaign_actions.actions.queries import ActionPage
from campaign_actions.exports import handed_over
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import consents, mine
from campaign_actions.signatures.copies import CopyState
from campaign_actions.signatures.mine import MineView
from campaign_actions.web.public.mine import NotYours, not_yours, owned
from campaign_actions.web.settings import settings
from campaign_actions.web.stamps import tools

bp = Blueprint("held", __name__)
bp.register_error_handler(NotYours, not_yours)


@bp.get("/my/<token>/copy/")
def show(token: str) -> str:
    """All that a page can show of what we hold, and how the sealed part is had."""
    view, action = owned(token)
    return render_template(
        "public/my_copy.html",
        token=token,
        view=view,
        action=action,
        card=action.card,
        lists=handed_over.lists_with(view),
        consent=consents.wording(view.consent_version, team=settings().site_name),
    )


@bp.post("/my/<token>/copy/")
def ask(token: str) -> Answer:
    """Have the worker open the sealed part and lock it to this link."""
    view, _action = owned(token)
    if not view.withdrawn:
        with writing() as connection:
            if not mine.ask_for_copy(connection, token, tools()):
                raise NotYours
    return redirect(url_for("public.held.show", token=token), 303)


@bp.get("/my/<token>/data.json")
def data(token: str) -> Response:
    """What the page of the copy shows, as a file to keep."""
    view, action = owned(token)
    answer = jsonify(_in_clear(view, action) | _opened(view))
    answer.headers["Content-Disposition"] = 'attachment; filename="my-signature.json"'
    return answer


def _in_clear(view: MineView, action: ActionPage) -> dict[str, Any]:
    return {
        "action": action.card.title,
        "address": settings().site_url + url_for("public.actions.show", slug=action.card.slug),
        "confirmed": view.confirmed,
        "withdrawn": view.withdrawn,
        "level": str(view.level),
        "earlier_levels": [{"level": str(level), "until": _on(day)} for level, day in view.past_levels],
        "country": view.country,
        "updates": view.updates,
        "signed_on": _on(view.signed_on),
        "confirmed_on": _on(view.proved_on),
        "withdrawn_on": _on(view.withdrawn_on),
        "text_version": view.text_version,
        "text_language": view.text_locale,
        "consent_version": view.consent_version,
        "consent": consents.wording(view.consent_version, team=settings().site_name),
        "deleted_on": _on(view.delete_on),
        "public_name": view.public_name,
        "comment": _comment(view),
        "lists": [
            {"made_on": _on(one.made_on), "for": one.recipient, "certain": one.certain}
            for one in handed_over.lists_with(view)
        ],
    }


def _opened(view: MineView) -> dict[str, Any]:
    if view.withdrawn:
        return {}
    if view.copy.state is CopyState.READY:
        return {"name": view.copy.name, "email": view.copy.email}
    return {"sealed": _("Name and email address: ask for them on the page this file came from.")}


def _comment(view: MineView) -> dict[str, Any] | None:
    if view.comment is None:
        return None
    offered_on = _on(view.comment.offered_on)
    return {"text": view.comment.text, "state": str(view.comment.state), "offered_on": offered_on}


def _on(day: Any) -> str | None:
    return day.isoformat() if day else None
