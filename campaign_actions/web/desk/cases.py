"""Cases on the desk: which there are, and which somebody has to check again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for

from campaign_actions.cases import telling, upkeep
from campaign_actions.cases.models import Case
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.web.desk.actions import Answer
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import SeenField, TokenForm
from campaign_actions.web.guard import own_or_404

bp = Blueprint("cases", __name__, url_prefix="/cases")


class CheckForm(TokenForm):
    """That a case is still right; `seen` is the version that was read."""

    seen = SeenField()


@bp.get("/")
def index() -> str:
    """Cases the user works on, those to check first."""
    return _page()


@bp.post("/<uuid:case_id>/checked")
def checked(case_id: UUID) -> Answer:
    """Note that the case was checked today; 409 if somebody saved it in between."""
    own_or_404(session.get(Case, case_id), user())
    form = CheckForm()
    if not form.validate():
        return _page(form), 422
    try:
        with writing():
            telling.check(case_id, by=user(), seen_version=form.seen.data or 0)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form), 409
    return redirect(url_for("desk.cases.index"), 303)


def _page(refused: CheckForm | None = None) -> str:
    return render_template(
        "desk/cases.html",
        cases=upkeep.for_desk(user()),
        form=refused or CheckForm(formdata=None),
        failed=refused is not None,
    )
