"""Pictures of articles for walks over all addresses."""

from __future__ import annotations

from itertools import count

from campaign_actions.articles import editing, pictures
from campaign_actions.articles.models import ArticleState
from campaign_actions.articles.pictures import PictureWords
from campaign_actions.infra import images
from campaign_actions.infra.database.engine import writing
from campaign_actions.infra.i18n import LANGUAGES
from tests.support import photos
from tests.support.world import World

_numbers = count(1)


def in_an_article(world: World, state: ArticleState = ArticleState.PUBLISHED) -> dict[str, str]:
    """Slug of an article and name of a described picture in it."""
    slug = world.an_article(state)
    made = images.remake(photos.a_jpeg(size=(300, 200), seed=next(_numbers)))
    with world.app.app_context():
        kept = pictures.folder(world.settings.data)
        with writing():
            article = editing.find(slug)
            assert article
            picture = pictures.add(article, made, kept, by=None)
            alts = dict.fromkeys(LANGUAGES, world.said("Three workers at the gate"))
            pictures.describe(picture, PictureWords(alts=alts, leads=True), by=None, seen_version=1)
            return {"slug": slug, "name": picture.name, "size": "small"}


def pages(world: World) -> tuple[str, ...]:
    """Pages around a picture, and the article that shows it."""
    made = in_an_article(world)
    place = f"/desk/news/{made['slug']}/pictures/"
    ones = (f"{place}{made['name']}/?new=1&located=1", f"{place}{made['name']}/remove")
    return (place, *ones, f"/desk/news/{made['slug']}/preview/")
