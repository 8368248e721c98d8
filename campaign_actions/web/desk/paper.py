"""Paper sheets on the desk: entering one, checking what somebody else entered, removing one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for

from campaign_actions.actions import queries
from campaign_actions.actions.paper import Code
from campaign_actions.actions.queries import ActionCard, ActionPage
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import Lazy, _, lazy
from campaign_actions.signatures import paper, paper_queries
from campaign_actions.signatures.paper_models import SheetState
from campaign_actions.signatures.paper_queries import SheetView
from campaign_actions.web import guard
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.paper_form import FULL_ROWS, CheckForm, CountForm, LinesForm, RemoveForm
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import SeenField
from campaign_actions.web.paging import Pager
from campaign_actions.web.stamps import tools

bp = Blueprint("paper", __name__, url_prefix="/paper")

DONE: Mapping[str, Lazy] = MappingProxyType(
    {
        "confirm": lazy("The sheet is checked. Its lines are on the paper count."),
        "return": lazy("The sheet is sent back, with your reason."),
        "remove": lazy("The sheet is removed, with all its lines."),
    }
)


@bp.get("/")
@bp.get("/page/<int:page>/")
def index(page: int | None = None) -> Answer:
    """Sheets that wait for a second person, oldest first."""
    return _list(SheetState.WAITING, page, Pager(page or 1, 1, "desk.paper.index"))


@bp.get("/<any(returned,checked):state>/")
@bp.get("/<any(returned,checked):state>/page/<int:page>/")
def decided(state: str, page: int | None = None) -> Answer:
    """Sheets that were sent back, or checked, newest first."""
    return _list(SheetState(state), page, Pager(page or 1, 1, "desk.paper.decided", {"state": state}))


@bp.route("/new/", methods=["GET", "POST"])
def count() -> Answer:
    """Enter how many lines a sheet has; with `?sheet=` after that one, or that one again."""
    form = CountForm(data=_before())
    if request.method == "POST":
        return _enter(form, "count")
    return _entry_page(form, "count")


@bp.route("/new/lines/", methods=["GET", "POST"])
def lines() -> Answer:
    """Type a sheet in line by line; "Add 12 more" keeps what is typed and saves nothing."""
    form = LinesForm(data=_before())
    if request.method == "POST":
        return _add_rows(form) if request.form.get("do") == "more" else _enter(form, "lines")
    return _entry_page(form, "lines")


@bp.route("/<uuid:sheet_id>/", methods=["GET", "POST"])
def show(sheet_id: UUID) -> Answer:
    """One sheet without its names, and what a second person may do about it."""
    sheet, card = _own(sheet_id)
    form = CheckForm(data={"seen": sheet.version})
    if request.method == "POST" and form.validate():
        deed = "return" if request.form.get("do") == "return" else "confirm"
        try:
            _decide(sheet_id, deed, form)
            return redirect(url_for("desk.paper.index", done=deed), 303)
        except Refused as refusal:
            form.refuse(refusal)
            session.expire_all()
            sheet, card = _own(sheet_id)
    failed = request.method == "POST"
    page = render_template(
        "desk/paper_sheet.html",
        sheet=sheet,
        card=card,
        form=form,
        failed=failed,
        is_own=sheet.entered_by == user().id,
        twins=paper_queries.twins(sheet_id),
    )
    return (page, 422) if failed else page


@bp.route("/<uuid:sheet_id>/remove/", methods=["GET", "POST"])
def remove(sheet_id: UUID) -> Answer:
    """What removing a sheet means, and the button that does it."""
    sheet, card = _own(sheet_id)
    form = RemoveForm(data={"seen": sheet.version})
    if request.method == "POST" and form.validate():
        try:
            with writing() as connection:
                seen = form.seen.data or 0
                paper.remove(connection, sheet_id, form.reason.data or "", by=user(), seen_version=seen)
            return redirect(url_for("desk.paper.index", done="remove"), 303)
        except Refused as refusal:
            form.refuse(refusal)
    failed = request.method == "POST"
    page = render_template("desk/remove_paper.html", sheet=sheet, card=card, form=form, failed=failed)
    return (page, 422) if failed else page


def _list(state: SheetState, page: int | None, pager: Pager) -> Answer:
    if page == 1:
        return redirect(pager.address(1), 301)
    found = paper_queries.sheets(user(), state, page or 1)
    pager = Pager(1 if page is None else page, found.pages, pager.endpoint, pager.values)
    if pager.is_past_end:
        abort(404)
    return render_template(
        "desk/paper.html",
        state=state.value,
        sheets=found.items,
        cards=queries.by_ids({sheet.action_id for sheet in found.items}),
        pager=pager,
        done=DONE.get(request.args.get("done", ""), ""),
    )


def _add_rows(form: LinesForm) -> Answer:
    guard.check_token()
    form.add_rows()
    return _entry_page(form, "lines")


def _enter(form: CountForm, way: str) -> Answer:
    if form.validate() and (sheet_id := _entered(form)):
        endpoint = "desk.paper.lines" if way == "lines" else "desk.paper.count"
        return redirect(url_for(endpoint, sheet=sheet_id), 303)
    return _entry_page(form, way, failed=True), 422


def _entered(form: CountForm) -> UUID | None:
    """The id of the sheet that was entered; None when the form says why it was not."""
    try:
        sheet = form.sheet()
        action = _action_of(sheet.code)
        names = [line.name for line in sheet.lines]
        public = paper.public_names(session.connection(), action.card.id, names)
        with writing() as connection:
            return paper.enter(connection, action, sheet, tools(), by=user(), public=public)
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _action_of(code: Code) -> ActionPage:
    action_id = paper_queries.action_of(code, user())
    action = queries.by_id(action_id) if action_id else None
    if action is None:
        words = _("No action you work on has this code. Look at each letter, and at the number after it.")
        raise Refused(words, field="code")
    return action


def _entry_page(form: CountForm, way: str, *, failed: bool = False) -> str:
    return render_template(
        "desk/enter_paper.html",
        form=form,
        way=way,
        failed=failed,
        before=_sheet_before(),
        full_rows=FULL_ROWS,
    )


def _sheet_before() -> SheetView | None:
    """The sheet that the address names: one just entered, or one that was sent back."""
    try:
        sheet = paper_queries.by_id(UUID(request.args.get("sheet", "")))
    except ValueError:
        return None
    return _own(sheet.id)[0] if sheet else None


def _before() -> dict[str, object]:
    """What the sheet before gives to begin with; its number only when it is to be entered again."""
    sheet = _sheet_before()
    if sheet is None:
        return {}
    again = sheet.state is SheetState.RETURNED
    return {"code": sheet.code, "place": sheet.place, "number": str(sheet.number) if again else ""}


def _decide(sheet_id: UUID, deed: str, form: CheckForm) -> None:
    seen = form.seen.data or 0
    counted = SeenField.read((form.counted.data or "").strip()) or 0
    if deed == "confirm" and not counted:
        raise Refused(_("Count the lines on the sheet and enter the number."), field="counted")
    with writing() as connection:
        if deed == "confirm":
            paper.confirm(connection, sheet_id, counted=counted, by=user(), seen_version=seen)
        else:
            reason = form.reason.data or ""
            paper.send_back(connection, sheet_id, reason, by=user(), seen_version=seen)


def _own(sheet_id: UUID) -> tuple[SheetView, ActionCard]:
    """The sheet and its action, if the user works on it; else 404, as for one that is gone."""
    sheet = paper_queries.by_id(sheet_id)
    if sheet is None:
        abort(404)
    card = queries.by_ids([sheet.action_id]).get(sheet.action_id)
    return sheet, guard.own_or_404(card, user())
