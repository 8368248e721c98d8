"""How the site is: what the worker does, the mail, the disk, the backup, the keys; to be read only."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template

from campaign_actions.accounts import permissions
from campaign_actions.health import findings, proofs, providers, queue
from campaign_actions.health.findings import Finding, State
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.i18n import Lazy, lazy
from campaign_actions.web import guard
from campaign_actions.web.settings import settings

bp = Blueprint("health", __name__, url_prefix="/health")

STATES: dict[State, Lazy] = {
    State.BAD: lazy("Needs you"),
    State.LOOK: lazy("Have a look"),
    State.FINE: lazy("Fine"),
}
FATES: dict[str, Lazy] = {
    "sent": lazy("Sent"),
    "refused": lazy("Refused by the mail server for good"),
    "held": lazy("Kept back: the signature is held"),
    "capped": lazy("Not sent: the address had enough letters that day"),
    "superseded": lazy("Not sent: a newer letter took its place"),
    "unsubscribed": lazy("Not sent: the person had unsubscribed"),
    "nothing held": lazy("Not sent: nothing is kept under that address"),
    "gone": lazy("Not sent: what it was about is over"),
    "later": lazy("Given up after 48 hours"),
}


@bp.get("/")
def index() -> str:
    """What needs somebody first, then what is fine, and the numbers behind it."""
    connection, chosen = session.connection(), settings()
    fates = queue.fates(connection)
    return render_template(
        "staff/health.html",
        findings=_worst_first(findings.look(connection, chosen)),
        states=STATES,
        fates=[(str(words), fates[fate]) for fate, words in FATES.items() if fates.get(fate)],
        rates=providers.rates(connection),
        keys=proofs.known(connection, chosen.web_keys),
        sees_settings=permissions.allows(guard.user(), "settings.change"),
    )


def unwell() -> list[Finding]:
    """What of the site cannot wait; nothing for those who are no admins."""
    if not permissions.allows(guard.user(), "settings.change"):
        return []
    return findings.bad(findings.look(session.connection(), settings()))


def _worst_first(found: Sequence[Finding]) -> list[Finding]:
    order = list(STATES)
    return sorted(found, key=lambda finding: order.index(finding.state))
