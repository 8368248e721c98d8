"""Pictures of cases, actions and events: above and beneath the text, and only where readers may see them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from campaign_actions.actions.models import Action, ActionState, Event, EventState
from campaign_actions.cases.models import Case, CaseText
from campaign_actions.errors import Refused
from campaign_actions.infra import images
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.pictures import keeping
from campaign_actions.pictures.models import Noun, Picture, PictureText
from campaign_actions.pictures.queries import Owner
from tests.support import made_pictures, photos
from tests.support.content import words_of
from tests.support.picture_forms import describe, sent
from tests.support.visiting import Visitor
from tests.support.world import OTHER, OWN, World

ALT = "She stands at a window"
SHELVES = ("cases", "actions", "events")


def a_thing(world: World, shelf: str) -> str:
    """The slug of something that is published."""
    if shelf == "cases":
        return world.case
    return world.an_action() if shelf == "actions" else world.an_event()


def hide(app: Flask, shelf: str, slug: str) -> None:
    """Take the thing off the site."""
    with app.app_context(), writing():
        if shelf == "cases":
            session.execute(update(Case).where(Case.slug == slug).values(published=False))
        elif shelf == "actions":
            state = ActionState.WITHDRAWN
            session.execute(update(Action).where(Action.slug == slug).values(state=state))
        else:
            session.execute(update(Event).where(Event.slug == slug).values(state=EventState.DRAFT))


@pytest.mark.parametrize("shelf", SHELVES)
def test_one_stands_above_the_text_and_the_others_beneath_it(world: World, shelf: str) -> None:
    slug = a_thing(world, shelf)
    desk, place = world.visitor(OWN), f"/desk/{shelf}/{slug}/pictures/"
    assert f'href="{place}"' in desk.get(f"/desk/{shelf}/{slug}/edit/").text
    first, second = (sent(desk, place, photos.a_jpeg(seed=seed)) for seed in (0, 60))
    assert 'class="picture"' not in Visitor(world.app).get(f"/{shelf}/{slug}/").text, (
        "nobody has described them"
    )
    assert describe(desk, place, first, alt_en="At the gate").status_code == 303
    assert describe(desk, place, second, alt_en=ALT, leads="y", credit="Invented Name").status_code == 303
    shown = words_of(desk.get(place).text)
    assert f"{ALT} Above the text. At the gate Beneath the text." in shown
    page = Visitor(world.app).get(f"/{shelf}/{slug}/").text
    assert re.findall(r'src="/pictures/small/(\w+)\.jpg"', page) == [second, first]
    assert page.index('fetchpriority="high"') < page.index('loading="lazy"')
    assert "+pictures.css" in page
    picture = f'<meta property="og:image" content="http://127.0.0.1:8000/pictures/large/{second}.jpg">'
    assert (picture in page) is (shelf != "actions"), "an action has a picture of its own for shared links"
    with world.app.app_context():
        owners = session.execute(select(Picture.article_id, Picture.leads).order_by(Picture.leads)).all()
        assert owners == [(None, False), (None, True)]


@pytest.mark.parametrize("shelf", SHELVES)
def test_what_is_not_on_the_site_shows_no_picture(world: World, shelf: str) -> None:
    slug = a_thing(world, shelf)
    made = made_pictures.on(world, shelf, slug)
    at_desk = f"/desk/{shelf}/{slug}/pictures/small/{made['name']}.jpg"
    for_all = f"/pictures/small/{made['name']}.jpg"

    def seen() -> list[int]:
        who = (Visitor(world.app), for_all), (world.visitor(OWN), at_desk), (world.visitor(OTHER), at_desk)
        return [visitor.get(path).status_code for visitor, path in who]

    assert seen() == [200, 200, 404]
    asked = world.visitor(OWN).get(f"/desk/{shelf}/{slug}/pictures/{made['name']}/remove").text
    assert "Readers see this picture now." in asked
    hide(world.app, shelf, slug)
    assert seen() == [404, 200, 404]
    asked = world.visitor(OWN).get(f"/desk/{shelf}/{slug}/pictures/{made['name']}/remove").text
    assert "Readers see this picture once its page is published." in asked


def test_a_withdrawn_action_and_its_page_show_no_picture(world: World) -> None:
    slug = world.an_action()
    made = made_pictures.on(world, "actions", slug)
    hide(world.app, "actions", slug)
    assert made["name"] not in Visitor(world.app).get(f"/actions/{slug}/").text


@pytest.mark.parametrize("shelf", SHELVES)
def test_whoever_reads_a_language_without_description_gets_the_original_one(world: World, shelf: str) -> None:
    slug = a_thing(world, shelf)
    desk, place = world.visitor(OWN), f"/desk/{shelf}/{slug}/pictures/"
    describe(desk, place, sent(desk, place, photos.a_jpeg()), alt_en=ALT, alt_ru="Она стоит у окна")
    reader = Visitor(world.app)
    pages = {code: reader.get(f"{code}/{shelf}/{slug}/").text for code in ("", "/ru", "/kk")}
    shown = [re.findall(r'<figure class="picture" lang="(\w+)"', page) for page in pages.values()]
    assert shown == [["en"], ["ru"], ["en"]]
    assert 'alt="Она стоит у окна"' in pages["/ru"]
    assert 'src="/pictures/' in pages["/ru"], "the file has one address in all languages"


def test_previews_of_a_case_and_an_action_show_them_to_the_team(world: World) -> None:
    world.a_case(slug="unseen", published=False)
    made_pictures.on(world, "cases", "unseen")
    draft = world.an_action(ActionState.DRAFT)
    made_pictures.on(world, "actions", draft)
    for shelf, slug, preview in (
        ("cases", "unseen", "texts/en/preview/"),
        ("actions", draft, "preview/"),
        ("actions", draft, "texts/en/preview/"),
    ):
        page = world.visitor(OWN).get(f"/desk/{shelf}/{slug}/{preview}").text
        found = re.search(rf'src="(/desk/{shelf}/{slug}/pictures/small/\w+\.jpg)"', page)
        assert found, preview
        assert world.visitor(OWN).get(found[1]).content_type == "image/jpeg"


def test_a_preview_link_shows_the_pictures_of_its_draft_and_no_other(world: World) -> None:
    made, other = made_pictures.behind_a_link(world), made_pictures.behind_a_link(world)
    stranger = Visitor(world.app)
    found = re.search(
        r'src="(/preview/[^"]+/small/\w+\.jpg)"', stranger.get(f"/preview/{made['token']}/").text
    )
    assert found
    got = stranger.get(found[1])
    assert (got.status_code, got.content_type) == (200, "image/jpeg")
    assert "immutable" not in got.headers["Cache-Control"]
    assert stranger.get(f"/preview/{made['token']}/small/{other['name']}.jpg").status_code == 404
    assert stranger.get(f"/preview/{made['token']}x/small/{made['name']}.jpg").status_code == 404
    assert stranger.get(f"/pictures/small/{made['name']}.jpg").status_code == 404


@pytest.mark.parametrize("shelf", SHELVES)
def test_a_picture_of_one_thing_is_not_reached_through_another(world: World, shelf: str) -> None:
    made = made_pictures.on(world, shelf, a_thing(world, shelf))
    for other in SHELVES:
        slug = world.case if other == "cases" else a_thing(world, other)
        if (other, slug) != (shelf, made["slug"]):
            place = f"/desk/{other}/{slug}/pictures/{made['name']}/"
            assert world.visitor(OWN).get(place).status_code == 404, other


def test_there_is_a_most_that_an_action_takes(world: World) -> None:
    made = made_pictures.on(world, "actions", world.an_action())
    with world.app.app_context(), writing():
        one = session.scalars(select(Picture)).one()
        owner = Owner(Noun.ACTION, one.action_id or one.id, "en")
        sizes = {"large_width": 9, "large_height": 9, "small_width": 9, "small_height": 9}
        for number in range(keeping.MOST - 1):
            name = f"{number:016}".translate(str.maketrans("0189", "abcd"))
            session.add(Picture(name=name, action_id=owner.id, large=f"{number}", small="s", **sizes))
        session.flush()
        folder, more = keeping.folder(world.settings.data), images.remake(photos.a_jpeg(seed=99))
        with pytest.raises(Refused, match="At most 12 pictures"):
            keeping.add(owner, more, folder, by=None)
    assert made


def test_a_translated_case_shows_pictures_described_in_the_original_only(world: World) -> None:
    case_id = world.a_case(slug="told-in-russian")
    with world.app.app_context(), writing():
        session.add(CaseText(case_id=case_id, locale="ru", name="Арман Толеген"))
    made = made_pictures.on(world, "cases", "told-in-russian")
    with world.app.app_context(), writing():
        session.execute(delete(PictureText).where(PictureText.locale == "ru"))
    page = Visitor(world.app).get("/ru/cases/told-in-russian/").text
    assert "Арман Толеген" in words_of(page)
    assert f'<figure class="picture" lang="en"><picture><img src="/pictures/small/{made["name"]}.jpg"' in page
