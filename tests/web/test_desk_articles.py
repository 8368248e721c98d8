"""Writing, previewing, publishing and withdrawing articles on the desk."""

import pytest
from flask import Flask

from campaign_actions.accounts.models import Role
from campaign_actions.articles import editing, publishing, queries
from campaign_actions.articles.editing import ArticleWords
from campaign_actions.articles.models import ArticleState
from campaign_actions.articles.queries import ArticleView
from campaign_actions.infra.database.engine import writing
from tests.support.filled_forms import errors_of, resend, send
from tests.support.visiting import Visitor, a_known_user, logged_in

pytestmark = pytest.mark.usefixtures("clock")
BODY = "They struck for *wages*.\n\nSee https://example.org."


@pytest.fixture
def organiser(app: Flask) -> Visitor:
    return somebody(app)


def somebody(app: Flask, role: Role = Role.ORGANISER) -> Visitor:
    return logged_in(app, a_known_user(app, role))


def write(visitor: Visitor, **changes: str) -> str:
    typed = {"title": "Oil workers jailed", "body": BODY, "categories": "Appeals, Articles", "author": "T"}
    answer = send(visitor, "/desk/news/new/", **(typed | changes))
    assert answer.status_code == 303, errors_of(answer.text)
    return answer.location.split("?")[0]


def article_at(app: Flask, edit: str) -> ArticleView:
    with app.app_context():
        found = queries.by_slug(edit.split("/")[3])
        assert found is not None
        return found


def an_imported_article(app: Flask) -> str:
    with app.app_context(), writing():
        article = editing.make(ArticleWords(title="An old appeal", body="Text."), by=None)
        publishing.publish(article, by=None)
        return article.slug


def test_an_article_is_a_draft_until_it_is_published(app: Flask, organiser: Visitor) -> None:
    edit = write(organiser)
    stranger = Visitor(app)
    assert article_at(app, edit).state is ArticleState.DRAFT
    assert "Oil workers jailed" not in stranger.get("/news/").text
    assert send(organiser, edit, do="publish").status_code == 303
    article = article_at(app, edit)
    assert [title for _slug, title in article.categories] == ["Appeals", "Articles"]
    page = stranger.get(f"/news/2026/11/{article.slug}/")
    assert page.status_code == 200
    assert "They struck for <em>wages</em>." in page.text


def test_the_preview_is_the_public_page(organiser: Visitor) -> None:
    edit = write(organiser)
    answer = send(organiser, edit, do="preview", body="Other *words*.")
    assert answer.location == edit.replace("/edit/", "/preview/")
    page = organiser.get(answer.location).text
    assert "Other <em>words</em>." in page
    assert "<h1" in page


def test_publishing_at_once_needs_a_text(app: Flask, organiser: Visitor) -> None:
    page = send(organiser, "/desk/news/new/", title="Only a title", do="publish")
    assert page.status_code == 422
    assert errors_of(page.text) == ["Write the text of the article"]
    assert "Saved at 12:00" in page.text
    assert article_at(app, "/desk/news/only-a-title/edit/").state is ArticleState.DRAFT


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Give the article a title."),
        ("dated_on", "yesterday", "Write the day like 2026-12-16, or leave it empty."),
        ("dated_on", "2026-02-30", "Write the day like 2026-12-16, or leave it empty."),
        ("summary", "x" * 501, "Write at most 500 characters here."),
        ("body", "a\0b", "This includes a character we cannot store. Type it again."),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_typed(
    organiser: Visitor, field: str, value: str, words: str
) -> None:
    page = send(organiser, "/desk/news/new/", **({"title": "A title", "author": "T"} | {field: value}))
    assert page.status_code == 422
    assert errors_of(page.text) == [words]
    assert "<title>Error: " in page.text


def test_a_second_save_on_an_old_version_overwrites_nothing(app: Flask, organiser: Visitor) -> None:
    edit = write(organiser)
    old_page = organiser.get(edit).text
    send(organiser, edit, summary="The first words.")
    refused = resend(organiser, edit, old_page, summary="The second words.")
    assert refused.status_code == 409
    assert "Somebody else saved this article" in errors_of(refused.text)[0]
    assert article_at(app, edit).summary == "The first words."
    assert resend(organiser, edit, refused.text).status_code == 303
    assert article_at(app, edit).summary == "The second words."


def test_a_mistake_in_a_late_save_does_not_hide_that_somebody_else_saved(
    app: Flask, organiser: Visitor
) -> None:
    edit = write(organiser)
    old_page = organiser.get(edit).text
    send(organiser, edit, summary="The first words.")
    refused = resend(organiser, edit, old_page, summary="The second words.", dated_on="yesterday")
    assert refused.status_code == 422
    told = resend(organiser, edit, refused.text, dated_on="")
    assert told.status_code == 409
    assert article_at(app, edit).summary == "The first words."


def test_a_page_from_before_a_new_title_saves_no_other_draft_at_its_old_address(
    app: Flask, organiser: Visitor
) -> None:
    edit = write(organiser)
    old_page = organiser.get(edit).text
    send(organiser, edit, title="Strikers jailed")
    assert write(organiser) == edit
    assert resend(organiser, edit, old_page, summary="Meant for the first.").status_code == 409
    assert article_at(app, edit).summary == ""


def test_a_withdrawn_article_answers_with_its_reason(app: Flask, organiser: Visitor) -> None:
    edit = write(organiser)
    send(organiser, edit, do="publish")
    withdraw = edit.replace("/edit/", "/withdraw/")
    assert send(organiser, withdraw, reason="A name was wrong.").status_code == 303
    answer = Visitor(app).get(f"/news/2026/11/{edit.split('/')[3]}/")
    assert answer.status_code == 410
    assert "A name was wrong." in answer.text
    assert send(organiser, edit, do="publish").status_code == 303
    assert article_at(app, edit).state is ArticleState.PUBLISHED


def test_an_imported_appeal_is_offered_for_an_action_and_not_for_editing(
    app: Flask, organiser: Visitor
) -> None:
    slug = an_imported_article(app)
    page = organiser.get("/desk/news/").text
    assert f"/desk/actions/new/?article={slug}" in page
    assert f"/desk/news/{slug}/edit/" not in page
    assert organiser.get(f"/desk/news/{slug}/edit/").status_code == 404
    assert f"/desk/news/{slug}/edit/" in somebody(app, Role.STAFF).get("/desk/news/").text


def test_others_drafts_are_not_there_for_an_organiser(app: Flask, organiser: Visitor) -> None:
    edit = write(somebody(app))
    for path in (edit, edit.replace("/edit/", "/preview/"), edit.replace("/edit/", "/withdraw/")):
        assert organiser.get(path).status_code == 404
    slug = edit.split("/")[3]
    assert organiser.get(f"/desk/actions/new/?article={slug}").status_code == 404
    assert "Oil workers jailed" not in organiser.get("/desk/news/").text


def test_the_list_has_pages_and_no_page_past_its_end(app: Flask) -> None:
    staff = somebody(app, Role.STAFF)
    with app.app_context(), writing():
        for number in range(21):
            editing.make(ArticleWords(title=f"Article {number}"), by=None)
    assert "Page" in staff.get("/desk/news/").text
    assert staff.get("/desk/news/page/2/").status_code == 200
    assert staff.get("/desk/news/page/3/").status_code == 404
