"""The questions before a list: one a page, in the address, so that Back keeps them; then the check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from campaign_actions.actions import queries as actions
from campaign_actions.actions.queries import ActionCard
from campaign_actions.errors import Refused
from campaign_actions.exports import queries, requesting
from campaign_actions.exports.models import Format
from campaign_actions.exports.purposes import CEILINGS, COLUMN_WORDS, LEVEL_WORDS
from campaign_actions.exports.requesting import Wish
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _
from campaign_actions.web import guard, proof
from campaign_actions.web.staff import export_form, export_words
from campaign_actions.web.staff.export_form import AnswersForm, MakeForm

bp = Blueprint("wizard", __name__, url_prefix="/exports")

CHECK = "check"
# What each page asks, in order; the check asks nothing of these.
ASKED = {
    "purpose": ("purpose",),
    "action": ("action",),
    "signatures": (
        *("levels", "withheld", "updates", "from_day", "to_day"),
        *("country", "language", "text_version"),
    ),
    "columns": ("columns",),
    "format": ("format",),
}
STEPS = (*ASKED, CHECK)
DONE = "done"
Pairs = list[tuple[str, str]]
Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/new/", defaults={"step": "purpose"})
@bp.get("/new/<any(action,signatures,columns,format,check):step>/")
def ask(step: str) -> Answer:
    """One question with the answers so far, once those before it are there; at the end the check."""
    requesting.check_right(guard.user())
    form, cards = _read(request.args)
    for earlier in STEPS[: STEPS.index(step)]:
        if not _is_done(earlier) or _faults(form, earlier, cards):
            return redirect(address(earlier, request.args), 303)
    if step == CHECK:
        return _checking(_made_again(), form)
    found = _faults(form, step, cards) if _is_done(step) else []
    for fault in found:
        form.refuse(fault)
    page = _question(form, step, request.args, failed=bool(found))
    return (page, 422) if found else page


@bp.post("/")
def make() -> Answer:
    """Leave the work to the worker, once the password was given."""
    requesting.check_right(guard.user())
    answers, cards = _read(request.form)
    for step in ASKED:
        if found := _faults(answers, step, cards):
            for fault in found:
                answers.refuse(fault)
            return _question(answers, step, request.form, failed=True), 422
    form = MakeForm()
    wish = _whole(form, answers)
    if wish is None:
        return _checking(form, answers, failed=True), 422
    knock = guard.confirm(form.password.data or "")
    if knock.user is None:
        proof.refuse(form)
        return _checking(form, answers, failed=True), knock.status, knock.headers
    with writing() as connection:
        export_id = requesting.ask(connection, wish, by=guard.user()).id
    return redirect(url_for("staff.exports.show", export_id=export_id), 303)


def address(step: str, answers: MultiDict[str, str]) -> str:
    """The page of a question, with all answers so far."""
    place = url_for("staff.wizard.ask", step=step)
    pairs = _known(answers)
    return f"{place}?{urlencode(pairs)}" if pairs else place


def _read(answers: MultiDict[str, str]) -> tuple[AnswersForm, Sequence[ActionCard]]:
    form = AnswersForm(formdata=answers)
    cards = export_form.offered(guard.user())
    ceiling = CEILINGS[export_form.purpose_of(form)]
    done = answers.getlist(DONE)
    if "purpose" not in done:
        form.purpose.data = export_form.purpose_of(form).value
    if "signatures" not in done and "levels" not in answers:
        form.levels.data = [level.value for level in ceiling.levels]
        form.updates.data = ceiling.asked_for_mail
    if "columns" not in done and "columns" not in answers:
        form.columns.data = list(ceiling.usual)
    if "format" not in done and "format" not in answers:
        form.format.data = Format.CSV.value
    export_form.offer(form, cards)
    if form.action.data in [str(card.id) for card in cards]:
        export_form.offer_variety(form, queries.variety(UUID(form.action.data)))
    return form, cards


def _is_done(step: str) -> bool:
    return step in request.args.getlist(DONE)


def _faults(form: AnswersForm, step: str, cards: Sequence[ActionCard]) -> list[Refused]:
    """What is wrong with the answers of one page."""
    if step == "purpose":
        return []
    if form.action.data not in [str(card.id) for card in cards]:
        return [Refused(_("Choose an action."), field="action")] if step == "action" else []
    form.validate()
    typed = [Refused(str(form[name].errors[0]), field=name) for name in ASKED[step] if form[name].errors]
    if typed:
        return typed
    wish = export_form.wish_of(form)
    found = [fault for fault in requesting.faults(wish) if fault.field in ASKED[step]]
    if step == "signatures" and not found:
        try:
            requesting.check_rows(queries.tally(session.connection(), wish.action_id, wish.chosen))
        except Refused as refusal:
            found = [refusal]
    return found


def _question(form: AnswersForm, step: str, answers: MultiDict[str, str], *, failed: bool) -> str:
    place = STEPS.index(step)
    own = (*ASKED[step], DONE)
    done = [name for name in answers.getlist(DONE) if name in ASKED and name != step]
    kept = [(name, value) for name, value in _known(answers) if name not in own]
    counted = None
    if step == "signatures" and _is_done(step) and not failed:
        wish = export_form.wish_of(form)
        counted = queries.tally(session.connection(), wish.action_id, wish.chosen)
    return render_template(
        f"staff/exports/ask_{step}.html",
        form=form,
        failed=failed,
        place=place + 1,
        places=len(STEPS),
        kept=[*kept, *((DONE, name) for name in [*done, step])],
        here_address=url_for("staff.wizard.ask", step=step),
        following=url_for("staff.wizard.ask", step=STEPS[place + 1]),
        back=url_for("staff.wizard.ask", step=STEPS[place - 1]) if place else None,
        ceiling=CEILINGS[export_form.purpose_of(form)],
        purpose_hints={purpose.value: str(ceiling.hint) for purpose, ceiling in CEILINGS.items()},
        counted=counted,
    )


def _checking(form: MakeForm, answers: AnswersForm, *, failed: bool = False) -> str:
    wish = export_form.wish_of(answers)
    card = actions.by_ids([wish.action_id]).get(wish.action_id) or abort(400)
    tally = queries.tally(session.connection(), wish.action_id, wish.chosen)
    given = request.form if request.method == "POST" else request.args
    return render_template(
        "staff/exports/check.html",
        form=form,
        failed=failed,
        card=card,
        wish=wish,
        chosen=wish.chosen,
        ceiling=CEILINGS[wish.purpose],
        tally=tally,
        sample=queries.sample(wish.action_id, wish.chosen),
        sentences=export_words.sentences(tally, wish),
        never_listed=export_words.never_listed(tally, wish.purpose),
        words=export_words.answers(wish.purpose, wish.chosen),
        level_words=LEVEL_WORDS,
        column_words=COLUMN_WORDS,
        kept=_known(given),
        changes={step: address(step, given) for step in ASKED},
    )


def _whole(form: MakeForm, answers: AnswersForm) -> Wish | None:
    """The answers with the reason and the receiver; None when one of these is wrong."""
    if not form.validate():
        return None
    wish = export_form.wish_of(answers, form.reason.data or "", form.recipient.data or "")
    found = requesting.faults(wish)
    for fault in found:
        form.refuse(fault)
    return None if found else wish


def _made_again() -> MakeForm:
    """The last page's form; for a list that is made again, with its reason and receiver."""
    form = MakeForm(formdata=None)
    try:
        again = queries.by_id(UUID(request.args.get("again", "")))
    except ValueError:
        again = None
    if again is not None:
        form.reason.data, form.recipient.data = again.reason, again.recipient
    return form


def _known(answers: MultiDict[str, str]) -> Pairs:
    names: Iterable[str] = (DONE, "again", *(name for asked in ASKED.values() for name in asked))
    return [(name, value) for name in names for value in answers.getlist(name) if value]
