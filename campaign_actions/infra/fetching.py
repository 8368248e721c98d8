"""Fetching a file from an address that somebody else wrote down: public places only, and not much."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _

MAX_BYTES = 10_000_000
MAX_SECONDS = 10.0
MAX_REDIRECTS = 3
CHUNK = 65_536
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Refused):
    """Why nothing was fetched, in a sentence; it quotes nothing the other side said."""


@dataclass(frozen=True)
class Fetched:
    """The file as it came, its type as the other side named it, and the address it was at in the end."""

    content: bytes
    content_type: str
    address: str


def fetch(address: str, *, allow_private: bool = False, allowed: str = "") -> Fetched:
    """The file at an http or https address, at most 10 MB within 10 seconds, redirects included.

    The name is looked up once; only if every address it has is public is one of them called, and that
    very one, so that a second answer of the name server changes nothing. Each of at most three
    redirects is looked at anew. Nothing that names this site or its users is sent. `allow_private` and
    `allowed`, a host and port that may be a private one, are for tests against a server of their own.
    Raises NotFetched.
    """
    ends = time.monotonic() + MAX_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        parts = _checked(address)
        answer = _ask(parts, ends, allow_private=allow_private or parts.netloc == allowed)
        if isinstance(answer, Fetched):
            return answer
        address = urljoin(address, answer)
    raise NotFetched(_("The address leads on and on."))


def _checked(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotFetched(_("This is no web address.")) from None
    if parts.scheme not in _PORTS or not parts.hostname or not address.isprintable() or " " in address:
        raise NotFetched(_("This is no web address."))
    if parts.username is not None or parts.password is not None:
        raise NotFetched(_("The address holds a user name."))
    if port is not None and port < 1024 and port != _PORTS[parts.scheme]:
        raise NotFetched(_("The address names a port that is not for web pages."))
    return parts


def _ask(parts: SplitResult, ends: float, *, allow_private: bool) -> Fetched | str:
    """The file, or the address that a redirect names."""
    try:
        with _opened(parts, ends, allow_private=allow_private) as connection:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"Accept": "*/*", "Accept-Encoding": "identity"})
            with connection.getresponse() as response:
                if response.status in _REDIRECTS:
                    return response.getheader("Location") or ""
                if response.status != http.HTTPStatus.OK:
                    raise NotFetched(_("The other side answered %(status)s.", status=response.status))
                content = _read(response, ends)
                return Fetched(content, response.getheader("Content-Type") or "", parts.geturl())
    except (OSError, http.client.HTTPException, ValueError):
        _left(ends)
        raise NotFetched(_("The other side did not answer as it should.")) from None


@contextmanager
def _opened(parts: SplitResult, ends: float, *, allow_private: bool) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut when the time is over, however slowly the other side speaks."""
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    place = _public_place(host, port, allow_private=allow_private)
    connected = socket.create_connection((place, port), timeout=_left(ends))
    cutting = threading.Timer(_left(ends), _cut, [connected])
    cutting.daemon = True
    cutting.start()
    try:
        connection = http.client.HTTPConnection(host, port)
        connection.sock = connected
        if parts.scheme == "https":
            # The certificate must be that of the name, although the number is called.
            connection.sock = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
        with closing(connection):
            yield connection
    finally:
        cutting.cancel()
        connected.close()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _public_place(host: str, port: int, *, allow_private: bool) -> str:
    """One of the numbers of `host`. Raises NotFetched unless all of them are public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotFetched(_("The name of the other side is unknown.")) from None
    places = [str(entry[4][0]) for entry in found]
    if not places or not (allow_private or all(map(is_public, places))):
        raise NotFetched(_("The address is not a public one."))
    return places[0]


def is_public(number: str) -> bool:
    """Whether an IP address belongs to the open internet, also where an IPv6 one hides an IPv4 one."""
    try:
        place = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(place, ipaddress.IPv6Address):
        hidden = place.ipv4_mapped or place.sixtofour or (place.teredo or (None, None))[1]
        if hidden is not None:
            return is_public(str(hidden))
        if place in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)))
    return place.is_global and not place.is_multicast


def _read(response: http.client.HTTPResponse, ends: float) -> bytes:
    pieces, length = [], 0
    while piece := response.read1(CHUNK):
        _left(ends)
        length += len(piece)
        if length > MAX_BYTES:
            raise NotFetched(_("The file is larger than 10 MB."))
        pieces.append(piece)
    _left(ends)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(pieces)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise NotFetched(_("The other side took longer than 10 seconds."))
    return left
