"""Log in and log out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, PasswordField, StringField

from campaign_actions.accounts import logging_in
from campaign_actions.accounts.models import LoginSession, User
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _
from campaign_actions.web import carrying, guard, origin, passkeys, sessions
from campaign_actions.web.carrying import Carried
from campaign_actions.web.forms import TokenForm, add_error, label
from campaign_actions.web.origin import Foreign, Sender

bp = Blueprint("logging_in", __name__)

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


class LogInForm(TokenForm):
    """Address and password; `next` is where to go then, checked again before use."""

    email = EmailField(label("Email address"))
    password = PasswordField(label("Password"))
    next = HiddenField()
    carried = HiddenField()


class CodeForm(TokenForm):
    """The code of the second step; where to go then is carried along."""

    code = StringField(label("Code"))
    next = HiddenField()
    carried = HiddenField()


@bp.before_request
def check() -> Response | None:
    """Logging out is for who is logged in; both forms need the session's token."""
    if request.endpoint == "account.logging_in.log_out" and not current_user.is_authenticated:
        return guard.to_log_in()
    # Who is sent here with a form they typed has a token of the session that is over.
    if request.endpoint != "account.logging_in.again":
        guard.check_token()
    return None


@bp.get("/log-in/")
def log_in() -> Answer:
    """The form; who is logged in already goes on."""
    wanted = guard.local_path(request.args.get("next", ""))
    if current_user.is_authenticated:
        return _go_on(wanted)
    return _page(LogInForm(next=wanted or ""))


@bp.post("/log-in/")
def knock() -> Answer:
    """Let somebody in, with one answer for every address and password that do not fit."""
    form = LogInForm()
    if not form.validate() or not _is_filled_in(form):
        return _page(form, failed=True), 422
    knock = guard.who_knows(form.email.data or "", form.password.data or "")
    if knock.user is None:
        return _refused(form, knock.retry_after_seconds)
    asks = knock.user.has_second_step
    with writing():
        token = logging_in.open_session(knock.user, half=asks)
    old = sessions.finish()
    sessions.begin(token)
    if old:
        with writing():
            logging_in.end(old)
    if asks:
        waiting = CodeForm(formdata=None, next=form.next.data, carried=form.carried.data)
        return _ask_for_code(waiting, knock.user)
    return _inside(form)


@bp.get("/log-in/code/")
def code() -> Answer:
    """The second step again, for whoever came back to it; others begin at the first."""
    halfway = _halfway()
    if halfway is None:
        return redirect(url_for("account.logging_in.log_in"), 303)
    return _ask_for_code(CodeForm(formdata=None), halfway.user)


@bp.post("/log-in/code/")
def second_knock() -> Answer:
    """Let somebody in whose password was right, with a passkey, a code of their app or a recovery code."""
    form, halfway = CodeForm(), _halfway()
    if halfway is None:
        return redirect(url_for("account.logging_in.log_in"), 303)
    if not form.validate():
        return _ask_for_code(form, halfway.user, failed=True), 422
    knock = guard.has_code(halfway.user, form.code.data or "")
    if knock.user is None:
        add_error(form.code, form, _("This code does not fit, or was used already. Wait for the next one."))
        seconds = knock.retry_after_seconds
        headers = {"Retry-After": str(seconds)} if seconds else {}
        return _ask_for_code(form, halfway.user, failed=True), 429 if seconds else 422, headers
    with writing():
        token = logging_in.complete(halfway)
    sessions.begin(token)
    return _inside(form)


@bp.post("/log-in/again")
def again() -> Answer:
    """The form for somebody whose session ended while they typed; their text waits in it. Writes nothing."""
    if origin.sender() is not Sender.OURSELVES:
        raise Foreign
    path = guard.local_path(request.args.get("next", ""))
    if path is None or not carrying.typed():
        return redirect(url_for("account.logging_in.log_in"), 303)
    if current_user.is_authenticated:
        return carrying.page(Carried(path, carrying.typed()))
    return _page(LogInForm(formdata=None, data={"next": path, "carried": carrying.wrapped(path)}))


@bp.post("/log-out")
def log_out() -> Response:
    """End this session on the server and in the browser."""
    token = sessions.finish()
    if token:
        with writing():
            logging_in.end(token)
    return redirect(url_for("public.home.home"), 303)


def _halfway() -> LoginSession | None:
    """The session of whoever gave the right password and no code yet."""
    current = sessions.current()
    return current if current and current.half else None


def _ask_for_code(form: CodeForm, user: User, *, failed: bool = False) -> str:
    return render_template(
        "account/code.html", form=form, failed=failed, has_app=user.has_app, question=passkeys.question(user)
    )


def _inside(form: LogInForm | CodeForm) -> Answer:
    """Where somebody who is logged in goes on: with the text that was kept, or to the page they wanted."""
    carried = carrying.unwrapped(form.carried.data or "")
    if carried and guard.local_path(carried.path):
        return carrying.page(carried)
    return _go_on(guard.local_path(form.next.data or ""))


def _refused(form: LogInForm, wait_seconds: int) -> Answer:
    add_error(None, form, _("The email address or password is not right."))
    if wait_seconds:
        return _page(form, failed=True), 429, {"Retry-After": str(wait_seconds)}
    return _page(form, failed=True), 422


def _is_filled_in(form: LogInForm) -> bool:
    if not (form.email.data or "").strip():
        add_error(form.email, form, _("Enter your email address"))
    if not form.password.data:
        add_error(form.password, form, _("Enter your password"))
    return not form.errors


def _go_on(path: str | None) -> Response:
    return redirect(request.script_root + path if path else url_for("desk.dashboard.show"), 303)


def _page(form: LogInForm, *, failed: bool = False) -> str:
    return render_template("account/log_in.html", form=form, failed=failed)
