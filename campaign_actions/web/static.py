"""Static files: the hash of a file stands in its address, so that it may be kept for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, url_for

ENDPOINT = "static_file"
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
    return url_for(ENDPOINT, tag=found.tag, name=name)


def _serve(tag: str, name: str) -> Response:
    found = _find(name)
    if found is None:
        abort(404)
    coding = request.accept_encodings.best_match([key for key in found.codings if key], default="") or ""
    response = Response(found.codings[coding], content_type=found.content_type)
    if coding:
        response.headers["Content-Encoding"] = coding
    if len(found.codings) > 1:
        response.headers["Vary"] = "Accept-Encoding"
    # A page kept from before an update asks for the old hash: give it the new file, and soon forget.
    response.headers["Cache-Control"] = FOR_EVER if tag == found.tag else "public, max-age=60"
    response.set_etag(found.tag, weak=True)
    response.make_conditional(request)
    return response


def _find(name: str) -> StaticFile | None:
    folder = Path(current_app.root_path, "static").resolve()
    try:
        path = (folder / name).resolve()
        changed = path.stat().st_mtime_ns
    except (OSError, ValueError):
        return None
    if not path.is_relative_to(folder) or path.suffix not in TYPES or not path.is_file():
        return None
    return _read(path, changed)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> StaticFile:
    plain = _smaller(path.read_text("utf-8")) if path.suffix == ".css" else path.read_bytes()
    codings = {"": plain}
    if path.suffix in (".css", ".js", ".txt"):
        codings["gzip"] = gzip.compress(plain, 9, mtime=0)
    return StaticFile(hashlib.sha256(plain).hexdigest()[:12], TYPES[path.suffix], codings)


def _smaller(css: str) -> bytes:
    """A stylesheet without comments and needless spaces, a tenth smaller once compressed."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*|\s+", lambda found: found[1] or " ", bare).strip().encode()
