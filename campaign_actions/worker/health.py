"""What the worker proves for the health page: keys open, the audit log is whole, letters are confirmed."""

from __future__ import annotations

from datetime import timedelta

from campaign_actions import audit
from campaign_actions.config import Settings
from campaign_actions.health import marks, providers
from campaign_actions.infra import clock
from campaign_actions.infra.database.engine import snapshot, writing
from campaign_actions.infra.sealing import public_keys
from campaign_actions.opening import proving

EVERY = timedelta(hours=1)
AUDIT_EVERY = timedelta(days=1)


def look_after(settings: Settings) -> bool:
    """Prove what is due, once an hour, the audit log once a day; False when nothing was due."""
    with snapshot() as connection:
        looked, audited = marks.read(connection, marks.LOOKED), marks.read(connection, marks.AUDIT)
    if looked is not None and clock.now() - looked.at < EVERY:
        return False
    _prove_keys(settings)
    _count_providers()
    if audited is None or clock.now() - audited.at >= AUDIT_EVERY:
        _verify_audit()
    with writing() as connection:
        marks.note(connection, marks.LOOKED)
    return True


def _prove_keys(settings: Settings) -> None:
    public = public_keys.named(settings.web_keys)
    for name, private in proving.here(settings).items():
        with snapshot() as connection:
            records = proving.sample(connection, name.partition("-")[0])
        outcome = proving.try_out(private, public[name], records)
        with writing() as connection:
            proving.note(connection, public[name], outcome)


def _count_providers() -> None:
    with snapshot() as connection:
        rows = providers.counted(connection)
    with writing() as connection:
        providers.keep(connection, rows)


def _verify_audit() -> None:
    with snapshot() as connection:
        breaches = sum(1 for _breach in audit.breaches(connection))
        entries, _link = audit.head(connection)
    with writing() as connection:
        marks.note(connection, marks.AUDIT, well=entries, ill=breaches)
