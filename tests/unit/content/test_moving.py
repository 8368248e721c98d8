"""All content out and back in, byte for byte; no person in it; nothing taken from a file that lies."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from campaign_actions.actions.models import Action, ActionText, Event, Update
from campaign_actions.articles import editing, queries as articles
from campaign_actions.articles.models import Article, PageText
from campaign_actions.audit import Entry
from campaign_actions.cases.models import Case, case_article
from campaign_actions.cli import content as commands, demo
from campaign_actions.config import Settings
from campaign_actions.content import moving, nouns
from campaign_actions.content.archive import BadArchive
from campaign_actions.errors import Refused
from campaign_actions.imports.models import ImportedEntry, ImportedMedia
from campaign_actions.infra import images, picture_marks, redirects
from campaign_actions.infra.database.engine import Base, db, session, writing
from campaign_actions.infra.search.models import SearchEntry
from campaign_actions.pictures import keeping
from campaign_actions.pictures.keeping import PictureWords
from campaign_actions.pictures.models import Noun, Picture
from campaign_actions.pictures.queries import Owner
from campaign_actions.signatures import counting, reconciling
from campaign_actions.signatures.models import Counter
from campaign_actions.signatures.tools import load
from campaign_actions.web.settings import settings as site_settings
from tests.support import photos
from tests.support.made_content import Files, repacked

pytestmark = pytest.mark.usefixtures("database")

AUDIT = ("audit_entry", "audit_head")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The archive of a site in which every table of content has rows."""
    demo.fill_if_empty()
    with writing() as connection:
        actions = connection.execute(select(Action.id).order_by(Action.slug)).scalars().all()
        connection.execute(update(Action).where(Action.id == actions[0]).values(successor_id=actions[1]))
        article = connection.execute(select(Article.id)).scalars().first()
        redirects.leave(connection, "/2012/03/старый/", "/news/")
        session.get_one(Article, article).tags = [editing.tag("Oil")]
        counting.add(connection, actions[0], counting.SENT, 7)
        case = connection.execute(select(Case.id)).scalars().first()
        connection.execute(insert(case_article).values(case_id=case, article_id=article))
        session.add(PageText(place="about", locale="kk", body="Біз *бесеуміз*.", body_html="<p></p>"))
        session.add(ImportedEntry(origin="o", identity="1", article_id=article))
        session.add(ImportedMedia(origin="o", identity="2", url="http://o/a"))
        put_in_a_picture(session.get_one(Article, article))
        for noun, model in ((Noun.CASE, Case), (Noun.ACTION, Action), (Noun.EVENT, Event)):
            a_picture(Owner(noun, session.scalars(select(model.id)).first(), "en"))  # type: ignore[arg-type]  # filled
    path = tmp_path / "content.zip"
    commands.write(path)
    return path


def put_in_a_picture(article: Article) -> None:
    picture = a_picture(Owner(Noun.ARTICLE, article.id, article.locale))
    body = f"{article.body}\n\n{picture_marks.line(picture.name, 'The gate')}"
    article.body, article.body_html = body, editing.preview_html(body)


def a_picture(owner: Owner) -> Picture:
    kept = keeping.folder(site_settings().data)
    picture = keeping.add(owner, images.remake(photos.a_jpeg(location=True)), kept, by=None)
    words = PictureWords(
        alts={"en": "The gate", "ru": "Ворота", "kk": "Қақпа"}, captions={"en": "At noon"}, credit="T"
    )
    keeping.describe(owner, picture, words, by=None, seen_version=1)
    return picture


def empty_the_site() -> None:
    shutil.rmtree(keeping.folder(site_settings().data))
    with writing() as connection:
        connection.execute(update(Action).values(successor_id=None))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in AUDIT:
                connection.execute(delete(table))


def restore(path: Path) -> dict[str, int]:
    moving.check(path)
    with writing() as connection:
        return moving.restore(connection, path, keeping.folder(site_settings().data))


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as packed:
        return [json.loads(line) for line in packed.read(f"{name}.jsonl").splitlines()]


