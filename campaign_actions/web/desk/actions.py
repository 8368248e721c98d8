"""Actions on the desk: the list, a new one, one made from an article, and the editor."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField

from campaign_actions.actions import drafting, events, publishing, queries, rewording, targets, texts, wording
from campaign_actions.actions.models import Action, ActionState, Kind
from campaign_actions.actions.queries import ActionPage
from campaign_actions.actions.wording import Words
from campaign_actions.articles import queries as articles
from campaign_actions.articles.models import ArticleState
from campaign_actions.articles.queries import ArticleView
from campaign_actions.cases import queries as cases
from campaign_actions.editors.checks import Check
from campaign_actions.errors import Refused
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import DEFAULT_LANGUAGE, LANGUAGES
from campaign_actions.signatures import counting
from campaign_actions.web.desk import sheets
from campaign_actions.web.desk.editor import ActionForm, TextForm, filled, filled_text
from campaign_actions.web.desk.person import user
from campaign_actions.web.desk.sheets import Editor
from campaign_actions.web.forms import EditForm, TokenForm, label, thing_id
from campaign_actions.web.guard import own_or_404
from campaign_actions.web.settings import settings
from campaign_actions.web.words import KINDS

bp = Blueprint("actions", __name__, url_prefix="/actions")

Answer = Response | str | tuple[str, int]


class NewForm(TokenForm):
    """A new action: its kind, its title, the language of its letter."""

    kind = RadioField(label("Kind"), default=Kind.PETITION.value)
    title = StringField(label("Title"))
    locale = SelectField(label("Language"), default=DEFAULT_LANGUAGE)

    def offer(self) -> None:
        """Fill the lists to choose from."""
        self.locale.choices = list(LANGUAGES.items())
        self.kind.choices = [(kind.value, str(words)) for kind, words in KINDS.items()]


@bp.get("/")
def index() -> str:
    """Actions the user works on, last changed first."""
    cards = queries.for_desk(user())
    return render_template("desk/actions.html", actions=cards, counts=counting.of_cards(cards))


@bp.route("/new/", methods=["GET", "POST"])
def new() -> Answer:
    """A new draft, or with `?article=` one filled from that article, after naming those it has."""
    article = _article(request.args.get("article", ""))
    form = NewForm()
    form.offer()
    if request.method == "POST" and form.validate():
        return _make(form, article)
    failed = request.method == "POST"
    made = queries.any_of_article(article.id) if article else []
    page = render_template("desk/new_action.html", form=form, article=article, made=made, failed=failed)
    return (page, 422) if failed else page


@bp.route("/<slug>/edit/", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    """The editor. Every button saves; "Publish" then publishes, "Add" leads back to an empty row."""
    action = own_or_404(drafting.by_id(thing_id()) or drafting.find(slug), user())
    form = cast("ActionForm", sheets.form_for(EDITOR, action, action.locale))
    if request.method == "POST":
        return _save(action, form)
    return editor(action, form)


def editor(action: Action, form: ActionForm, *, failed: bool = False, saved: bool = False) -> str:
    """The page of the editor with what `form` holds; `saved` with `failed`: kept, but not published."""
    form.spare_rows()
    page = _page(action)
    tabs = texts.tabs(action, settings().languages)
    return render_template(
        "desk/edit_action.html",
        action=action,
        page=page,
        form=form,
        failed=failed,
        checks=[*publishing.checks(page), *texts.reminders(tabs)],
        tabs=tabs,
        wishes=rewording.of_action(action.id),
        articles=articles.by_ids(queries.articles_of(action.id)),
        events=events.of_action_for_desk(action.id),
        book=targets.listed(),
        frozen_on=wording.frozen_on(action),
        next_version=page.text_version + 1,
        may_reword=wording.may_reword(user()),
        saved=saved or ("saved" in request.args and not failed),
        around=sheets.around(EDITOR, action, action.locale),
    )


def _make(form: NewForm, article: ArticleView | None) -> Answer:
    try:
        with writing():
            if article is not None:
                action = drafting.draft_from(
                    article, zone=settings().zone, by=user(), kind=Kind(form.kind.data)
                )
            else:
                action = drafting.draft(
                    Kind(form.kind.data),
                    Words(title=form.title.data or ""),
                    zone=settings().zone,
                    locale=form.locale.data,
                    by=user(),
                )
            slug = action.slug
    except Refused as refusal:
        form.refuse(refusal)
        return render_template("desk/new_action.html", form=form, article=None, made=[], failed=True), 422
    return redirect(url_for("desk.actions.edit", slug=slug), 303)


def _save(action: Action, form: ActionForm) -> Answer:
    deed = request.form.get("do", "save")
    if not form.validate():
        return editor(action, form, failed=True), 422
    try:
        with sheets.saving(EDITOR, action, action.locale):
            drafting.save(
                action.id,
                form.typed(),
                by=user(),
                seen_version=form.seen_version,
                as_new_version=form.as_new_version.data,
            )
            gaps = _publish(action) if deed == "publish" else []
    except Refused as refusal:
        status = form.refuse_save(refusal, action.version)
        return editor(action, form, failed=True), status
    if gaps:
        return _incomplete(action, gaps)
    anchor = {"add-target": "targets", "add-goal": "goals"}.get(deed)
    address = {"preview": "desk.previews.action"}.get(deed, "desk.actions.edit")
    saved = None if deed == "preview" else 1
    return redirect(url_for(address, slug=action.slug, saved=saved, _anchor=anchor), 303)


def _publish(action: Action) -> list[Check]:
    """Publish what was just saved, in the same transaction; what is missing, if that stops it."""
    gaps = publishing.missing(_page(action)) if action.state is ActionState.DRAFT else []
    if not gaps:
        publishing.publish(action.id, by=user(), locale=action.locale)
    return gaps


def _incomplete(action: Action, gaps: list[Check]) -> Answer:
    form = _form(action, action.locale, formdata=None, data=_stored(action, action.locale))
    for gap in gaps:
        form.refuse(Refused(gap.words, field=gap.field))
    return editor(action, cast("ActionForm", form), failed=True, saved=True), 422


def _form(action: Action, locale: str, **given: Any) -> EditForm:
    if locale != action.locale:
        return TextForm(**given)
    form = ActionForm(**given)
    _offer(form, action)
    return form


def _stored(action: Action, locale: str) -> dict[str, Any]:
    if locale != action.locale:
        return filled_text(action, texts.find(action, locale))
    return filled(action, _page(action))


def _address(action: Action, locale: str, **query: Any) -> str:
    if locale != action.locale:
        return url_for("desk.texts.edit", slug=action.slug, locale=locale, **query)
    return url_for("desk.actions.edit", slug=action.slug, **query)


def _offer(form: ActionForm, action: Action) -> None:
    cards = {card.id: card for card in queries.for_desk(user()) if card.state not in queries.UNLISTED}
    if action.successor_id:
        cards |= queries.by_ids([action.successor_id])
    cards.pop(action.id, None)
    form.offer(cases=cases.names(user(), chosen=action.case_id), others=cards.values())


def _page(action: Action) -> ActionPage:
    page = queries.by_id(action.id, action.locale)
    if page is None:
        raise LookupError("an action without a page")
    return page


def _article(slug: str) -> ArticleView | None:
    if not slug:
        return None
    article = articles.by_slug(slug)
    if article is not None and article.state is ArticleState.PUBLISHED:
        return article
    return own_or_404(article, user())


EDITOR = sheets.register(
    Editor(
        kind="action",
        find=lambda action_id: own_or_404(drafting.by_id(action_id), user()),
        stored=_stored,
        form=_form,
        address=_address,
        title=lambda action: wording.current(action).title,
        in_languages=True,
    )
)
