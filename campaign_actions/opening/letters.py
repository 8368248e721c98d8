"""Letters: open the sealed address, decide what the letter says, and only then render it.

The request that left a letter does not know whether its address was new. Here, in the
worker, the row says so, and the difference goes to the mailbox alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from campaign_actions.accounts import invitations, logging_in, resetting
from campaign_actions.accounts.models import Invitation, Notice, NoticeKind, User
from campaign_actions.actions import queries as actions
from campaign_actions.actions.models import Action, ActionState, Goal
from campaign_actions.config import Settings
from campaign_actions.infra import clock, digests, i18n, limits
from campaign_actions.infra.jobs.models import Job
from campaign_actions.infra.mail import rendering
from campaign_actions.infra.mail.models import Letter, LetterKind, MailDay
from campaign_actions.infra.mail.rendering import Rendered
from campaign_actions.infra.sealing.records import NO_DIGEST
from campaign_actions.opening.records import Opener
from campaign_actions.signatures import addresses, links, mine, moving, screening, signing
from campaign_actions.signatures.mailing_models import MailingTest
from campaign_actions.signatures.models import Signature
from campaign_actions.signatures.screening import Reason
from campaign_actions.signatures.states import UNPROVED, State
from campaign_actions.signatures.tools import Tools

KEPT_HOURS = 48
_SIGNED = (
    Signature.state, Signature.proved_on, Signature.link_hash, Signature.letter_no, Signature.delete_on,
    Signature.signed_on, Signature.text_version, Signature.text_locale, Signature.review_id,
)  # fmt: skip

# Where an admin looks who is told of something that is not about their own account.
_TOLD_AT = {NoticeKind.LIST_ASKED: "/staff/exports/", NoticeKind.KEYS_CHANGED: "/staff/health/"}


@dataclass(frozen=True, eq=False)
class Office:
    """What the worker needs to answer letters; `opener` holds the private mail keys."""

    settings: Settings
    tools: Tools
    opener: Opener


@dataclass(frozen=True)
class Outgoing:
    """One letter ready to leave; one that goes to many has the address that ends them for this reader."""

    to: str
    rendered: Rendered
    unsubscribe_url: str | None = None


@dataclass(frozen=True)
class Kept:
    """No letter leaves unless staff release the signature; it lies there until it is too old."""

    until: datetime


@dataclass(frozen=True)
class Dropped:
    """No letter leaves, and why, as a word for the day's figures."""

    fate: str


def decide(
    connection: Connection, letter_id: UUID, office: Office, *, again: bool = False
) -> Outgoing | Kept | Dropped:
    """What becomes of a letter: the message, or why none leaves. May hold the signature it is for.

    `again` for a letter that was decided before and could not leave then: it counts only once
    in what an address may get. Raises opening.records.CannotOpen when the mail key on this
    machine does not open it.
    """
    letter = connection.execute(select(*Letter.__table__.c).where(Letter.id == letter_id)).first()
    if letter is None:
        return Dropped("gone")
    answer = _ANSWERS[LetterKind(letter.kind)]
    return answer(connection, letter, office, again=again)


def tell_of_goal(connection: Connection, goal_id: UUID, office: Office) -> Outgoing | Dropped:
    """The letter that tells an organiser that a goal was passed; none when there is nobody to tell.

    Nothing in it is about a supporter, so nothing of it is sealed.
    """
    columns = (
        Goal.number,
        Goal.meaning,
        Goal.passed_on,
        Action.id.label("action_id"),
        Action.locale,
        User.email,
    )
    found = connection.execute(
        select(*columns)
        .join(Action, Action.id == Goal.action_id)
        .join(User, User.id == Action.owner_id)
        .where(Goal.id == goal_id, Goal.passed_on.is_not(None), User.active.is_(True))
    ).first()
    page = actions.by_id(found.action_id, found.locale) if found else None
    if found is None or page is None:
        return Dropped("gone")
    rendered = rendering.render(
        "goal",
        found.locale,
        title=page.card.title,
        goal=found.number,
        meaning=found.meaning,
        passed_on=found.passed_on,
        next_goal=next((goal.number for goal in page.card.goals if goal.number > found.number), None),
        link=page_address(office, found.locale, f"/desk/actions/{page.card.slug}/edit/#goals"),
        site=office.settings.site_name,
    )
    return Outgoing(found.email, rendered)


