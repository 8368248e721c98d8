"""`campaign-actions demo`: fill an empty site with invented content, so that it can be tried at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import cycle, islice
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import Connection, delete, exists, select, update

from campaign_actions.accounts import passwords, users
from campaign_actions.accounts.models import Role, User
from campaign_actions.actions import (
    closing,
    drafting,
    outcomes,
    publishing,
    queries,
    scheduling,
    targets,
    texts,
)
from campaign_actions.actions.closing import Delivery
from campaign_actions.actions.models import Action, ActionText, Goal, Level
from campaign_actions.articles import editing, publishing as articles
from campaign_actions.articles.models import Article
from campaign_actions.cli import demo_cases, demo_content as content, demo_said
from campaign_actions.cli.demo_content import Days
from campaign_actions.cli.site import current_site
from campaign_actions.config import Settings
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.jobs.models import Job
from campaign_actions.infra.mail.models import Letter
from campaign_actions.signatures import (
    confirming,
    consents,
    counting,
    links,
    moving,
    signing,
    tools as toolbox,
)
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.screening import Noticed
from campaign_actions.signatures.signing import Shown, Supporter
from campaign_actions.signatures.tools import Tools

LogIn = tuple[str, str, str]
PEOPLE = (
    ("organiser", "organiser@example.org", "Demo Organiser", Role.ORGANISER),
    ("staff", "staff@example.org", "Demo Staff", Role.STAFF),
    ("admin", "admin@example.org", "Demo Admin", Role.ADMIN),
)
COUNTRIES = ("GB", "DE", "GB", None, "DE", "PL", "GB")
LEVELS = (Level.TEAM, Level.EVERYONE, Level.TARGET, Level.TEAM, Level.EVERYONE)
NOON = time(12, tzinfo=UTC)


@click.command()
def demo() -> None:
    """Fill an empty site with invented demo content; prints the log-ins, this once."""
    with current_site().app_context():
        log_ins = fill_if_empty()
    if not log_ins:
        raise click.ClickException("This site has content or users already; nothing was added.")
    for words, email, password in log_ins:
        click.echo(f"{words:<10} {email}   password: {password}   (shown only now)")


def fill_if_empty() -> list[LogIn]:
    """Fill a site that has no article, action or user, all or nothing; [] when it has one.

    To be called in an application context. Gives role, e-mail address and password of each
    demo user; the passwords were drawn just now and are kept nowhere. Every text ends with
    the mark in `demo_content.MARKS`.
    """
    settings: Settings = current_app.extensions["campaign_settings"]
    tools = toolbox.load(settings)
    days = content.days_from(clock.today())
    with writing() as connection:
        if not _is_empty():
            return []
        log_ins = _add_users(settings)
        organiser = users.by_email(PEOPLE[0][1])
        cases = demo_cases.cases(days)
        case_ids = {case.key: demo_cases.begin(case, by=organiser) for case in cases}
        for target in content.targets():
            targets.add(target, by=organiser)
        action_ids: dict[str, UUID] = {}
        for told in content.actions(days):
            action_ids[told.key] = _act(connection, told, case_ids.get(told.case), days, organiser, tools)
        article_ids = {told.key: _write(told, action_ids, organiser) for told in content.articles(days)}
        ids = {"articles": article_ids, "actions": action_ids}
        for case in cases:
            demo_cases.finish(case, case_ids[case.key], ids, by=organiser)
        for event in content.all_events(days):
            _call(event, action_ids, organiser)
        demo_said.add(connection, action_ids, days, organiser)
        while counting.fold(connection):
            pass
    return log_ins


def _is_empty() -> bool:
    rows = (exists().where(table.id.is_not(None)) for table in (Article, Action, User))
    return not any(session.scalar(select(row)) for row in rows)


def _add_users(settings: Settings) -> list[LogIn]:
    log_ins = []
    for words, email, name, role in PEOPLE:
        password = passwords.drawn()
        may_export = role is Role.STAFF
        users.add(email, password, name=name, role=role, may_export=may_export, fast=settings.fast_passwords)
        log_ins.append((words, email, password))
    session.flush()
    return log_ins


def _act(
    connection: Connection,
    told: content.Action,
    case_id: UUID | None,
    days: Days,
    organiser: User | None,
    tools: Tools,
) -> UUID:
    typed = replace(told.typed, case_id=case_id)
    draft = drafting.draft(typed.kind, typed.words, zone=typed.zone, by=organiser)
    drafting.save(draft.id, typed, by=organiser, seen_version=draft.version)
    for locale, words in told.texts.items():
        texts.save(draft.id, locale, words, show=True, by=organiser, seen_version=_version_of(draft.id))
    publishing.publish(draft.id, by=organiser)
    if told.signatures:
        _sign(connection, draft.id, told, days, tools)
    if told.sent:
        counting.add(connection, draft.id, counting.SENT, told.sent)
    if told.closed_on:
        closing.close(draft.id, by=organiser)
    if told.delivered:
        closing.deliver(draft.id, Delivery(note=told.delivered), by=organiser)
    if told.result:
        outcomes.record(draft.id, told.result, by=organiser, seen_version=_version_of(draft.id))
    _backdate(draft.id, told)
    return draft.id


def _version_of(action_id: UUID) -> int:
    return session.scalars(select(Action.version).where(Action.id == action_id)).one()


def _sign(connection: Connection, action_id: UUID, told: content.Action, days: Days, tools: Tools) -> None:
    page = queries.by_id(action_id)
    if page is None:
        raise LookupError("the action that was just published")
    closes_at = datetime.combine(told.closed_on, NOON) if told.closed_on else page.card.closes_at
    promised = page.delete_on
    if closes_at is not None:
        promised = queries.deletion_day(closes_at, page.card.zone, at_risk=page.card.at_risk)
    shown = Shown(page.text_version, page.text_revision, consents.CURRENT, "", promised, page.card.locale)
    signed_on = content.spread(told.published_on, told.closed_on or days.today, told.signatures)
    for supporter, day in zip(_supporters(told.signatures), signed_on, strict=True):
        seen = Noticed(prefix="192.0.2.0/24", agent="", trap=False)
        text = signing.sign(connection, page, supporter, shown, seen, tools)
        key = links.read_page_key(text, tools.secret)
        if key is None:
            raise LookupError("the key that was just written")
        _confirm(connection, key, supporter, day)
    _date_goals(action_id, signed_on)
    # Nobody has to confirm these, so no letter may leave.
    connection.execute(delete(Job).where(Job.name == "letter", Job.ref.not_in(select(Letter.id))))


def _date_goals(action_id: UUID, signed_on: Sequence[date]) -> None:
    """Let each goal be passed on the day of its signature, so that no organiser is told of it today."""
    for goal in session.scalars(select(Goal).where(Goal.action_id == action_id)):
        if goal.number <= len(signed_on):
            goal.passed_on = signed_on[goal.number - 1]


def _supporters(count: int) -> list[Supporter]:
    some = islice(zip(cycle(COUNTRIES), cycle(LEVELS), strict=False), count)
    return [
        Supporter(
            name=f"Demo Supporter {number}",
            email=f"demo-supporter-{number}@example.org",
            country=country,
            level=level,
            updates=False,
            locale="en",
        )
        for number, (country, level) in enumerate(some, start=1)
    ]


def _confirm(connection: Connection, key: links.PageKey, supporter: Supporter, day: date) -> None:
    this_letter = Signature.page_hash == links.hash_of_page(key.key)
    moving.prove(
        connection,
        key.digest,
        key.action_id,
        unless_changed=this_letter,
        today=day,
        public_name=supporter.name,
    )
    confirming.forget_traces(connection, key.digest, key.action_id)
    here = moving.key_is(key.digest, key.action_id)
    connection.execute(update(Signature).where(here).values(signed_on=day))


def _backdate(action_id: UUID, told: content.Action) -> None:
    """Let the action look as if it had been published, signed and closed on the days of its story."""
    moments = {"created_at": told.published_on, "published_at": told.published_on}
    if told.closed_on:
        moments |= {"closes_at": told.closed_on, "closed_at": told.closed_on}
    values = {column: datetime.combine(day, NOON) for column, day in moments.items()}
    session.execute(update(Action).where(Action.id == action_id).values(**values))
    words = update(ActionText).where(ActionText.action_id == action_id)
    session.execute(words.values(made_on=told.published_on))
    session.execute(words.where(ActionText.frozen_on.is_not(None)).values(frozen_on=told.published_on))
    session.expire_all()


def _write(told: content.Article, action_ids: dict[str, UUID], organiser: User | None) -> UUID:
    article = editing.make(told.words, by=organiser)
    articles.publish(article, by=organiser)
    article.dated_on = told.words.dated_on
    article.updated_on = told.updated_on
    session.flush()
    for key in told.actions:
        drafting.link(action_ids[key], article.id)
    return article.id


def _call(told: content.Event, action_ids: dict[str, UUID], organiser: User | None) -> None:
    action_id = action_ids.get(told.action)
    typed = replace(told.typed, action_id=action_id)
    event = scheduling.schedule(typed, by=organiser, publish_now=True)
    if told.later:
        later = replace(told.later, action_id=action_id)
        scheduling.change(event.id, later, by=organiser, seen_version=event.version, note=told.note)
    if told.cancelled:
        scheduling.cancel(event.id, told.cancelled, by=organiser)
    if told.came or told.report:
        scheduling.report(
            event.id, came=told.came, told=told.report, by=organiser, seen_version=event.version
        )
