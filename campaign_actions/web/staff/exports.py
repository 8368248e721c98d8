"""Exports: asked for, checked, made by the worker, fetched. No page here can show a sealed name."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from campaign_actions.accounts import permissions
from campaign_actions.actions import queries as actions
from campaign_actions.errors import Refused
from campaign_actions.exports import collecting, files, queries, requesting
from campaign_actions.exports.models import Export, ExportState, Purpose
from campaign_actions.exports.purposes import CEILINGS, COLUMN_WORDS, LEVEL_WORDS, Chosen
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import clusters, copies
from campaign_actions.web import guard, proof
from campaign_actions.web.settings import settings
from campaign_actions.web.staff import export_form
from campaign_actions.web.staff.export_form import DownloadForm, ExportForm

bp = Blueprint("exports", __name__, url_prefix="/exports")

LOOK_AGAIN_SECONDS = 5

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/")
def index() -> str:
    """The newest exports, and the way to a new one for those who may."""
    asked = queries.listed()
    people, since = copies.waiting_for_key()
    return render_template(
        "staff/exports/index.html",
        overdue=clusters.overdue(session.connection()),
        people_waiting=people,
        waiting_since=since,
        asked=asked,
        cards=actions.by_ids({item.export.action_id for item in asked}),
        purposes=CEILINGS,
        may_export=permissions.allows(guard.user(), "export.make"),
    )


@bp.get("/new/")
def new() -> str:
    """The questions, with a delivery filled in."""
    form = _form()
    form.purpose.data = Purpose.DELIVER.value
    form.levels.data = [level.value for level in CEILINGS[Purpose.DELIVER].levels]
    form.action.data = request.args.get("action", form.action.data)
    return _questions(form)


@bp.post("/new/")
def change() -> str:
    """The questions again with the answers given."""
    return _questions(_form())


@bp.post("/check")
def check() -> Answer:
    """What the list will be, before anything is made."""
    form = _form()
    wish = _wish(form)
    return _checking(form, wish) if wish else (_questions(form, failed=True), 422)


@bp.post("/")
def make() -> Answer:
    """Leave the work to the worker, once the password was given."""
    form = _form()
    wish = _wish(form)
    if wish is None:
        return _questions(form, failed=True), 422
    knock = guard.confirm(form.password.data or "")
    if knock.user is None:
        return _wrong_password(form, wish, knock)
    try:
        with writing() as connection:
            export_id = requesting.ask(connection, wish, by=guard.user()).id
    except Refused as refusal:
        form.refuse(refusal)
        return _questions(form, failed=True), 422
    return redirect(url_for("staff.exports.show", export_id=export_id), 303)


@bp.get("/<uuid:export_id>/")
def show(export_id: UUID) -> Answer:
    """Where an export stands; the browser looks again while the worker is at it."""
    export = _export_or_404(export_id)
    page = _page(export, DownloadForm(formdata=None))
    if export.state is not ExportState.PREPARING:
        return page
    return page, 200, {"Refresh": str(LOOK_AGAIN_SECONDS)}


@bp.post("/<uuid:export_id>/download")
def download(export_id: UUID) -> Answer:
    """The file, written down in the audit log first; asks for the password after ten minutes."""
    requesting.check_right(guard.user())
    form = DownloadForm()
    export = _export_or_404(export_id)
    if not guard.fresh():
        knock = guard.confirm(form.password.data or "")
        if knock.user is None:
            proof.refuse(form)
            return _page(_export_or_404(export_id), form, failed=True), _status(knock), _headers(knock)
    path = files.folder(settings()) / export.file_name
    if export.file_name and not path.is_file():
        raise Refused(_("This list is no longer available. Make it again with the same answers."))
    with writing():
        collecting.collect(export, by=guard.user())
    return _file(path, export)


@bp.get("/<uuid:export_id>/manifest.json")
def manifest(export_id: UUID) -> Response:
    """The counts and the SHA-256 that go with a file; it names nobody."""
    requesting.check_right(guard.user())
    written = collecting.manifest_bytes(_export_or_404(export_id))
    if written is None:
        abort(404)
    return Response(written, mimetype="application/json")


@bp.post("/<uuid:export_id>/delete")
def delete(export_id: UUID) -> Response:
    """Delete the file before its 24 hours are over."""
    export = _export_or_404(export_id)
    with writing():
        file_name = collecting.throw_away(export, by=guard.user())
    files.remove(files.folder(settings()), file_name)
    return redirect(url_for("staff.exports.show", export_id=export_id), 303)


def _form() -> ExportForm:
    requesting.check_right(guard.user())
    form = ExportForm()
    form.offer(export_form.offered(guard.user()))
    return form


def _wish(form: ExportForm) -> Wish | None:
    if not form.validate():
        return None
    wish = form.wish()
    found = requesting.faults(wish)
    for fault in found:
        form.refuse(fault)
    return None if found or not _has_rows(form, wish) else wish


def _has_rows(form: ExportForm, wish: Wish) -> bool:
    try:
        requesting.check_rows(queries.tally(session.connection(), wish.action_id, wish.chosen))
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _questions(form: ExportForm, *, failed: bool = False) -> str:
    hints = {purpose.value: str(ceiling.hint) for purpose, ceiling in CEILINGS.items()}
    return render_template("staff/exports/new.html", form=form, purpose_hints=hints, failed=failed)


def _checking(form: ExportForm, wish: Wish, *, failed: bool = False) -> str:
    card = actions.by_ids([wish.action_id]).get(wish.action_id)
    if card is None:
        abort(400)
    tally = queries.tally(session.connection(), wish.action_id, wish.chosen)
    return render_template(
        "staff/exports/check.html",
        form=form,
        failed=failed,
        card=card,
        wish=wish,
        tally=tally,
        sample=queries.sample(wish.action_id, wish.chosen),
        sentences=export_form.sentences(tally, wish.purpose),
        never_listed=export_form.never_listed(tally, wish.purpose),
        **_words(wish.purpose, wish.chosen),
    )


def _page(export: Export, form: DownloadForm, *, failed: bool = False) -> str:
    chosen = Chosen.from_json(export.filters)
    path = files.folder(settings()) / export.file_name
    return render_template(
        "staff/exports/show.html",
        export=export,
        form=form,
        failed=failed,
        card=actions.by_ids([export.action_id])[export.action_id],
        asked_by=queries.asked_by(export),
        chosen=chosen,
        is_there=collecting.is_there(export) and path.is_file(),
        kilobytes=-(-path.stat().st_size // 1024) if export.file_name and path.is_file() else 0,
        may_export=permissions.allows(guard.user(), "export.make"),
        needs_password=not guard.fresh(),
        **_words(export.purpose, chosen),
    )


def _words(purpose: Purpose, chosen: Chosen) -> dict[str, object]:
    ceiling = CEILINGS[purpose]
    return {
        "ceiling": ceiling,
        "columns": [str(COLUMN_WORDS[column]) for column in ceiling.columns],
        "level_words": LEVEL_WORDS,
        "levels": export_form.levels_words(chosen.levels),
        "days": export_form.days_words(chosen),
    }


def _wrong_password(form: ExportForm, wish: Wish, knock: guard.Knock) -> Answer:
    proof.refuse(form)
    return _checking(form, wish, failed=True), _status(knock), _headers(knock)


def _status(knock: guard.Knock) -> int:
    return 429 if knock.retry_after_seconds else 422


def _headers(knock: guard.Knock) -> dict[str, str]:
    return {"Retry-After": str(knock.retry_after_seconds)} if knock.retry_after_seconds else {}


def _file(path: object, export: Export) -> Response:
    card = actions.by_ids([export.action_id])[export.action_id]
    day = export.ready_at.date().isoformat() if export.ready_at else ""
    response = send_file(
        str(path),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"{card.slug}-{export.purpose}-{day}.csv",
        conditional=False,
        etag=False,
        last_modified=None,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _export_or_404(export_id: UUID) -> Export:
    return queries.by_id(export_id) or abort(404)
