"""Mailing an update to those who asked for news: to how many, a test to oneself, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection
from wtforms import StringField

from campaign_actions.accounts import permissions
from campaign_actions.actions import queries
from campaign_actions.actions.models import Action, Update
from campaign_actions.errors import Refused
from campaign_actions.infra import i18n
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import Lazy, _, lazy
from campaign_actions.signatures import mailings
from campaign_actions.signatures.mailing_models import Mailing, MailingState, Pause
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.updates import found
from campaign_actions.web.forms import EditForm, label

bp = Blueprint("mailings", __name__, url_prefix="/actions/<slug>/updates/<uuid:update_id>/mail")


class MailForm(EditForm):
    """The subject of the letters; `seen` is the version of the update that the page showed."""

    subject = StringField(label("Subject"))

    @property
    def line(self) -> str:
        """The subject as typed."""
        return self.subject.data or ""


# What a press does, with the connection of its transaction and what was typed.
Deed = Callable[[Connection, MailForm], None]

DONE: Mapping[str, Lazy] = MappingProxyType(
    {
        "test": lazy("The test is on its way to your own address, and to nobody else."),
        "ask": lazy("Staff now see that you ask for it. Nothing is sent until one of them starts it."),
        "start": lazy("The mailing has begun."),
        "pause": lazy("The mailing is paused."),
        "go-on": lazy("The mailing goes on."),
        "stop": lazy("The mailing is ended."),
    }
)
PAUSED: Mapping[Pause, Lazy] = MappingProxyType(
    {
        Pause.PERSON: lazy("Somebody of the team has paused it."),
        Pause.CHANGED: lazy(
            "The update was changed after the start, so the rest waits. Read it again, then let it go on."
        ),
        Pause.NO_KEY: lazy(
            "The updates key is not on the server, so no address can be read. "
            "Somebody puts it there, then it can go on."
        ),
    }
)


@bp.get("/")
def show(slug: str, update_id: UUID) -> str:
    """The letter, how many would get it, and what may be done about it now."""
    action, update = found(slug, update_id)
    return _page(action, update, _form(action, update))


@bp.post("/test")
def test(slug: str, update_id: UUID) -> Answer:
    """Send the letter to the user alone."""

    def send(connection: Connection, form: MailForm) -> None:
        mailings.try_out(connection, update_id, form.line, by=user(), locale=i18n.current_locale())

    return _do(slug, update_id, "test", send)


@bp.post("/ask")
def ask(slug: str, update_id: UUID) -> Answer:
    """Ask staff to mail it."""

    def leave(connection: Connection, form: MailForm) -> None:
        mailings.ask(connection, update_id, form.line, by=user(), seen_version=form.seen_version)

    return _do(slug, update_id, "ask", leave)


@bp.post("/start")
def start(slug: str, update_id: UUID) -> Answer:
    """Begin to mail it."""

    def begin(connection: Connection, form: MailForm) -> None:
        mailings.start(connection, update_id, form.line, by=user(), seen_version=form.seen_version)

    return _do(slug, update_id, "start", begin)


@bp.post("/pause")
def pause(slug: str, update_id: UUID) -> Answer:
    """Let no further letter leave."""
    return _do(
        slug, update_id, "pause", lambda connection, _: mailings.pause(connection, update_id, by=user())
    )


@bp.post("/go-on")
def go_on(slug: str, update_id: UUID) -> Answer:
    """Let the rest of the letters leave."""

    def carry_on(connection: Connection, form: MailForm) -> None:
        mailings.go_on(connection, update_id, by=user(), seen_version=form.seen_version)

    return _do(slug, update_id, "go-on", carry_on)


@bp.post("/stop")
def stop(slug: str, update_id: UUID) -> Answer:
    """End it for good, or decline it."""

    def end(connection: Connection, _typed: MailForm) -> None:
        mailings.stop(connection, update_id, by=user())

    return _do(slug, update_id, "stop", end)


def _do(slug: str, update_id: UUID, deed: str, do: Deed) -> Answer:
    action, update = found(slug, update_id)
    form = _form(action, update)
    status = 422
    if form.validate():
        try:
            with writing() as connection:
                do(connection, form)
            return redirect(url_for("desk.mailings.show", slug=slug, update_id=update_id, done=deed), 303)
        except Refused as refusal:
            session.expire_all()
            status = form.refuse_save(refusal, update.version)
    return _page(action, update, form, failed=True), status


def _form(action: Action, update: Update) -> MailForm:
    mailing = mailings.of_update(update.id)
    return MailForm(data={"seen": update.version, "subject": _subject(action, update, mailing)})


def _subject(action: Action, update: Update, mailing: Mailing | None) -> str:
    if mailing is not None:
        return mailing.subject
    # Where supporters are at risk, nobody who looks over a shoulder shall read what it is about.
    with i18n.using_locale(update.locale):
        return _("News about something you signed") if action.at_risk else update.title


def _page(action: Action, update: Update, form: MailForm, *, failed: bool = False) -> str:
    mailing = mailings.of_update(update.id)
    connection = session.connection()
    may_start = permissions.allows(user(), "mailing.start")
    return render_template(
        "desk/mail_update.html",
        card=queries.by_ids([action.id])[action.id],
        update=update,
        mailing=mailing,
        is_open=mailing is None or (mailing.state == MailingState.STOPPED and mailing.started_at is None),
        why_paused=PAUSED[mailing.pause] if mailing and mailing.pause else "",
        recipients=mailings.recipients(connection, action.id),
        next_free=mailings.next_free(connection, action.id),
        may_start=may_start,
        most=mailings.MOST,
        days=mailings.IN_DAYS,
        zone=action.zone,
        form=form,
        failed=failed,
        done="" if failed else DONE.get(request.args.get("done", ""), ""),
    )
