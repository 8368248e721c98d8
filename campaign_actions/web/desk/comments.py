"""Comments on the desk: what waits to be read, oldest first, and what was decided before."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField

from campaign_actions.accounts import permissions
from campaign_actions.actions import queries
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.signatures import comments
from campaign_actions.signatures.comments import CommentView
from campaign_actions.signatures.models import CommentState
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import SeenField, TokenForm, label
from campaign_actions.web.paging import Pager

bp = Blueprint("comments", __name__, url_prefix="/comments")

WAITING, SHOWN, HIDDEN = (state.value for state in CommentState)


class DecideForm(TokenForm):
    """What becomes of one comment; `seen` is the version of the words that were read."""

    seen = SeenField()
    reason = StringField(label("Reason, if you hide it"))


@bp.get("/")
def index() -> str:
    """What waits for the user, oldest first, up to fifty; who wrote it is told only by a public name."""
    return _page(WAITING, comments.to_read(user()))


@bp.get("/<any(shown,hidden):state>/")
@bp.get("/<any(shown,hidden):state>/page/<int:page>/")
def decided(state: str, page: int | None = None) -> Answer:
    """What was shown or hidden, newest first, so that it can be decided anew."""
    if page == 1:
        return redirect(url_for("desk.comments.decided", state=state), 301)
    found = comments.decided(user(), CommentState(state), page or 1)
    pager = Pager(1 if page is None else page, found.pages, "desk.comments.decided", {"state": state})
    if pager.is_past_end:
        abort(404)
    return _page(state, found.items, pager=pager)


@bp.post("/<uuid:comment_id>")
def decide(comment_id: UUID) -> Answer:
    """Show or hide one; a refusal leads back to that comment alone, with the reason that was typed."""
    comment = _own(comment_id)
    form = DecideForm()
    if not form.validate():
        return _page(comment.state.value, [comment], refused=form), 422
    try:
        with writing() as connection:
            comments.decide(
                connection,
                comment_id,
                show=request.form.get("do") == "show",
                reason=form.reason.data or "",
                by=user(),
                seen_version=form.seen.data or 0,
            )
    except Refused as refusal:
        form.refuse(refusal)
        overtaken = form.seen.data != comment.version
        return _page(comment.state.value, [comment], refused=form), 409 if overtaken else 422
    return _back(comment.state.value)


def _own(comment_id: UUID) -> CommentView:
    """The comment, if it is of an action of the user's; else 404, as for one that is gone."""
    comment = comments.by_id(comment_id)
    card = queries.by_ids([comment.action_id]).get(comment.action_id) if comment else None
    if comment is None or card is None:
        abort(404)
    if not permissions.allows(user(), "comment.moderate", card.owner_id):
        abort(404)
    return comment


def _back(state: str) -> Response:
    if state == WAITING:
        return redirect(url_for("desk.comments.index"), 303)
    return redirect(url_for("desk.comments.decided", state=state), 303)


def _page(
    state: str,
    found: Sequence[CommentView],
    *,
    pager: Pager | None = None,
    refused: DecideForm | None = None,
) -> str:
    return render_template(
        "desk/comments.html",
        state=state,
        comments=found,
        cards=queries.by_ids({comment.action_id for comment in found}),
        waiting=comments.waiting(user()),
        pager=pager,
        form=refused or DecideForm(formdata=None),
        failed=refused is not None,
    )