def tell_of_account(connection: Connection, notice_id: UUID, office: Office) -> Outgoing | Dropped:
    """The letter that tells a user what was changed about their account; it goes to their own address."""
    found = connection.execute(
        select(Notice.kind, Notice.place, Notice.made_at, User.email, User.name)
        .join(User, User.id == Notice.user_id)
        .where(Notice.id == notice_id)
    ).first()
    if found is None:
        return Dropped("gone")
    place = found.place or _TOLD_AT.get(found.kind, "/account/")
    rendered = rendering.render(
        "account",
        i18n.DEFAULT_LANGUAGE,
        kind=found.kind.value,
        who=found.name,
        when=i18n.moment(found.made_at, office.settings.zone),
        link=page_address(office, i18n.DEFAULT_LANGUAGE, place),
        site=office.settings.site_name,
    )
    return Outgoing(found.email, rendered)


def invite(connection: Connection, invitation_id: UUID, office: Office) -> Outgoing | Dropped:
    """The letter that asks somebody to join the team; the link is made here and stored nowhere."""
    columns = (Invitation.email, Invitation.role)
    found = connection.execute(select(*columns).where(Invitation.id == invitation_id)).first()
    if found is None:
        return Dropped("gone")
    token = invitations.token(invitation_id, office.settings.secret_keys)
    language = i18n.DEFAULT_LANGUAGE
    link = page_address(office, language, f"/account/invitation/{token}/")
    return Outgoing(
        found.email, rendering.render("invitation", language, link=link, site=office.settings.site_name)
    )


def page_address(office: Office, locale: str, path: str) -> str:
    """A path of the site as an address for letters, in a language."""
    return office.settings.site_url + i18n.path_prefix(locale) + path


def wipe(connection: Connection, letter_id: UUID, fate: str) -> None:
    """Delete a letter and count what became of it."""
    connection.execute(delete(Letter).where(Letter.id == letter_id))
    connection.execute(delete(Notice).where(Notice.id == letter_id))
    connection.execute(delete(MailingTest).where(MailingTest.id == letter_id))
    count_fate(connection, fate)


def count_fate(connection: Connection, fate: str) -> None:
    """Count what became of a letter in the figures of the day."""
    statement = insert(MailDay).values(day=clock.today().isoformat(), fate=fate, n=1)
    keys = [MailDay.day, MailDay.fate]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"n": MailDay.n + 1}))


def wipe_old(connection: Connection) -> int:
    """Delete letters older than 48 hours with their jobs; gives how many."""
    before = clock.now() - timedelta(hours=KEPT_HOURS)
    old = (
        connection.execute(delete(Letter).where(Letter.created_at < before).returning(Letter.id))
        .scalars()
        .all()
    )
    if old:
        connection.execute(delete(Job).where(Job.name == "letter", Job.ref.in_(old)))
    return len(old)


def _answer_signing(
    connection: Connection, letter: Any, office: Office, *, again: bool
) -> Outgoing | Kept | Dropped:
    here = moving.key_is(letter.email_digest, letter.action_id)
    row = connection.execute(select(*_SIGNED).where(here)).first()
    if row is None:
        return Dropped("gone")
    newest = digests.same(row.link_hash, letter.link_hash)
    if row.proved_on is None and row.state in UNPROVED:
        return _ask_to_confirm(connection, letter, row, office) if newest else Dropped("superseded")
    if newest or row.state == State.WITHDRAWN:
        return Dropped("superseded")
    if screening.judge(connection, letter.id) is Reason.TRAP:
        return Dropped("held")
    return _say_already(connection, letter, office, again=again)


def _ask_to_confirm(
    connection: Connection, letter: Any, row: Any, office: Office
) -> Outgoing | Kept | Dropped:
    if _hold(connection, letter, row) is Reason.TRAP:
        return Kept(letter.created_at + timedelta(hours=KEPT_HOURS))
    sealed = _open(letter, office)
    action = _action(letter.action_id, sealed["l"])
    if action is None:
        return Dropped("gone")
    rendered = _confirm_letter(letter, sealed, row, action, office)
    return Outgoing(addresses.deliverable(sealed["e"]), rendered)


def _answer_imported(
    connection: Connection, letter: Any, office: Office, *, again: bool
) -> Outgoing | Dropped:
    del again  # there is one letter to each, ever
    here = moving.key_is(letter.email_digest, letter.action_id)
    row = connection.execute(select(*_SIGNED).where(here, moving.is_imported())).first()
    if row is None or not digests.same(row.link_hash, letter.link_hash):
        return Dropped("superseded")
    sealed = _open(letter, office)
    action = _action(letter.action_id, sealed["l"])
    if action is None:
        return Dropped("gone")
    rendered = _confirm_letter(letter, sealed, row, action, office, template="imported")
    return Outgoing(addresses.deliverable(sealed["e"]), rendered)


