"""Static files: the hash of a file stands in its address, so that it may be kept for ever.

"css/site+events.css" is site.css and events.css in one answer: a page asks for one stylesheet
and gets no rule that it does not need.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, current_app, request, url_for

from campaign_actions.infra import i18n

ENDPOINT = "static_file"
# Stylesheets joined to site.css in one address, each once.
MOST_JOINED = 3
FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class StaticFile:
    """One file in memory: its bytes by content coding ("" for none), and the hash in its address."""

    tag: str
    content_type: str
    codings: dict[str, bytes]


def prepare(app: Flask) -> None:
    """Serve the folder `static` under `/static/<hash>/`."""
    app.add_url_rule("/static/<tag>/<path:name>", ENDPOINT, _serve)


def static_url(name: str) -> str:
    """The address of a static file such as "css/site.css". Raises FileNotFoundError."""
    found = _find(name)
    if found is None:
        raise FileNotFoundError(name)
    # The same file for every language, so without the prefix that the page may have.
    address = url_for(ENDPOINT, tag=found.tag, name=name)
    return address.removeprefix(i18n.path_prefix(i18n.current_locale()))


def _serve(tag: str, name: str) -> Response:
    found = _find(name)
    if found is None:
        abort(404)
    # The smallest first: of those a browser likes alike, the first is taken.
    coding = request.accept_encodings.best_match([key for key in found.codings if key], default="") or ""
    response = Response(found.codings[coding], content_type=found.content_type)
    if coding:
        response.headers["Content-Encoding"] = coding
    if len(found.codings) > 1:
        response.headers["Vary"] = "Accept-Encoding"
    # A page kept from before an update asks for the old hash: give it the new file, and soon forget.
    response.headers["Cache-Control"] = FOR_EVER if tag == found.tag else "public, max-age=60"
    # A card of ours in a frame of another site is a stranger to us: it could not load its styles.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(found.tag, weak=True)
    response.make_conditional(request)
    return response


def _find(name: str) -> StaticFile | None:
    folder = Path(current_app.root_path, "static").resolve()
    paths = []
    for part in _parts(name):
        try:
            path = (folder / part).resolve()
            changed = path.stat().st_mtime_ns
        except (OSError, ValueError):
            return None
        if not path.is_relative_to(folder) or path.suffix not in TYPES or not path.is_file():
            return None
        paths.append((path, changed))
    return _read(tuple(paths)) if paths else None


def _parts(name: str) -> list[str]:
    head, plus, rest = name.removesuffix(".css").partition("+")
    if not plus or not name.endswith(".css"):
        return [name]
    folder, others = head.rpartition("/")[0], rest.split("+")
    # Strangers write addresses too, and compressing what was never joined before is work.
    if name.count("+") > MOST_JOINED or len({"site", *others}) <= len(others) or head != f"{folder}/site":
        return []
    return [f"{head}.css", *(f"{folder}/{part}.css" for part in others)]


@lru_cache(maxsize=64)
def _read(paths: tuple[tuple[Path, int], ...]) -> StaticFile:
    suffix = paths[0][0].suffix
    plain = b"".join(_bytes_of(path) for path, _changed in paths)
    codings = {"": plain}
    if suffix in (".css", ".js", ".txt"):
        codings["br"] = brotli.compress(plain, quality=11)
        codings["gzip"] = gzip.compress(plain, 9, mtime=0)
    return StaticFile(hashlib.sha256(plain).hexdigest()[:12], TYPES[suffix], codings)


def _bytes_of(path: Path) -> bytes:
    return _smaller(path.read_text("utf-8")) if path.suffix == ".css" else path.read_bytes()


def _smaller(css: str) -> bytes:
    """A stylesheet without comments and needless spaces, a tenth smaller once compressed."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*|\s+", lambda found: found[1] or " ", bare).strip().encode()
