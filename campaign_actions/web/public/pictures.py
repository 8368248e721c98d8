"""Pictures of published articles, from our own host, kept for ever by whoever has fetched one."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from campaign_actions.articles import pictures
from campaign_actions.web.article_page import picture_file
from campaign_actions.web.static import FOR_EVER

bp = Blueprint("pictures", __name__)


@bp.get("/pictures/<any(large,small):size>/<name>.jpg")
def show(size: str, name: str) -> Response:
    """A picture; 404 for one of an article that is not published, or not any more."""
    digest = pictures.public_file(name, size)
    if digest is None:
        abort(404)
    response = picture_file(digest)
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(digest[:20])
    response.make_conditional(request)
    return response