def shown() -> dict[str, list[Any]]:
    """What is made from the content: HTML, tags, the search."""
    slugs = session.scalars(select(Article.slug).order_by(Article.slug))
    pages = [page for page in map(articles.by_slug, slugs) if page]
    letters = select(ActionText.letter_html, ActionText.points_html).order_by(ActionText.id)
    return {
        "articles": [(page.title, page.body_html, page.tags, page.categories) for page in pages],
        "texts": list(session.execute(letters)),
        "events": list(session.execute(select(Event.body_html, Event.report_html).order_by(Event.id))),
        "updates": list(session.scalars(select(Update.body_html).order_by(Update.id))),
        "found": list(session.scalars(select(SearchEntry.title_key).order_by(SearchEntry.title_key))),
    }


def test_a_round_trip_gives_the_same_bytes(written: Path, tmp_path: Path, settings: Settings) -> None:
    names = [*(table.name for table in nouns.TABLES), nouns.TOTALS, nouns.PICTURE_FILES]
    kept = {name: len(lines(written, name)) for name in names}
    assert [name for name, rows in kept.items() if not rows] == []
    before = shown()
    empty_the_site()
    assert restore(written) == kept
    session.expire_all()
    commands.write(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == written.read_bytes()
    assert shown() == before
    with db.engine.connect() as connection:
        assert reconciling.breaches(connection, load(settings).pepper) == []


@pytest.mark.engines("sqlite")
def test_the_total_goes_along_as_an_archived_figure(written: Path) -> None:
    counts = {row["action_id"]: row["signatures"] for row in lines(written, "total")}
    empty_the_site()
    restore(written)
    rows = session.execute(select(Counter.action_id, Counter.n).where(Counter.dim == "archived"))
    assert {str(action_id): n for action_id, n in rows} == {key: n for key, n in counts.items() if n}
    assert sum(counting.shown(session.scalars(select(Action.id)).all()).values()) == sum(counts.values())


@pytest.mark.engines("sqlite")
def test_no_person_goes_along(written: Path) -> None:
    content = written.read_bytes()
    for _words, email, name, _role in demo.PEOPLE:
        assert email.encode() not in content
        assert name.encode() not in content
    assert b"owner_id" not in content
    assert b"delete_on" not in content


def test_a_site_with_anything_in_it_is_left_alone(written: Path) -> None:
    before = session.scalars(select(Action.slug).order_by(Action.slug)).all()
    with pytest.raises(Refused, match="into an empty site only"):
        restore(written)
    session.expire_all()
    assert session.scalars(select(Action.slug).order_by(Action.slug)).all() == before


@pytest.mark.engines("sqlite")
def test_a_restore_is_in_the_audit_log(written: Path) -> None:
    empty_the_site()
    counted = restore(written)
    entry = session.scalars(select(Entry).where(Entry.deed == "content.restore")).one()
    assert entry.details == {"rows": sum(counted.values())}


@pytest.mark.engines("sqlite")
def test_an_existing_file_is_not_written_over(written: Path) -> None:
    with pytest.raises(FileExistsError):
        commands.write(written)
    assert list(written.parent.glob("*.part")) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda files: {"tag.jsonl": b""}, "article_tag.jsonl does not fit the other files."),
        (lambda files: {"tag.jsonl": files["tag.jsonl"] * 2}, "tag.jsonl does not fit the other files."),
        (lambda files: {"total.jsonl": TOTAL_OF_NOTHING}, "total.jsonl does not fit the other files."),
    ],
)
def test_rows_that_do_not_fit_together_restore_nothing(
    written: Path, changed: Callable[[Files], Files], words: str
) -> None:
    empty_the_site()
    with pytest.raises(BadArchive) as refused:
        restore(repacked(written, changed))
    assert refused.value.sentence == words
    session.expire_all()
    assert session.scalars(select(Article.id)).all() == []
    assert session.scalars(select(Counter.n)).all() == []


@pytest.mark.engines("sqlite")
def test_html_is_made_anew_and_never_believed(written: Path) -> None:
    evil = b'"body":"<script>alert(1)</script> [x](javascript:alert(1)) '
    empty_the_site()
    restore(
        repacked(written, lambda files: {"article.jsonl": files["article.jsonl"].replace(b'"body":"', evil)})
    )
    shown = "".join(session.scalars(select(Article.body_html)))
    assert "<script" not in shown
    assert 'href="javascript' not in shown


TOTAL_OF_NOTHING = b'{"action_id":"00000000-0000-4000-8000-000000000000","sent":1,"signatures":1}\n'
