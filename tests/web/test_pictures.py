"""Pictures of articles: sent in, described, shown to readers, and kept from everybody else."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign_actions.accounts.models import Role, User
from campaign_actions.articles import editing, publishing
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.models import Article
from campaign_actions.audit import Entry
from campaign_actions.infra.database.engine import session, writing
from campaign_actions.pictures.models import Picture
from tests.support import photos, picture_forms
from tests.support.content import words_of
from tests.support.filled_forms import fields_of
from tests.support.picture_forms import posted
from tests.support.visiting import OURS, Visitor, a_known_user, logged_in

SLUG = "strike-at-the-oil-field"
DESK = f"/desk/news/{SLUG}"
PUBLIC = f"/news/2026/11/{SLUG}/"
ALT = "Three workers hold a banner at the gate"


@pytest.fixture
def owner(app: Flask) -> User:
    return a_known_user(app)


@pytest.fixture
def article(app: Flask, owner: User) -> str:
    """A draft of the organiser."""
    with app.app_context(), writing():
        words = ArticleWords(title="Strike at the oil field", body="They have not been paid.")
        made = editing.make(words, by=None)
        made.owner_id = owner.id
    return SLUG


@pytest.fixture
def desk(app: Flask, owner: User, article: str) -> Visitor:
    return logged_in(app, owner)


def send(desk: Visitor, content: bytes | None, *, name: str = "IMG_0001.jpg") -> TestResponse:
    return picture_forms.send(desk, f"{DESK}/pictures/", content, name=name)


def sent(desk: Visitor, content: bytes) -> str:
    return picture_forms.sent(desk, f"{DESK}/pictures/", content)


def describe(desk: Visitor, name: str, **typed: str) -> TestResponse:
    return picture_forms.describe(desk, f"{DESK}/pictures/", name, **typed)


def publish(app: Flask) -> None:
    with app.app_context(), writing():
        found = editing.find(SLUG)
        assert found
        publishing.publish(found, by=None)


def test_a_phones_photo_is_sent_described_and_read(app: Flask, desk: Visitor) -> None:
    answer = send(desk, photos.a_jpeg(location=True, size=(3000, 2000)))
    assert answer.status_code == 303
    page = desk.get(answer.location)
    assert "We removed the location from this photo." in words_of(page.text)
    assert "Can somebody be recognised?" in words_of(page.text)
    name = re.search(r"picture:([a-z2-7]{16})", page.text)[1]  # type: ignore[index]  # or the test fails here
    assert describe(desk, name, alt_en=ALT, caption_en="At noon", credit="Invented Name").status_code == 303
    desk.post(f"{DESK}/pictures/{name}/insert", on=f"{DESK}/pictures/{name}/")
    assert f"![{ALT}](picture:{name})" in desk.get(f"{DESK}/edit/").text
    publish(app)
    shown = Visitor(app).get(PUBLIC).text
    figure = re.search(r"<figure.*?</figure>", shown, re.DOTALL)
    assert figure
    assert (
        f'src="/pictures/small/{name}.jpg" width="800" height="534" alt="{ALT}" loading="lazy"' in figure[0]
    )
    assert words_of(figure[0]) == "At noon Picture: Invented Name"
    for size, wide in (("large", 1600), ("small", 800)):
        got = Visitor(app).get(f"/pictures/{size}/{name}.jpg")
        assert photos.opened(got.data).width == wide
        assert photos.SECRET.encode() not in got.data


def test_a_picture_is_kept_for_ever_and_tells_nobody_anything(app: Flask, desk: Visitor) -> None:
    name = sent(desk, photos.a_jpeg())
    publish(app)
    got = Visitor(app).get(f"/pictures/large/{name}.jpg")
    assert (got.status_code, got.content_type) == (200, "image/jpeg")
    assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in got.headers
    again = Visitor(app).client.get(
        f"/pictures/large/{name}.jpg", headers={"If-None-Match": got.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_draft_and_a_withdrawn_article_show_their_pictures_to_their_team_only(
    app: Flask, desk: Visitor
) -> None:
    name = sent(desk, photos.a_jpeg())
    at_desk, open_to_all = f"{DESK}/pictures/small/{name}.jpg", f"/pictures/small/{name}.jpg"
    other = logged_in(app, a_known_user(app))
    staff = logged_in(app, a_known_user(app, Role.STAFF))

    def seen() -> list[int]:
        return [
            visitor.get(path).status_code
            for visitor, path in (
                *((Visitor(app), open_to_all), (desk, at_desk), (staff, at_desk), (other, at_desk)),
                (other, f"{DESK}/pictures/{name}/"),
            )
        ]

    assert seen() == [404, 200, 200, 404, 404]
    assert "no-store" in desk.get(at_desk).headers["Cache-Control"]
    publish(app)
    assert seen() == [200, 200, 200, 404, 404]
    with app.app_context(), writing():
        found = editing.find(SLUG)
        assert found
        publishing.withdraw(found, "", by=None)
    assert seen() == [404, 200, 200, 404, 404]


def test_the_preview_shows_the_pictures_of_a_draft(desk: Visitor) -> None:
    name = sent(desk, photos.a_jpeg())
    describe(desk, name, alt_en=ALT, leads="y")
    page = desk.get(f"{DESK}/preview/").text
    assert f'src="{DESK}/pictures/small/{name}.jpg"' in page
    assert 'fetchpriority="high"' in page


def test_the_first_picture_leads_and_only_one_does(app: Flask, desk: Visitor) -> None:
    names = [sent(desk, photos.a_jpeg(seed=seed)) for seed in (0, 60)]
    for name in names:
        assert describe(desk, name, alt_en=ALT, leads="y").status_code == 303
    with app.app_context():
        leading = session.scalars(select(Picture.name).where(Picture.leads)).all()
        assert leading == [names[1]]
    publish(app)
    page = Visitor(app).get(PUBLIC).text
    assert page.count("<figure") == 1
    assert f'<meta property="og:image" content="http://127.0.0.1:8000/pictures/large/{names[1]}.jpg">' in page
    assert "css/site+pictures.css" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Choose a picture first."),
        (b"", "Choose a picture first."),
        (b"\xff\xd8" + b"x" * 5_000_001, "This file is larger than 5 MB. Make the picture smaller."),
        (photos.a_bomb(), "This picture has more than 50 million pixels. Make it smaller and send that."),
        (b"<svg/>", "This is no picture we can read. Send a JPEG, PNG or WebP file."),
        (photos.a_jpeg()[:2000], "This picture is damaged, or breaks off. Save it anew and send that."),
    ],
    ids=["none", "empty", "large", "bomb", "svg", "cut"],
)
def test_a_bad_file_is_refused_in_words(desk: Visitor, content: bytes | None, words: str) -> None:
    answer = send(desk, content)
    assert answer.status_code == 422
    assert f'<a href="#file">{words}</a>' in answer.text


def test_the_name_of_the_file_decides_nothing_and_is_not_kept(app: Flask, desk: Visitor) -> None:
    answer = send(desk, photos.a_png(), name="../../Aigul at home.exe\0.jpg")
    assert answer.status_code == 303
    with app.app_context():
        picture = session.scalars(select(Picture)).one()
        assert "Aigul" not in repr({key: value for key, value in vars(picture).items() if key[0] != "_"})


def test_a_file_far_too_large_is_not_read(desk: Visitor) -> None:
    assert send(desk, b"x" * 10_200_000).status_code == 413


def test_a_stranger_with_a_file_is_sent_to_the_log_in(app: Flask, article: str) -> None:
    stranger = Visitor(app).client
    answer = posted(stranger, f"{DESK}/pictures/", {}, b"x" * 3_000_000, "a.jpg")
    assert (answer.status_code, "/log-in/" in answer.location) == (303, True)


def test_other_forms_take_no_more_than_before(desk: Visitor) -> None:
    answer = posted(desk.client, f"{DESK}/edit/", {}, b"x" * 1_100_000, "a.jpg")
    assert answer.status_code == 413


def test_the_same_picture_twice_is_one(desk: Visitor) -> None:
    assert sent(desk, photos.a_jpeg()) == sent(desk, photos.a_jpeg())


def test_a_description_is_asked_for_and_what_was_typed_stays(desk: Visitor) -> None:
    name = sent(desk, photos.a_jpeg())
    answer = describe(desk, name, alt_en=" ", caption_en="At the gate")
    assert answer.status_code == 422
    assert '<a href="#alt_en">Say what the picture shows, or tick that it is decorative.</a>' in answer.text
    assert 'value="At the gate"' in answer.text
    long = describe(desk, name, alt_en="x" * 301)
    assert '<a href="#alt_en">Write at most 300 characters here.</a>' in long.text
    assert describe(desk, name, decorative="y").status_code == 303


def test_a_late_save_overwrites_nothing(app: Flask, desk: Visitor) -> None:
    name = sent(desk, photos.a_jpeg())
    place = f"{DESK}/pictures/{name}/"
    stale = fields_of(desk.get(place).text, place)
    describe(desk, name, alt_en=ALT)
    answer = desk.client.post(place, data={**stale, "alt_en": "Something else"}, headers=OURS)
    assert answer.status_code == 409
    assert "Something else" in answer.text
    assert ALT in desk.get(place).text


def test_an_article_is_not_published_before_its_pictures_are_described(desk: Visitor) -> None:
    name = sent(desk, photos.a_jpeg())
    desk.post(f"{DESK}/pictures/{name}/insert", on=f"{DESK}/pictures/{name}/")
    place = f"{DESK}/edit/"
    page = desk.get(place).text
    assert f'<a href="{DESK}/pictures/{name}/#alt_en">A picture is not described</a>' in page
    answer = desk.client.post(place, data={**fields_of(page, place), "do": "publish"}, headers=OURS)
    assert answer.status_code == 422
    assert "A picture is not described" in answer.text
    describe(desk, name, alt_en=ALT)
    page = desk.get(place).text
    assert "is not described" not in page
    answer = desk.client.post(place, data={**fields_of(page, place), "do": "publish"}, headers=OURS)
    assert answer.status_code == 303


def test_readers_of_a_published_article_never_see_a_picture_without_a_description(
    app: Flask, desk: Visitor
) -> None:
    publish(app)
    name = sent(desk, photos.a_jpeg())
    desk.post(f"{DESK}/pictures/{name}/insert", on=f"{DESK}/pictures/{name}/")
    assert "<img" not in Visitor(app).get(PUBLIC).text
    assert "One picture is not described, so readers do not see it." in words_of(
        desk.get(f"{DESK}/edit/").text
    )
    describe(desk, name, alt_en=ALT, alt_ru="Трое рабочих у ворот")
    assert f'alt="{ALT}"' in Visitor(app).get(PUBLIC).text
    assert 'lang="ru"><picture>' in Visitor(app).get(f"/ru{PUBLIC}").text
    assert 'src="/pictures/small/' in Visitor(app).get(f"/ru{PUBLIC}").text


def test_removing_asks_first_and_leaves_nothing_in_the_text(app: Flask, desk: Visitor) -> None:
    name = sent(desk, photos.a_jpeg())
    describe(desk, name, alt_en=ALT)
    desk.post(f"{DESK}/pictures/{name}/insert", on=f"{DESK}/pictures/{name}/")
    publish(app)
    asked = desk.get(f"{DESK}/pictures/{name}/remove")
    assert "Readers see this picture now." in words_of(asked.text)
    assert Visitor(app).get(f"/pictures/small/{name}.jpg").status_code == 200
    answer = desk.post(f"{DESK}/pictures/{name}/remove", on=f"{DESK}/pictures/{name}/remove")
    assert answer.status_code == 303
    assert Visitor(app).get(f"/pictures/small/{name}.jpg").status_code == 404
    page = Visitor(app).get(PUBLIC).text
    assert "<figure" not in page
    assert ALT not in page
    with app.app_context():
        deeds = session.scalars(select(Entry.deed).where(Entry.deed.like("%picture")).order_by(Entry.number))
        assert list(deeds) == ["article.add_picture", "article.describe_picture", "article.remove_picture"]


def test_a_picture_of_another_article_is_not_reached_by_its_name(
    app: Flask, desk: Visitor, owner: User
) -> None:
    name = sent(desk, photos.a_jpeg())
    describe(desk, name, alt_en=ALT)
    with app.app_context(), writing():
        body = f"![x](picture:{name})"
        other = editing.make(ArticleWords(title="Another", body=body), by=session.get(User, owner.id))
        publishing.publish(other, by=None)
        assert session.get(Article, other.id)
    assert desk.get(f"/desk/news/another/pictures/{name}/").status_code == 404
    assert "<img" not in Visitor(app).get("/news/2026/11/another/").text
