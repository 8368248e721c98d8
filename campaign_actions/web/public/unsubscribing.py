"""No more messages about a case: a page with a button, and the press that mail programs offer (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, render_template

from campaign_actions.actions import queries
from campaign_actions.actions.queries import ActionCard
from campaign_actions.infra import i18n
from campaign_actions.infra.database.engine import writing
from campaign_actions.signatures import unsubscribing
from campaign_actions.signatures.unsubscribing import Subscription
from campaign_actions.web.public.mine import NotYours, not_yours
from campaign_actions.web.stamps import tools

bp = Blueprint("unsubscribing", __name__)
bp.register_error_handler(NotYours, not_yours)


# Mail scanners follow links, so only the button unsubscribes.
@bp.get("/my/unsubscribe/<token>")
def show(token: str) -> str:
    """What the button would do; the same whether or not there is anything to stop."""
    _which, card = _read(token)
    return render_template("public/unsubscribe.html", token=token, card=card, done=False)


@bp.post("/my/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """Delete the address; the answer is a page and no redirect, as RFC 8058 has it."""
    which, card = _read(token)
    with writing() as connection:
        unsubscribing.unsubscribe(connection, which)
    return render_template("public/unsubscribe.html", token=token, card=card, done=True)


def _read(token: str) -> tuple[Subscription, ActionCard]:
    which = unsubscribing.read(token, tools().pepper)
    action = queries.by_id(which.action_id, i18n.current_locale()) if which else None
    if which is None or action is None:
        raise NotYours
    return which, action.card
