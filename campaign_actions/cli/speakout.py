"""`campaign-actions import speakout`: signatures of another tool, as unverified ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import click

from campaign_actions.actions import queries
from campaign_actions.actions.queries import ActionPage
from campaign_actions.cli.site import inside_site, settings_or_exit
from campaign_actions.errors import Refused
from campaign_actions.imports import speakout as sheets
from campaign_actions.imports.speakout import Bad
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import _, ngettext, number
from campaign_actions.signatures import asking, tools as toolbox, unverified
from campaign_actions.signatures.addresses import canonical
from campaign_actions.signatures.tools import Tools
from campaign_actions.signatures.unverified import Person

BATCH = 500
SHOWN_LINES = 200


@dataclass
class Sheet:
    """What became of the rows; nothing in it is about a person. `known` were here, or twice in the file."""

    taken: int = 0
    known: int = 0
    asked: int | None = None
    bad: list[Bad] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For people: three numbers, then each row that was left out by its line."""
        yield ngettext(
            "%(count)s signature taken in as unverified.",
            "%(count)s signatures taken in as unverified.",
            self.taken,
            count=number(self.taken),
        )
        yield ngettext(
            "%(count)s was known already, or stood there twice.",
            "%(count)s were known already, or stood there twice.",
            self.known,
            count=number(self.known),
        )
        if self.asked is not None:
            yield ngettext(
                "%(count)s letter left that asks to confirm.",
                "%(count)s letters left that ask to confirm.",
                self.asked,
                count=number(self.asked),
            )
        bad = len(self.bad)
        yield ngettext("%(count)s row left out.", "%(count)s rows left out.", bad, count=number(bad))
        for row in self.bad[:SHOWN_LINES]:
            yield _("Line %(line)s: %(reason)s.", line=row.line, reason=row.reason)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("action")
@click.option("--petition", default="", help="Only the rows of this petition's number.")
@click.option("--ask", is_flag=True, help="Also write to each of them, once ever, to confirm it here.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
def speakout(file: Path, action: str, petition: str, ask: bool, dry_run: bool) -> None:
    """Keep the signatures in a CSV of the plugin SpeakOut! for ACTION, the last part of its address.

    They are sealed, held as "imported, unverified", never counted and never shown, and deleted with
    the action's other signatures. A signature that is here already is never touched. With --ask each
    person gets one letter; who confirms in it is counted. Ask in a second run if you like.
    """
    tools = toolbox.load(settings_or_exit())
    with inside_site():
        try:
            content = file.read_bytes()
            page = queries.by_slug(action)
            if page is None:
                raise click.ClickException(_("There is no action at this address."))
            found = sheets.read(content, petition=petition)
            if dry_run:
                done = try_out(page, found, tools, ask=ask)
            else:
                done = take_in(page, found, tools, name=file.name, ask=ask)
        except OSError as error:
            raise click.ClickException(_("The file cannot be read: %(why)s.", why=error.strerror)) from None
        except Refused as refusal:
            click.echo(refusal.sentence, err=True)
            click.echo(_("Nothing was taken in."), err=True)
            raise SystemExit(1) from None
    for line in done.lines():
        click.echo(line)
    if dry_run:
        click.echo(_("This was a dry run. Nothing was changed."))


def take_in(
    page: ActionPage, found: Iterable[Person | Bad], tools: Tools, *, name: str, ask: bool = False
) -> Sheet:
    """Take in the people, 500 a transaction, and `ask` each once to confirm; may be started again.

    Needs an application context.
    """
    sheet = Sheet(asked=0 if ask else None)
    unverified.refuse_unless_fit(page)
    if sheet.asked is not None:
        with writing() as connection:
            asking.refuse_unless_open(connection, page)
    for people in _in_batches(found, sheet):
        with writing() as connection:
            taken = unverified.take_in(connection, page, people, tools)
            if sheet.asked is not None:
                sheet.asked += asking.ask(connection, page, people, tools, before=sheet.asked)
        sheet.taken += taken
        sheet.known += len(people) - taken
    with writing():
        numbers = {"taken": sheet.taken, "known": sheet.known, "bad": len(sheet.bad)}
        unverified.note(page.card.id, file=name, **numbers, asked=sheet.asked or 0)
    return sheet


def try_out(page: ActionPage, found: Iterable[Person | Bad], tools: Tools, *, ask: bool = False) -> Sheet:
    """What `take_in` would report; reads only."""
    sheet = Sheet(asked=0 if ask else None)
    unverified.refuse_unless_fit(page)
    for people in _in_batches(found, sheet):
        emails = [canonical(person.email) for person in people]
        here = session.connection(), page.card.id, emails, tools.pepper
        there = unverified.known(*here)
        if sheet.asked is not None:
            sheet.asked += len(people) - len(there) + len(unverified.known(*here, asking.is_unasked()))
        sheet.taken += len(people) - len(there)
        sheet.known += len(there)
    return sheet


def _in_batches(found: Iterable[Person | Bad], sheet: Sheet) -> Iterator[list[Person]]:
    """People of different mailboxes, 500 at a time; the others are noted in `sheet`."""
    people = iter(_each_once(found, sheet))
    while batch := list(islice(people, BATCH)):
        yield batch


def _each_once(found: Iterable[Person | Bad], sheet: Sheet) -> Iterator[Person]:
    seen: set[str] = set()
    for row in found:
        if isinstance(row, Bad):
            sheet.bad.append(row)
            continue
        mailbox = canonical(row.email)
        if mailbox in seen:
            sheet.known += 1
            continue
        seen.add(mailbox)
        yield row
