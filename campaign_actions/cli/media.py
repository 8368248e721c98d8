"""Fetching the pictures of an imported site: the part of `import wordpress` that goes out to the network."""

from __future__ import annotations

import time
from collections.abc import Iterator

from campaign_actions.config import Settings
from campaign_actions.errors import Refused
from campaign_actions.imports import media
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import _, ngettext, number
from campaign_actions.pictures import keeping

MAX_SECONDS = 3_600.0


def take_in(settings: Settings, origin: str) -> Iterator[str]:
    """Fetch what waits of the site `origin`, each picture its own transaction; gives the lines of a report.

    At most 1,000 files and an hour a run; run again, it goes on with what is left.
    """
    with writing() as connection:
        waiting, homeless = media.waiting(connection, origin), media.homeless(connection, origin)
    ends = time.monotonic() + MAX_SECONDS
    fetched = tried = 0
    for wanted in waiting[: media.MOST]:
        if time.monotonic() > ends:
            break
        tried += 1
        try:
            made = media.fetch(wanted, allowed=settings.fetch_from)
            with writing() as connection:
                media.keep(connection, origin, wanted, made, keeping.folder(settings.data))
            fetched += 1
        except Refused as refusal:
            address = "".join(letter for letter in wanted.url[:200] if letter.isprintable())
            yield _("Not fetched: %(address)s: %(reason)s", address=address, reason=refusal.sentence)
    yield ngettext(
        "%(count)s picture was fetched. Put it into its article at the desk.",
        "%(count)s pictures were fetched. Put them into their articles at the desk.",
        fetched,
        count=number(fetched),
    )
    if homeless:
        yield _("Files that belong to no article, and were not fetched: %(count)s.", count=number(homeless))
    if tried < len(waiting):
        left = number(len(waiting) - tried)
        yield _("Files left for another run: %(count)s. Start the command again.", count=left)