def _confirm_letter(
    letter: Any,
    sealed: dict[str, str],
    row: Any,
    action: actions.ActionPage,
    office: Office,
    *,
    template: str = "confirm",
) -> Rendered:
    # The words that were signed: others may stand on the page by the time the letter leaves.
    action = actions.as_signed(action, row.text_version, row.text_locale)
    secret, day = bytes.fromhex(sealed["k"]), row.signed_on
    token = links.write(letter.action_id, letter.email_digest, secret, day, row.letter_no)
    manage = links.write(
        letter.action_id, letter.email_digest, links.managing_secret(secret), day, row.letter_no
    )
    return rendering.render(
        template,
        sealed["l"],
        action=action,
        link=page_address(office, sealed["l"], f"/c/{token}"),
        manage=page_address(office, sealed["l"], f"/my/{manage}/"),
        code=f"{sealed['c'][:3]} {sealed['c'][3:]}",
        delete_by=day + timedelta(days=links.LINK_DAYS),
        delete_on=row.delete_on,
        text_version=row.text_version,
        text_language=i18n.LANGUAGES.get(row.text_locale, row.text_locale),
        site=office.settings.site_name,
    )


def _hold(connection: Connection, letter: Any, row: Any) -> Reason | None:
    # Whoever is held for anything but the trap gets the letter, and so the chance to prove the mailbox.
    if row.state == State.WAITING and row.review_id is not None:
        return None  # staff have looked, and released it
    reason = screening.judge(connection, letter.id)
    if reason and row.state == State.WAITING:
        label = screening.cluster_of(connection, letter.id, reason)
        here = letter.email_digest, letter.action_id
        moving.move(connection, *here, State.HELD, hold=reason.value, cluster=label)
    return reason


def _say_already(connection: Connection, letter: Any, office: Office, *, again: bool) -> Outgoing | Dropped:
    sealed = _open(letter, office)
    if not again and not _may_write(connection, sealed["e"], office):
        return Dropped("capped")
    action = _action(letter.action_id, sealed["l"])
    if action is None:
        return Dropped("gone")
    ask = page_address(office, sealed["l"], "/my/")
    rendered = rendering.render(
        "already", sealed["l"], action=action, ask=ask, site=office.settings.site_name
    )
    return Outgoing(addresses.deliverable(sealed["e"]), rendered)


def _answer_asking(connection: Connection, letter: Any, office: Office, *, again: bool) -> Outgoing | Dropped:
    sealed = _open(letter, office)
    if not again and not _may_write(connection, sealed["e"], office):
        return Dropped("capped")
    given = []
    for action_id, token in mine.give_links(connection, sealed["e"], office.tools):
        action = _action(action_id, sealed["l"])
        if action is not None:
            given.append((action, page_address(office, sealed["l"], f"/my/{token}/")))
    if not given:
        return Dropped("nothing held")
    rendered = rendering.render("my", sealed["l"], links=given, site=office.settings.site_name)
    return Outgoing(addresses.deliverable(sealed["e"]), rendered)


def _answer_reset(connection: Connection, letter: Any, office: Office, *, again: bool) -> Outgoing | Dropped:
    sealed = _open(letter, office)
    if not again and not _may_write(connection, sealed["e"], office):
        return Dropped("capped")
    user = logging_in.user_by_email(sealed["e"])
    if user is None:
        return Dropped("nothing held")
    token = resetting.token(user, office.settings.secret_keys)
    link = page_address(office, sealed["l"], f"/account/new-password/{token}/")
    rendered = rendering.render("reset", sealed["l"], link=link, site=office.settings.site_name)
    return Outgoing(user.email, rendered)


_ANSWERS = {
    LetterKind.SIGN: _answer_signing,
    LetterKind.IMPORTED: _answer_imported,
    LetterKind.MY: _answer_asking,
    LetterKind.RESET: _answer_reset,
}


def _may_write(connection: Connection, email: str, office: Office) -> bool:
    # Letters nobody's pending link depends on: one a minute, three a day, whoever asks.
    now = clock.now()
    key = signing.cap_key(office.tools.pepper, email, now.date())
    minute = now.strftime("%Y-%m-%dT%H:%M")
    return limits.hit(connection, key, minute, 1) and limits.hit(
        connection, key, f"{now.date().isoformat()}+", signing.LETTERS_A_DAY
    )


def _open(letter: Any, office: Office) -> dict[str, str]:
    opened = office.opener.open("letter", letter.id, letter.email_digest or NO_DIGEST, letter.sealed)
    typed: dict[str, str] = json.loads(opened)
    return typed


def _action(action_id: UUID, locale: str) -> actions.ActionPage | None:
    page = actions.by_id(action_id, locale)
    return page if page and page.card.state is not ActionState.DRAFT else None
