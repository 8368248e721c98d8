"""Pictures of an imported site: fetched when somebody asks for it, and kept with their articles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from campaign_actions.articles.models import Article
from campaign_actions.imports.models import ImportedEntry, ImportedMedia
from campaign_actions.infra import clock, fetching, images
from campaign_actions.infra.database.engine import session
from campaign_actions.infra.images import Made
from campaign_actions.pictures import keeping
from campaign_actions.pictures.models import Noun
from campaign_actions.pictures.queries import Owner

# Files fetched in one run; another run goes on from there.
MOST = 1000


@dataclass(frozen=True)
class Wanted:
    """A file of another site that was not fetched yet, and the article it was uploaded for."""

    identity: str
    url: str
    alt: str
    article_id: UUID


def waiting(connection: Connection, origin: str) -> list[Wanted]:
    """Files of the site `origin` that belong to an article and were not fetched yet, in a fixed order."""
    statement = (
        select(
            ImportedMedia.identity,
            ImportedMedia.url,
            ImportedMedia.alt,
            ImportedEntry.article_id,
        )
        .join(
            ImportedEntry,
            (ImportedEntry.origin == ImportedMedia.origin) & (ImportedEntry.identity == ImportedMedia.parent),
        )
        .where(ImportedMedia.origin == origin, ImportedMedia.fetched_on.is_(None))
        .order_by(ImportedMedia.identity)
    )
    return [Wanted(*row) for row in connection.execute(statement)]


def homeless(connection: Connection, origin: str) -> int:
    """How many files of the site belong to no article, and so are not fetched."""
    known = select(ImportedEntry.identity).where(ImportedEntry.origin == origin)
    statement = (
        select(func.count())
        .select_from(ImportedMedia)
        .where(ImportedMedia.origin == origin, ImportedMedia.parent.not_in(known))
    )
    return connection.execute(statement).scalar_one()


def fetch(wanted: Wanted, *, allowed: str = "") -> Made:
    """The picture, drawn anew; what the other side says of its kind counts for nothing.

    `allowed` is as in `fetching.fetch`. Raises Refused, in a sentence.
    """
    return images.remake(fetching.fetch(wanted.url, allowed=allowed).content)


def keep(connection: Connection, origin: str, wanted: Wanted, made: Made, kept: Path) -> None:
    """Keep a fetched picture with its article, under the description that it had at the old site.

    Raises Refused when the article has too many.
    """
    article = session.get_one(Article, wanted.article_id)
    keeping.take_over(Owner(Noun.ARTICLE, article.id, article.locale), made, kept, alt=wanted.alt)
    connection.execute(
        update(ImportedMedia)
        .where(ImportedMedia.origin == origin, ImportedMedia.identity == wanted.identity)
        .values(fetched_on=clock.today())
    )
