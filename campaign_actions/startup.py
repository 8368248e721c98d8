"""What must be right before anything is served: tables of this version, keys, the pepper."""

from __future__ import annotations

from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from campaign_actions.config import Settings, WeakSettings
from campaign_actions.health import surroundings
from campaign_actions.infra import digests, facts
from campaign_actions.infra.database import migrating
from campaign_actions.infra.database.engine import db, writing
from campaign_actions.signatures import tools
from campaign_actions.signatures.reconciling import PEPPER_CHECK

NEWER = "The database is newer than this program: install the newer version; nothing was changed."
NO_FILE = "The database {} cannot be opened"
MAKE_ONE = "`campaign-actions run` makes one, or name the folder that has it in CAMPAIGN_DATA"
UPGRADE = "run `campaign-actions upgrade`"


def check(settings: Settings) -> None:
    """Raise WeakSettings, one line with its cure, when the site must not start like this."""
    surroundings.refuse_network_disk(settings)
    pepper = tools.load(settings).pepper
    check_tables()
    check_pepper(pepper)


def check_tables() -> None:
    """Raise WeakSettings unless the database has exactly the tables of this version."""
    try:
        with db.engine.connect() as connection:
            found = migrating.revision(connection)
    except SQLAlchemyError as error:
        url = db.engine.url
        if url.get_backend_name() == "sqlite":
            raise WeakSettings(f"{NO_FILE.format(url.database)}: {MAKE_ONE}.") from error
        raise WeakSettings(
            f"The database does not answer ({type(error).__name__}): check CAMPAIGN_DATABASE_URL."
        ) from error
    if found == migrating.newest():
        return
    known = {script.revision for script in ScriptDirectory(str(migrating.FOLDER)).walk_revisions()}
    if found is not None and found not in known:
        raise WeakSettings(NEWER)
    raise WeakSettings(f"The database is older than this program: {UPGRADE}.")


def check_pepper(pepper: bytes) -> None:
    """Raise WeakSettings for another pepper than the database was made with; keep its check at first."""
    expected = digests.pepper_check(pepper)
    with writing() as connection:
        known = facts.get(connection, PEPPER_CHECK)
        if known is None:
            facts.put(connection, PEPPER_CHECK, expected)
        elif known != expected:
            raise WeakSettings(
                "The pepper in keys/web/pepper.key is not the one this database was made with, "
                "so people could sign twice: put the right file back from your backup."
            )
