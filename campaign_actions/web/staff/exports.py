"""Exports: asked for, checked, made by the worker, fetched. No page here can show a sealed name."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from campaign_actions.accounts import permissions
from campaign_actions.actions import queries as actions
from campaign_actions.errors import Refused
from campaign_actions.exports import approving, collecting, files, queries, requesting
from campaign_actions.exports.models import Export, ExportState
from campaign_actions.exports.purposes import CEILINGS, Chosen
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _
from campaign_actions.signatures import clusters, copies
from campaign_actions.web import guard, proof
from campaign_actions.web.settings import settings
from campaign_actions.web.staff import export_wizard as wizard, export_words, health
from campaign_actions.web.staff.export_form import DownloadForm

bp = Blueprint("exports", __name__, url_prefix="/exports")

LOOK_AGAIN_SECONDS = 5
KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
    "osdi.json": "application/json",
    "html": "text/html",
}

Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/")
def index() -> str:
    """The newest exports, and the way to a new one for those who may."""
    asked = queries.listed()
    people, since = copies.waiting_for_key()
    return render_template(
        "staff/exports/index.html",
        unwell=health.unwell(),
        overdue=clusters.overdue(session.connection()),
        people_waiting=people,
        waiting_since=since,
        asked=asked,
        cards=actions.by_ids({item.export.action_id for item in asked}),
        purposes=CEILINGS,
        may_export=permissions.allows(guard.user(), "export.make"),
    )


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
            return _page(_export_or_404(export_id), form, failed=True), knock.status, knock.headers
    path = files.folder(settings()) / export.file_name
    if export.file_name and not path.is_file():
        raise Refused(_("This list is no longer available. Make it again with the same answers."))
    with writing() as connection:
        collecting.collect(connection, export, by=guard.user())
    return _file(path, export)


@bp.get("/<uuid:export_id>/manifest.json")
def manifest(export_id: UUID) -> Response:
    """The counts and the SHA-256 that go with a file; it names nobody."""
    requesting.check_right(guard.user())
    written = collecting.manifest_bytes(_export_or_404(export_id))
    if written is None:
        abort(404)
    return Response(written, mimetype="application/json")


@bp.post("/<uuid:export_id>/<any(approve,decline):answer>")
def decide(export_id: UUID, answer: str) -> Answer:
    """The second person's yes, with a fresh proof, or no."""
    form, export = DownloadForm(), _export_or_404(export_id)
    if answer == "approve" and not proof.is_proved(form):
        return _page(export, form, failed=True), 422
    deed = approving.approve if answer == "approve" else approving.decline
    with writing() as connection:
        deed(connection, export_id, by=guard.user())
    return redirect(url_for("staff.exports.show", export_id=export_id), 303)


@bp.post("/<uuid:export_id>/delete")
def delete(export_id: UUID) -> Response:
    """Delete the file before its 24 hours are over."""
    export = _export_or_404(export_id)
    with writing():
        file_name = collecting.throw_away(export, by=guard.user())
    files.remove(files.folder(settings()), file_name)
    return redirect(url_for("staff.exports.show", export_id=export_id), 303)


def _page(export: Export, form: DownloadForm, *, failed: bool = False) -> str:
    chosen = Chosen.from_json(export.filters, tuple(export.columns))
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
        may_decide=approving.may_decide(guard.user(), export),
        downloads_left=collecting.MOST_DOWNLOADS - export.downloads,
        words=export_words.answers(export.purpose, chosen),
        changes={},
        again=wizard.address("check", _answers(export, chosen)),
    )


def _file(path: Path, export: Export) -> Response:
    card = actions.by_ids([export.action_id])[export.action_id]
    day = export.ready_at.date().isoformat() if export.ready_at else ""
    ending = export.file_name.partition(".")[2]
    response = send_file(
        str(path),
        mimetype=KINDS.get(ending, "application/octet-stream"),
        as_attachment=True,
        download_name=f"{card.slug}-{export.purpose}-{day}.{ending}",
        conditional=False,
        etag=False,
        last_modified=None,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _answers(export: Export, chosen: Chosen) -> MultiDict[str, str]:
    """A list's answers as the questions take them."""
    answers: MultiDict[str, str] = MultiDict(
        {
            "purpose": export.purpose.value,
            "action": str(export.action_id),
            "withheld": "1" if chosen.withheld else "",
            "updates": "1" if chosen.wants_updates else "",
            "from_day": chosen.from_day.isoformat() if chosen.from_day else "",
            "to_day": chosen.to_day.isoformat() if chosen.to_day else "",
            "country": chosen.country,
            "language": chosen.language,
            "text_version": str(chosen.text_version or ""),
            "format": chosen.format.value,
            "again": str(export.id),
        }
    )
    answers.setlist("levels", [level.value for level in chosen.levels])
    answers.setlist("columns", list(export.columns))
    answers.setlist(wizard.DONE, list(wizard.ASKED))
    return answers


def _export_or_404(export_id: UUID) -> Export:
    return queries.by_id(export_id) or abort(404)
