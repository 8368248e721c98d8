"""After 200 people have signed and confirmed, nothing the site wrote names them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign_actions.config import Settings
from campaign_actions.infra.database.engine import Base, session
from campaign_actions.infra.jobs.models import Job
from campaign_actions.infra.mail.models import Letter
from campaign_actions.signatures import counting, queries
from campaign_actions.signatures.models import Comment, OwnCopy
from tests.support.factories import an_action
from tests.support.live import LiveSite, until
from tests.support.mail_server import Letter as Arrived, MailServer

PEOPLE = 200
MANAGED = 6
PUBLIC = "Zhanar Openlysigned"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def live(settings: Settings, mail_server: MailServer, app: Flask, tmp_path: Path) -> Iterator[LiveSite]:
    """A running site that sends its mail to a real server."""
    running = LiveSite(replace(settings, mail_url=mail_server.url, trusted_proxies=1), tmp_path)
    running.start()
    yield running
    running.stop()


def person(number: int) -> tuple[str, str]:
    """A name and an address that appear nowhere else."""
    return f"Canaryname Väinö{number:03}x", f"canary.mailbox{number:03}x@kanarek-domain.example"


def sign_and_confirm(live: LiveSite, slug: str, server: MailServer) -> None:
    """200 people and a public one sign; every second confirms by link, the others by code."""
    stamp, pages = live.sign_form(slug), {}

    def sign(number: int) -> None:
        name, email = (PUBLIC, "public@kanarek-domain.example") if number == PEOPLE else person(number)
        level = "everyone" if number == PEOPLE else ("team", "target")[number % 2]
        fields = stamp | {"name": name, "email": email, "country": "PL", "level": level, "updates": "1"}
        status, page = live.post(f"/actions/{slug}/sign", fields, client=f"10.77.{number}.9")
        assert status == 200, page[:2000]
        pages[email] = page

    def confirm(letter: Arrived) -> None:
        email = letter.recipients[0]
        number = int(re.sub(r"\D", "", email) or PEOPLE)
        if number % 2:
            token = re.search(r"/c/([\w-]+)", letter.text)
            assert token
            status, _page = live.post(f"/c/{token[1]}", {}, client=f"10.78.{number}.9")
        else:
            key = re.search(r'name="key" value="([^"]+)"', pages[email])
            code = re.search(r"\d{3} \d{3}", letter.text)
            assert key
            assert code
            fields = {"key": key[1], "code": code[0]}
            status, _page = live.post(f"/actions/{slug}/code", fields, client=f"10.78.{number}.9")
        assert status == 303

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(sign, range(PEOPLE + 1)))
        until(lambda: len(server.letters) == PEOPLE + 1, "not everybody got a letter", 90)
        list(pool.map(confirm, list(server.letters)))


def manage(live: LiveSite, letters: list[Arrived]) -> None:
    """Some change who may see their name, say something, and have their sealed details opened for them."""
    for number, letter in enumerate(letters):
        token = re.search(r"/my/([\w-]+)/", letter.text)
        assert token
        deeds = {"level": {"level": "target"}, "comment": {"text": "Let them go home."}, "copy": {}}
        for page, fields in deeds.items():
            status, _page = live.post(f"/my/{token[1]}/{page}/", fields, client=f"10.78.{number}.9")
            assert status == 303


def all_bytes(data: Path, others: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Every file the site wrote, and every value of every table."""
    for path in [*(path for path in data.rglob("*") if path.is_file()), *others]:
        yield str(path), path.read_bytes()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            values = [value if isinstance(value, bytes) else str(value).encode() for value in row]
            yield f"table {table.name}", b"\n".join(values)


def test_no_name_address_or_code_is_left_anywhere(
    live: LiveSite, settings: Settings, database: None, mail_server: MailServer
) -> None:
    page = an_action()
    session.remove()
    sign_and_confirm(live, page.card.slug, mail_server)
    some = [letter for letter in mail_server.letters if "public@" not in letter.recipients[0]][:MANAGED]
    manage(live, some)
    until(lambda: _settled(page.card.id), "letters or counts still wait")
    codes = [code for letter in mail_server.letters for code in re.findall(r"\d{3} \d{3}", letter.text)]
    tokens = [
        token for letter in mail_server.letters for token in re.findall(r"/(?:c|my)/([\w-]+)", letter.text)
    ]
    assert len(codes) == PEOPLE + 1
    marks = [
        b"Canaryname",
        "Väinö".encode(),
        b"V\\u00e4in",
        b"canary.mailbox",
        b"kanarek-domain",
        b"10.77.",
        b"10.78.",
    ]
    marks += [code.encode() for code in codes] + [f'"{code.replace(" ", "")}"'.encode() for code in codes]
    marks += [token.encode() for token in tokens]
    url = session.get_bind().engine.url.database or ""
    files = (
        [path for path in Path(url).parent.glob(Path(url).name + "*") if path.is_file()]
        if url[:1] == "/"
        else []
    )
    copies = select(func.count()).select_from(OwnCopy).where(OwnCopy.locked.is_not(None))
    assert session.execute(copies).scalar_one() == MANAGED
    assert session.execute(select(func.count()).select_from(Comment)).scalar_one() == MANAGED
    found = set()
    for place, content in all_bytes(settings.data, [*files, live.log]):
        found |= {(place, mark) for mark in marks if mark in content}
    assert found == set()
    assert [line.name for line in queries.public_lines(page.card.id)] == [PUBLIC]
    assert counting.shown([page.card.id])[page.card.id] == PEOPLE + 1


def _settled(action_id: object) -> bool:
    session.rollback()
    waiting = session.execute(select(func.count()).select_from(Job)).scalar_one()
    letters = session.execute(select(func.count()).select_from(Letter)).scalar_one()
    return waiting == letters == 0 and list(counting.shown([action_id]).values()) == [PEOPLE + 1]  # type: ignore[list-item]  # an id
