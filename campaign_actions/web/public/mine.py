"""Your signature: ask for the link, see it, change it, comment, withdraw, delete everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Answer

from campaign_actions.actions import queries
from campaign_actions.actions.queries import ActionPage
from campaign_actions.errors import Busy, Refused
from campaign_actions.exports import handed_over
from campaign_actions.infra import i18n
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import holds, mine
from campaign_actions.signatures.mine import MineView
from campaign_actions.web import limits
from campaign_actions.web.errors import page as error_page
from campaign_actions.web.public.forms import CommentForm, MyLevelForm
from campaign_actions.web.sign_form import AddressForm, PersonForm
from campaign_actions.web.stamps import tools

bp = Blueprint("mine", __name__)


class NotYours(Exception):
    """A `/my/` link that is too old, was used up, or never was."""


@bp.errorhandler(NotYours)
def not_yours(_error: NotYours) -> Response:
    """One page for every link that shows nothing."""
    return error_page(404, "my_link")


@bp.route("/my/", methods=["GET", "POST"])
def ask() -> Answer:
    """One field; the answer is the same whether or not we hold anything."""
    form = AddressForm()
    if not form.validate_on_submit():
        return _render("my_ask", form, notes="")
    try:
        with writing() as connection:
            limits.count_post(connection)
            mine.ask(connection, form.email.data or "", i18n.current_locale(), tools())
    except limits.TooMany:
        words = _("Too many requests. Wait a minute and try again.")
        return _not_asked(form, 429, words, limits.WAIT_SECONDS)
    except Busy as busy:
        words = _("We could not finish just now. Press the button again in a moment.")
        return _not_asked(form, 503, words, busy.retry_after_seconds)
    return make_response(render_template("public/my_sent.html"))


@bp.get("/my/<token>/")
def show(token: str) -> str:
    """What we hold, as far as a page can show it."""
    view, action = owned(token)
    lists = handed_over.lists_with(view)
    return render_template(
        "public/my.html",
        token=token,
        view=view,
        action=action,
        card=action.card,
        lists=lists,
        hold=holds.of_action(view.action_id),
    )


@bp.route("/my/<token>/level/", methods=["GET", "POST"])
def level(token: str) -> Answer:
    """Another answer to "Who may see your name?"."""
    view, action = _alive(token)
    form = MyLevelForm(action, data={"level": str(view.level)})
    if form.validate_on_submit():
        name = (form.name.data or "").strip() or None
        if _done(form, lambda connection: mine.change_level(connection, token, form.chosen, name)):
            return _back(token)
    return _render("my_level", form, token=token, view=view, card=action.card)


@bp.route("/my/<token>/updates/", methods=["GET", "POST"])
def updates(token: str) -> Answer:
    """Start or stop updates; starting needs the address again."""
    view, action = _alive(token)
    form = AddressForm()
    if request.method == "POST":
        wanted = bool(request.form.get("wanted"))
        email = form.email.data if wanted and form.validate() else None
        if not form.errors and _done(
            form, lambda connection: mine.set_updates(connection, token, wanted, email, tools())
        ):
            return _back(token)
    return _render("my_updates", form, token=token, view=view, card=action.card)


@bp.route("/my/<token>/correct/", methods=["GET", "POST"])
def correct(token: str) -> Answer:
    """Name and address typed again, in place of the sealed ones."""
    _view, action = _alive(token)
    form = PersonForm()
    if form.validate_on_submit():
        name, email = form.name.data or "", form.email.data or ""
        if _done(form, lambda connection: mine.correct(connection, token, name, email, tools())):
            return _back(token)
    return _render("my_correct", form, token=token, card=action.card)


@bp.route("/my/<token>/comment/", methods=["GET", "POST"])
def comment(token: str) -> Answer:
    """Words for others to read, and the button that takes them back."""
    view, action = _alive(token)
    form = CommentForm(data={"text": view.comment.text if view.comment else ""})
    if request.method == "POST" and form.validate():
        back = request.form.get("do") == "delete"
        if _done(
            form, lambda connection: _comment(connection, token, None if back else form.text.data or "")
        ):
            return _back(token)
    return _render("my_comment", form, token=token, view=view, card=action.card)


@bp.route("/my/<token>/withdraw/", methods=["GET", "POST"])
def withdraw(token: str) -> Answer:
    """Its own page to confirm; the name goes, the day of withdrawal stays."""
    view, action = _alive(token)
    if request.method == "POST":
        with writing() as connection:
            mine.withdraw(connection, token)
        return _back(token)
    lists = handed_over.lists_with(view)
    page = render_template("public/my_withdraw.html", token=token, card=action.card, lists=lists)
    return make_response(page)


@bp.route("/my/<token>/delete/", methods=["GET", "POST"])
def delete(token: str) -> Answer:
    """Its own page to confirm; nothing of the signature stays."""
    _view, action = owned(token)
    if request.method == "POST":
        with writing() as connection:
            mine.delete(connection, token)
        return redirect(url_for("public.confirming.deleted"), 303)
    return make_response(render_template("public/my_delete.html", token=token, card=action.card))


def owned(token: str) -> tuple[MineView, ActionPage]:
    """The signature behind a link, and its action. Raises NotYours."""
    view = mine.look(token)
    if view is None:
        raise NotYours
    action = queries.by_id(view.action_id, i18n.current_locale())
    if action is None:
        abort(404)
    return view, action


def _alive(token: str) -> tuple[MineView, ActionPage]:
    """As `owned`; a withdrawn signature has nothing to change."""
    view, action = owned(token)
    if view.withdrawn:
        abort(redirect(url_for("public.mine.show", token=token), 303))
    return view, action


def _comment(connection: Connection, token: str, text: str | None) -> bool:
    if text is None:
        return mine.take_comment_back(connection, token)
    return mine.comment(connection, token, text)


def _done(form: Any, rule: Callable[[Connection], bool]) -> bool:
    """Let a rule change the signature; False, with its sentence on the form, when it refuses."""
    try:
        with writing() as connection:
            if not rule(connection):
                raise NotYours
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _not_asked(form: Any, status: int, notes: str, seconds: int) -> Response:
    answer = _render("my_ask", form, status, notes=notes)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _render(name: str, form: Any, status: int = 200, **values: Any) -> Response:
    page = render_template(f"public/{name}.html", form=form, failed=bool(form.errors), **values)
    return make_response(page, 422 if form.errors else status)


def _back(token: str) -> Answer:
    return redirect(url_for("public.mine.show", token=token), 303)
