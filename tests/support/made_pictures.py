"""Pictures of articles, cases, actions and events, for walks over all addresses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from uuid import UUID

from campaign_actions.actions import drafting, events
from campaign_actions.actions.models import ActionState
from campaign_actions.articles import editing
from campaign_actions.cases.models import Case
from campaign_actions.infra import images, tokens
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.infra.i18n import LANGUAGES
from campaign_actions.pictures import keeping
from campaign_actions.pictures.keeping import PictureWords
from campaign_actions.pictures.models import Noun
from campaign_actions.pictures.queries import Owner
from campaign_actions.web.desk.previews import PURPOSE
from tests.support import photos
from tests.support.world import World

SHELVES = {"news": Noun.ARTICLE, "cases": Noun.CASE, "actions": Noun.ACTION, "events": Noun.EVENT}
_numbers = count(1)


def in_an_article(world: World) -> dict[str, str]:
    """Slug of an article and name of a described picture in it."""
    return on(world, "news", world.an_article())


def on_each(world: World) -> Iterator[dict[str, str]]:
    """A described picture of one thing of each shelf of the desk."""
    slug = f"pictured-{next(_numbers)}"
    world.a_case(slug=slug)
    yield in_an_article(world)
    yield on(world, "cases", slug)
    yield on(world, "actions", world.an_action(title=world.said("Pay the strikers")))
    yield on(world, "events", world.an_event())


def behind_a_link(world: World) -> dict[str, str]:
    """A picture of a draft, and the token of the preview link that shows it."""
    found = on(world, "actions", world.an_action(ActionState.DRAFT))
    return found | {"token": tokens.sign(PURPOSE, found["id"], world.settings.secret_keys)}


def on(world: World, shelf: str, slug: str) -> dict[str, str]:
    """Give a described picture that leads to the thing at this address of the desk."""
    made = images.remake(photos.a_jpeg(size=(300, 200), seed=next(_numbers)))
    with world.app.app_context():
        with writing():
            owner = Owner(SHELVES[shelf], _id_of(shelf, slug), "en")
            picture = keeping.add(owner, made, keeping.folder(world.settings.data), by=None)
            words = PictureWords(
                alts=dict.fromkeys(LANGUAGES, world.said("Three workers at the gate")), leads=True
            )
            keeping.describe(owner, picture, words, by=None, seen_version=1)
            named = {"shelf": shelf, "slug": slug, "name": picture.name, "size": "small"}
        return named | {"id": str(owner.id)}


def pages(world: World) -> Iterator[str]:
    """Pages around pictures, and those that show them."""
    for made in on_each(world):
        shelf, slug = made["shelf"], made["slug"]
        place = f"/desk/{shelf}/{slug}/pictures/"
        yield from (place, f"{place}{made['name']}/?new=1&located=1", f"{place}{made['name']}/remove")
        yield f"/desk/news/{slug}/preview/" if shelf == "news" else f"/{shelf}/{slug}/"


def _id_of(shelf: str, slug: str) -> UUID:
    if shelf == "cases":
        return session.query(Case).filter_by(slug=slug).one().id
    found = {"news": editing.find, "actions": drafting.find, "events": events.find}[shelf](slug)
    assert found
    return found.id
