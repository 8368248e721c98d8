"""The link in the letter: opening it changes nothing, its button confirms."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from campaign_actions.actions import queries
from campaign_actions.actions.queries import ActionPage
from campaign_actions.infra import i18n
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _, day
from campaign_actions.signatures import confirming, consents
from campaign_actions.signatures.confirming import ConfirmView, LinkKind
from campaign_actions.web.public.forms import ChangeForm
from campaign_actions.web.settings import settings
from campaign_actions.web.showing import share_url
from campaign_actions.web.templating import closing_date

bp = Blueprint("confirming", __name__)

STATUS = {LinkKind.FRESH: 200, LinkKind.DONE: 200, LinkKind.UNKNOWN: 404}
GONE = 410


# Mail scanners follow links, so only the button on the page confirms.
@bp.get("/c/<token>")
def show(token: str) -> Response:
    """What a confirm link leads to now."""
    return _page(token, confirming.look(token))


@bp.post("/c/<token>")
def confirm(token: str) -> Answer:
    """Confirm; pressing twice is once."""
    view = confirming.look(token)
    if view.kind is LinkKind.FRESH:
        with writing() as connection:
            view = confirming.confirm(connection, token)
    action = _action_of(view)
    if view.kind is not LinkKind.DONE or action is None:
        return _page(token, view)
    return redirect(url_for("public.actions.thanks", slug=action.card.slug), 303)


@bp.route("/c/<token>/change/", methods=["GET", "POST"])
def change(token: str) -> Answer:
    """Another level, or no updates, before confirming."""
    view = confirming.look(token)
    action = _action_of(view)
    if view.kind is not LinkKind.FRESH or action is None:
        return _page(token, view)
    form = ChangeForm(action, data={"level": str(view.level), "updates": view.updates})
    if form.validate_on_submit():
        with writing() as connection:
            confirming.change(connection, token, form.chosen, bool(form.updates.data))
        return redirect(url_for("public.confirming.show", token=token), 303)
    page = render_template(
        "public/confirm_change.html",
        token=token,
        view=view,
        card=action.card,
        form=form,
        failed=bool(form.errors),
    )
    return make_response(page, 422 if form.errors else 200)


@bp.post("/c/<token>/refuse")
def refuse(token: str) -> Answer:
    """ "I did not sign this": the unproved signature goes."""
    with writing() as connection:
        deleted = confirming.refuse(connection, token)
    if not deleted:
        return _page(token, confirming.look(token))
    return redirect(url_for("public.confirming.deleted"), 303)


@bp.get("/c/deleted/")
def deleted() -> str:
    """Says that a signature is gone; the same for everybody."""
    return render_template("public/deleted.html")


def _page(token: str, view: ConfirmView) -> Response:
    action = _action_of(view)
    status = STATUS.get(view.kind, GONE)
    if view.kind is LinkKind.FRESH and action is not None:
        page = render_template(
            "public/confirm.html",
            token=token,
            view=view,
            action=action,
            card=action.card,
            consent=consents.wording(consents.CURRENT, team=settings().site_name) if view.imported else "",
        )
    elif view.kind is LinkKind.DONE and action is not None:
        page = render_template(
            "public/link_done.html", card=action.card, share_url=share_url(action.card.slug)
        )
    else:
        heading, text = _why(view, action)
        page = render_template(
            "public/link.html", heading=heading, text=text, card=action.card if action else None
        )
    return make_response(page, status)


def _action_of(view: ConfirmView) -> ActionPage | None:
    """The action of a link; while it is fresh with the words that were signed."""
    action = queries.by_id(view.action_id, i18n.current_locale()) if view.action_id else None
    if action is None or view.kind is not LinkKind.FRESH:
        return action
    return queries.as_signed(action, view.text_version, view.text_locale)


def _why(view: ConfirmView, action: ActionPage | None) -> tuple[str, str]:
    """Heading and text of a link that leads nowhere now."""
    if view.kind is LinkKind.EXPIRED and view.imported:
        return _("This link has expired"), _(
            "Links work for 7 days. The signature from our earlier site is not counted and goes on its "
            "deletion day. You can sign here, in its place."
        )
    if view.kind is LinkKind.EXPIRED:
        return _("This link has expired"), _(
            "Links work for 7 days, and we have deleted the details you gave. You can sign again."
        )
    if view.kind is LinkKind.REPLACED:
        return _("We sent you a newer message"), _("Use the link or the code in that one.")
    if view.kind is LinkKind.WITHDRAWN and view.withdrawn_on:
        return _("You withdrew this signature"), _(
            "You withdrew this signature on %(day)s.", day=day(view.withdrawn_on)
        )
    if view.kind is LinkKind.CLOSED and action is not None:
        return _("This petition is closed"), _closed(action)
    return _("We do not recognise this link"), _(
        "Your mail program may have cut it short: copy the whole link from the message. "
        "If we have deleted the signature meanwhile, you can sign again."
    )


def _closed(action: ActionPage) -> str:
    if action.card.closed_at or action.card.closes_at:
        return _(
            "This petition closed on %(day)s, so we could not add your signature. "
            "We have deleted your details.",
            day=day(closing_date(action.card)),
        )
    return _("This petition is closed, so we could not add your signature. We have deleted your details.")
