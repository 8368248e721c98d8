"""Corrections of a count in whole sentences, for the log that everybody reads and for pages of actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from campaign_actions.infra.i18n import _, ngettext, number
from campaign_actions.signatures.corrections import Correction
from campaign_actions.signatures.models import Decision
from campaign_actions.web.settings import settings


@dataclass(frozen=True)
class Line:
    """One correction: the day at the site, the action, what was done, what that did to the count, why."""

    on: date
    action_id: UUID
    deed: str
    change: str
    reason: str


def line(correction: Correction) -> Line:
    """A correction in the reader's language; its reason stays in the words it was written in."""
    deed = _undone(correction) if correction.undone else _done(correction)
    on = correction.at.astimezone(ZoneInfo(settings().zone)).date()
    return Line(on, correction.action_id, deed, _change(correction.step), correction.reason)


def _done(correction: Correction) -> str:
    rows = correction.rows
    if correction.decision is Decision.INVALID:
        return ngettext(
            "%(count)s signature taken out as suspected abuse.",
            "%(count)s signatures taken out as suspected abuse.",
            rows,
            count=number(rows),
        )
    return _kept_back(rows) if correction.decision is Decision.HOLD else _let_in(rows)


def _undone(correction: Correction) -> str:
    rows = correction.rows
    if correction.decision is Decision.INVALID:
        return ngettext(
            "%(count)s signature put back where it was.",
            "%(count)s signatures put back where they were.",
            rows,
            count=number(rows),
        )
    return _let_in(rows) if correction.decision is Decision.HOLD else _kept_back(rows)


def _kept_back(rows: int) -> str:
    return ngettext(
        "%(count)s signature held back to be checked.",
        "%(count)s signatures held back to be checked.",
        rows,
        count=number(rows),
    )


def _let_in(rows: int) -> str:
    return ngettext(
        "%(count)s signature let in after a check.",
        "%(count)s signatures let in after a check.",
        rows,
        count=number(rows),
    )


def _change(step: int) -> str:
    if step == 0:
        return _("The count did not change.")
    if step < 0:
        return _("The count went down by %(count)s.", count=number(-step))
    return _("The count went up by %(count)s.", count=number(step))
