"""The words of an action in each language: translating them, and asking for a change of frozen ones."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from wtforms import TextAreaField

from campaign_actions.actions import drafting, queries, rewording, texts, wording
from campaign_actions.actions.models import Action, ChangeState, TextChange
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import using_locale
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.actions import EDITOR, Answer
from campaign_actions.web.desk.editor import TextForm, filled_text
from campaign_actions.web.desk.person import user
from campaign_actions.web.forms import EditForm, label
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings
from campaign_actions.web.showing import action_page
from campaign_actions.web.shown_pictures import at_desk

bp = Blueprint("texts", __name__, url_prefix="/actions")


class ChangeForm(TextForm):
    """New words for frozen ones, and why."""

    reason = TextAreaField(label("Why do the words have to change?"))


class DecisionForm(EditForm):
    """What staff make of a wish; an answer is asked for when they decline it."""

    reason = TextAreaField(label("Answer to whoever asked"))


@bp.route("/<slug>/texts/<locale>/", methods=["GET", "POST"])
def edit(slug: str, locale: str) -> Answer:
    """A translation beside the original; the original itself is in the editor."""
    action = _action(slug, locale)
    if locale == action.locale:
        return redirect(url_for("desk.actions.edit", slug=slug), 303)
    form = cast("TextForm", sheets.form_for(EDITOR, action, locale))
    if request.method == "POST":
        return _save(action, locale, form)
    return _page(action, locale, form)


@bp.get("/<slug>/texts/<locale>/preview/")
def preview(slug: str, locale: str) -> str:
    """The page supporters get in this language, with the words as they are saved."""
    action = _action(slug, locale)
    with using_locale(locale):
        page = queries.by_id(action.id, locale, unshown=True)
        return action_page(page, pictured_from=at_desk("actions", slug)) if page else abort(404)


@bp.route("/<slug>/texts/<locale>/change/", methods=["GET", "POST"])
def change(slug: str, locale: str) -> Answer:
    """Ask staff to put other words in place of frozen ones."""
    action = _action(slug, locale)
    text = texts.find(action, locale) or abort(404)
    form = ChangeForm(data=filled_text(action, text))
    failed, status = request.method == "POST", 422
    if request.method == "POST" and form.validate():
        try:
            with writing():
                rewording.ask(
                    action.id,
                    locale,
                    form.words(),
                    form.reason.data or "",
                    by=user(),
                    seen_version=form.seen_version,
                )
            return redirect(url_for("desk.actions.edit", slug=slug, saved=1, _anchor="texts"), 303)
        except Refused as refusal:
            status = form.refuse_save(refusal, action.version)
    page = render_template(
        "desk/change_text.html",
        action=action,
        card=queries.by_ids([action.id])[action.id],
        text=text,
        next_version=text.version + 1,
        form=form,
        failed=failed,
    )
    return (page, status) if failed else page


@bp.route("/<slug>/changes/<uuid:change_id>/", methods=["GET", "POST"])
def decide(slug: str, change_id: UUID) -> Answer:
    """A wish to change frozen words, old and new side by side; staff approve or decline it."""
    action = own_or_404(drafting.find(slug), user())
    wish = rewording.find(change_id)
    if wish is None or wish.action_id != action.id:
        abort(404)
    form = DecisionForm(data={"seen": action.version})
    failed, status = request.method == "POST", 422
    if request.method == "POST" and form.validate():
        try:
            _decide(action, wish, form)
            return redirect(url_for("desk.actions.edit", slug=slug, saved=1, _anchor="texts"), 303)
        except Refused as refusal:
            status = form.refuse_save(refusal, action.version)
    page = _wish_page(action, wish, form, failed=failed)
    return (page, status) if failed else page


def _decide(action: Action, wish: TextChange, form: DecisionForm) -> None:
    if request.form.get("do") == "approve":
        with sheets.versioned(EDITOR, action, wish.locale):
            rewording.approve(wish.id, by=user(), seen_version=form.seen_version)
    else:
        with writing():
            rewording.decline(wish.id, form.reason.data or "", by=user())


def _save(action: Action, locale: str, form: TextForm) -> Answer:
    if not form.validate():
        return _page(action, locale, form, failed=True), 422
    deed = request.form.get("do", "save")
    before = texts.find(action, locale)
    show = deed == "show" or (deed == "preview" and before is not None and before.shown)
    try:
        with sheets.saving(EDITOR, action, locale):
            texts.save(
                action.id,
                locale,
                form.words(),
                show=show,
                by=user(),
                seen_version=form.seen_version,
            )
    except Refused as refusal:
        status = form.refuse_save(refusal, action.version)
        return _page(action, locale, form, failed=True), status
    address = "desk.texts.preview" if deed == "preview" else "desk.texts.edit"
    saved = None if deed == "preview" else 1
    return redirect(url_for(address, slug=action.slug, locale=locale, saved=saved), 303)


def _page(action: Action, locale: str, form: TextForm, *, failed: bool = False) -> str:
    tabs = texts.tabs(action, settings().languages)
    return render_template(
        "desk/edit_text.html",
        action=action,
        card=queries.by_ids([action.id])[action.id],
        original=wording.current(action),
        tab=next(tab for tab in tabs if tab.locale == locale),
        tabs=tabs,
        form=form,
        failed=failed,
        saved="saved" in request.args and not failed,
        around=sheets.around(EDITOR, action, locale),
    )


def _wish_page(action: Action, wish: TextChange, form: DecisionForm, *, failed: bool) -> str:
    before = wording.of_version(action.id, wish.locale, wish.version) or abort(404)
    return render_template(
        "desk/decide_change.html",
        action=action,
        card=queries.by_ids([action.id])[action.id],
        wish=wish,
        before=before,
        is_open=wish.state is ChangeState.ASKED,
        may_reword=wording.may_reword(user()),
        form=form,
        failed=failed,
    )


def _action(slug: str, locale: str) -> Action:
    if locale not in settings().languages:
        abort(404)
    return own_or_404(drafting.find(slug), user())
