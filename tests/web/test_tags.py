"""Tags: typed at the desk, shown with the article, each with a list and a feed of its own."""

from __future__ import annotations

from datetime import date

import feedparser
import pytest
from flask.testing import FlaskClient

from tests.support.content import an_article, headings_of, title_of
from tests.support.filled_forms import errors_of, send
from tests.support.story import Story


@pytest.mark.usefixtures("database")
def test_a_tag_has_a_list_with_pages_and_a_feed(client: FlaskClient) -> None:
    for number in range(21):
        an_article(title=f"Report {number}", dated_on=date(2014, 1, 1 + number), tags=("Жаңаөзен", "Strike"))
    an_article(title="Another")
    page = client.get("/tag/zhanaozen/").text
    assert headings_of(page)[0] == (1, "Tag: Жаңаөзен")
    assert "21 articles" in page
    assert page.count("<h3>") == 20
    assert 'href="/tag/zhanaozen/feed/"' in page
    assert title_of(client.get("/tag/zhanaozen/page/2/").text).startswith("Tag: Жаңаөзен, page 2 of 2")
    assert client.get("/tag/zhanaozen/page/3/").status_code == 404
    feed = feedparser.parse(client.get("/tag/zhanaozen/feed/").data)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries][:2] == ["Report 20", "Report 19"]
    assert [tag.term for tag in feed.entries[0].tags] == ["Articles", "Strike", "Жаңаөзен"]
    assert (client.get("/tag/x/").status_code, client.get("/tag/x/feed/").status_code) == (404, 404)


@pytest.mark.usefixtures("database")
def test_an_article_and_its_row_show_its_tags(client: FlaskClient) -> None:
    article = an_article(title="Report", tags=("Strike", " strike ", "Aktau"))
    assert article.tags == (("aktau", "Aktau"), ("strike", "Strike"))
    for path in ("/news/", f"/news/2014/12/{article.slug}/"):
        page = client.get(path).text
        assert '<a href="/tag/aktau/" rel="tag">Aktau</a>' in page
        assert '<a href="/tag/strike/" rel="tag">Strike</a>' in page


def test_tags_are_typed_at_the_desk_and_kept_when_something_is_wrong(story: Story) -> None:
    visitor = story.at_the_desk()
    typed = {"title": "Report", "body": "Text.", "tags": "Aktau, strike,,"}
    answer = send(visitor, "/desk/news/new/", **typed, do="publish")
    assert answer.status_code == 303
    edit = answer.location.split("?")[0]
    assert 'value="Aktau, strike"' in visitor.get(edit).text
    assert 'href="/tag/aktau/"' in visitor.get("/news/").text
    many = ", ".join(f"tag {number}" for number in range(21))
    refused = send(visitor, edit, tags=many)
    assert (refused.status_code, errors_of(refused.text)) == (422, ["Give an article at most 20 tags."])
    assert many in refused.text
    assert send(visitor, edit, tags="").status_code == 303
    assert 'href="/tag/aktau/"' not in visitor.get("/news/").text


def test_page_one_of_the_desks_list_has_one_address(story: Story) -> None:
    answer = story.at_the_desk().get("/desk/news/page/1/")
    assert (answer.status_code, answer.location) == (301, "/desk/news/")
