"""What the archive of a site's content holds, table by table, and what stays behind and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Table

from campaign_actions.actions.models import (
    Action,
    ActionTarget,
    ActionText,
    Event,
    Goal,
    Target,
    Update,
    action_article,
)
from campaign_actions.articles.models import (
    Article,
    Author,
    Category,
    PageText,
    Tag,
    article_category,
    article_tag,
)
from campaign_actions.cases.models import Case, CaseFact, CaseName, CaseText, TimelineEntry, case_article
from campaign_actions.imports.models import ImportedEntry, ImportedMedia
from campaign_actions.infra.database.engine import Base
from campaign_actions.infra.redirects import Redirect
from campaign_actions.pictures.models import Picture, PictureText

TOTALS = "total"
PICTURE_FILES = "picture_file"
# Each after those it points to, so that rows can be put back in this order.
TABLES: tuple[Table, ...] = tuple(
    model if isinstance(model, Table) else Base.metadata.tables[model.__tablename__]
    for model in (
        *(Author, Category, Tag, Article, article_category, article_tag, PageText),
        *(Case, CaseText, CaseName, CaseFact, case_article),
        *(Target, Action, ActionText, ActionTarget, Goal, action_article, Update, Event, TimelineEntry),
        *(Picture, PictureText),
        *(Redirect, ImportedEntry, ImportedMedia),
    )
)

_ABOUT_SUPPORTERS = "personal data of supporters, or numbers made of them"
_OF_THE_SITE = "belongs to the running site: log-ins, queues, limits"
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "abuse_signal": _ABOUT_SUPPORTERS,
        "action_salt": _ABOUT_SUPPORTERS,
        "comment": _ABOUT_SUPPORTERS,
        "count_ledger": "counts; the total of each action goes along as an archived figure",
        "counter": "counts; the total of each action goes along as an archived figure",
        "forgotten": "how many signatures were deleted when, which only this database did",
        "legal_hold": "holds signatures, and they stay behind",
        "launch_step": "ticks of the team in the first days of an action",
        "letter": _ABOUT_SUPPORTERS,
        "mailing": "what was mailed when, and to how many; who asked for it",
        "mailing_row": _ABOUT_SUPPORTERS,
        "mailing_test": "letters on their way to people of the team",
        "own_copy": _ABOUT_SUPPORTERS,
        "paper_line": _ABOUT_SUPPORTERS,
        "paper_sheet": "what came in on paper, and who of the team entered and checked it",
        "past_level": _ABOUT_SUPPORTERS,
        "review": _ABOUT_SUPPORTERS,
        "review_row": _ABOUT_SUPPORTERS,
        "screening_rule": "what staff block or let through, and who of them; not for others to read",
        "signature": _ABOUT_SUPPORTERS,
        "update_address": _ABOUT_SUPPORTERS,
        "export": "lists of supporters, and who asked for them",
        "audit_entry": "names people who log in, and proves only what this database did",
        "audit_head": "names people who log in, and proves only what this database did",
        "text_change": "wishes between organisers and staff; what was approved is a version of the text",
        "saved_version": "earlier saves at the desk, and who of the team saved them",
        "unsaved_text": "what somebody of the team is typing",
        "edit_lock": "what somebody of the team is typing",
        "invitation": "people who log in; they are added anew",
        "recovery_code": "people who log in; they are added anew",
        "passkey": "people who log in; they are added anew",
        "user_notice": "people who log in; they are added anew",
        "user_account": "people who log in; they are added anew",
        "login_session": _OF_THE_SITE,
        "spent_challenge": _OF_THE_SITE,
        "login_attempt": _OF_THE_SITE,
        "job": _OF_THE_SITE,
        "mail_day": _OF_THE_SITE,
        "provider_day": _OF_THE_SITE,
        "rate_hit": _OF_THE_SITE,
        "site_fact": _OF_THE_SITE,
        "search_entry": "made anew from what is published",
    }
)
# The day promised to those who signed; their signatures stay behind, and the promise with them.
_OTHER_COLUMNS = frozenset({"action.delete_on"})
# HTML is made anew, never believed: whether the writer was trusted, as where the words are saved.
RENDERED: Mapping[str, bool] = MappingProxyType(
    {
        "article.body_html": True,
        "page_text.body_html": True,
        "case_text.body_html": True,
        "action_update.body_html": True,
        "event.body_html": False,
        "event.report_html": False,
        "action_text.letter_html": False,
        "action_text.points_html": False,
        "action_text.avoid_html": False,
    }
)


# HTML in which pictures have their place.
PICTURED = frozenset({"article.body_html"})


def columns(table: Table) -> list[Column[Any]]:
    """The columns of a table that go along: not who of the team it was, and no HTML."""
    return [column for column in table.columns if not _stays(column)]


def rendered(table: Table) -> dict[str, bool]:
    """Columns of HTML that are made from the column of the same name without `_html`."""
    return {column.name: RENDERED[str(column)] for column in table.columns if str(column) in RENDERED}


def to_itself(table: Table) -> list[Column[Any]]:
    """Columns that point to another row of the same table."""
    return [column for column in columns(table) for key in column.foreign_keys if key.column.table is table]


def _stays(column: Column[Any]) -> bool:
    to_people = any(key.column.table.name == "user_account" for key in column.foreign_keys)
    return to_people or str(column) in RENDERED or str(column) in _OTHER_COLUMNS
