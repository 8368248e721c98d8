"""Fetching: only what is public, only so much, and never what a redirect or a name server slips in."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from campaign_actions.infra import fetching
from campaign_actions.infra.fetching import NotFetched

asked: list[tuple[str, dict[str, str]]] = []


class _Other(BaseHTTPRequestHandler):
    """Another site: a picture, a file too large, one that breaks off, slow ones, redirects."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked.append((self.path, dict(self.headers)))
        name, _gap, rest = self.path[1:].partition("?")
        getattr(self, f"_{name}")(rest)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def _picture(self, _rest: str) -> None:
        self._answer(200, b"bytes of a picture", {"Content-Type": "image/png"})

    def _redirect(self, to: str) -> None:
        self._answer(302, b"", {"Location": to})

    def _missing(self, _rest: str) -> None:
        self._answer(404, b"gone")

    def _large(self, _rest: str) -> None:
        self._begin(200, {"Connection": "close"})
        try:
            for _ in range(20):
                self.wfile.write(b"x" * 1_000_000)
        except OSError:
            pass
        self.close_connection = True

    def _short(self, _rest: str) -> None:
        self._begin(200, {"Content-Length": "100"})
        self.wfile.write(b"only this")
        self.close_connection = True

    def _slow(self, _rest: str) -> None:
        try:
            for letter in b"HTTP/1.1 200 OK\r\n" + b"X-Header: x\r\n" * 100:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass
        self.close_connection = True

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._begin(status, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def _begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


@pytest.fixture
def other() -> Iterator[str]:
    asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Other)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def refusal(address: str, *, allow_private: bool = True) -> str:
    with pytest.raises(NotFetched) as refused:
        fetching.fetch(address, allow_private=allow_private)
    return refused.value.sentence


def test_a_file_is_fetched_and_nothing_about_us_is_told(other: str) -> None:
    found = fetching.fetch(f"{other}/picture?size=1", allow_private=True)
    assert (found.content, found.content_type) == (b"bytes of a picture", "image/png")
    ((path, headers),) = asked
    assert path == "/picture?size=1"
    assert {name.lower() for name in headers} == {"host", "accept", "accept-encoding"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "2130706433"])
def test_our_own_machine_is_never_asked(other: str, host: str) -> None:
    port = other.rpartition(":")[2]
    words = refusal(f"http://{host}:{port}/picture", allow_private=False)
    assert words in ("The address is not a public one.", "The name of the other side is unknown.")
    assert asked == []


def test_a_name_that_answers_with_one_private_number_is_refused(
    other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 80)) for number in ("93.184.215.14", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: answers)
    assert refusal("http://both.example/", allow_private=False) == "The address is not a public one."


def test_the_number_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    called: list[object] = []

    def look_up(host: str, port: int, **_more: object) -> list[object]:
        looked_up.append(host)
        number = "93.184.215.14" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    def call(place: object, **_more: object) -> socket.socket:
        called.append(place)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", call)
    refusal("http://rebinding.example/picture", allow_private=False)
    assert (looked_up, called) == (["rebinding.example"], [("93.184.215.14", 80)])


def test_a_redirect_is_looked_at_as_anew(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = fetching.fetch(f"{other}/redirect?{other}/picture", allow_private=True)
    assert (found.content, found.address) == (b"bytes of a picture", f"{other}/picture")
    seen: list[str] = []
    monkeypatch.setattr(fetching, "is_public", lambda number: not seen and not seen.append(number))
    assert (
        refusal(f"{other}/redirect?{other}/picture", allow_private=False)
        == "The address is not a public one."
    )
    assert [path for path, _headers in asked][-1].startswith("/redirect")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/missing", "The other side answered 404."),
        ("/large", "The file is larger than 10 MB."),
        ("/short", "The other side did not answer as it should."),
        ("/redirect?file:///etc/passwd", "This is no web address."),
        ("/redirect?", "The address leads on and on."),
    ],
)
def test_a_bad_answer_is_refused_in_words(other: str, path: str, words: str) -> None:
    assert refusal(other + path) == words


def test_redirects_end(other: str) -> None:
    assert (
        refusal(f"{other}/redirect?/redirect?/redirect?/redirect?/picture") == "The address leads on and on."
    )


def test_who_speaks_slowly_is_cut_off_in_time(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.4)
    begun = time.monotonic()
    assert refusal(f"{other}/slow") == "The other side took longer than 10 seconds."
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "x",
            "file:///etc/passwd",
            "ftp://example.org/",
            "gopher://example.org/",
            "http://",
            "http:///x",
        ),
        *(
            "http://a b/",
            "http://example.org:99999/",
            "http://[::1",
            "http://example.org/\r\nX: y",
            "//example.org/",
        ),
        *("http://user:word@example.org/", "http://example.org:22/", "data:image/png;base64,xx"),
    ],
)
def test_what_is_no_web_address_is_refused_before_anybody_is_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: pytest.fail("looked up"))
    refusal(address)


@pytest.mark.parametrize(
    "number",
    [
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "127.8.8.8", "169.254.169.254", "100.64.0.1"),
        "0.0.0.0",  # noqa: S104 # an address to refuse, bound to by nobody
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:0a00:0001::", "2001:db8::1", "no number"),
    ],
)
def test_numbers_that_are_not_of_the_open_internet(number: str) -> None:
    assert not fetching.is_public(number)


@pytest.mark.parametrize(
    "number", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"]
)
def test_numbers_of_the_open_internet(number: str) -> None:
    assert fetching.is_public(number)
