"""`import wordpress --fetch-media`: pictures from a real server, and nothing from where nobody should ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from campaign_actions.articles.models import Article
from campaign_actions.cli.main import main
from campaign_actions.config import Settings
from campaign_actions.imports.models import ImportedMedia
from campaign_actions.infra import storage
from campaign_actions.infra.database.engine import db, session
from campaign_actions.pictures import keeping, queries as pictures
from campaign_actions.pictures.models import Picture
from tests.support import photos
from tests.support.made_wxr import SITE, a_picture, an_entry, an_export

asked: list[str] = []
Run = Callable[..., str]


class _Old(BaseHTTPRequestHandler):
    """The old site: pictures, a page that says it is one, a way to a private address, nothing."""

    def do_GET(self) -> None:
        asked.append(self.path)
        name = self.path.rpartition("/")[2]
        files = {
            "gate.jpg": photos.a_jpeg(location=True),
            "flag.png": photos.a_png(seed=40),
            "evil.jpg": b"<script>alert(1)</script>",
            "bomb.png": photos.a_bomb(),
        }
        if name == "away.jpg":
            self.send_response(302)
            self.send_header("Location", "http://localhost:8099/gate.jpg")
            self.end_headers()
        elif name in files:
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if name == "gate.jpg" else "image/jpeg")
            self.end_headers()
            self.wfile.write(files[name])
        else:
            self.send_error(404)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def old() -> Iterator[str]:
    asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Old)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def run(app: Flask, settings: Settings, old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Take in one post with these pictures, and give what was said."""
    monkeypatch.setenv("CAMPAIGN_DATA", str(settings.data))
    monkeypatch.setenv("CAMPAIGN_DATABASE_URL", settings.database_url)

    def call(*entries: str, words: tuple[str, ...] = ("--fetch-media",), allowed: str = old) -> str:
        monkeypatch.setenv("CAMPAIGN_FETCH_FROM", allowed)
        content = an_export([an_entry(41), *entries]).replace(
            f"{SITE}/wp-content".encode(), f"http://{old}/wp-content".encode()
        )
        (tmp_path / "old.xml").write_bytes(content)
        done = CliRunner().invoke(main, ["import", "wordpress", str(tmp_path / "old.xml"), *words])
        assert done.exit_code == 0, done.output
        return done.output

    return call


def kept(app: Flask) -> list[tuple[str, str]]:
    """Article and description of each picture."""
    with app.app_context():
        rows = session.execute(select(Picture, Article).join(Article, Article.id == Picture.article_id)).all()
        found = [(article.slug, pictures.view_of(picture).words("en")[0]) for picture, article in rows]
        db.session.remove()
    return sorted(found)


def test_nothing_is_fetched_unless_it_is_asked_for(app: Flask, run: Run) -> None:
    assert "Nothing was fetched." in run(a_picture(50, "gate.jpg", "The gate", 41), words=())
    assert "Nothing was fetched." in run(words=("--fetch-media", "--dry-run"))
    assert (asked, kept(app)) == ([], [])


def test_pictures_are_fetched_drawn_anew_and_kept_with_their_article(
    app: Flask, run: Run, settings: Settings
) -> None:
    said = run(a_picture(50, "gate.jpg", "The gate", 41), a_picture(51, "flag.png", "", 41))
    assert "2 pictures were fetched." in said
    assert "Nothing was fetched." not in said
    assert kept(app) == [("post-41", ""), ("post-41", "The gate")]
    for path in storage.files(keeping.folder(settings.data)):
        assert photos.SECRET.encode() not in path.read_bytes()


def test_a_second_run_asks_nobody_and_a_removed_picture_stays_away(app: Flask, run: Run) -> None:
    run(a_picture(50, "gate.jpg", "The gate", 41))
    asked.clear()
    said = run(a_picture(50, "gate.jpg", "The gate", 41), a_picture(52, "flag.png", "A flag", 41))
    assert asked == ["/wp-content/uploads/flag.png"]
    assert "1 picture was fetched." in said
    assert len(kept(app)) == 2


def test_each_bad_file_is_named_with_the_reason_and_tried_again(app: Flask, run: Run, old: str) -> None:
    names = ("evil.jpg", "bomb.png", "missing.jpg", "away.jpg", "gate.jpg")
    entries = [a_picture(60 + at, name, name, 41) for at, name in enumerate(names)]
    said = run(*entries)
    for name, reason in (
        ("evil.jpg", "This is no picture we can read."),
        ("bomb.png", "This picture has more than 50 million pixels."),
        ("missing.jpg", "The other side answered 404."),
        # The one address that is allowed does not open the way to another of this machine.
        ("away.jpg", "The address is not a public one."),
    ):
        assert f"Not fetched: http://{old}/wp-content/uploads/{name}: {reason}" in said
    assert kept(app) == [("post-41", "gate.jpg")]
    with app.app_context():
        done = session.scalars(select(ImportedMedia.alt).where(ImportedMedia.fetched_on.is_not(None)))
        assert list(done) == ["gate.jpg"]
        db.session.remove()
    asked.clear()
    run(*entries)
    assert len(asked) == 4


def test_without_the_setting_of_the_tests_this_machine_is_never_asked(app: Flask, run: Run) -> None:
    said = run(a_picture(50, "gate.jpg", "The gate", 41), allowed="")
    assert "The address is not a public one." in said
    assert "0 pictures were fetched." in said
    assert (asked, kept(app)) == ([], [])


def test_a_file_of_no_article_is_only_counted(app: Flask, run: Run) -> None:
    said = run(a_picture(50, "gate.jpg", "The gate"))
    assert "Files that belong to no article, and were not fetched: 1." in said
    assert asked == []
